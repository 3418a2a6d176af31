"""Several outputs of one primitive: a call returns a tuple, which is recorded as a whole and then taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pullback.kind import kind_of
from pullback.primitive import Primitive
from pullback.tables import kinds
from pullback.tracked import Tracked, plain

__all__ = ["Outputs", "differentiable", "filled", "item", "unpack"]


class Outputs(Tracked):
    """The whole of several outputs, before it is taken apart; user code never meets it."""

    __slots__ = ("_entry", "_made_from", "_tape", "_value")

    _made_from: type[Tracked]
    """The variable class that the call was made with; free-standing variables pass it on."""


def _item_backward(whole: Any, output: Any, grad: Any, *, index: int) -> Any:
    return tuple(grad if place == index else None for place in range(len(whole)))


def _item_pushforward(whole: Any, output: Any, tangent: Any, *, index: int) -> Any:
    return kind_of(output).zero(output) if tangent[index] is None else tangent[index]


item = Primitive(
    lambda whole, *, index: whole[index], name="item", backward=_item_backward, pushforward=_item_pushforward
)
"""The `index`-th of several outputs."""


def unpack(tape: Any, whole: Any, output: tuple[Any, ...]) -> Any:
    """Return the outputs as variables, in the type of tuple that they came in; what has no value kind stays plain."""
    parts = [
        tape.record(item, (whole,), {"index": index}) if differentiable(part) else part
        for index, part in enumerate(output)
    ]
    return type(output)._make(parts) if hasattr(output, "_make") else tuple(parts)


def differentiable(value: Any) -> bool:
    """Return whether an output is one that gradients flow through; the integers among several outputs are not."""
    bare = plain(value)
    kind = None if isinstance(bare, (int, str)) else kinds.find(type(bare))
    return kind is not None and bool(kind.differentiable(bare))


def filled(arrived: Sequence[Any], values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the cotangents or tangents of several values with zeros where nothing arrived."""
    return tuple(_zero(value) if each is None else each for each, value in zip(arrived, values, strict=True))


def _zero(value: Any) -> Any:
    """Return the zero of `value`; what is not differentiable among several outputs has None."""
    try:
        return kind_of(value).zero(value)
    except TypeError:
        return None
