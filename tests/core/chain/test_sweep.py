"""The two sweeps, held against 50-digit derivatives of random programs, and driven as long as programs get."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pullback as pb
from pullback import grad, jvp

# A program is a list of instructions, each of which reads earlier values and appends one. The operations are smooth and
# bounded on all of the real line, so that a random program neither overflows nor meets a singular point.


class Reals:
    """The functions of a program on pullback's side."""

    sin, cos, tanh, exp, sqrt, log, atan = (
        pb.math.sin,
        pb.math.cos,
        pb.math.tanh,
        pb.math.exp,
        pb.math.sqrt,
        pb.math.log,
        pb.math.atan,
    )


class Digits:
    """The same functions in as many digits as asked for."""

    sin, cos, tanh, exp, sqrt, log, atan = (
        mpmath.sin,
        mpmath.cos,
        mpmath.tanh,
        mpmath.exp,
        mpmath.sqrt,
        mpmath.log,
        mpmath.atan,
    )


UNARY: dict[str, Callable[[Any, Any], Any]] = {
    "sin": lambda lib, x: lib.sin(x),
    "cos": lambda lib, x: lib.cos(x),
    "tanh": lambda lib, x: lib.tanh(x),
    "bell": lambda lib, x: lib.exp(-x * x / 8),
    "root": lambda lib, x: lib.sqrt(x * x + 1),
    "log": lambda lib, x: lib.log(x * x + 2),
    "atan": lambda lib, x: +lib.atan(x),
    "halved": lambda lib, x: x / 2 - 1,
    "reciprocal": lambda lib, x: 2 / (x * x + 3),
    "squashed": lambda lib, x: lib.tanh(x) ** 3,
}
BINARY: dict[str, Callable[[Any, Any, Any], Any]] = {
    "sum": lambda lib, x, y: x + y,
    "difference": lambda lib, x, y: x - y,
    "product": lambda lib, x, y: lib.tanh(x) * y,
    "quotient": lambda lib, x, y: x / (y * y + 1),
    "power": lambda lib, x, y: (lib.tanh(x) + 2) ** lib.sin(y),
}

instruction = st.tuples(st.sampled_from(sorted(UNARY)), st.integers(0, 50)) | st.tuples(
    st.sampled_from(sorted(BINARY)), st.integers(0, 50), st.integers(0, 50)
)
programs = st.lists(instruction, min_size=1, max_size=12)
points = st.floats(-3.0, 3.0).map(lambda x: round(x, 6))


def run(program: list[Any], inputs: list[Any], lib: Any) -> Any:
    """Return the last value of `program`, started on `inputs`."""
    values = list(inputs)
    for name, *places in program:
        chosen = [values[place % len(values)] for place in places]
        values.append(UNARY[name](lib, *chosen) if name in UNARY else BINARY[name](lib, *chosen))
    return values[-1]


def oracle(program: list[Any], x: float, y: float, orders: tuple[int, int]) -> float:
    """Return the partial derivative of a program, rounded from 60 digits."""
    with mpmath.workdps(60):
        return float(mpmath.diff(lambda a, b: run(program, [a, b], Digits), (x, y), orders))


def close(found: float, wanted: float) -> bool:
    return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(program=programs, x=points, y=points)
def test_random_programs_to_first_order(program: list[Any], x: float, y: float) -> None:
    def f(a: Any, b: Any) -> Any:
        return run(program, [a, b], Reals) + 0.0 * (a + b)

    wanted = (oracle(program, x, y, (1, 0)), oracle(program, x, y, (0, 1)))
    value, reverse = pb.value_and_grad(f, (0, 1))(x, y)
    with mpmath.workdps(60):
        assert close(value, float(run(program, [mpmath.mpf(x), mpmath.mpf(y)], Digits)))
    forward = tuple(jvp(f, (x, y), unit)[1] for unit in ((1.0, 0.0), (0.0, 1.0)))
    a, b = pb.float_var(x), pb.float_var(y)
    f(a, b).backprop()
    for found in (reverse, forward, (a.grad, b.grad)):
        assert all(map(close, found, wanted)), (found, wanted)


@settings(max_examples=25, deadline=None)
@given(program=programs, x=points, y=points)
def test_random_programs_to_second_order(program: list[Any], x: float, y: float) -> None:
    def f(a: Any, b: Any) -> Any:
        return run(program, [a, b], Reals) + 0.0 * a

    wanted = oracle(program, x, y, (2, 0))
    mixed = oracle(program, x, y, (1, 1))

    def forward(function: Any) -> Any:
        return lambda a, b: jvp(lambda v: function(v, b), (a,), (1.0,))[1]

    for first in (grad, forward):
        for second in (grad, forward):
            assert close(second(first(f))(x, y), wanted)
        assert close(grad(first(f), 1)(x, y), mixed)


@settings(max_examples=60, deadline=None)
@given(program=programs, x=points, y=points)
def test_a_reverse_and_a_forward_sweep_are_one_matrix(program: list[Any], x: float, y: float) -> None:
    """The inner product of (J t) with c is that of t with (J^T c), whatever the program returns."""

    def f(a: Any, b: Any) -> Any:
        values = [a, b]
        return values + [run(program[:end], [a, b], Reals) for end in range(1, len(program) + 1)]

    output, pull = pb.vjp(f, x, y)
    cotangent = [math.cos(3.0 * n + 1.0) for n in range(len(output))]
    pulled = pull(cotangent)
    tangent = (0.75, -1.25)
    pushed = jvp(f, (x, y), tangent)[1]
    assert close(
        math.sumprod(pushed, cotangent) if hasattr(math, "sumprod") else sum(map(operator.mul, pushed, cotangent)),
        sum(map(operator.mul, pulled, tangent)),
    )


# Long programs.


def test_a_long_loop_in_both_modes() -> None:
    def f(x: Any) -> Any:
        for _ in range(200_000):
            x = x * 1.0 + 0.5
        return x

    assert grad(f)(1.0) == 1.0
    assert jvp(f, (1.0,), (1.0,)) == (100_001.0, 1.0)


def test_a_long_loop_of_calls_that_wait_for_the_sweep() -> None:
    step = pb.primitive(lambda x: x + 0.5, lambda x, out, g: g, name="step")

    def f(x: Any) -> Any:
        for _ in range(50_000):
            x = step(x)
        return x

    assert grad(f)(1.0) == 1.0
    assert jvp(f, (1.0,), (1.0,))[1] == 1.0


def test_a_long_loop_to_second_order() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(20_000):
            y = y * 1.0
        return y * y

    for second in (grad, lambda g: lambda x: jvp(g, (x,), (1.0,))[1]):
        assert second(grad(f))(3.0) == 2.0


@pytest.mark.slow
def test_ten_million_operations() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(5_000_000):
            y = y * 1.0 + 1.0
        return y

    assert pb.value_and_grad(f)(2.0) == (5_000_002.0, 1.0)


# What arrives where.


def test_fan_out_and_fan_in_count_every_path() -> None:
    def f(x: Any) -> Any:
        layer = [x, x]
        for _ in range(10):
            layer = [layer[0] + layer[1], layer[0] + layer[1]]
        return layer[0]

    assert grad(f)(1.0) == 2.0**10
    assert jvp(f, (1.0,), (1.0,))[1] == 2.0**10


def test_inputs_that_nothing_used() -> None:
    assert grad(lambda x, y: x, (0, 1))(2.0, 3.0) == (1.0, 0.0)
    assert grad(lambda x: 7.0)(2.0) == 0.0
    assert grad(lambda x: 7)(2.0) == 0.0
    assert jvp(lambda x: 7.0, (2.0,), (1.0,)) == (7.0, 0.0)
    assert pb.vjp(lambda x, y: (3.0, x), 1.0, 2.0)[1]((5.0, 7.0)) == (7.0, 0.0)


def test_the_output_may_be_the_input() -> None:
    assert grad(lambda x: x)(2.0) == 1.0
    assert jvp(lambda x: (x, x), (2.0,), (3.0,)) == ((2.0, 2.0), (3.0, 3.0))
    assert pb.vjp(lambda x: (x, x, [x]), 2.0)[1]((1.0, 2.0, [4.0])) == (7.0,)


@pytest.mark.parametrize("constant", [math.inf, -math.inf, math.nan])
def test_infinite_and_undefined_values_travel(constant: float) -> None:
    assert grad(lambda x: x * constant)(1.0) == pytest.approx(constant, nan_ok=True)
    assert jvp(lambda x: x * constant, (1.0,), (1.0,))[1] == pytest.approx(constant, nan_ok=True)
    assert grad(lambda x: (x * constant) * 0.0 + x)(1.0) == 1.0


def test_negative_zero_is_a_zero() -> None:
    assert grad(lambda x: pb.math.sqrt(x) * -0.0 + x)(0.0) == 1.0
    assert jvp(pb.math.sqrt, (0.0,), (-0.0,))[1] == 0.0


def test_pull_and_push_are_linear_and_may_be_repeated() -> None:
    _, pull = pb.vjp(lambda x, y: (x * y, pb.math.sin(x), pb.math.hypot(x, y)), 1.5, 2.5)
    first = pull((1.0, 2.0, 3.0))
    assert pull((1.0, 2.0, 3.0)) == first
    assert pull((0.0, 0.0, 0.0)) == (0.0, 0.0)
    assert pull((2.0, 4.0, 6.0)) == pytest.approx(tuple(2.0 * each for each in first))


def test_an_error_that_a_rule_raises_once_is_not_lost() -> None:
    calls: list[int] = []

    def backward(x: Any, out: Any, grad: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("once")
        return grad * 2.0

    twice = pb.primitive(lambda x: x * 2.0, backward, name="twice")
    with pytest.raises(ValueError, match="once"):
        pb.grad(lambda x: np.sum(twice(x) * x))(np.ones(2))
