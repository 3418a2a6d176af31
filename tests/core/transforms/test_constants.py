"""Leaving the chain on purpose."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp, stop_gradient


def forward(function: Any) -> Any:
    return lambda x: jvp(function, (x,), (1.0,))[1]


@pytest.mark.parametrize("first", [grad, forward])
def test_a_stopped_factor_is_a_constant(first: Any) -> None:
    assert first(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert first(lambda x: stop_gradient(x) * stop_gradient(x))(3.0) == 0.0
    assert first(lambda x: x * stop_gradient({"a": [x * x]})["a"][0])(3.0) == 9.0


def test_every_level_is_stopped() -> None:
    def f(x: Any) -> Any:
        return grad(lambda y: stop_gradient(x * y) * y)(x)

    assert f(3.0) == 9.0
    assert grad(f)(3.0) == 0.0
    for make in (pb.Variable, pb.float_var):
        stopped = stop_gradient(make(2.0))
        assert stopped == 2.0
        assert type(stopped) is float


@dataclass
class Point:
    x: float
    n: int = 3


Named = namedtuple("Named", "a b")


@pytest.mark.parametrize(
    "value",
    [
        3,
        3.5,
        True,
        None,
        "text",
        [1, 2.5, "a"],
        (1, None),
        {"b": 1, "a": 2.0},
        Named(1, 2.0),
        [[], ()],
        Point(1.0),
        Point(1, 2),
        {"k": Point(2.5)},
    ],
    ids=repr,
)
def test_what_is_plain_comes_back_the_same(value: Any) -> None:
    stopped = stop_gradient(value)
    assert stopped == value
    assert type(stopped) is type(value)
    assert repr(stopped) == repr(value)


def test_a_structure_of_variables_becomes_plain() -> None:
    x = pb.float_var(2.0)
    stopped = stop_gradient({"b": (x, 1, "s"), "a": Point(x, 4)})
    assert stopped == {"b": (2.0, 1, "s"), "a": Point(2.0, 4)}
    assert type(stopped["b"][0]) is float
    assert type(stopped["a"].x) is float
    assert list(stopped) == ["b", "a"]
    assert type(stopped["b"][1]) is int
