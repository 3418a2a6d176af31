"""From a value to its kind."""

from __future__ import annotations

from typing import Any

from pullback.kind.value import ValueKind
from pullback.tables import kinds
from pullback.tracked import Tracked, plain

__all__ = ["find_kind", "fitted", "has_kind", "kind_of"]


def has_kind(value: Any) -> bool:
    """Return whether `value`, plain or a variable, is one that some family brings a kind for."""
    if isinstance(value, Tracked):
        return True
    kind = kinds.find(type(value))
    return kind is not None and bool(kind.takes(value))


def kind_of(value: Any) -> ValueKind:
    """Return the kind of `value`, or of what it wraps; raise `TypeError` when no family brings one."""
    kind = kinds.get(type(value)) or kinds.generation.inherited.get(type(value))
    if kind is not None:
        return kind  # type: ignore[no-any-return]
    bare = plain(value)
    kind = kinds.find(type(bare))
    if kind is None:
        raise TypeError(
            f"no value kind is registered for {type(bare).__module__}.{type(bare).__qualname__}; a variable is over a float, an array, "
            "or what some family brings a kind for"
        )
    return kind  # type: ignore[no-any-return]


def find_kind(which: type | str) -> ValueKind | None:
    """Return the kind of the values of a type, or the kind of a name; None where no family brings one.

    >>> from pullback.extend import find_kind
    >>> find_kind(float) is find_kind("float")
    True
    >>> find_kind("nobody's") is None
    True
    """
    found: ValueKind | None = kinds.find_named(which) if isinstance(which, str) else kinds.find(which)
    return found


def fitted(grad: Any, value: Any, what: str) -> Any:
    """Return `grad`, which a user gave as a cotangent or tangent, as one of `value`; raise `TypeError` that speaks of `what`.

    What rules return is summed to the shape of its input; a user who gives more numbers than there are has made a mistake.
    """
    kind = kind_of(value)
    try:
        if type(grad) is not float:
            given = kind_of(grad)
            if given.size(given.convert(grad)) > max(kind.size(value), 1):
                raise ValueError("it has more numbers")
        return kind.fit(grad, value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what} of {kind.describe(value)} cannot be {plain(grad)!r}: {error}") from error
