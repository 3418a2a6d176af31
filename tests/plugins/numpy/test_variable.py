"""Array variables behave as arrays: operators, attributes, methods, and what they refuse."""

import copy
import math
import operator
import pickle

import numpy as np
import pytest

import pullback as pb
from pullback import ChainBrokenError, Variable, check_grads, grad
from pullback.tracked import plain

from .agreement import agrees

RNG = np.random.default_rng(18)
M = RNG.normal(size=(3, 4))
P = np.abs(M) + 0.5
S = RNG.normal(size=(3, 3))

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


def test_comparisons_are_plain():
    v = Variable(M)
    for compare in (operator.lt, operator.le, operator.eq, operator.ne, operator.ge, operator.gt):
        for other in (0.0, M[0], Variable(M[1])):
            found = compare(v, other)
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, compare(M, plain(other)))
        assert type(compare(M, v)) is np.ndarray
    assert M[0, 0] in v
    assert 77.0 not in v
    assert bool(v[0, 0] * 0 + 1)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(v)


def test_a_variable_is_its_own_key():
    v = Variable(M)
    assert {v: 1}[v] == 1


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
    assert "v.value" in str(caught.value) or "v.value" in str(caught.value.__cause__)


def test_arrays_are_no_numbers():
    v = Variable(M)
    for use in (float, int, operator.index, math.floor, round, lambda v: range(v)):
        with pytest.raises(TypeError):
            use(v)
    with pytest.raises(ChainBrokenError):
        v.resize((2, 6))
    with pytest.raises(ChainBrokenError):
        memoryview(v.data)


def test_numbers_of_numpy():
    v = Variable(np.float64(2.5))
    assert type(plain(v * 2)) is np.float64
    assert v.shape == ()
    assert v.is_integer() is False
    assert round(v) == 2
    assert math.floor(v) == 2
    assert math.ceil(v) == 3
    assert math.trunc(v) == 2
    assert f"{v:.2f}" == "2.50"
    assert repr(v) == f"ArrayVariable({np.float64(2.5)!r})"
    assert v[()] is not None
    assert plain(v[...]) == 2.5
    with pytest.raises(ChainBrokenError):
        v.as_integer_ratio()
    with pytest.raises(IndexError):
        v[0]
    with pytest.raises(TypeError):
        v[()] = 1.0
    w = v
    w += 1.0
    assert plain(v) == 2.5
    assert plain(w) == 3.5
    agrees(lambda x: x.sum() * x.max() * x.item() * x.tolist() * x.reshape(-1)[0] * x.mean() * x.T, np.float64(1.5))
    assert plain(Variable(np.float32(1.5)) * 2.0).dtype == (np.float32(1.5) * 2.0).dtype


def test_copies_are_their_own():
    v = Variable(M)
    for made in (v.copy(), copy.copy(v), copy.deepcopy(v)):
        made[0] = 0.0
        assert plain(v)[0, 0] == M[0, 0]
    assert v.copy("F").flags.f_contiguous
    assert Variable(M.T).copy().flags.c_contiguous
    assert np.copy(Variable(M).T).flags.f_contiguous


def test_values_are_read_only():
    v = Variable(M) * 2.0
    np.testing.assert_array_equal(v.value, 2 * M)
    assert type(v.value) is np.ndarray
    with pytest.raises(ValueError, match="read-only"):
        v.value[0] = 1.0
    assert type(v[0, 0].value) is np.float64


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


def test_choices():
    v = Variable(M)
    np.testing.assert_array_equal(
        plain(np.array([0, 1, 0]).choose((v[0, :3], v[1, :3]))), np.choose([0, 1, 0], (M[0, :3], M[1, :3]))
    )


def test_divmod_and_strangers():
    v = Variable(M)
    for operate in (operator.add, operator.mul, operator.matmul, divmod):
        with pytest.raises(TypeError):
            operate(v, "a")
        with pytest.raises(TypeError):
            operate(object(), v)
    with pytest.raises(TypeError):
        v & 1
    with pytest.raises(TypeError):
        pow(v, 2, 3)


def test_plain_arrays_on_the_left_give_variables():
    v = Variable(M)
    for found in (
        M + v,
        M * v,
        M @ v.T,
        M - v,
        M / v,
        M % v,
        M // v,
        M**2.0 * v,
        np.float32(2) * v,
        [1.0, 2.0, 3.0, 4.0] + v,
    ):
        assert isinstance(found, type(v))
    plain_array = M.copy()
    with pytest.raises(ChainBrokenError):
        plain_array += v


def test_gradients_keep_the_precision():
    for name in ("sum", "mean", "clip", "real", "item", "matmul", "power"):
        assert grad(lambda x: np.sum(METHODS[name](x)))(P.astype(np.float32)).dtype == np.float32


def test_a_pair_whose_forward_makes_a_float_of_an_array_without_axes():
    sine = pb.elementwise(
        math.sin, name="my_sine", derivative=lambda x, y: pb.math.cos(x), overloads=[np.sin], override=True
    )
    product = pb.elementwise(
        lambda x, y: float(x) * float(y),
        name="my_product",
        derivative=(lambda x, y, out: y, lambda x, y, out: x),
        overloads=[np.multiply],
        override=True,
    )
    with pb.plugins(Plugin(sine, product)):
        for x in (np.array(0.5), np.float64(0.5)):
            assert grad(np.sin)(x) == math.cos(0.5)
            assert grad(lambda x: np.multiply(x, 2.0))(x) == 2.0


class Plugin:
    """A family of some pairs."""

    def __init__(self, *pairs):
        self.pairs = list(pairs)

    @pb.hookimpl
    def pullback_register_primitives(self):
        return self.pairs
