"""What NumPy's own Python code gets where it makes an array of a variable."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import ChainBrokenError, PullbackError, check_grads, grad, jacobian, vjp
from pullback_plugins.numpy.array.variable import ArrayVariable

X = np.array([0.7, 1.3, 2.1])
M = np.array([[0.7, 1.3, 2.1], [0.4, -1.0, 0.2]])
AS_STRIDED = np.lib.stride_tricks.as_strided
P = np.polynomial


def agree(f: Any, *args: Any) -> None:
    """Check value, dtype and gradients of `f` against NumPy's, and that they stay array variables."""
    kinds = []

    def followed(*given: Any) -> Any:
        result = f(*given)
        kinds.append(type(result))
        return result

    value, _ = vjp(followed, *args)
    assert kinds == [ArrayVariable]
    wanted = f(*args)
    assert value.dtype == wanted.dtype
    np.testing.assert_array_equal(value, wanted)
    check_grads(lambda *given: f(*given) ** 2, args)


@pytest.mark.parametrize(
    "join",
    [
        lambda x, m: np.r_[x, 1.0, x[1], [4.0, 5.0], m[0]],
        lambda x, m: np.r_[1, x],
        lambda x, m: np.r_[np.arange(3), x],
        lambda x, m: np.r_[0:1:5j, x],
        lambda x, m: np.r_[0 : x[1] : 4j, x],
        lambda x, m: np.r_[2:6, x[0]],
        lambda x, m: np.r_["-1", m, m * 2.0],
        lambda x, m: np.r_["0,2", x, m],
        lambda x, m: np.r_["1,2,0", x, x],
        lambda x, m: np.r_["0,3,1", x, x[::-1]],
        lambda x, m: np.r_["0,3,-1", m, m],
        lambda x, m: np.c_[x, x**2, np.ones(3)],
        lambda x, m: np.c_[m.T, x],
        lambda x, m: np.c_[np.arange(3.0), x[:, None]],
        lambda x, m: np.c_[x[0], x[1]],
        lambda x, m: np.c_[x[:1], 1.0],
    ],
)
def test_rows_and_columns_are_array_variables(join: Any) -> None:
    agree(join, X, M)
    single = X.astype(np.float32)
    value, pull = vjp(lambda x: join(x, M.astype(np.float32)), single)
    assert value.dtype == join(single, M.astype(np.float32)).dtype
    assert pull(np.ones_like(value))[0].dtype == np.float32


def test_rows_of_complex_numbers_and_of_lists() -> None:
    agree(lambda z: np.r_[z, 1.0, X], X + 1j)
    # Lists of variables and slices beside columns go through arrays of objects.
    for f in (lambda x: np.r_[[x[0], 1.0], x], lambda x: np.c_[0 : x[1] : 3j, x]):
        np.testing.assert_array_equal(vjp(f, X)[0], f(X))
        check_grads(f, (X,))
    assert grad(lambda x: np.sum(np.r_[x, x]))(np.zeros((0,))).shape == (0,)
    hessian = pb.hessian(lambda x: np.sum(np.r_[x, x[0]] ** 3))(X)
    np.testing.assert_allclose(hessian, np.diag([12 * X[0], 6 * X[1], 6 * X[2]]))


def test_nested_levels_in_rows() -> None:
    def inner(y: float) -> Any:
        return grad(lambda x: np.sum(np.r_[x * y, x] ** 2))(2.0)

    assert grad(inner)(3.0) == pytest.approx(2 * 2.0 * 2 * 3.0)


def test_rows_carry_nothing_else() -> None:
    carried = __import__("pullback_plugins.numpy.array.frames", fromlist=["Carried"]).Carried.of(pb.Variable(X))
    for use in (
        lambda: carried + 1.0,
        lambda: np.sum(carried),
        lambda: np.concatenate([carried[:2]]),
        lambda: np.sin(carried),
    ):
        with pytest.raises(ChainBrokenError, match=r"np\.concatenate"):
            use()


@pytest.mark.parametrize("grid", [lambda x: np.mgrid[0 : x[0] : 3j, 0:1:2j], lambda x: np.mgrid[0:1:2j, x[0] : 2.0]])
def test_grids_say_what_to_use(grid: Any) -> None:
    with pytest.raises(PullbackError, match="meshgrid"):
        grad(lambda x: np.sum(grid(x)))(X)


def test_testing_compares_numbers() -> None:
    x = pb.Variable(X)
    for same in (
        np.testing.assert_allclose,
        np.testing.assert_array_equal,
        np.testing.assert_array_almost_equal,
        np.testing.assert_array_max_ulp,
    ):
        same(x, x.copy())
        same(X, x)
        with pytest.raises(AssertionError):
            same(x, X + 1.0)
    np.testing.assert_array_less(x, x + 1.0)
    with pytest.raises(AssertionError):
        np.testing.assert_array_less(x, X)
    np.testing.assert_allclose(x[0], X[0])
    seen = grad(lambda x: (np.testing.assert_allclose(x, X), np.sum(x**2))[1])(X)
    np.testing.assert_array_equal(seen, 2 * X)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: np.ma.array(x, mask=[0, 1, 0]).sum(),
        lambda x: np.ma.masked_where(x > 1, x).filled(0.0),
        lambda x: np.ma.masked_invalid(x).mean(),
        lambda x: np.ma.sqrt(x),
        lambda x: np.ma.array([x[0], 1.0]),
        lambda x: np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]) * x,
        lambda x: np.ma.mean(x),
    ],
)
def test_masks_are_refused(use: Any) -> None:
    with pytest.raises(ChainBrokenError, match="mask"):
        grad(lambda x: np.sum(use(x)))(X)


@pytest.mark.parametrize(
    "use",
    [
        lambda x, masked: x * masked,
        lambda x, masked: np.average(x, weights=masked),
        lambda x, masked: np.concatenate([x, masked]),
        lambda x, masked: np.where(x > 1, x, masked),
    ],
)
def test_masked_arrays_beside_variables_are_refused(use: Any) -> None:
    with pytest.raises(TypeError, match="mask"):
        grad(lambda x: np.sum(use(x, np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]))))(X)


def test_a_masked_result_is_refused() -> None:
    def masked(x: Any) -> Any:
        found = np.ma.empty(3, dtype=object)
        for n in range(3):
            found[n] = x[n] * 2.0
        found[1] = np.ma.masked
        return found

    with pytest.raises(TypeError, match="mask"):
        jacobian(masked)(X)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize(
    "use",
    [
        lambda m: np.matrix(m) * 2.0,
        lambda m: np.asmatrix(m),
        lambda m: np.bmat([[m, m]]),
        lambda m: np.matrix([[m[0, 0], 1.0]]),
        lambda m: np.r_["r", m[0], m[1]],
        lambda m: m * np.matrix(M.T),
        lambda m: m @ np.matrix(M.T),
        lambda m: m + np.matrix(M),
        lambda m: np.dot(m, np.matrix(M.T)),
    ],
)
def test_matrices_are_refused(use: Any) -> None:
    with pytest.raises(TypeError, match="matrix"):
        grad(lambda m: np.sum(use(m)))(M)


@pytest.mark.parametrize("draw", ["normal", "exponential", "poisson", "standard_gamma", "uniform"])
@pytest.mark.parametrize("generator", [np.random.default_rng(0), np.random])
def test_random_draws_say_what_to_do(draw: str, generator: Any) -> None:
    calls = {
        "normal": lambda x: generator.normal(x),
        "exponential": lambda x: generator.exponential(x[0], 3),
        "poisson": lambda x: generator.poisson(x),
        "standard_gamma": lambda x: generator.standard_gamma(x),
        "uniform": lambda x: generator.uniform(x, 3.0),
    }
    with pytest.raises(ChainBrokenError, match="standard_normal"):
        grad(lambda x: np.sum(calls[draw](x)))(X)


def test_other_narrow_arrays_speak_of_dtypes() -> None:
    with pytest.raises(ChainBrokenError, match="leave dtype out"):
        grad(lambda x: np.sum(np.asarray(x, dtype=float)))(X)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: np.vectorize(lambda a: a * a, otypes=[float])(x),
        lambda x: np.vectorize(lambda a: a * a if a > 1.0 else 0.0)(x),
    ],
)
def test_vectorize_says_what_to_leave_out(use: Any) -> None:
    with pytest.raises(ChainBrokenError, match="otypes"):
        grad(lambda x: np.sum(use(x)))(X)
    check_grads(lambda x: np.sum(np.vectorize(lambda a: a * a if a > 1.0 else 0.0 * a)(x)), (X,))


def test_strides() -> None:
    def windows(x: Any) -> Any:
        return np.sum(AS_STRIDED(x, (2, 2), (8, 8)) * np.array([[1.0, 2.0], [3.0, 4.0]]))

    np.testing.assert_array_equal(grad(windows)(X), [1.0, 5.0, 4.0])
    for x, shape, strides in (
        (X.astype(np.float32), (2,), (4,)),  # objects are wider
        (M.T, (3, 2), M.T.strides),  # its memory is in another order
        (X, (5,), (8,)),  # beyond its end
        (X, (2,), (4,)),
        (X, (2,), (-8,)),
        (X + 1j, (2,), (16,)),
    ):
        with pytest.raises(ChainBrokenError, match="sliding_window_view"):
            grad(lambda x, shape=shape, strides=strides: np.sum(np.real(AS_STRIDED(x, shape, strides))))(x)


BASES = {
    "polynomial": "poly",
    "chebyshev": "cheb",
    "legendre": "leg",
    "hermite": "herm",
    "hermite_e": "herme",
    "laguerre": "lag",
}


def function(module: str, name: str) -> Any:
    return getattr(getattr(P, module), BASES[module] + name)


@pytest.mark.parametrize("module", BASES)
class TestPolynomials:
    def test_several_series_at_several_places(self, module: str) -> None:
        value, several = function(module, "val"), np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.7]])
        deep = np.arange(12.0).reshape(3, 2, 2) / 7.0
        for f in (
            lambda x: value(x, several),
            lambda x: value(x[0], several),
            lambda x: value(np.outer(x, x), several),
            lambda x: value(x, deep),
            lambda x: value(x, np.outer(x, x[:2])),
            lambda x: value(x, x),
            lambda x: value(x, several[:, 0]),
            lambda x: value(np.array([0.2, 0.3]), np.outer(x, x)),
            lambda x: value(0.4, np.outer(x, x)),
            lambda x: value(x[:2], several, tensor=False),
            lambda x: value(x[:2], several * x[:, None], tensor=False),
        ):
            found = vjp(lambda x, f=f: np.add(f(x), 0.0 * x[0]), X)[0]
            np.testing.assert_allclose(found, f(X), rtol=1e-13)
            check_grads(lambda x, f=f: np.add(f(x), 0.0 * x[0]), (X,))

    def test_grids(self, module: str) -> None:
        on_points, on_grid = function(module, "val2d"), function(module, "grid2d")
        c = np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.7]])
        for f in (
            lambda x: on_grid(x, 0.5 * x[:2], c),
            lambda x: on_grid(x, 0.5 * x[:2], np.outer(x, x)),
            lambda x: on_points(x, 0.5 * x, c),
            lambda x: function(module, "grid3d")(x, x[:2], 0.5 * x, np.arange(8.0).reshape(2, 2, 2)),
        ):
            found = vjp(lambda x, f=f: np.add(f(x), 0.0 * x[0]), X)[0]
            np.testing.assert_allclose(found, f(X), rtol=1e-13)
            check_grads(lambda x, f=f: np.add(f(x), 0.0 * x[0]), (X,), order=1)

    def test_quotients_and_integrals(self, module: str) -> None:
        divide, integral = function(module, "div"), function(module, "int")
        for f in (
            lambda x: np.stack(list(divide(np.r_[x, 1.5], x[:2])[0])),
            lambda x: np.stack(list(integral(x, m=2, k=[x[1], 1.0], scl=x[2]))),
        ):
            np.testing.assert_allclose(vjp(f, X)[0], f(X))
            check_grads(f, (X,))

    def test_fits_and_roots_say_what_to_use(self, module: str) -> None:
        fit, roots = function(module, "fit"), function(module, "roots")
        cls = {"hermite_e": "HermiteE"}.get(module, module.capitalize())
        series = getattr(P, cls)
        for use in (
            lambda x: fit(np.arange(3.0), x, 1),
            lambda x: fit(x, np.arange(3.0), 1),
            lambda x: fit(np.arange(3.0), np.ones(3), 1, w=x),
            lambda x: series.fit(np.arange(3.0), x, 1)(0.5),
            lambda x: series.fit(x, np.arange(3.0), 1)(0.5),
            lambda x: series.fit(x, np.arange(3.0), 1, domain=[0, 3])(0.5),
        ):
            with pytest.raises(ChainBrokenError, match="lstsq"):
                grad(lambda x, use=use: np.sum(use(x)))(X)
        for use in (roots, lambda x: series(x).roots()):
            with pytest.raises(ChainBrokenError, match=r"np\.roots"):
                grad(lambda x, use=use: np.sum(use(x)))(X)

    def test_roots_give_polynomials(self, module: str) -> None:
        given = function(module, "fromroots")
        check_grads(lambda x: np.stack(list(given(x))), (X,))


def test_the_advised_fit() -> None:
    x, y = np.linspace(-1.0, 1.0, 5), np.array([1.0, 0.3, 2.0, -1.0, 0.5])

    def fitted(y: Any) -> Any:
        return np.linalg.lstsq(P.chebyshev.chebvander(x, 2), y, rcond=None)[0]

    np.testing.assert_allclose(vjp(fitted, y)[0], P.chebyshev.chebfit(x, y, 2))
    check_grads(fitted, (y,))


def test_the_advised_roots() -> None:
    c = np.array([6.0, -5.0, 1.0])
    roots = lambda c: np.sort(np.real(np.roots(c[::-1])))  # noqa: E731
    np.testing.assert_allclose(vjp(roots, c)[0], P.polynomial.polyroots(c))
    check_grads(roots, (c,))


def test_values_from_roots() -> None:
    value = P.polynomial.polyvalfromroots
    for f in (
        lambda x: value(x, np.array([0.1, 0.4])),
        lambda x: value(x, np.array([[0.1, 0.4], [0.2, -1.0]])),
        lambda x: value(x, x + 1.0),
        lambda x: value(np.array([0.1, 0.4]), x),
        lambda x: value(x[:2], np.outer(x, x[:2]) + 1.0, tensor=False),
    ):
        np.testing.assert_allclose(vjp(lambda x, f=f: np.add(f(x), 0.0 * x[0]), X)[0], f(X), rtol=1e-13)
        check_grads(lambda x, f=f: np.add(f(x), 0.0 * x[0]), (X,))
