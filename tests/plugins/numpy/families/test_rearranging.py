"""Arrays turned round, rolled, repeated and broadcast, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import Variable, grad

from ..agreement import agrees

RNG = np.random.default_rng(12)
V = RNG.normal(size=5)
M = RNG.normal(size=(2, 3))
C = RNG.normal(size=(2, 3, 2))


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (-1,), ()])
def test_flip(axis):
    agrees(lambda x: np.flip(x, axis), M)


@pytest.mark.parametrize("f", [np.fliplr, np.flipud])
def test_flips(f):
    agrees(f, M)


@pytest.mark.parametrize("k", range(-5, 6))
@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (1, 2), (-1, 0)])
def test_rot90(k, axes):
    agrees(lambda x: np.rot90(x, k, axes), C, order=1)


@pytest.mark.parametrize(
    ("shift", "axis"),
    [
        (1, None),
        (-2, None),
        (7, None),
        (1, 0),
        (-1, 1),
        ((1, 2), (0, 1)),
        ((1, 1), (1, 1)),
        (1, (0, 1)),
        ((1, 2), 1),
        (0, 0),
    ],
)
def test_roll(shift, axis):
    agrees(lambda x: np.roll(x, shift, axis), M)


@pytest.mark.parametrize(
    ("repeats", "axis"),
    [
        (2, None),
        (0, None),
        (1, 0),
        (3, 1),
        (2, -1),
        ([1, 2], 0),
        ([0, 3, 1], 1),
        ([2], 1),
        (range(6), None),
        (np.array([2, 0]), -2),
    ],
)
def test_repeat(repeats, axis):
    agrees(lambda x: np.repeat(x, repeats, axis), M)
    agrees(lambda x: x.repeat(repeats, axis), M)


def test_repeat_of_a_number():
    agrees(lambda x: np.repeat(x[0], 3), V)


@pytest.mark.parametrize("reps", [1, 2, 0, (2,), (2, 1), (2, 3), (1, 1), (2, 1, 3), [1, 2], ()])
def test_tile(reps):
    agrees(lambda x: np.tile(x, reps), M)
    agrees(lambda x: np.tile(x, reps), V)


def test_tile_and_repeat_never_share_memory():
    for f in (
        lambda x: np.tile(x, 1),
        lambda x: np.repeat(x, 1),
        lambda x: np.roll(x, 0),
        lambda x: np.resize(x, x.shape),
    ):
        agrees(lambda x: _changed(x, f), V, order=1)


def _changed(x, f):
    y = x * 1.0
    z = f(y)
    z[0] = 100.0
    return y * z


@pytest.mark.parametrize("shape", [3, (2, 4), (7,), (0,), (2, 2)])
def test_resize(shape):
    agrees(lambda x: np.resize(x, shape), V)


def test_resize_of_nothing_is_zeros():
    agrees(lambda x: np.resize(x, (2, 2)), np.zeros(0))


def test_broadcast_arrays():
    agrees(lambda x, y: np.broadcast_arrays(x, y, 1.0)[:2], M, RNG.normal(size=(4, 1, 1)))
    agrees(lambda x: np.broadcast_arrays(x, x), M)
    v = Variable(M)
    assert np.broadcast_arrays(v)[0] is v


def test_precision():
    x = M.astype(np.float32)
    for f in (
        np.flip,
        np.rot90,
        lambda x: np.roll(x, 1),
        lambda x: np.repeat(x, 2),
        lambda x: np.tile(x, 2),
        lambda x: np.resize(x, 9),
    ):
        assert grad(lambda x: np.sum(f(x)))(x).dtype == np.float32


def test_complex_numbers():
    z = M + 1j * M[::-1]
    agrees(lambda z: np.tile(np.roll(np.repeat(np.flip(z), 2, 1), 1), 2), z, order=1)


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: np.flip(x, 2), ValueError),
        (lambda x: np.fliplr(x[0]), ValueError),
        (lambda x: np.flipud(x[0, 0]), ValueError),
        (lambda x: np.rot90(x, 1, (0, 0)), ValueError),
        (lambda x: np.rot90(x[0]), ValueError),
        (lambda x: np.roll(x, 1, 2), ValueError),
        (lambda x: np.repeat(x, [1, 2, 3, 4], 1), ValueError),
        (lambda x: np.repeat(x, -1), ValueError),
        (lambda x: np.tile(x, -1), ValueError),
        (lambda x: np.broadcast_arrays(x, np.zeros(4)), ValueError),
        (lambda x: np.resize(x, (-1, 2)), ValueError),
    ],
)
def test_what_numpy_refuses_is_refused(f, error):
    with pytest.raises(error):
        f(M)
    with pytest.raises(error):
        f(Variable(M))
