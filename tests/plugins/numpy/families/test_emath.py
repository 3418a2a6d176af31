"""The functions of `numpy.emath`, inside the domain of the real function and outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad, jvp

X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "emath.sqrt": (lambda x: np.emath.sqrt(x) ** 3, (X,)),
    "emath.log": (np.emath.log, (X,)),
    "emath.log2": (np.emath.log2, (X,)),
    "emath.log10": (np.emath.log10, (X,)),
    "emath.logn": (lambda x: np.emath.logn(3.0, x), (X,)),
    "emath.power": (lambda x: np.emath.power(x, 2.5), (X,)),
    "emath.arccos": (np.emath.arccos, (X,)),
    "emath.arcsin": (np.emath.arcsin, (X,)),
    "emath.arctanh": (np.emath.arctanh, (X,)),
    "emath of what is inside": (lambda x: np.emath.sqrt(x**2 + 1.0), (X,)),
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


def test_emath_inside_its_domain_is_real() -> None:
    x = np.array([0.5, 0.9])
    for name in ("sqrt", "log", "arcsin", "arccos", "arctanh"):
        assert getattr(np.emath, name)(pb.Variable(x)).dtype == np.float64
        assert grad(lambda x, f=getattr(np.emath, name): np.sum(f(x)))(x).dtype == np.float64
    assert jvp(np.emath.sqrt, (np.array([-4.0]),), (np.array([1.0]),))[1] == pytest.approx(-0.25j)
