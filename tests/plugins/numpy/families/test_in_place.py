"""The functions that change an array in place, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads
from pullback.tracked import plain

from ..agreement import agrees

RNG = np.random.default_rng(15)
M = RNG.normal(size=(3, 4))
N = RNG.normal(size=(3, 4))
V = RNG.normal(size=4)
MASK = M > 0


def changed(change):
    """Return the function of `x` and `y` that changes a multiple of `x`, and then uses it."""

    def f(x, y):
        z = 2.0 * x
        view = z[1:]
        assert change(z, y) is None
        return z * z + view[0]

    return f


@pytest.mark.parametrize(
    "change",
    [
        lambda z, y: np.put(z, [0, 5, -1], y[0, :3]),
        lambda z, y: np.put(z, [0, 5, -1, 2, 0], y[0, :2]),
        lambda z, y: np.put(z, [14, -20, 2], y[0], mode="clip"),
        lambda z, y: np.put(z, [14, -20, 2], y[0], mode="wrap"),
        lambda z, y: np.put(z, [], y),
        lambda z, y: np.put(z, 3, 1.0),
        lambda z, y: z.put([1, 2], y[1]),
        lambda z, y: np.place(z, MASK, y),
        lambda z, y: np.place(z, MASK, y[0, :2]),
        lambda z, y: np.place(z, z > 0, [1.0, y[0, 1]]),
        lambda z, y: np.place(z, np.zeros(z.shape, bool), y),
        lambda z, y: np.putmask(z, MASK, y),
        lambda z, y: np.putmask(z, MASK, y[1, :3]),
        lambda z, y: np.putmask(z.T, MASK.T, y[1, :3]),
        lambda z, y: np.copyto(z, y),
        lambda z, y: np.copyto(z, y[0]),
        lambda z, y: np.copyto(z, y[0], where=MASK),
        lambda z, y: np.copyto(z, y, where=[True, False, True, False]),
        lambda z, y: np.copyto(z, 3.0, where=z > 0),
        lambda z, y: np.copyto(z[0], y[1] * y[2]),
        lambda z, y: np.put_along_axis(z, np.argmax(N, 1)[:, None], y[:, :1], 1),
        lambda z, y: np.put_along_axis(z, np.argsort(N, 0), y, 0),
        lambda z, y: np.put_along_axis(z, np.array([[0, 0]]), y[:, :2], 1),
        lambda z, y: np.put_along_axis(z, np.array([3, 7]), y[0, :2], None),
        lambda z, y: np.fill_diagonal(z, y[0, 0]),
        lambda z, y: np.fill_diagonal(z, y[0, :2]),
        lambda z, y: np.fill_diagonal(z.T, y[0], wrap=True),
        lambda z, y: z.fill(y[0, 0]),
    ],
)
def test_changes(change):
    agrees(changed(change), M, N)


def test_sorting_in_place_reaches_views():
    def f(x):
        y = x * 1.0
        row = y[0]
        row.sort()
        y.sort(axis=0)
        y.partition(1, axis=-1)
        return y * y * row

    if hasattr(np, "sort"):
        try:
            np.sort(Variable(M))
        except Exception:
            pytest.skip("nobody answers for np.sort yet")
    agrees(f, M)


@pytest.mark.parametrize(
    "change",
    [
        lambda z, v: np.put(z, 0, v),
        lambda z, v: np.place(z, z > 5, v),
        lambda z, v: np.putmask(z, z > 5, v),
        lambda z, v: np.copyto(z, v),
        lambda z, v: np.put_along_axis(z, np.zeros((3, 1), int), v[:, :1], 1),
        lambda z, v: np.fill_diagonal(z, v[0]),
        lambda z, v: z.__setitem__((0, 0), v[0, 0]),
        lambda z, v: z.__setitem__(0, v[0]),
        lambda z, v: z.__setitem__(..., v),
        lambda z, v: z.fill(v[0, 0]),
        lambda z, v: z.put(0, v[0, 0]),
        lambda z, v: z.flat.__setitem__(0, v[0, 0]),
    ],
)
def test_a_plain_array_takes_in_no_variable(change):
    z = np.zeros((3, 4))
    z[:2] = 9.0
    # For one element, NumPy raises its own error from ours.
    with pytest.raises((ChainBrokenError, ValueError)) as caught:
        change(z, Variable(M))
    assert isinstance(caught.value, ChainBrokenError) or "setting" in str(caught.value)


def test_what_numpy_refuses_is_refused():
    z = Variable(M) * 1.0
    with pytest.raises(IndexError):
        np.put(z, 12, 0.0)
    with pytest.raises(ValueError):
        np.put(z, 0, 0.0, mode="no")
    with pytest.raises(ValueError):
        np.place(z, [True], 0.0)
    with pytest.raises(ValueError):
        np.place(z, MASK, [])
    with pytest.raises(ValueError):
        np.copyto(z, np.zeros(3))
    with pytest.raises(TypeError):
        np.copyto(z, 1j * M)
    with pytest.raises(ValueError):
        z.fill(V)
    with pytest.raises(ChainBrokenError, match=r"y = x\.copy\(\)"):
        np.copyto(Variable(M), 0.0)


def test_a_constant_target_of_the_level_of_x():
    def f(x):
        y = np.zeros_like(x)
        np.copyto(y[1:], x[:2] ** 2)
        return y

    check_grads(f, (M,))
    assert plain(f(Variable(M))).shape == M.shape
