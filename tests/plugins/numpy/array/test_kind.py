"""The kind of arrays: what a value is, and which values are of it."""

import math

import numpy as np
import pytest

import pullback as pb
from pullback import ChainBrokenError, Variable, grad
from pullback.tracked import plain

from ..agreement import agrees

M = np.random.default_rng(18).normal(size=(3, 4))


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


def test_values_are_read_only():
    v = Variable(M) * 2.0
    np.testing.assert_array_equal(v.primal, 2 * M)
    assert type(v.primal) is np.ndarray
    with pytest.raises(ValueError, match="read-only"):
        v.primal[0] = 1.0
    assert type(v[0, 0].primal) is np.float64


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
    with pb.plugins(sine, product):
        for x in (np.array(0.5), np.float64(0.5)):
            assert grad(np.sin)(x) == math.cos(0.5)
            assert grad(lambda x: np.multiply(x, 2.0))(x) == 2.0
