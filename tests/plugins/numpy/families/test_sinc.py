"""`sinc` and its derivatives of every order, at zero and away from it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad

from ..agreement import nth_derivative

X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "sinc": (np.sinc, (X,)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_derivatives(name: str) -> None:
    function, args = SMOOTH[name]
    found = function(*map(pb.Variable, args))
    expected = function(*args)
    np.testing.assert_allclose(plain(found), expected, rtol=1e-14, atol=1e-15)
    assert plain(found).dtype == np.asarray(expected).dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(function, args, step=1e-3)


@pytest.mark.parametrize("order", range(6))
def test_sinc_is_smooth_everywhere(order: int) -> None:
    x = np.array([0.0, 1e-9, -1e-3, 0.1, -0.7, 1.0, 2.5, -12.0])
    found = nth_derivative(np.sinc, order)(x)
    with mp.workdps(60):
        for n, point in enumerate(x):
            expected = mp.diff(lambda t: mp.sinc(mp.pi * t), mpf(point), order)
            assert found[n] == pytest.approx(float(expected), rel=1e-11, abs=1e-11 * math.pi**order)
    # Odd derivatives vanish at 0, exactly; the even ones are (-1)**k pi**2k / (2k + 1).
    assert found[0] == (
        0.0 if order % 2 else pytest.approx((-1) ** (order // 2) * math.pi**order / (order + 1), rel=1e-15)
    )


def test_dtypes_and_shapes() -> None:
    x = np.float32([0.25, 1.5])
    for function in (lambda x: np.sinc(x),):
        assert function(pb.Variable(x)).dtype == function(x).dtype
        assert grad(lambda x, f=function: np.sum(f(x)))(x).dtype == np.float32
        for shape in ((), (0,), (2, 0)):
            assert grad(lambda x, f=function: np.sum(f(x)))(np.full(shape, 0.25)).shape == shape


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(lambda x: np.sum(np.sinc(x)))(np.array([0.0, -5.0, 5.0]))
