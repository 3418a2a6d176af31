"""A pair belongs to the module that makes it, not to the one of the decorators; names and signatures are kept."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import pullback as pb


@pb.elementwise(derivative=lambda x, y: 2 * x)
def square(x: float) -> float:
    return x * x


@pb.primitive(backward=lambda a, b, out, grad: (grad, -grad))
def difference(a: float, b: float = 1.0) -> float:
    return a - b


@pb.composite(name="made_of_pairs")
def both(x: float, *, by: float = 2.0) -> Any:
    return square(x) * by


PAIRS: list[Any] = [square, difference, both]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_pair_belongs_to_the_module_that_makes_it(pair: Any) -> None:
    assert pair.__module__ == __name__


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_pair_has_the_signature_of_its_forward(pair: Any) -> None:
    assert inspect.signature(pair) == inspect.signature(pair.__wrapped__)


def test_each_decorator_makes_its_class_directly_or_as_a_decorator() -> None:
    forward: Callable[[float], float] = lambda x: x + 1.0  # noqa: E731
    assert type(pb.primitive(forward, lambda x, y, grad: grad, name="one")) is pb.Primitive
    assert type(pb.elementwise(derivative=1.0, name="two")(forward)) is pb.Primitive
    assert type(pb.composite(forward)).__name__ == type(pb.composite()(forward)).__name__ == "Composite"
    assert type(pb.nondifferentiable(forward)).__name__ == "Nondifferentiable"


def test_the_class_may_name_the_type_of_its_forward_at_run_time() -> None:
    assert pb.Primitive[Callable[[float], float]].__origin__ is pb.Primitive
    assert pickle.loads(pickle.dumps(pb.Primitive)) is pb.Primitive
