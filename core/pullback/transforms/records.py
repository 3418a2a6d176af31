"""What the class of a dataclass or a pydantic model says of its fields, read once a class."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["cached_names", "field_names", "float_fields"]

T = TypeVar("T")


def _once_a_class(function: Callable[[type], T]) -> Callable[[type], T]:
    found: WeakKeyDictionary[type, T] = WeakKeyDictionary()

    @wraps(function)
    def remembered(cls: type) -> T:
        if cls not in found:
            found[cls] = function(cls)
        return found[cls]

    return remembered


@_once_a_class
def field_names(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass; class variables and arguments of the constructor are none."""
    from dataclasses import fields

    return tuple(each.name for each in fields(cls))


@_once_a_class
def cached_names(cls: type) -> frozenset[str]:
    """Return the names of the cached properties: what they hold was computed from other fields than a copy has."""
    from functools import cached_property

    return frozenset(
        name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, cached_property)
    )


@_once_a_class
def float_fields(cls: type) -> frozenset[str]:
    """Return the names of the fields whose declared type speaks of floats; integers in all others count something."""
    return frozenset(name for name, declared in _declared(cls).items() if _speaks_of_floats(declared))


def _declared(cls: Any) -> dict[str, Any]:
    if hasattr(cls, "model_fields"):
        return {name: field.annotation for name, field in cls.model_fields.items()}
    from typing import get_type_hints

    written = {name: cls.__dataclass_fields__[name].type for name in field_names(cls)}
    try:
        return written | get_type_hints(cls)
    except Exception:  # a name that is defined nowhere, or only inside a function: the text has to do
        return written


def _speaks_of_floats(declared: Any) -> bool:
    from typing import get_args

    if isinstance(declared, str):
        return re.search(r"\bfloat\b", declared) is not None
    return declared is float or any(_speaks_of_floats(each) for each in get_args(declared))
