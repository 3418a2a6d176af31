"""`numpy.i0` and its derivatives, against high precision."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

from pullback import grad

from ..agreement import check, nth_derivative


@pytest.mark.parametrize("order", range(4))
def test_i0(order: int) -> None:
    x = np.array([0.0, 1e-9, -0.3, 2.0, 14.9, -15.1, 90.0, 600.0])
    found = nth_derivative(np.i0, order)(x)
    with mp.workdps(40):
        for n, point in enumerate(x):
            expected = mp.diff(lambda t: mp.besseli(0, t), mpf(point), order)
            assert found[n] == pytest.approx(float(expected), rel=1e-12), point


def test_derivatives_and_dtype() -> None:
    x = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
    check(np.i0, x)
    assert grad(lambda x: np.sum(np.i0(x)))(x.astype(np.float32)).dtype == np.float32
