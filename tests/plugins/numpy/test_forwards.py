"""The scalar pairs on arrays: what they give element by element is what they give for floats, at their points too."""

from __future__ import annotations

import math
import warnings
from functools import partial
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.transforms import grad, jacobian, jvp
from pullback_plugins import arithmetic, exponential, hyperbolic, special, trig
from tests.plugins.cases import CASES, Case

SCALARS_ONLY = {"fsum_of", "fsum", "sumprod_of", "sumprod", "dist"}
PAIRS = {
    pair.name: pair
    for module in (arithmetic, exponential, hyperbolic, special, trig)
    for pair in module.pullback_register_primitives()
    if pair.name in CASES and pair.name not in SCALARS_ONLY
}
by_name = pytest.mark.parametrize("name", sorted(PAIRS))


def _columns(case: Case) -> list[list[tuple[Any, ...]]]:
    """The examples, those of as many inputs together."""
    lengths = sorted({len(inputs) for inputs in case.examples})
    return [[inputs for inputs in case.examples if len(inputs) == length] for length in lengths]


def _arrays(name: str, case: Case, group: list[tuple[Any, ...]]) -> list[Any]:
    arrays = []
    for place, column in enumerate(zip(*group, strict=True)):
        fixed = place in case.fixed
        arrays.append(np.array(column) if fixed else np.array(column, dtype=float))
    return arrays


def _needs(name: str) -> None:
    if name in {"erf", "erfc", "gamma", "lgamma", "digamma", "polygamma"}:
        pytest.importorskip("scipy.special")
    if name == "fma" and not hasattr(math, "fma"):
        pytest.skip("this Python has no fma to compare with")


def _scalar(function: Any, place: int, inputs: tuple[Any, ...]) -> float:
    try:
        return grad(function, place)(*inputs)
    except (OverflowError, ValueError, ZeroDivisionError):
        return math.nan


@by_name
def test_arrays_agree_with_floats(name: str) -> None:
    _needs(name)
    case, function = CASES[name], partial(CASES[name].call, PAIRS[name])
    for group in _columns(case):
        arrays = _arrays(name, case, group)
        active = [place for place in range(len(arrays)) if place not in case.fixed]
        for place in active:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                found = grad(lambda *xs: np.sum(function(*xs)), place)(*arrays)
                tangent = np.ones_like(arrays[place])
                pushed = jvp(
                    lambda x, place=place, arrays=arrays: function(*arrays[:place], x, *arrays[place + 1 :]),
                    (arrays[place],),
                    (tangent,),
                )[1]
            for n, inputs in enumerate(group):
                expected = _scalar(function, place, inputs)
                assert found[n] == pytest.approx(expected, rel=1e-11, abs=1e-300, nan_ok=True), (name, inputs, place)
                assert pushed[n] == pytest.approx(expected, rel=1e-11, abs=1e-300, nan_ok=True), (name, inputs, place)


@by_name
def test_second_derivatives_agree_with_floats(name: str) -> None:
    _needs(name)
    case, function = CASES[name], partial(CASES[name].call, PAIRS[name])
    for group in _columns(case):
        arrays = _arrays(name, case, group)
        active = [place for place in range(len(arrays)) if place not in case.fixed]
        for first in active:
            for second in active:
                slope = grad(lambda *xs: np.sum(function(*xs)), first)
                found = grad(lambda *xs, slope=slope: np.sum(slope(*xs)), second)(*arrays)
                for n, inputs in enumerate(group):
                    expected = _scalar(grad(function, first), second, inputs)
                    assert found[n] == pytest.approx(expected, rel=1e-9, abs=1e-200, nan_ok=True), (name, inputs)


@by_name
def test_points_on_arrays(name: str) -> None:
    _needs(name)
    pair = PAIRS[name]
    for inputs, declared in getattr(pair, "points", {}).items():
        point = inputs if isinstance(inputs, tuple) else (inputs,)
        wanted = declared if isinstance(declared, tuple) else (declared,)
        arrays = tuple(np.array([x]) for x in point)
        for place, expected in enumerate(wanted):
            with np.errstate(
                all="ignore"
            ):  # the parts of rules are plain IEEE 754, and warn where they are called by name
                found = grad(lambda *xs: np.sum(pair(*xs)), place)(*arrays)
            np.testing.assert_array_equal(found, [expected], err_msg=f"{name} at {point} by {place}")


SMOOTH = [
    np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arctanh,
    np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sqrt, np.cbrt, np.absolute, np.degrees, np.radians,
]  # fmt: skip


@pytest.mark.parametrize("function", SMOOTH)
def test_dtypes_and_shapes(function: Any) -> None:
    for dtype in (np.float32, np.float64):
        for shape in ((), (0,), (0, 3), (2, 1, 3)):
            x = np.full(shape, 0.4, dtype=dtype)
            slope = grad(lambda x: np.sum(function(x)))(x)
            assert slope.shape == shape
            assert slope.dtype == dtype
            value, pushed = jvp(function, (x,), (x,))
            assert value.dtype == pushed.dtype == dtype
    assert type(grad(lambda x: function(x))(0.4)) is float
    assert isinstance(grad(lambda x: function(x))(np.float32(0.4)), np.float32)


Z = np.array([[0.3 + 0.4j, -0.5 + 0.2j], [0.1 - 0.6j, -0.2 - 0.3j]])
COMPLEX = [f for f in SMOOTH if f not in (np.cbrt, np.degrees, np.radians)]


@pytest.mark.parametrize("function", [*COMPLEX, np.arccosh, np.negative, np.positive])
def test_complex_numbers(function: Any) -> None:
    check_grads(function, (Z,))


@pytest.mark.parametrize("function", [np.add, np.subtract, np.multiply, np.divide, np.power])
def test_complex_arithmetic(function: Any) -> None:
    real = np.array([0.5, 2.0])
    check_grads(function, (Z, Z[::-1] + 1.0))
    check_grads(function, (real, Z))
    check_grads(function, (Z, real))


def test_the_gradient_of_a_modulus() -> None:
    z = np.array([3.0 + 4.0j, 0.0j])
    np.testing.assert_allclose(grad(lambda z: np.sum(np.abs(z)))(z), [0.6 - 0.8j, 0.0])


EXPONENTS: list[tuple[Any, list[float], list[float], list[float]]] = [
    (0, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    (1, [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    (2, [-4.0, 0.0, 6.0], [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    (3, [12.0, 0.0, 27.0], [-12.0, 0.0, 18.0], [6.0, 6.0, 6.0]),
]


@pytest.mark.parametrize(
    "form", [int, float, np.float64, np.int8, np.uint8, lambda n: np.full(3, n), lambda n: np.full(3, n, np.uint64)]
)
@pytest.mark.parametrize(("exponent", "first", "second", "third"), EXPONENTS)
def test_powers_to_third_order(exponent: int, first: Any, second: Any, third: Any, form: Any) -> None:
    x, y = np.array([-2.0, 0.0, 3.0]), form(exponent)

    def derivative(f: Any) -> Any:
        return grad(lambda x: np.sum(f(x)))

    f = derivative(lambda x: x**y)
    np.testing.assert_array_equal(f(x), first)
    np.testing.assert_array_equal(derivative(f)(x), second)
    np.testing.assert_array_equal(derivative(derivative(f))(x), third)
    np.testing.assert_array_equal(jvp(f, (x,), (np.ones(3),))[1], second)


def test_powers_with_other_exponents() -> None:
    x = np.array([-2.0, 0.5])
    np.testing.assert_allclose(grad(lambda x: np.sum(x**-1))(x), -1 / x**2)
    np.testing.assert_allclose(grad(lambda x: np.sum(2**x))(x), 2**x * math.log(2))
    np.testing.assert_allclose(
        grad(lambda x: np.sum(np.array([2, 3]) ** x))(x), [0.25 * math.log(2), 3**0.5 * math.log(3)]
    )
    assert grad(lambda x: np.sum(x**0.5))(np.zeros(1))[0] == math.inf
    assert grad(lambda x: np.sum(0**x))(np.zeros(1))[0] == -math.inf
    assert grad(lambda x: np.sum(x**x))(np.zeros(1))[0] == -math.inf
    for y in (2, 2.0, 0.5, -1, 3):
        assert grad(lambda x, y=y: np.sum(x**y))(np.float32([0.5, 2])).dtype == np.float32


def test_a_square_computes_no_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("a mask")

    monkeypatch.setitem(arithmetic.where.forwards, "array", refuse)
    monkeypatch.setattr(arithmetic.where, "plans", {})
    x = np.array([0.0, 1.5])
    for y in (2, 0.5, -1, 0):
        grad(lambda x, y=y: np.sum(x**y))(x + 1.0)
    grad(lambda x: np.sum(2**x))(x)


def test_ties_and_missing_numbers_of_maximum_and_minimum() -> None:
    x, y = np.array([1.0, 2.0, 0.0, math.nan]), np.array([1.0, 0.0, 2.0, 1.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.maximum(x, y)))(x), [0.5, 1.0, 0.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.minimum(x, y)))(x), [0.5, 0.0, 1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.maximum(x, x)))(x), [1.0, 1.0, 1.0, 0.0])
    assert np.isnan(np.maximum(pb.Variable(x), y).primal[3])


def test_remainder_is_that_of_ieee() -> None:
    chooser = np.random.default_rng(0)
    x = np.concatenate([chooser.uniform(-50, 50, 200), [1.5, 2.5, -2.5, 3.5, 0.0, -0.0, 1e300, 5.0]])
    y = np.concatenate([chooser.uniform(-3, 3, 200), [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0, math.inf]])
    np.testing.assert_array_equal(pb.math.remainder(x, y), list(map(math.remainder, x, y)))


def test_the_parts_of_floats() -> None:
    x = np.array([[-7.3, 0.4], [2.5, 1e-3]])
    check_grads(lambda x: np.modf(x)[0] * 2.0, (x,), step=1e-4)
    check_grads(lambda x: np.frexp(x)[0], (x,), step=1e-4)
    mantissa, exponent = np.frexp(pb.Variable(x))
    assert type(exponent) is np.ndarray
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.ldexp(x, exponent)))(x), 2.0**exponent)
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.modf(x)[1]))(x), 0.0)
    fraction, whole = np.modf(pb.Variable(x))
    np.testing.assert_array_equal(whole.primal, np.trunc(x))
    check_grads(arithmetic.fma, (x, x + 1.0, x - 1.0))


def test_rounding_by_python() -> None:
    x = np.array([0.25, -1.75])
    assert isinstance(round(pb.Variable(np.float64(0.25)), 1), pb.Variable | type(pb.Variable(x)))
    np.testing.assert_array_equal(grad(lambda x: np.sum(round(x, 1) * x))(x), np.round(x, 1))


@pytest.mark.parametrize("f", [np.sinc, np.i0, lambda x: np.maximum(x, 2.0), lambda x: np.real(np.exp(1j * x))])
def test_what_has_no_axes_is_differentiated_in_its_own_precision(f: Any) -> None:
    x = 3.745401188473625
    expected = grad(lambda x: np.sum(f(x)))(np.array([x]))[0]
    for scalar in (x, np.float64(x), np.array(x)):
        assert grad(f)(scalar) == pytest.approx(expected, rel=1e-12)


TABLE = np.random.default_rng(6).normal(size=(3, 4))


def test_tangents_are_broadcast_as_values_are() -> None:
    for shape in [(), (1,), (4,), (3, 1), (1, 4)]:
        x = np.ones(shape)
        for f in (lambda x: TABLE + x, lambda x: x - TABLE, lambda x: x * TABLE):
            value, tangent = jvp(f, (x,), (x,))
            assert np.shape(tangent) == np.shape(value) == (3, 4)
            np.testing.assert_array_equal(tangent, jacobian(f, mode="reverse")(x).reshape(3, 4, -1).sum(-1))
