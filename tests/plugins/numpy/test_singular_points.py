"""What a gradient is where calculus does not say: the table of the design, on arrays, in both modes and to second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import grad, hessian, jvp

INF = np.inf
PI = np.pi


def quietly(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What the caller's own values warn of is the caller's."""

    def call(x: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(x)

    return call


def apart(x: Any) -> tuple[Any, Any]:
    return x[: len(x) // 2], x[len(x) // 2 :]


# (name, function to a scalar or an array that is summed, point, gradient, the Hessian or its diagonal, None where there is none)
TABLE: list[tuple[str, Callable[[Any], Any], Any, Any, Any]] = [
    ("a masked root", lambda x: np.where(x > 0, np.sqrt(x), 0), [0, 4], [0, 0.25], [0, -1 / 32]),
    ("a masked quotient", quietly(lambda x: np.where(x != 0, np.sin(x) / x, 1)), [0, PI], [0, -1 / PI], [0, 2 / PI**2]),
    ("sqrt", np.sqrt, [0, 4], [INF, 0.25], [-INF, -1 / 32]),
    ("cbrt", np.cbrt, [0, 8], [INF, 1 / 12], None),
    ("abs", np.abs, [0, -2, 3], [0, -1, 1], [0, 0, 0]),
    ("fabs", np.fabs, [0, -2], [0, -1], [0, 0]),
    ("the operator abs", abs, [0, -2], [0, -1], [0, 0]),
    ("sign", np.sign, [0, -2], [0, 0], [0, 0]),
    ("round", lambda x: np.round(x, 1), [0, 0.25], [0, 0], [0, 0]),
    ("floor", np.floor, [0, 1, 1.5], [0, 0, 0], [0, 0, 0]),
    ("ceil, trunc and rint", lambda x: np.ceil(x) + np.trunc(x) + np.rint(x), [0, 0.5, 1], [0, 0, 0], [0, 0, 0]),
    ("maximum with a constant", lambda x: np.maximum(x, 1.0), [0, 1, 2], [0, 0.5, 1], [0, 0, 0]),
    ("minimum with a constant", lambda x: np.minimum(x, 1.0), [0, 1, 2], [1, 0.5, 0], [0, 0, 0]),
    ("fmax and fmin", lambda x: np.fmax(x, 1.0) + 3 * np.fmin(x, 1.0), [0, 1, 2], [3, 2, 1], [0, 0, 0]),
    ("maximum of two halves", lambda x: np.maximum(*apart(x)), [1, 1, 1, 0], [0.5, 1, 0.5, 0], [0, 0, 0, 0]),
    ("maximum of x and x", lambda x: np.maximum(x, x), [1, 2], [1, 1], [0, 0]),
    ("max", np.max, [1, 1], [0.5, 0.5], [0, 0]),
    ("max of three equal", np.max, [2, 1, 2, 2], [1 / 3, 0, 1 / 3, 1 / 3], [0, 0, 0, 0]),
    ("min along an axis", lambda x: np.min(np.reshape(x, (2, 2)), axis=1), [1, 1, 3, 2], [0.5, 0.5, 0, 1], [0, 0, 0, 0]),
    ("the square of max", lambda x: np.max(x) ** 2, [3, 3], [3, 3], [[0.5, 0.5], [0.5, 0.5]]),
    ("norm of zeros", np.linalg.norm, [0, 0, 0], [0, 0, 0], None),
    ("norm squared of zeros", lambda x: np.linalg.norm(x) ** 2, [0, 0], [0, 0], [2, 2]),
    ("norm of rows", lambda x: np.linalg.norm(np.reshape(x, (2, 2)), axis=1), [0, 0, 3, 4], [0, 0, 0.6, 0.8], None),
    ("root of a sum of squares", lambda x: np.sqrt(np.sum(x**2)), [0, 0], [0, 0], None),
    ("std of a constant", np.std, [3, 3], [0, 0], None),
    ("var of a constant", np.var, [3, 3], [0, 0], [[0.5, -0.5], [-0.5, 0.5]]),
    ("hypot", lambda x: np.hypot(*apart(x)), [0, 3, 0, 4], [0, 0.6, 0, 0.8], None),
    ("arctan2", lambda x: np.arctan2(*apart(x)), [0, 0, 0, 2], [0, 0.5, 0, 0], None),
    ("prod with a zero", np.prod, [0, 3, 5], [15, 0, 0], [[0, 5, 3], [5, 0, 0], [3, 0, 0]]),
    ("prod with two zeros", np.prod, [0, 0, 5], [0, 0, 0], [[0, 5, 0], [5, 0, 0], [0, 0, 0]]),
    ("prod of zeros", np.prod, [0, 0, 0], [0, 0, 0], [0, 0, 0]),
    ("cumprod with a zero", np.cumprod, [2, 0, 5], [1, 12, 0], [[0, 6, 0], [6, 0, 2], [0, 2, 0]]),
    ("x ** 0", lambda x: x**0, [0, 2], [0, 0], [0, 0]),
    ("x ** 1", lambda x: x**1, [0, 2], [1, 1], [0, 0]),
    ("x ** 2", lambda x: x**2, [0, -2], [0, -4], [2, 2]),
    ("x ** 2.0", lambda x: np.power(x, 2.0), [0, -2], [0, -4], [2, 2]),
    ("x ** 3", lambda x: x**3, [0, -2], [0, 12], [0, -12]),
    ("x to an array", lambda x: x ** np.array([0, 1, 2, 3]), [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0]),
    ("0 ** x", lambda x: 0.0**x, [0, 1], [-INF, 0], None),
    ("x ** x", lambda x: x**x, [0, 1], [-INF, 1], None),
    ("sinc", np.sinc, [0, 1], [0, -1], [-(PI**2) / 3, 2]),
    ("logaddexp of -inf", lambda x: np.logaddexp(*apart(x)), [-INF, 0, -INF, 0], [0.5, 0.5, 0.5, 0.5], None),
    ("logaddexp of inf", lambda x: np.logaddexp(*apart(x)), [INF, 0, INF, 0], [0.5, 0.5, 0.5, 0.5], None),
    ("logaddexp of one -inf", lambda x: np.logaddexp(*apart(x)), [1, -INF], [1, 0], [0, 0]),
    ("clip", lambda x: np.clip(x, 0, 1), [-1, 0, 0.5, 1, 2], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]),
    ("the bound of a clip", lambda x: np.clip(np.array([-1.0, 0.0, 2.0]), x, 1), [0, 0, 0], [1, 0, 0], [0, 0, 0]),
    ("sort", lambda x: np.sort(x) ** 2, [1, 1, 0], [2, 2, 0], [2, 2, 2]),
    ("a root squared", lambda x: np.sqrt(x) ** 2, [0, 4], [0, 1], None),
    ("eigenvalues that are equal", lambda x: np.linalg.eigvalsh(np.diag(x)) ** 2, [2, 2], [4, 4], None),
    ("singular values that are equal", lambda x: np.linalg.svd(np.diag(x), compute_uv=False) ** 2, [2, 2], [4, 4], None),
    ("determinant of rank 1", lambda x: np.linalg.det(np.reshape(x, (2, 2))), [1, 2, 2, 4], [4, -2, -2, 1],
     [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]]),
]  # fmt: skip

each_row = pytest.mark.parametrize(
    ("function", "point", "gradient", "curvature"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)


def total(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: np.sum(function(x))


@each_row
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gradient(function: Any, point: Any, gradient: Any, curvature: Any, dtype: Any) -> None:
    x = np.array(point, dtype=dtype)
    found = grad(total(function))(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(
        found, gradient, rtol=1e-6 if dtype == np.float32 else 1e-12, atol=1e-6 if dtype == np.float32 else 1e-14
    )


@each_row
def test_forward_mode_agrees(function: Any, point: Any, gradient: Any, curvature: Any) -> None:
    x = np.array(point, dtype=float)
    for place, expected in enumerate(gradient):
        direction = np.zeros_like(x)
        direction[place] = 1.0
        _, tangent = jvp(total(function), (x,), (direction,))
        np.testing.assert_allclose(tangent, expected, rtol=1e-12, atol=1e-14)


@each_row
def test_variables_that_stand_alone_agree(function: Any, point: Any, gradient: Any, curvature: Any) -> None:
    x = pb.Variable(np.array(point, dtype=float))
    np.sum(function(x)).backprop()
    np.testing.assert_allclose(x.grad, gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("function", "point", "curvature"),
    [(row[1], row[2], row[4]) for row in TABLE if row[4] is not None],
    ids=[row[0] for row in TABLE if row[4] is not None],
)
def test_second_order(function: Any, point: Any, curvature: Any) -> None:
    x = np.array(point, dtype=float)
    expected = np.array(curvature, dtype=float)
    expected = expected if expected.ndim == 2 else np.diag(expected)
    np.testing.assert_allclose(hessian(total(function))(x), expected, rtol=1e-10, atol=1e-12)
    # Reverse over reverse, a row at a time.
    for place in range(len(point)):
        row = grad(lambda x: grad(total(function))(x)[place])(x)
        np.testing.assert_allclose(row, expected[place], rtol=1e-10, atol=1e-12)


def test_an_exponent_of_a_negative_base_has_no_derivative() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(lambda x: np.sum((-1.0) ** x))(np.array([2.0]))).all()


def test_smooth_functions_of_equal_eigenvalues() -> None:
    def square(a: Any) -> Any:
        w, v = np.linalg.eigh(a)
        return np.trace((v * w**2) @ v.T)

    np.testing.assert_allclose(grad(square)(2.0 * np.eye(3)), 4.0 * np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    "function", [lambda a: np.linalg.eigh(a)[1][0, 1], lambda a: np.linalg.svd(a)[0][0, 1]], ids=["eigh", "svd"]
)
def test_what_depends_on_the_choice_of_vectors_warns(function: Any) -> None:
    with pytest.warns(pb.PullbackWarning, match="depends on the choice of the vectors"):
        assert np.isfinite(grad(function)(2.0 * np.eye(2))).all()


def test_the_setting_decides_on_zero_times_infinity() -> None:
    root = total(lambda x: np.where(x > 0, np.sqrt(x), 0.0))
    x = np.array([0.0, 4.0])
    with pb.indeterminate("nan"):
        np.testing.assert_array_equal(grad(root)(x), [np.nan, 0.25])
    with pb.indeterminate("warn"), pytest.warns(pb.PullbackWarning, match="0 \\* inf"):
        np.testing.assert_array_equal(grad(root)(x), [0.0, 0.25])
    with pb.indeterminate("zero"):
        np.testing.assert_array_equal(grad(root)(x), [0.0, 0.25])


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0,)])
def test_shapes_without_and_with_axes(shape: tuple[int, ...]) -> None:
    x = np.zeros(shape)
    np.testing.assert_array_equal(grad(total(np.sqrt))(x), np.full(shape, INF), strict=True)
    np.testing.assert_array_equal(grad(total(np.abs))(x), np.zeros(shape), strict=True)
    np.testing.assert_array_equal(grad(total(np.linalg.norm))(x), np.zeros(shape), strict=True)
    np.testing.assert_array_equal(grad(total(lambda x: np.maximum(x, 0.0)))(x), np.full(shape, 0.5), strict=True)


def test_complex_zero() -> None:
    z = np.array([0.0, 3.0 - 4.0j])
    np.testing.assert_allclose(grad(total(np.abs))(z), [0.0, 0.6 + 0.8j])
    np.testing.assert_allclose(grad(total(np.angle))(z)[0], 0.0)
    np.testing.assert_allclose(grad(np.linalg.norm)(np.zeros(2, dtype=complex)), [0.0, 0.0])
