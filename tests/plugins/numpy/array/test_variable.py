"""Array variables behave as arrays: operators, attributes, methods, and what they refuse."""

import math
import operator

import numpy as np
import pytest

import pullback as pb
from pullback import ChainBrokenError, Variable
from pullback.tracked import plain

RNG = np.random.default_rng(18)
M = RNG.normal(size=(3, 4))


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


def test_arrays_are_no_numbers():
    v = Variable(M)
    for use in (float, int, operator.index, math.floor, round, lambda v: range(v)):
        with pytest.raises(TypeError):
            use(v)
    with pytest.raises(ChainBrokenError):
        v.resize((2, 6))
    with pytest.raises(ChainBrokenError):
        memoryview(v.data)


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


@pytest.mark.parametrize("cotangent", [np.ones(2), np.ones((2, 3)), np.ones((3, 2))])
def test_a_cotangent_with_more_numbers_than_the_output_is_none(cotangent):
    for point, size in ((2.0, 1), (np.float64(2.0), 1), (np.ones(3), 3), (np.ones((1, 3)), 3)):
        if cotangent.size > size:
            for use in (pb.vjp(lambda x: x * x, point)[1], (pb.Variable(point) * 2.0).backprop):
                with pytest.raises(TypeError, match=r"(?s)^the cotangent of .* cannot be array\(.*it has more numbers"):
                    use(cotangent)
            with pytest.raises(TypeError, match=r"(?s)^a tangent of .* cannot be array\(.*it has more numbers"):
                pb.jvp(lambda x: x * x, (point,), (cotangent,))
