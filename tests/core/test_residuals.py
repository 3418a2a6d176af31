"""What the code of a rule says of the arguments that it looks at, and what a tape keeps because of it."""

from __future__ import annotations

import functools
import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.residuals import residuals_of


def with_closure(x: Any, y: Any) -> Any:
    return (lambda: x)()


def with_locals(x: Any, y: Any) -> Any:
    return locals()["y"]


def with_default(x: Any, y: Any = 1.0) -> Any:
    return x


@pytest.mark.parametrize(
    ("function", "count", "found"),
    [
        (lambda x, y, out: y * out, 3, {1, 2}),
        (lambda x, y: 1.0, 2, set()),
        (lambda x, y: x if y else y, 2, {0, 1}),
        (lambda x, y: [x for _ in range(2)], 2, {0}),
        (lambda x, y: lambda z: z + y, 2, {1}),
        (with_closure, 2, {0}),
        (with_locals, 2, {0, 1}),
        (with_default, 2, {0}),
        (lambda *xs: xs[0], 2, {0, 1}),
        (lambda x, *, y: y, 1, set()),
        (math.atan2, 2, {0, 1}),
        (functools.partial(lambda x, y: x), 2, {0, 1}),
    ],
)
def test_what_a_function_mentions(function: Any, count: int, found: set[int]) -> None:
    assert residuals_of(function, count) == found


def test_the_rules_of_the_active_inputs_decide() -> None:
    product = pb.elementwise(lambda x, y: x * y, derivative=(lambda x, y, out: y, lambda x, y, out: x), name="p")
    assert product.unread((0, 1)) == (2,)
    assert product.unread((0, None)) == (0, 2)
    assert product.unread((None, 0)) == (1, 2)
    whole = pb.primitive(lambda x: x, lambda x, out, grad: out * grad, pushforward=lambda x, out, t: t * x, name="w")
    assert whole.unread((0,)) == ()
    said = pb.primitive(lambda x: x, lambda x, out, grad: grad + 0 * np.shape(x)[0], residuals=(-1,), name="s")
    assert said.unread((0,)) == (0,)


def test_large_arrays_that_no_rule_reads_are_not_kept() -> None:
    x = np.linspace(0.1, 1.0, 1_000_000)

    def held(function: Any) -> float:
        pb.vjp(function, x)  # families are imported when they are first needed
        tracemalloc.start()
        output, pull = pb.vjp(function, x)
        del output
        size = tracemalloc.get_traced_memory()[0] / x.nbytes
        tracemalloc.stop()
        assert pull is not None
        return size

    assert held(lambda x: np.sum(np.exp(x))) == pytest.approx(2.0, abs=0.1)  # the input and the exponential
    assert held(lambda x: np.sum((x + 1.0) - 2.0)) == pytest.approx(1.0, abs=0.1)
    table = np.ones((2, x.size))
    assert held(lambda x: np.sum(x + table)) == pytest.approx(
        1.0, abs=0.1
    )  # a constant that nobody reads is not copied


@pytest.mark.parametrize("size", [10, 100_000])
def test_gradients_are_the_same_for_small_and_large(size: int) -> None:
    x = np.linspace(0.1, 1.0, size)

    def f(x: Any) -> Any:
        y = np.tanh(x) * np.exp(-(x**2)) + np.log1p(x)
        return np.sum(y[::2] * 2.0) + np.sum(y.reshape(2, -1).T @ np.ones(2))

    step = 1e-30
    exact = np.array([1.0, 0.0])
    both = (
        np.imag(np.tanh(x + 1j * step) * np.exp(-((x + 1j * step) ** 2)) + np.log(1.0 + x + 1j * step))
        / step
        * (1.0 + 2.0 * np.tile(exact, size // 2))
    )
    np.testing.assert_allclose(pb.grad(f)(x), both, rtol=1e-12)
    np.testing.assert_allclose(pb.jvp(f, (x,), (np.ones(size),))[1], np.sum(both), rtol=1e-12)


def test_an_array_that_a_rule_returns_is_not_written_to() -> None:
    slope = np.full(100_000, 2.0)
    double = pb.elementwise(lambda x: 2.0 * x, derivative=lambda x, out: slope, name="double")
    x = np.ones(100_000)
    seed = np.full(100_000, 3.0)
    _, pull = pb.vjp(lambda x: (double(x), double(x) * x), x)
    pull((seed, seed))
    first, second = pull((seed, seed)), pull((seed, seed))
    np.testing.assert_array_equal(first[0], second[0])
    assert slope.min() == slope.max() == 2.0
    assert seed.min() == seed.max() == 3.0
    assert x.min() == x.max() == 1.0
