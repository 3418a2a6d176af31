"""Look up the kind of a value."""

from __future__ import annotations

from typing import Any

from pullback.kind.value import ValueKind
from pullback.tables import kinds
from pullback.tracked import Tracked, plain

__all__ = ["find_kind", "fitted", "has_kind", "kind_of"]


def has_kind(value: Any) -> bool:
    """Return whether some family provides a kind for `value`, which may be a variable."""
    if isinstance(value, Tracked):
        return True
    kind = kinds.find(type(value))
    return kind is not None and bool(kind.takes(value))


def kind_of(value: Any) -> ValueKind:
    """Return the kind of `value`, or of the value that it wraps; raise `TypeError` if no family provides one."""
    kind = kinds.get(type(value)) or kinds.generation.inherited.get(type(value))
    if kind is not None:
        return kind  # type: ignore[no-any-return]
    cls = type(plain(value))
    kind = kinds.find(cls)
    if kind is None:
        raise TypeError(
            f"no value kind is registered for {cls.__module__}.{cls.__qualname__}; a variable holds a float, an array, "
            "or a value of a type for which some family provides a kind"
        )
    return kind  # type: ignore[no-any-return]


def find_kind(which: type | str) -> ValueKind | None:
    """Return the value kind of a type, or the one with a given name; None if no family provides it.

    >>> from pullback.extend import find_kind
    >>> find_kind(float) is find_kind("float")
    True
    >>> find_kind("nobody's") is None
    True
    """
    kind: ValueKind | None = kinds.find_named(which) if isinstance(which, str) else kinds.find(which)
    return kind


def fitted(grad: Any, value: Any, what: str) -> Any:
    """Return `grad`, a cotangent or tangent passed by a user, converted to one of `value`; a `TypeError` calls it `what`.

    The result of a rule may be summed to the shape of its input. A user who passes more numbers than `value` has made a mistake.
    """
    kind = kind_of(value)
    try:
        if type(grad) is not float:
            grad_kind = kind_of(grad)
            if grad_kind.size(grad_kind.convert(grad)) > max(kind.size(value), 1):
                raise ValueError("it has more numbers")
        return kind.fit(grad, value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what} of {kind.describe(value)} cannot be {plain(grad)!r}: {error}") from error
