"""Several outputs of one primitive, in both modes, at every order and of free-standing variables."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest

import pullback as pb
from pullback import float_var, grad, jvp, primitive, vjp


def forward(function: Any) -> Any:
    """Return the derivative of `function` in forward mode."""
    return lambda x: jvp(function, (x,), (1.0,))[1]


Pair = namedtuple("Pair", "product quotient")


def _several() -> list[Any]:
    def value(x: Any, y: Any) -> Any:
        return x * y, x / y

    def backward(x: Any, y: Any, out: Any, g: Any) -> Any:
        return g[0] * y + g[1] / y, g[0] * x - g[1] * x / (y * y)

    def pushforward(x: Any, y: Any, out: Any, a: Any, b: Any) -> Any:
        return a * y + b * x, a / y - b * x / (y * y)

    return [
        primitive(value, backward, name="tuple_by_backward"),
        primitive(value, (lambda *z: backward(*z)[0], lambda *z: backward(*z)[1]), name="tuple_by_backwards"),
        primitive(value, pushforward=pushforward, name="tuple_by_pushforward"),
        primitive(value, backward, pushforward=pushforward, name="tuple_by_both"),
        primitive(lambda x, y: Pair(*value(x, y)), backward, pushforward=pushforward, name="namedtuple"),
    ]


@pytest.mark.parametrize("pair", _several(), ids=lambda pair: pair.name)
def test_several_outputs(pair: Any) -> None:
    assert tuple(pair(6.0, 2.0)) == (12.0, 3.0)
    output, pull = vjp(pair, 6.0, 2.0)
    assert type(output) is type(pair(6.0, 2.0))
    assert tuple(output) == (12.0, 3.0)
    like = Pair if isinstance(output, Pair) else lambda *parts: parts
    assert pull(like(1.0, 0.0)) == (2.0, 6.0)
    assert pull(like(0.0, 1.0)) == (0.5, -1.5)
    assert tuple(jvp(pair, (6.0, 2.0), (1.0, 0.0))[1]) == (2.0, 0.5)
    assert tuple(jvp(pair, (6.0, 2.0), (0.0, 1.0))[1]) == (6.0, -1.5)
    for part, wanted in ((0, (2.0, 6.0)), (1, (0.5, -1.5))):
        assert grad(lambda x, y: pair(x, y)[part], (0, 1))(6.0, 2.0) == wanted


@pytest.mark.parametrize("pair", _several(), ids=lambda pair: pair.name)
def test_several_outputs_to_second_order(pair: Any) -> None:
    def f(y: Any) -> Any:
        first, second = pair(6.0, y)
        return first * second * y  # 36 y

    def g(y: Any) -> Any:
        return pair(6.0, y)[1] * pair(y, 2.0)[0]  # 12

    for outer in (grad, forward):
        for inner in (grad, forward):
            assert inner(f)(2.0) == pytest.approx(36.0)
            assert outer(inner(f))(2.0) == pytest.approx(0.0, abs=1e-12)
            assert outer(inner(g))(2.0) == pytest.approx(0.0, abs=1e-12)
            assert outer(inner(lambda y: pair(6.0, y)[1]))(2.0) == pytest.approx(1.5)


@pytest.mark.parametrize("pair", _several(), ids=lambda pair: pair.name)
def test_several_outputs_of_free_variables(pair: Any) -> None:
    x, y = float_var(6.0), float_var(2.0)
    first, second = pair(x, y)
    assert type(first) is float_var
    assert type(second) is float_var
    (first * second).backprop()
    assert first.grad == 3.0
    assert second.grad == 12.0
    assert x.grad == pytest.approx(12.0)
    assert y.grad == pytest.approx(0.0)


def test_integers_among_several_outputs_stay_what_they_are() -> None:
    def f(x: Any) -> Any:
        mantissa, exponent = pb.math.frexp(x)
        assert type(exponent) is int
        return mantissa * 2**exponent * x

    assert grad(f)(6.0) == pytest.approx(12.0)
    assert forward(f)(6.0) == pytest.approx(12.0)
    assert grad(grad(f))(6.0) == pytest.approx(2.0)
    assert grad(lambda x: pb.math.modf(x)[0] * x)(2.5) == 3.0
    assert grad(lambda x: pb.math.modf(x)[1] * x)(2.5) == 2.0


def test_an_output_that_is_an_input() -> None:
    both = primitive(lambda x: (x, x), lambda x, out, g: g[0] + g[1], name="twice")
    assert grad(lambda x: both(x)[0] * both(x)[1])(3.0) == 6.0
    assert forward(lambda x: both(x)[0] * both(x)[1])(3.0) == 6.0
