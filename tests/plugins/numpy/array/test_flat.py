"""The elements of an array variable in C order, as `ndarray.flat` has them."""

import numpy as np
import pytest

from pullback import Variable, check_grads
from pullback.tracked import plain

from ..agreement import agrees

M = np.random.default_rng(18).normal(size=(3, 4))


def test_flat():
    def f(x):
        y = x * 1.0
        flat = y.flat
        y.flat[[1, 2, 9]] = x[0, :2] ** 2
        y.flat[3:5] *= 2.0
        y.flat[-1] = x[0, 0]
        y.T.flat[1] = x[1, 1]
        y.flat[y.flat > 100.0] = 0.0
        piece = flat[2:4]
        piece[0] = 99.0
        return y * flat.copy().reshape(y.shape) + flat[::-1][0]

    agrees(f, M)

    def g(x):
        y = x * 1.0
        y.flat = x[0, :3] ** 2
        return y * y

    agrees(g, M)
    v = Variable(M)
    assert len(v.flat) == 12
    flat = v.flat
    assert plain(next(flat)) == M[0, 0]
    assert flat.index == 1
    assert flat.coords == (0, 1)
    assert flat.base is v
    assert [plain(x) for x in v.T.flat] == list(M.T.flat)
    np.testing.assert_array_equal(v.flat == M.flat, True)
    with pytest.raises(IndexError):
        v.flat[12]
    check_grads(lambda x: np.sum(np.asarray(x.flat)), (M,))
