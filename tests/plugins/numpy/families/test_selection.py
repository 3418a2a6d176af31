"""Elements picked out, left out and put in between, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad
from pullback.tracked import plain

from ..agreement import agrees

RNG = np.random.default_rng(14)
V = RNG.normal(size=5)
M = RNG.normal(size=(3, 4))
C = RNG.normal(size=(2, 3, 4))


@pytest.mark.parametrize(
    ("indices", "axis", "mode"),
    [
        (3, None, "raise"),
        ([0, 5, 5, -1], None, "raise"),
        ([[0, 1], [2, 2]], 1, "raise"),
        (np.array(1), 0, "raise"),
        ([0, 9, -3], -1, "wrap"),
        ([0, 9, -3], 0, "clip"),
        ([], 1, "raise"),
        ((2, 2, 2), 0, "raise"),
        (np.uint8(2), 1, "raise"),
        (True, 1, "raise"),
    ],
)
def test_take(indices, axis, mode):
    agrees(lambda x: np.take(x, indices, axis, mode=mode), M)
    agrees(lambda x: x.take(indices, axis=axis, mode=mode), M)


def test_take_into_another():
    y = np.zeros_like(Variable(V))[:2]
    assert np.take(Variable(V), [1, 1], out=y) is y
    np.testing.assert_array_equal(plain(y), V[[1, 1]])
    with pytest.raises(ChainBrokenError):
        np.take(Variable(V), [1, 1], out=np.zeros(2))


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_take_along_axis(axis):
    order = np.argsort(M, axis)
    agrees(lambda x: np.take_along_axis(x, order, axis), M)
    agrees(lambda x: np.take_along_axis(x, np.take(order, [0, 0], axis), axis), M)
    agrees(lambda x: np.take_along_axis(x, np.array([[0]]), axis), M)


def test_take_along_no_axis():
    agrees(lambda x: np.take_along_axis(x, np.array([5, 5, 0]), None), M)
    with pytest.raises(IndexError):
        np.take_along_axis(Variable(M), M, 0)
    with pytest.raises(ValueError, match="dimension"):
        np.take_along_axis(Variable(M), np.array([0]), 0)


def test_compress_and_extract():
    agrees(lambda x: np.compress([True, False, True], x, axis=0), M)
    agrees(lambda x: x.compress([0, 1], axis=1), M)
    agrees(lambda x: np.compress([True, False, True], x), M)
    agrees(lambda x: np.extract(M > 0, x), M)
    agrees(lambda x: x[M > 0] * np.extract(M > 0, x), M)
    with pytest.raises(ValueError):
        np.compress([[True]], Variable(M))


@pytest.mark.parametrize("offset", [-3, -1, 0, 2, 9])
@pytest.mark.parametrize("axes", [(0, 1), (1, 2), (2, 0), (-1, -2)])
def test_diagonal(offset, axes):
    agrees(lambda x: np.diagonal(x, offset, *axes), C)
    agrees(lambda x: x.diagonal(offset, *axes), C)


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_diag(k):
    agrees(lambda x: np.diag(x, k), V)
    agrees(lambda x: np.diag(x, k), M)
    agrees(lambda x: np.diagflat(x, k), M)
    agrees(lambda x: np.tril(x, k), M)
    agrees(lambda x: np.triu(x, k), C)
    agrees(lambda x: np.triu(x, k), V)


def test_what_is_outside_of_a_triangle_is_zero_even_where_it_is_infinite():
    x = np.array([[1.0, np.inf], [2.0, np.nan]])
    found = grad(lambda x: np.sum(np.tril(x, -1) ** 2))(x)
    np.testing.assert_array_equal(found, [[0.0, 0.0], [4.0, 0.0]])


@pytest.mark.parametrize(
    ("obj", "axis"),
    [
        (1, None),
        (1, 0),
        (-1, 1),
        ([0, 2], 1),
        (slice(None, None, 2), 1),
        ([], 0),
        (np.array([True, False, True]), 0),
        ([1, 1], 0),
    ],
)
def test_delete(obj, axis):
    agrees(lambda x: np.delete(x, obj, axis), M)


@pytest.mark.parametrize(
    ("obj", "values", "axis"),
    [
        (1, 7.0, None),
        (1, [7.0, 8.0, 9.0], None),
        ([1, 1, 3], [7.0, 8.0, 9.0], None),
        ([3, 0], [7.0, 8.0], None),
        ([3, 0], 7.0, None),
        (-1, 2.0, 0),
        (1, [1.0, 2.0, 3.0, 4.0], 0),
        (1, [1.0, 2.0, 3.0], 1),
        ([1], [[1.0], [2.0], [3.0]], 1),
        ([1], [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]], 1),
        ([1, 2], [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]], 1),
        (slice(1, 3), 5.0, 0),
        pytest.param(
            np.array([True, False, True, False]),
            [5.0, 6.0],
            1,
            marks=pytest.mark.skipif(np.__version__ < "2", reason="NumPy 1 takes booleans for numbers"),
        ),
        (12, 5.0, None),
        ([], 5.0, None),
    ],
)
def test_insert(obj, values, axis):
    values = np.array(values)
    agrees(lambda x: np.insert(x, obj, values, axis), M)
    agrees(lambda x, y: np.insert(x, obj, y, axis), M, values)
    agrees(lambda y: np.insert(M, obj, y, axis), values)


def test_insert_into_nothing():
    check_grads(lambda y: np.insert(np.zeros(0), 0, y), (V,))
    check_grads(lambda y: np.insert(np.zeros((2, 0)), [0, 0], y, axis=1), (V[:2],))


@pytest.mark.parametrize("trim", ["fb", "f", "b"])
def test_trim_zeros(trim):
    agrees(lambda x: np.trim_zeros(np.insert(x, [0, 0, 2, 5, 5, 5], 0.0), trim), V)
    assert np.trim_zeros(Variable(np.zeros(3)), trim).shape == (0,)
    with pytest.raises(ValueError, match="trim"):
        np.trim_zeros(Variable(V), "x")


def test_precision_and_complex_numbers():
    x = M.astype(np.float32)
    for f in (
        lambda x: np.take(x, [1, 1]),
        np.diagonal,
        np.diag,
        np.diagflat,
        np.tril,
        lambda x: np.delete(x, 1),
        lambda x: np.insert(x, 1, 2.0),
    ):
        assert grad(lambda x: np.sum(f(x)))(x).dtype == np.float32
        agrees(f, M + 1j * M[::-1], order=1)
        assert plain(f(Variable(x))).dtype == f(x).dtype


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.take(x, 12),
        lambda x: np.take(x, [0], 2),
        lambda x: np.take(x, 0, mode="no"),
        lambda x: np.diagonal(x[0]),
        lambda x: np.diagonal(x, 0, 0, 0),
        lambda x: np.delete(x, 7, 0),
        lambda x: np.insert(x, 7, 0.0, 0),
        lambda x: np.insert(x, 1, [1.0, 2.0], 0),
        lambda x: np.diag(np.stack([x, x])),
    ],
)
def test_what_numpy_refuses_is_refused(f):
    with pytest.raises((ValueError, IndexError, TypeError)):
        f(M)
    with pytest.raises((ValueError, IndexError, TypeError)):
        f(Variable(M))
