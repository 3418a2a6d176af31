"""The tests that come with the distribution; they run where it is installed."""

from __future__ import annotations

import math

import pytest
from acme_good import parallel, softplus

from pullback import check_grads, grad, jvp


def test_softplus() -> None:
    assert softplus(1.0) == pytest.approx(math.log(1.0 + math.e), rel=1e-15)
    assert grad(softplus)(0.0) == 0.5
    assert grad(softplus)(800.0) == 1.0
    assert grad(softplus)(-800.0) == 0.0


@pytest.mark.parametrize("x", [-30.0, -1.5, 0.0, 0.3, 12.0])
def test_softplus_against_differences(x: float) -> None:
    check_grads(softplus, (x,))


@pytest.mark.parametrize("pair", [(1.0, 2.0), (0.3, 40.0)])
def test_parallel_against_differences(pair: tuple[float, float]) -> None:
    check_grads(parallel, pair)


def test_parallel() -> None:
    assert parallel(3.0, 6.0) == 2.0
    assert grad(parallel, argnums=(0, 1))(3.0, 6.0) == pytest.approx((4.0 / 9.0, 1.0 / 9.0))
    assert jvp(parallel, (3.0, 6.0), (1.0, 1.0))[1] == pytest.approx(5.0 / 9.0)
