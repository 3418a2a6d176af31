"""Functions of dtypes, asked of dtypes, of arrays and of variables."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api.array import unwrap


def test_dtypes_are_asked_of_variables_too() -> None:
    v = pb.Variable(np.ones(2, dtype=np.float32))
    assert xp.result_type(v, 1.0) == np.float32 == xp.result_type(v, xp.float32)
    assert xp.result_type(v, xp.ones(1)) == np.float64
    assert xp.can_cast(v, xp.float64)
    assert not xp.can_cast(xp.ones(1), xp.float32)
    assert (xp.finfo(v).bits, xp.finfo(xp.complex128).eps) == (32, np.finfo(np.float64).eps)
    assert xp.iinfo(xp.int8).max == 127
    with pytest.raises(ValueError, match="one array or dtype"):
        xp.result_type(1.0, 2)


def test_a_kind_may_be_a_name_a_dtype_or_several() -> None:
    assert xp.isdtype(xp.float32, "real floating")
    assert not xp.isdtype(xp.float32, "complex floating")
    assert xp.isdtype(xp.float32, xp.float32)
    assert not xp.isdtype(xp.float32, xp.float64)
    assert xp.isdtype(xp.int8, ("bool", "integral"))
    assert not xp.isdtype(xp.bool, ("numeric", xp.int8))


def test_astype_copies_unless_it_need_not() -> None:
    x = xp.ones(3)
    assert xp.astype(x, xp.float64, copy=False) is x
    assert not np.may_share_memory(np.asarray(xp.astype(x, xp.float64)), np.asarray(x))
    assert xp.astype(x, xp.int64, copy=False).dtype == xp.int64


def test_astype_of_a_variable_keeps_the_chain_and_to_integers_leaves_it() -> None:
    x = np.array([1.5, 2.5])
    gradient = pb.grad(lambda x: xp.sum(xp.astype(x * x, xp.float32)))(x)
    assert gradient.dtype == np.float64
    np.testing.assert_array_equal(gradient, 2.0 * x)
    assert not isinstance(unwrap(xp.astype(pb.Variable(x), xp.int32)), pb.Variable)
    with pytest.raises(TypeError, match="take the real part"):
        xp.astype(xp.asarray(x + 1j), xp.float64)


def test_limits_are_plain_numbers() -> None:
    for dtype in (xp.float32, xp.float64):
        info = xp.finfo(dtype)
        assert all(type(limit) is float for limit in (info.eps, info.max, info.min, info.smallest_normal))
        assert (info.max, info.smallest_normal, info.dtype) == (np.finfo(dtype).max, np.finfo(dtype).tiny, dtype)
    info = xp.iinfo(xp.asarray([1], dtype=xp.uint16))
    assert (info.bits, info.max, info.min, info.dtype) == (16, 65535, 0, xp.uint16)
    assert type(info.max) is int
