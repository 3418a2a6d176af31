"""The dtype that several values have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback_plugins.numpy.dtypes import common_dtype


@pytest.mark.parametrize("x", [np.float64(3.7), np.array(3.7), 3.7])
def test_the_common_dtype_does_not_overlook_what_has_no_axes(x: Any) -> None:
    assert common_dtype(np.float16, x) == np.float64
    assert common_dtype(np.complex64, x) == np.complex128


def test_the_common_dtype_overlooks_numbers_beside_arrays() -> None:
    assert common_dtype(np.float16, np.float32(3.7), 2.0) == np.float32
    assert common_dtype(np.float16, np.arange(3)) == np.float64


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1.0,), np.float64),
        ((1,), np.result_type(np.float16, int)),
        ((1j,), np.complex128),
        ((np.float16(1.0),), np.float16),
        ((np.ones(2, np.float32), np.ones((), np.float64)), np.float64),
        ((np.ones(2, np.float32), 1j), np.float32),
        ((), np.float16),
    ],
)
def test_numbers_decide_only_where_there_is_no_array(values: tuple[Any, ...], expected: Any) -> None:
    assert common_dtype(np.float16, *values) == expected


def test_at_least_is_at_least() -> None:
    assert common_dtype(np.float64, np.float32(1.0)) == np.float64
    assert common_dtype(np.float64, np.complex64(1.0)) == np.complex128
