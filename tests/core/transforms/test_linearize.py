"""A function run once, and its derivative as a linear map."""

from __future__ import annotations

from typing import Any

import pytest

from pullback import Variable, grad
from pullback.math import sin
from pullback.transforms.linearize import Linearized


def test_both_directions_of_one_run() -> None:
    calls: list[None] = []

    def f(x: Any, p: Any) -> Any:
        calls.append(None)
        return {"a": x * p[0], "b": [p[1], "static"]}

    linearized = Linearized(f, (3.0, (2.0, 5.0)))
    assert linearized.output == {"a": 6.0, "b": [5.0, "static"]}
    assert linearized.values == [6.0, 5.0]
    assert linearized.pull([1.0, None]) == [[2.0], [3.0, 0.0]]
    assert linearized.pull([None, None]) == [[0.0], [0.0, 0.0]]
    assert linearized.push([[1.0], [None, None]]) == [2.0, 0.0]
    assert linearized.push([[None], [None, 7.0]]) == [0.0, 7.0]
    assert len(calls) == 1


def test_an_output_twice() -> None:
    linearized = Linearized(lambda x: (x, x), (3.0,))
    assert linearized.pull([1.0, 10.0]) == [[11.0]]
    assert linearized.push([[2.0]]) == [2.0, 2.0]


def test_an_output_of_an_outer_level_is_a_constant_here() -> None:
    def f(x: Any) -> Any:
        linearized = Linearized(lambda y: (x, y * x), (2.0,))
        assert isinstance(linearized.output[0], Variable)
        assert linearized.pull([1.0, 0.0]) == [[0.0]]
        return linearized.pull([1.0, 1.0])[0][0]

    assert grad(f)(3.0) == 1.0


def test_gradients_do_not_alias() -> None:
    linearized = Linearized(lambda p: [sin(p[0]), p[1]], ([1.0, 2.0],))
    first = linearized.pull([1.0, 1.0])
    first[0][0] = 99.0
    assert linearized.pull([1.0, 1.0])[0][0] != 99.0


def test_the_level_ends_when_the_function_raises() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x)
        raise KeyError

    with pytest.raises(KeyError):
        Linearized(f, (1.0,))
    with pytest.raises(TypeError, match="escaped"):
        kept[0] * 2.0
