"""Universal functions of arrays of objects that hold variables."""

import numpy as np
import pytest

from pullback import Variable, check_grads, value_and_grad

P = np.abs(np.random.default_rng(19).normal(size=4)) + 0.5

UFUNCS = [
    "arccos", "arcsin", "arctan", "arctanh", "cbrt", "cos", "cosh", "deg2rad", "degrees", "exp", "exp2", "expm1", "log",
    "log10", "log1p", "log2", "rad2deg", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "square", "reciprocal", "negative", "absolute",
    "fabs", "conjugate", "arcsinh", "positive",
]  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_of_objects(name):
    ufunc = getattr(np, name)
    x = np.array([0.3, 0.5, 0.7])

    def f(x):
        return np.sum(ufunc(np.asarray(x)) * x)

    np.testing.assert_allclose(value_and_grad(f)(x)[0], np.sum(ufunc(x) * x))
    check_grads(f, (x,), rtol=1e-5)


def test_arccosh_of_objects():
    check_grads(lambda x: np.sum(np.arccosh(np.asarray(x))), (np.array([2.0, 3.0]),))


@pytest.mark.parametrize(
    "ufunc", [np.arctan2, np.hypot, np.fmod, np.add, np.maximum, np.power, np.divide, np.remainder]
)
def test_ufuncs_of_two_arrays_of_objects(ufunc):
    check_grads(lambda x: np.sum(ufunc(np.asarray(x), np.asarray(x[::-1] * 0.8))), (P,), step=1e-3, rtol=1e-5)
    check_grads(lambda x: np.sum(ufunc(np.asarray(x), 0.4)), (P,), step=1e-3, rtol=1e-5)


def test_integers_of_objects():
    np.testing.assert_array_equal(np.floor(np.asarray(Variable(P))), np.floor(P))
    np.testing.assert_array_equal(np.rint(np.asarray(Variable(P))) == np.rint(P), True)
    assert not np.logical_xor(np.asarray(Variable(P)), 1.0).any()
