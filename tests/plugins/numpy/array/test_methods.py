"""Array variables have the attributes and methods of an array."""

import copy
import math
import pickle

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad
from pullback.tracked import plain

RNG = np.random.default_rng(18)
M = RNG.normal(size=(3, 4))
P = np.abs(M) + 0.5

METHODS = {
    "sum": lambda x: x.sum(),
    "sum axis": lambda x: x.sum(0, keepdims=True),
    "mean": lambda x: x.mean(axis=1),
    "std": lambda x: x.std(0, None, None, 1),
    "var": lambda x: x.var(axis=(0, 1), ddof=1),
    "prod": lambda x: x.prod(-1),
    "max": lambda x: x.max(1),
    "min": lambda x: x.min(0, keepdims=True),
    "cumsum": lambda x: x.cumsum(),
    "cumprod": lambda x: x.cumprod(1),
    "trace": lambda x: x.trace(1),
    "dot": lambda x: x.dot(np.ones(4)),
    "clip": lambda x: x.clip(-0.5, 0.5),
    "clip below": lambda x: x.clip(0.0),
    "clip keywords": lambda x: x.clip(min=-0.5),
    "clip above": lambda x: x.clip(max=0.5),
    "round": lambda x: x.round() * x,
    "round decimals": lambda x: x.round(2) * x,
    "conj": lambda x: x.conj() * x,
    "conjugate": lambda x: x.conjugate() * x,
    "real": lambda x: x.real * x,
    "imag": lambda x: x.imag + x,
    "item": lambda x: x[:1, :1].item() * x.item(3) * x.item(1, 2) * x.item((0, 1)),
    "argmax": lambda x: x[x.argmax(0), 0],
    "argmin": lambda x: x[0, x.argmin(axis=1)],
    "argsort": lambda x: np.take_along_axis(x, x.argsort(1), 1),
    "argpartition": lambda x: np.take_along_axis(x, x.argpartition(1, axis=0), 0)[1],
    "nonzero": lambda x: x[x.nonzero()],
    "searchsorted": lambda x: x[0] * x[0].searchsorted(0.0),
    "any": lambda x: x * x.any(0),
    "all": lambda x: x * x.all(axis=1, keepdims=True),
    "choose": lambda x: x[0] + x[1].astype(int).clip(0, 0),
    "flat": lambda x: np.stack(list(x.flat)),
    "iteration": lambda x: np.stack([row * row for row in x]),
    "tolist": lambda x: x.tolist()[1][2] * x.tolist()[0][0],
    "matmul": lambda x: x.T @ x,
    "reflected matmul": lambda x: np.ones((2, 3)) @ x,
    "divmod": lambda x: divmod(x, 0.7)[1],
    "reflected divmod": lambda x: divmod(3.0, x * x + 1.0)[1],
    "abs": abs,
    "neg pos": lambda x: -x * +x,
    "floordiv mod": lambda x: (x // 0.3) * (x % 0.3),
    "list operand": lambda x: x + [1.0, 2.0, 3.0, 4.0],
    "reflected list operand": lambda x: [1.0, 2.0, 3.0, 4.0] * x,
    "list of its elements": lambda x: x * [x[0, 0], 2.0, 3.0, x[1, 1]],
    "power": lambda x: (x * x + 1) ** x,
    "reflected power": lambda x: 2.0**x,
}


NEAR_STEPS = (
    "clip",
    "round",
    "arg",
    "floordiv",
    "max",
    "min",
    "nonzero",
    "any",
    "all",
    "divmod",
    "reflected divmod",
    "searchsorted",
)


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    f = METHODS[name]
    expected = f(M)
    found = f(Variable(M))
    np.testing.assert_allclose(np.asarray(plain(found), dtype=float), expected, rtol=1e-13)
    assert plain(found).dtype == np.asarray(expected).dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(
        f,
        (M,),
        order=1 if name.startswith(NEAR_STEPS) else 2,
        step=1e-4 if name.startswith(NEAR_STEPS) else 1e-2,
        rtol=1e-5,
    )


def test_what_an_array_has_a_variable_has():
    theirs = {name for name in dir(np.ndarray) if not name.startswith("_")}
    ours = {name for name in dir(Variable(M)) if not name.startswith("_")}
    assert theirs - ours == set()


def test_there_is_nothing_that_an_array_lacks():
    v = Variable(M)
    for name in ("median", "no_such_thing", "append", "is_integer", "hex", "_private"):
        assert not hasattr(M, name)
        assert not hasattr(v, name)
    with pytest.raises(AttributeError, match="no attribute 'foo'"):
        v.foo
    with pytest.raises(AttributeError):
        v.foo = 1


def test_what_says_something_of_the_array():
    v = Variable(M)
    assert (v.shape, v.ndim, v.size, v.itemsize, v.nbytes, v.strides) == ((3, 4), 2, 12, 8, 96, (32, 8))
    assert v.dtype == np.float64
    assert len(v) == 3
    assert v.device == "cpu"
    assert v.flags.c_contiguous
    assert v.base is None
    assert v[0].base is v
    with pytest.raises(TypeError):
        len(v[0, 0])
    with pytest.raises(TypeError):
        iter(v[0, 0])
    with pytest.raises(AttributeError):
        v.shape = (4, 3)


@pytest.mark.parametrize(
    "use",
    [
        float, int, complex, math.sin, lambda v: np.float64(v), lambda v: np.asarray(v, dtype=float), lambda v: np.array([v], dtype=float),
        lambda v: v.tobytes(), lambda v: v.data, lambda v: v.ctypes, lambda v: v.tofile("x"), lambda v: v.dumps(), lambda v: v.byteswap(),
        lambda v: v.setflags(write=False), lambda v: v.getfield(np.int32), lambda v: v.__dlpack__(), pickle.dumps,
        lambda v: np.fromiter([v], float), lambda v: np.from_dlpack(v), lambda v: np.float32(v),
    ],
)  # fmt: skip
def test_bare_numbers_and_memory_are_refused(use):
    with pytest.raises((ChainBrokenError, ValueError)) as caught:
        use(Variable(np.float64(2.0)))
    assert "v.primal" in str(caught.value) or "v.primal" in str(caught.value.__cause__)


def test_copies_are_their_own():
    v = Variable(M)
    for made in (v.copy(), copy.copy(v), copy.deepcopy(v)):
        made[0] = 0.0
        assert plain(v)[0, 0] == M[0, 0]
    assert v.copy("F").flags.f_contiguous
    assert Variable(M.T).copy().flags.c_contiguous
    assert np.copy(Variable(M).T).flags.f_contiguous


def test_choices():
    v = Variable(M)
    np.testing.assert_array_equal(
        plain(np.array([0, 1, 0]).choose((v[0, :3], v[1, :3]))), np.choose([0, 1, 0], (M[0, :3], M[1, :3]))
    )


def test_gradients_keep_the_precision():
    for name in ("sum", "mean", "clip", "real", "item", "matmul", "power"):
        assert grad(lambda x: np.sum(METHODS[name](x)))(P.astype(np.float32)).dtype == np.float32
