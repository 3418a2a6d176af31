"""The record of one call whose rule waits for the sweep."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from pullback.kind import ValueKind, kind_of
from pullback.primitive import Primitive
from pullback.tables import kinds
from pullback.tracked import Tracked

__all__ = ["Call", "call_of", "constant", "slim"]


class Call(NamedTuple):
    """One call of a primitive whose rule waits for the sweep.

    `args` are the inputs and `output` the result, both one level below; `parents` are the entries of the
    inputs, None where an input is a constant at this level; `kind` is the value kind of the output.
    """

    primitive: Primitive
    args: tuple[Any, ...]
    output: Any
    params: dict[str, Any]
    parents: tuple[Any, ...]
    kind: ValueKind


# A named tuple, made without the detour over its own constructor: a tape holds a million of them.
_make = partial(tuple.__new__, Call)


def call_of(
    primitive: Primitive,
    values: tuple[Any, ...],
    output: Any,
    params: dict[str, Any],
    parents: tuple[Any, ...],
    kind: ValueKind,
) -> Call:
    """Return the record of a call. Constants that somebody could change before the sweep are copied into it."""
    if kind.large(output) or any(map(_is_large, values)):
        values, output = slim(primitive, values, output, parents)
    if None in parents:
        values = tuple([constant(v) if parent is None else v for v, parent in zip(values, parents, strict=True)])
    if params:
        params = {name: constant(value) for name, value in params.items()}
    return _make((primitive, values, output, params, parents, kind))


def slim(
    primitive: Primitive, values: tuple[Any, ...], output: Any, parents: tuple[Any, ...]
) -> tuple[tuple[Any, ...], Any]:
    """Return inputs and output of a call with no more than the shapes of those that its rules do not read."""
    kept = [*values, output]
    for n in primitive.unread(parents):
        found = kinds.get(type(kept[n]))
        if found is not None:
            kept[n] = found.hollow(kept[n])
    return tuple(kept[:-1]), kept[-1]


def _is_large(value: Any) -> bool:
    kind = kinds.get(type(value))
    return kind is not None and kind.large(value)


def constant(value: Any) -> Any:
    """Return a value as a record may keep it until the sweep: nobody can change it."""
    # A variable of a lower level may stand for another value by the time of the sweep.
    kind = kind_of(value) if isinstance(value, Tracked) else kinds.get(type(value))
    return value if kind is None else kind.keep(value)
