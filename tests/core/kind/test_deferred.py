"""Cotangents in parts: the sweep puts them together when it needs the whole."""

from __future__ import annotations

from typing import Any

import pytest

import pullback as pb
from pullback import grad
from pullback.kind import Deferred


class Sum(Deferred):
    """The parts of a float."""

    settled = 0

    def __init__(self, part: float):
        self.parts = [part]

    def append(self, contribution: Any) -> None:
        self.parts += contribution.parts if isinstance(contribution, Sum) else [contribution]

    def materialize(self) -> Any:
        Sum.settled += 1
        return sum(self.parts)


def test_the_contract() -> None:
    with pytest.raises(NotImplementedError):
        Deferred().append(1.0)
    with pytest.raises(NotImplementedError):
        Deferred().materialize()


def test_parts_are_put_together_once() -> None:
    part = pb.primitive(lambda x, *, by: x * by, lambda x, y, g, *, by: Sum(g * by), name="part")

    def f(x: Any) -> Any:
        y = x * 2.0
        return part(y, by=3.0) + part(y, by=4.0) + y

    before = Sum.settled
    assert grad(f)(1.0) == 16.0
    assert Sum.settled == before + 1
