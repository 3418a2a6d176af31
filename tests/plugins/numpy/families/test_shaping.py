"""The same numbers in another shape or order, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, grad
from pullback.tracked import plain

from ..agreement import agrees

RNG = np.random.default_rng(11)
M = RNG.normal(size=(2, 3))
C = RNG.normal(size=(2, 3, 4))
LONG = RNG.normal(size=(1, 3, 1))
NEW = hasattr(np, "permute_dims")

CASES = {
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "reshape -1": lambda x: x.reshape(-1, 2),
    "reshape tuple": lambda x: x.reshape((6,)),
    "reshape F": lambda x: np.reshape(x, (3, 2), order="F"),
    "reshape A": lambda x: np.reshape(x.T, 6, order="A"),
    "reshape A of C": lambda x: x.reshape(6, order="A"),
    "ravel": np.ravel,
    "ravel F": lambda x: x.ravel("F"),
    "ravel K": lambda x: x.T.ravel("K"),
    "ravel K of steps": lambda x: x[:, ::-2].T.ravel("K"),
    "ravel A": lambda x: x.T.ravel("A"),
    "flatten": lambda x: x.flatten(),
    "flatten F": lambda x: x.flatten("F"),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "expand_dims several": lambda x: np.expand_dims(x, (0, -1)),
    "atleast_1d": np.atleast_1d,
    "atleast_2d": lambda x: np.atleast_2d(x[0]),
    "atleast_3d": np.atleast_3d,
    "atleast_3d of 0-d": lambda x: np.atleast_3d(x[0, 0]),
    "atleast several": lambda x: np.atleast_2d(x, x[0], x[0, 0]),
    "broadcast_to": lambda x: np.broadcast_to(x, (4, 2, 3)),
    "broadcast_to of 0-d": lambda x: np.broadcast_to(x[0, 0], 3),
    "transpose": np.transpose,
    "T": lambda x: x.T,
    "transpose axes": lambda x: x.transpose(1, 0),
    "transpose negative": lambda x: x.transpose((-1, 0)),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "moveaxis several": lambda x: np.moveaxis(x, [0, 1], [1, 0]),
    "swapaxes": lambda x: x.swapaxes(0, -1),
    "rollaxis": lambda x: np.rollaxis(x, 1),
    "copy": np.copy,
    "copy method": lambda x: x.copy(),
    "astype": lambda x: x.astype(np.float64),
    "view": lambda x: x.view(),
}
if NEW:
    CASES["mT"] = lambda x: x.mT
    CASES["matrix_transpose"] = np.matrix_transpose
    CASES["permute_dims"] = lambda x: np.permute_dims(x, (1, 0))


@pytest.mark.parametrize("name", CASES)
def test_functions(name):
    agrees(CASES[name], M)


@pytest.mark.parametrize("name", CASES)
def test_gradients_are_of_the_same_dtype(name):
    agrees(lambda x: CASES[name](x) * np.float32(2) if "several" not in name else CASES[name](x)[0], M, order=1)
    x = M.astype(np.float32)
    if name != "astype":
        assert (
            grad(lambda x: np.sum(CASES[name](x) if name != "atleast several" else CASES[name](x)[0]))(x).dtype
            == x.dtype
        )


@pytest.mark.parametrize("axis", [None, 0, 2, -1, (0, 2), (-1, 0)])
def test_squeeze(axis):
    agrees(lambda x: np.squeeze(x, axis), LONG)
    agrees(lambda x: x.squeeze(axis), LONG)


@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (0, -1, 1)])
def test_transposing_three_axes(axes):
    agrees(lambda x: np.transpose(x, axes), C)
    agrees(lambda x: np.moveaxis(x, (0, 1, 2), axes), C)


@pytest.mark.parametrize("axis", [-3, -1, 0, 1, 2])
@pytest.mark.parametrize("start", [0, 1, 3])
def test_rollaxis(axis, start):
    agrees(lambda x: np.rollaxis(x, axis, start), C)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)])
def test_empty_arrays(shape):
    x = np.zeros(shape)
    agrees(np.ravel, x)
    agrees(lambda x: np.reshape(x, (0, 7)), x)
    agrees(lambda x: np.expand_dims(x, 0), x)
    agrees(np.transpose, x)


def test_the_complex_numbers():
    z = M + 1j * M[::-1]
    for name in ("reshape", "ravel F", "transpose", "expand_dims", "copy"):
        agrees(CASES[name], z)


def test_real_to_complex_and_between_precisions():
    agrees(lambda x: x.astype(complex) * (1 + 2j), M)
    agrees(lambda x: x.astype(np.float32).astype(np.float64) * 1.0, np.round(M * 8) / 8, order=0)
    assert grad(lambda x: np.sum(x.astype(np.float32)))(M).dtype == np.float64


def test_integers_and_booleans_are_plain():
    v = Variable(M)
    assert type(v.astype(int)) is np.ndarray
    assert type(v.astype(bool)) is np.ndarray
    with pytest.raises(TypeError, match="Cannot cast"):
        v.astype(np.float32, casting="safe")
    assert v.astype(np.float64, copy=False) is v


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: x.reshape(4), ValueError),
        (lambda x: np.transpose(x, (0, 0)), ValueError),
        (lambda x: np.transpose(x, (0, 2)), ValueError),
        (lambda x: np.transpose(x, (0,)), ValueError),
        (lambda x: np.moveaxis(x, 0, 5), ValueError),
        (lambda x: np.swapaxes(x, 0, 2), ValueError),
        (lambda x: np.squeeze(x, 0), ValueError),
        (lambda x: np.expand_dims(x, 7), ValueError),
        (lambda x: np.broadcast_to(x, (2, 4)), ValueError),
        (lambda x: x.view(np.int64), ChainBrokenError),
        (lambda x: x.reshape(6, order="X"), ValueError),
    ],
)
def test_what_numpy_refuses_is_refused(f, error):
    with pytest.raises(error):
        f(Variable(M))


def test_reshape_without_a_copy():
    if not NEW:
        pytest.skip("copy= is of NumPy 2.1")
    v = Variable(M) * 1.0
    assert v.reshape(6, copy=False).base is v
    assert v.reshape(6, copy=True).base is None
    with pytest.raises(ValueError, match="copy"):
        v.T.reshape(6, copy=False)


def test_numbers_of_numpy_stay_numbers():
    v = Variable(np.float64(2.0))
    for f in (np.transpose, np.squeeze, lambda x: x.T, lambda x: x.copy()):
        assert np.shape(plain(f(v))) == ()
    assert np.shape(plain(v.reshape(1))) == (1,)
    assert np.shape(plain(v.ravel())) == (1,)


@pytest.mark.skipif(not hasattr(np, "asfarray"), reason="dropped by NumPy 2")
def test_asfarray():
    agrees(lambda x: np.asfarray(x), M)
    agrees(lambda x: np.asfarray(x, np.float32).astype(float), np.round(M * 8) / 8, order=0)
    agrees(lambda x: np.asfarray(x, int), M)
