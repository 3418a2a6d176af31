"""Arrays like others, ranges and grids, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad, jvp
from pullback.tracked import plain
from pullback_plugins.numpy.array.variable import ArrayVariable

from ..agreement import agrees

RNG = np.random.default_rng(20)
V = RNG.normal(size=3)
P = np.abs(V) + 0.5
M = RNG.normal(size=(2, 3))

LIKES = {
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "full": lambda x, **options: np.full_like(x, 2.0, **options),
}


@pytest.mark.parametrize("name", LIKES)
def test_constants_like_others(name):
    like = LIKES[name]
    v = Variable(M)
    for options in ({}, {"dtype": np.float32}, {"shape": (4,)}, {"shape": ()}, {"dtype": complex, "order": "F"}):
        found, expected = like(v, **options), like(M, **options)
        assert isinstance(found, type(v))
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(plain(found), expected)
    for dtype in (int, bool, object):
        found = like(v, dtype=dtype)
        assert type(found) is np.ndarray
        assert found.dtype == np.dtype(dtype)
    assert like(Variable(M.T)).flags.f_contiguous
    np.testing.assert_array_equal(grad(lambda x: np.sum(like(x)) + np.sum(x))(M), np.ones((2, 3)))
    np.testing.assert_array_equal(jvp(lambda x: like(x), (M,), (M,))[1], 0.0)
    agrees(lambda x: like(x) * x, M)


@pytest.mark.parametrize("like", [np.zeros_like, np.ones_like, np.empty_like, lambda x: np.full_like(x, 3.0)])
def test_constants_can_be_assigned_to(like):
    def f(x):
        y = like(x)
        y[...] = 1.0
        for n in range(len(x)):
            y[n] = x[n] * y[n - 1]
        return y

    agrees(f, V)
    free = Variable(V)
    y = like(free)
    y[0] = free[1] ** 2
    y[0].backprop()
    np.testing.assert_array_equal(free.grad, [0.0, 2 * V[1], 0.0])


def test_constants_at_every_level():
    def f(x):
        y = np.zeros_like(x)

        def inner(w):
            z = np.zeros_like(w)
            z[0] = w[0] * x[1]
            z[1] = w[0] ** 2
            return np.sum(z)

        y[0] = grad(inner)(x)[0]
        return y

    check_grads(f, (V,))


def test_full_like_of_a_variable_value():
    agrees(lambda x: np.full_like(x, x[0] * x[1]), V)
    agrees(lambda x: np.full_like(M * np.sum(x), x), V)
    agrees(lambda x: np.full_like(x, x[0], shape=(2, 2)), V)
    check_grads(lambda a: np.sum(np.full_like(np.ones(3) * a, a) ** 2), (2.0,))
    with pytest.raises(ChainBrokenError):
        np.full_like(M, Variable(V)[0])


@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("num", [0, 1, 2, 5])
@pytest.mark.parametrize("axis", [0, -1])
def test_linspace(num, endpoint, axis):
    agrees(lambda x, y: np.linspace(x, y, num, endpoint, axis=axis), V, M)
    agrees(lambda x: np.linspace(x[0], 2.0, num, endpoint), V)
    agrees(lambda x: np.linspace(1, x, num, endpoint=endpoint, axis=axis), M)


def test_step_and_dtype_of_linspace():
    agrees(lambda x: np.linspace(x[0], x[1], 4, retstep=True), V)
    agrees(lambda x: np.linspace(x[0], x[1], 4, endpoint=False, retstep=True)[1], V)
    assert np.linspace(Variable(V), 3.0, dtype=np.float32).dtype == np.float32
    np.testing.assert_array_equal(np.linspace(Variable(V), 9.0, 4, dtype=int), np.linspace(V, 9.0, 4, dtype=int))
    assert np.linspace(Variable(V.astype(np.float32)), 1.0, 3).dtype == np.linspace(V.astype(np.float32), 1.0, 3).dtype
    agrees(lambda x: np.linspace(x[0], x[0], 3), V)
    agrees(lambda x, z: np.linspace(x, z, 3), V, V * (1 + 2j))
    with pytest.raises(ValueError, match="non-negative"):
        np.linspace(Variable(V), 1.0, -1)


@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("num", [1, 4])
def test_logspace_and_geomspace(num, endpoint):
    agrees(lambda x, y: np.logspace(x, y, num, endpoint), V, M, exact=False)
    agrees(lambda x, y: np.logspace(x[0], 2.0, num, endpoint, base=y[1] * y[1] + 1), V, V, exact=False)
    agrees(lambda x: np.geomspace(x, 3.0, num, endpoint), P, exact=False)
    agrees(lambda x: np.geomspace(-x, -x[::-1] * 2, num, endpoint, axis=-1), P, exact=False)
    agrees(lambda x: np.geomspace(1.0, x, num, endpoint), P, exact=False)


def test_what_has_no_geometric_sequence():
    with pytest.raises(ValueError, match="zero"):
        np.geomspace(Variable(V), 0.0)
    with pytest.raises(TypeError, match="complex"):
        np.geomspace(Variable(V), 1j)


@pytest.mark.parametrize(
    "options", [{}, {"indexing": "ij"}, {"sparse": True}, {"copy": False}, {"sparse": True, "indexing": "ij"}]
)
def test_meshgrid(options):
    agrees(lambda x, y: np.meshgrid(x, y, **options), V, M[0, :2])
    agrees(lambda x: np.meshgrid(x, x * x, x[:2], **options), V, order=1)
    agrees(lambda x: np.meshgrid(x, **options), V)
    agrees(lambda x: np.meshgrid(x, [1.0, 2.0], **options)[0], V)


def test_open_grids():
    agrees(lambda x, y: np.ix_(x, y), V, M[0, :2])
    with pytest.raises(ValueError):
        np.ix_(Variable(M))
    with pytest.raises(ValueError):
        np.meshgrid(Variable(V), indexing="no")


def test_precision():
    x = P.astype(np.float32)
    for f in (
        lambda x: np.full_like(x, x[0]),
        lambda x: np.linspace(x, 1.0, 3),
        lambda x: np.geomspace(x, 1.0, 3),
        lambda x: np.meshgrid(x, x)[1],
    ):
        assert grad(lambda x: np.sum(f(x)))(x).dtype == np.float32


@pytest.mark.parametrize(
    "make",
    [
        lambda v, **like: np.zeros((2, 3), **like),
        lambda v, **like: np.ones(2, np.float32, **like),
        lambda v, **like: np.full((2, 3), 1.5, **like),
        lambda v, **like: np.full(2, 1.5, np.complex128, **like),
        lambda v, **like: np.eye(3, 4, 1, **like),
        lambda v, **like: np.identity(2, **like),
        lambda v, **like: np.tri(3, **like),
        lambda v, **like: np.array([[1.0, 2.0], [3.0, 4.0]], ndmin=3, **like),
        lambda v, **like: np.asarray([1.0, 2.0], np.float32, **like),
        lambda v, **like: np.arange(0.5, 3.0, 0.7, **like),
        lambda v, **like: np.arange(4.0, **like),
        lambda v, **like: np.fromfunction(lambda i, j: i + 2.0 * j, (2, 3), **like),
        lambda v, **like: np.fromiter([1.0, 2.0], float, **like),
        lambda v, **like: np.frombuffer(np.arange(3.0).tobytes(), **like),
        lambda v, **like: np.fromstring("1.0 2.5", sep=" ", **like),
        lambda v, **like: np.loadtxt(["1.0 2.0", "3.0 4.0"], **like),
    ],
)
def test_arrays_made_like_a_variable_take_variables_in(make):
    wanted = make(V)
    kinds = []

    def assigned(v):
        made = make(v, like=v)
        assert made.dtype == wanted.dtype
        np.testing.assert_array_equal(plain(made), wanted)
        kinds.append(type(made))
        made[(0,) * made.ndim] = v[1]
        return np.sum(np.real(made) ** 2)

    np.testing.assert_allclose(grad(assigned)(V), [0.0, 2 * V[1], 0.0], rtol=1e-6)
    assert kinds == [ArrayVariable]
    assert np.empty((2, 3), like=Variable(V)).shape == (2, 3)


def test_variables_made_like_a_variable():
    agrees(lambda v: np.asarray([[v[0], 1.0], [v[1], v[2]]], like=v), V)
    agrees(lambda v: np.array(v, ndmin=2, like=v), V)
    agrees(lambda v: np.array([v, v * v], np.float64, like=v), V)
    agrees(lambda v: np.ascontiguousarray(v[0], like=v), V)
    agrees(lambda v: np.require(v, np.float64, "C", like=v), V)
    agrees(lambda v: np.full((2, 3), v, like=v), V)
    agrees(lambda v: np.full(4, v[1], like=v), V)
    agrees(lambda v: np.arange(v[0], v[0] + 3.2, 0.5, like=v), P, exact=False)
    agrees(lambda v: np.arange(0.0, 2.0, v[0], like=v), P, exact=False)
    agrees(lambda v: np.fromfunction(lambda i: v * i, (3,), like=v), V)
    single = V.astype(np.float32)
    assert np.asarray(Variable(single), dtype=np.float64, like=Variable(V)).dtype == np.float64
    assert np.full(2, Variable(V)[0], np.float32, like=Variable(V)).dtype == np.float32
    assert grad(lambda v: np.sum(np.array([v[0], 2.0], like=v)))(single).dtype == np.float32


def test_integers_made_like_a_variable_are_plain():
    v = Variable(V)
    for made in (np.arange(3, like=v), np.array([1, 2], like=v), np.full(3, 1, like=v), np.ones(2, bool, like=v)):
        assert type(made) is np.ndarray
    assert type(np.full(2, v[0], dtype=int, like=v)) is np.ndarray
    # An array is an array, whoever owns it.
    v = np.array(v, like=v)
    assert np.asarray(v, like=v) is v


def test_copies_made_like_a_variable_are_their_own():
    def f(x):
        made = np.array(x, like=x)
        made[0] = 5.0
        same = np.asarray(x, like=x) * 1.0
        return np.sum(made**2) + same[0]

    np.testing.assert_allclose(grad(f)(V), [1.0, 2 * V[1], 2 * V[2]])
