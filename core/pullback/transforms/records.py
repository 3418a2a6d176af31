"""What the class of a dataclass or pydantic model declares about its fields, read once per class."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["cached_names", "field_names", "float_fields"]

T = TypeVar("T")


def _once_per_class(function: Callable[[type], T]) -> Callable[[type], T]:
    results: WeakKeyDictionary[type, T] = WeakKeyDictionary()

    @wraps(function)
    def remembered(cls: type) -> T:
        if cls not in results:
            results[cls] = function(cls)
        return results[cls]

    return remembered


@_once_per_class
def field_names(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass, without class variables and `InitVar` arguments."""
    from dataclasses import fields

    return tuple(field.name for field in fields(cls))


@_once_per_class
def cached_names(cls: type) -> frozenset[str]:
    """Return the names of the cached properties, whose cached values do not hold for a copy with other fields."""
    from functools import cached_property

    return frozenset(
        name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, cached_property)
    )


@_once_per_class
def float_fields(cls: type) -> frozenset[str]:
    """Return the names of the fields whose declared type mentions float; integers in other fields count something."""
    return frozenset(name for name, declared in _declared(cls).items() if _mentions_float(declared))


def _declared(cls: Any) -> dict[str, Any]:
    if hasattr(cls, "model_fields"):
        return {name: field.annotation for name, field in cls.model_fields.items()}
    from typing import get_type_hints

    written = {name: cls.__dataclass_fields__[name].type for name in field_names(cls)}
    try:
        return written | get_type_hints(cls)
    except Exception:  # a name that cannot be resolved: fall back on the text of the annotation
        return written


def _mentions_float(declared: Any) -> bool:
    from typing import get_args

    if isinstance(declared, str):
        return re.search(r"\bfloat\b", declared) is not None
    return declared is float or any(_mentions_float(argument) for argument in get_args(declared))
