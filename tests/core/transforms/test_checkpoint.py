"""`checkpoint`: the same values and derivatives, from less memory."""

from __future__ import annotations

import itertools
import math
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import checkpoint, grad, hessian, jvp, value_and_grad
from pullback.math import exp, sin


def wave(x: Any, y: Any = 2.0) -> Any:
    return sin(exp(x) * y)


def test_values_and_derivatives_to_third_order() -> None:
    plain, kept = wave, checkpoint(wave)
    for _ in range(3):
        assert kept(0.3, 1.5) == pytest.approx(plain(0.3, 1.5), rel=1e-14)
        plain, kept = grad(plain), grad(kept)


@pytest.mark.parametrize("argnums", [0, 1, "y", (0, 1)])
def test_every_argument(argnums: Any) -> None:
    assert value_and_grad(checkpoint(wave), argnums)(0.3, y=1.5) == value_and_grad(wave, argnums)(0.3, y=1.5)


def test_forward_mode_and_mixed_modes() -> None:
    assert jvp(checkpoint(wave), (0.3, 1.5), (1.0, -1.0)) == pytest.approx(jvp(wave, (0.3, 1.5), (1.0, -1.0)))
    inside = lambda p: checkpoint(lambda q: wave(q["a"], q["b"]) * q["a"])(p)  # noqa: E731
    plain = lambda p: wave(p["a"], p["b"]) * p["a"]  # noqa: E731
    found, wanted = hessian(inside)({"a": 0.3, "b": 1.5}), hessian(plain)({"a": 0.3, "b": 1.5})
    assert {k: pytest.approx(v) for k, v in wanted.items()} == found


def test_structures_in_and_out() -> None:
    both = checkpoint(lambda p, *, scale: {"sum": (p[0] + p[1]) * scale, "count": "two", "parts": [p[0] * p[1]]})
    result = both((2.0, 3.0), scale=4.0)
    assert result == {"sum": 20.0, "count": "two", "parts": [6.0]}
    slope = grad(lambda p: both(p, scale=4.0)["sum"] + both(p, scale=4.0)["parts"][0])((2.0, 3.0))
    assert slope == (4.0 + 3.0, 4.0 + 2.0)


def test_the_function_runs_once_more_in_the_sweep_and_its_operations_are_not_kept() -> None:
    runs = []

    def counted(x: Any) -> Any:
        runs.append(isinstance(x, pb.Variable))
        return sin(x) * x

    assert grad(checkpoint(counted))(0.5) == pytest.approx(grad(lambda x: sin(x) * x)(0.5))
    assert runs == [False, True]


def test_a_variable_from_elsewhere_is_refused() -> None:
    with pytest.raises(pb.ChainBrokenError, match="checkpoint of .*reads a variable that is not among its inputs"):
        grad(lambda x: checkpoint(lambda y: x * y)(2.0 * x))(1.0)


def test_an_outer_level_is_followed() -> None:
    # d/dx of x * d/dy (x y^2) at y = 3 x, that is of 6 x^3
    assert grad(lambda x: x * grad(checkpoint(lambda y, x=x: y * y))(3.0 * x))(2.0) == pytest.approx(24.0)


def test_without_variables_it_is_the_function() -> None:
    assert checkpoint(wave)(0.3) == wave(0.3)


def test_it_pickles_and_looks_like_the_function() -> None:
    kept = pickle.loads(pickle.dumps(checkpoint(wave)))
    assert kept(0.3) == wave(0.3)
    assert kept.__name__ == "wave"


def _dropped(z: Any) -> Any:
    z[0] = 5.0
    return z * 1.0


@pytest.mark.parametrize("derive", [value_and_grad, hessian, lambda f: lambda x: jvp(f, (x,), (x,))])
def test_an_assignment_to_an_argument_is_refused(derive: Any) -> None:
    given = np.array([1.0, 2.0, 3.0])
    for f in (
        lambda x: np.sum(checkpoint(_dropped)(x)),
        lambda x: np.sum(checkpoint(_dropped)(x * 1.0) * x),
        lambda x: np.sum(checkpoint(lambda p: _dropped(p["a"]))({"a": x})),
    ):
        with pytest.raises(
            pb.ChainBrokenError, match=r"checkpoint of .*, called at .*, assigns to its argument, .* y = x.copy"
        ):
            derive(f)(given)
    assert given.tolist() == [1.0, 2.0, 3.0]


def test_an_assignment_to_a_copy_is_none_to_an_argument() -> None:
    def f(z: Any) -> Any:
        return np.sum(_dropped(z.copy()) * z)

    x = np.array([math.nan, 2.0, 3.0])
    assert grad(checkpoint(f))(x).tolist() == grad(f)(x).tolist() == [5.0, 4.0, 6.0]
    assert grad(lambda y: np.sum(checkpoint(lambda z: z)(y) * y))(x[1:]).tolist() == [4.0, 6.0]


def test_a_second_run_that_differs_is_found() -> None:
    random, runs, weights = np.random.default_rng(7), itertools.count(1), np.ones(3)

    def changing(x: Any) -> Any:
        y = checkpoint(lambda z: z * weights)(x)
        weights[:] = 7.0
        return np.sum(y)

    x = np.ones(3)
    for f in (
        lambda x: np.sum(checkpoint(lambda z: z * random.normal(size=3))(x)),
        lambda x: checkpoint(lambda z: z * next(runs))(x)[0],
        lambda x: checkpoint(lambda z: (z[0],) * next(runs))(x)[0],
        changing,
    ):
        for derive in (grad(f), lambda x, f=f: jvp(f, (x,), (x,))):
            weights[:] = 1.0
            with pytest.raises(
                pb.RuleError, match=r"second run of checkpoint of .* gives other values .* make random numbers before"
            ):
                derive(x)


def test_values_that_are_not_finite_are_the_same_again() -> None:
    for value in (math.inf, -math.inf, math.nan):
        assert grad(checkpoint(lambda x: (x * 0.0 + value) * 0.0 + x))(1.0) == 1.0  # noqa: B023


def test_it_takes_the_memory_of_one_layer_at_a_time() -> None:
    def layer(x: Any) -> Any:
        for _ in range(4):
            x = np.sin(x) * np.exp(-x * x) + x
        return x

    def peak(step: Any) -> int:
        def deep(x: Any) -> Any:
            for _ in range(8):
                x = step(x)
            return np.sum(x)

        run = grad(deep)
        run(np.ones(2))
        tracemalloc.start()
        try:
            run(np.ones(20_000))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(checkpoint(layer)) < peak(layer) / 3
