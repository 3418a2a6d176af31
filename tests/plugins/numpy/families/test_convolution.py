"""Convolution and correlation of two sequences, in every mode and for every pair of lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pullback import check_grads, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(6)
X = RNG.normal(size=(3, 4))
Y = RNG.normal(size=(3, 4))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
@pytest.mark.parametrize("sizes", [(n, m) for n in range(1, 6) for m in range(1, 6)])
def test_convolutions(mode: Any, function: Callable[..., Any], sizes: tuple[int, int]) -> None:
    a, v = RNG.normal(size=sizes[0]), RNG.normal(size=sizes[1])
    agree(lambda a, v: function(a, v, mode), a, v)
    if sum(sizes) in (4, 7):
        check_grads(lambda a, v: function(a, v, mode), (a, v))
        check_grads(lambda a, v: function(a, v, mode), (a + 1j, v * 1j + 0.5))
        agree(lambda a, v: function(a, v, mode), a + 1j, v * 1j + 0.5)


def test_convolutions_with_constants() -> None:
    check(lambda v: np.convolve(X[0], v, "same"), Y[0])
    check(lambda a: np.correlate(a, [1.0, 2.0]), X[0])
    agree(lambda a: np.convolve(a, np.ones(2, np.float32)), X[0].astype(np.float32))
    for function in (np.convolve, np.correlate):
        with pytest.raises(ValueError, match="empty"):
            vjp(lambda a: function(a, np.ones(0)), X[0])
        with pytest.raises(ValueError, match="deep"):
            vjp(lambda a: function(a, np.ones(2)), X)
        with pytest.raises(ValueError, match="mode"):
            vjp(lambda a: function(a, np.ones(2), "wide"), X[0])
