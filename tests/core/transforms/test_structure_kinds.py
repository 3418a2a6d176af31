"""Dataclasses and named tuples for which a family provides a kind are single values, alone and inside containers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jacobian, jvp, stop_gradient, value_and_grad, vjp
from pullback.transforms.structure import structure_of

from ..kind.records import Records, Span, Twin


@pytest.fixture(autouse=True)
def records() -> Iterator[None]:
    # Before there is a kind, both are containers, and the dataclass is noted as one.
    assert grad(lambda p: p[0].low * p[1].high)([Span(2.0, 3.0), Twin(2.0, 3.0)]) == [Span(3.0, 0.0), Twin(0.0, 2.0)]
    with pb.plugins(Records()):
        yield
    assert grad(lambda p: p[0].low * p[1].high)([Span(2.0, 3.0), Twin(2.0, 3.0)]) == [Span(3.0, 0.0), Twin(0.0, 2.0)]


@dataclass
class Pair:
    left: Any
    right: Any


@pytest.mark.parametrize("cls", [Span, Twin])
def test_a_value_alone(cls: Any) -> None:
    x, one = cls(2.0, 3.0), cls(1.0, 1.0)
    assert structure_of(x).is_leaf
    assert value_and_grad(lambda x: x * x)(x) == (cls(4.0, 9.0), cls(4.0, 6.0))
    assert jvp(lambda x: x * x, (x,), (one,)) == (cls(4.0, 9.0), cls(4.0, 6.0))
    assert vjp(lambda x: [x * x, x], x)[1]([one, one]) == (cls(5.0, 7.0),)
    assert jacobian(lambda x: {"square": x * x})(x) == {"square": cls(4.0, 6.0)}


@pytest.mark.parametrize("cls", [Span, Twin])
def test_values_in_containers(cls: Any) -> None:
    x, y = cls(2.0, 3.0), cls(5.0, 7.0)
    assert grad(lambda p: p[0] * p[1])([x, y]) == [y, x]
    assert grad(lambda p: p["a"] * p["b"][0])({"a": x, "b": (y, 1.0)}) == {"a": y, "b": (x, 0.0)}
    assert grad(lambda p: p.left * p.right)(Pair(x, y)) == Pair(y, x)
    assert stop_gradient([x, pb.Variable(y)]) == [x, y]
