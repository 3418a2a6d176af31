"""Every universal function of NumPy: differentiated, passed through, or another family's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.tables import overloads
from pullback.testing import check_grads, check_points
from pullback.transforms import grad, jvp
from pullback_plugins.numpy.families import elementwise

UFUNCS = sorted({f.__name__ for f in vars(np).values() if isinstance(f, np.ufunc)})
X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
Y = np.array([1.1, -0.6, 0.8])
POSITIVE = np.abs(X)


def test_every_universal_function_has_an_answer() -> None:
    missing = [name for name in UFUNCS if overloads.find(getattr(np, name)) is None]
    assert missing == []


SMOOTH: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (np.square, (X,)),
    (np.reciprocal, (X,)),
    (np.float_power, (POSITIVE, Y)),
    (lambda x: np.float_power(x, 2), (X,)),
    (lambda x: np.float_power(2, x), (X,)),
    (lambda x, y: np.divmod(x, y)[1], (X, Y)),
    (lambda x, y: np.fmod(x, y), (X, Y)),
    (np.remainder, (X, Y)),
    (np.logaddexp, (X, Y)),
    (np.logaddexp2, (X, Y)),
    (np.fmax, (X, Y)),
    (np.fmin, (X, Y)),
    (np.copysign, (X, Y)),
    (np.hypot, (X, Y)),
    (np.arctan2, (X, Y)),
    (lambda x: np.heaviside(1.0, x) * x, (X,)),
    (np.fabs, (X,)),
    (np.deg2rad, (X,)),
    (np.rad2deg, (X,)),
    (np.positive, (X,)),
]


@pytest.mark.parametrize(("function", "args"), SMOOTH)
def test_derivatives(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check_grads(function, args, step=1e-3)
    variables = [pb.Variable(x) for x in args]
    np.testing.assert_array_equal(function(*variables).primal, function(*args))


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "rint", "sign", "spacing"])
def test_steps(name: str) -> None:
    function = getattr(np, name)
    x = np.array([0.5, 1.0, -1.0, 0.0, 2.7])
    np.testing.assert_array_equal(function(pb.Variable(x)).primal, function(x))
    np.testing.assert_array_equal(grad(lambda x: np.sum(function(x)))(x), np.zeros(5))
    # Still variables, which take in others.
    y = function(pb.Variable(x))
    y[0] = pb.Variable(3.0)
    assert y.primal[0] == 3.0


def test_steps_of_two() -> None:
    x = np.array([-1.0, 0.0, 2.0])
    np.testing.assert_array_equal(grad(lambda h: np.sum(np.heaviside(x, h)))(np.full(3, 0.5)), [0.0, 1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.heaviside(x, 0.5)))(x), 0.0)
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.nextafter(x, 1.0)))(x), 1.0)
    np.testing.assert_array_equal(grad(lambda y: np.sum(np.nextafter(x, y)))(x), 0.0)
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.floor_divide(x, 0.7)))(x), 0.0)


def test_the_sign_of_complex_numbers() -> None:
    z = np.array([3.0 + 4.0j, -1.0 + 0.5j])
    np.testing.assert_allclose(np.sign(pb.Variable(z)).primal, np.sign(z))
    if np.sign(1j) == 1j:
        check_grads(np.sign, (z,))


POINTS: list[tuple[Callable[..., Any], tuple[float, float], tuple[float, float]]] = [
    (np.logaddexp, (-math.inf, -math.inf), (0.5, 0.5)),
    (np.logaddexp, (math.inf, math.inf), (0.5, 0.5)),
    (np.logaddexp, (-math.inf, 0.0), (0.0, 1.0)),
    (np.logaddexp, (1000.0, 0.0), (1.0, 0.0)),
    (np.logaddexp2, (-math.inf, -math.inf), (0.5, 0.5)),
    (np.fmax, (1.0, 1.0), (0.5, 0.5)),
    (np.fmax, (math.nan, 1.0), (0.0, 1.0)),
    (np.fmax, (2.0, math.nan), (1.0, 0.0)),
    (np.fmin, (1.0, 1.0), (0.5, 0.5)),
    (np.fmin, (math.nan, 1.0), (0.0, 1.0)),
    (np.hypot, (0.0, 0.0), (0.0, 0.0)),
    (np.arctan2, (0.0, 0.0), (0.0, 0.0)),
]


@pytest.mark.parametrize(("function", "point", "expected"), POINTS)
def test_points(function: Callable[..., Any], point: tuple[float, float], expected: tuple[float, float]) -> None:
    x, y = np.array([point[0]]), np.array([point[1]])
    for place in (0, 1):
        assert grad(lambda x, y: np.sum(function(x, y)), place)(x, y)[0] == expected[place]
    assert jvp(lambda x: function(x, y), (x,), (np.ones(1),))[1][0] == expected[0]


def test_declared_points() -> None:
    declared = [pair for pair in elementwise.pullback_register_primitives() if getattr(pair, "points", None)]
    assert len(declared) > 10
    for pair in declared:
        with np.errstate(all="ignore"):
            check_points(pair)
        for inputs, wanted in pair.points.items():
            point = inputs if isinstance(inputs, tuple) else (inputs,)
            arrays = [np.array([x, x]) for x in point]
            for place, expected in enumerate(wanted if isinstance(wanted, tuple) else (wanted,)):
                with np.errstate(all="ignore"):
                    found = grad(lambda *xs, pair=pair: np.sum(pair(*xs)), place)(*arrays)
                np.testing.assert_array_equal(found, [expected] * 2, err_msg=f"{pair.name} at {point} by {place}")


def test_the_curvature_of_logaddexp_at_a_tie() -> None:
    x, y = np.array([0.3]), np.array([0.3])
    slope = grad(lambda x: np.sum(np.logaddexp(x, y)))
    assert grad(lambda x: np.sum(slope(x)))(x)[0] == 0.25


QUESTIONS = [
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor", "logical_not", "signbit", "isnan", "isinf", "isfinite",
]  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_give_plain_arrays(name: str) -> None:
    function = getattr(np, name)
    args = (X, Y) if function.nin == 2 else (X,)
    found = function(*map(pb.Variable, args))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, function(*args))
    if function.nin == 2:
        np.testing.assert_array_equal(function(X, pb.Variable(Y)), function(X, Y))
        y = np.array([1.0, 2.0])
        np.testing.assert_array_equal(function([pb.Variable(0.5), 2.0], pb.Variable(y)), function([0.5, 2.0], y))


def test_other_questions() -> None:
    x = pb.Variable(X)
    assert np.allclose(x, X) is True
    assert np.array_equal(x, X) is True
    assert np.array_equiv(X, x) is True
    np.testing.assert_array_equal(np.isclose(X, x + 1.0), False)
    np.testing.assert_array_equal(np.isposinf(x), False)
    np.testing.assert_array_equal(x - 1.0 < X, True)


def test_integers_only() -> None:
    with pytest.raises(TypeError):
        np.gcd(pb.Variable(X), 2)
    with pytest.raises(TypeError):
        np.bitwise_and(pb.Variable(X), 2)


def test_float32_stays_and_float_power_is_double() -> None:
    x = np.abs(X).astype(np.float32)
    for function in (np.square, np.reciprocal, np.floor, np.sign):
        assert function(pb.Variable(x)).dtype == np.float32
        assert grad(lambda x, f=function: np.sum(f(x)))(x).dtype == np.float32
    for function in (np.logaddexp, np.fmax, np.maximum, np.hypot):
        assert function(pb.Variable(x), x).dtype == np.float32
        assert grad(lambda x, f=function: np.sum(f(x, np.float32(0.5))))(x).dtype == np.float32
    assert np.float_power(pb.Variable(x), 2).dtype == np.float64
    assert grad(lambda x: np.sum(np.float_power(x, 2)))(x).dtype == np.float32
    for shape in ((), (0,), (2, 0)):
        empty = np.full(shape, 0.5)
        assert grad(lambda x: np.sum(np.logaddexp(np.square(x), 0.0)))(empty).shape == shape


@pytest.mark.parametrize("slope", [np.ones(5), np.ones((5, 3)), "text", None])
def test_a_slope_that_does_not_fit_names_its_pair(slope):
    pair = pb.elementwise(lambda x: 2.0 * x, derivative=lambda x, y: slope, name="hasty")
    for derive in (pb.grad(lambda x: np.sum(pair(x))), lambda x: pb.jvp(pair, (x,), (x,))):
        with pytest.raises(
            pb.RuleError,
            match=r"^derivative of hasty returned .* where a (partial derivative|gradient) of an array of shape \(3,\)",
        ):
            derive(np.arange(3.0))
