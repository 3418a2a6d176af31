"""Running sums and products: against NumPy, with zeros and with overflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import check_grads, grad, jacobian, vjp

from ..agreement import agree, check

RNG = np.random.default_rng(6)
X = RNG.normal(size=(3, 4))
Y = RNG.normal(size=(3, 4))
NEW = pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="new in NumPy 2.1")


@pytest.mark.parametrize("function", [np.cumsum, np.cumprod])
@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("x", [X, X + 1j * Y])
def test_running(function: Callable[..., Any], axis: Any, x: Any) -> None:
    check(lambda x: function(x, axis=axis), x)


@pytest.mark.parametrize("numbers", [[2.0, 0.0, 3.0, 4.0], [0.0, 2.0, 0.0, 3.0, 4.0], [0.0, 0.0], [0.0]])
def test_running_products_with_zeros(numbers: list[float]) -> None:
    x = np.array(numbers)
    n = len(x)
    wanted = [[np.prod(np.delete(x[: i + 1], j)) if j <= i else 0.0 for j in range(n)] for i in range(n)]
    np.testing.assert_array_equal(jacobian(np.cumprod, mode="reverse")(x), wanted)
    np.testing.assert_array_equal(jacobian(np.cumprod, mode="forward")(x), wanted)
    check_grads(np.cumprod, (x,), order=3 if n > 2 else 2)


def test_running_products_that_overflow_where_nobody_looks() -> None:
    x = np.full(400, 10.0)
    with np.errstate(over="ignore"):
        found = grad(lambda x: np.cumprod(x)[4])(x)
    np.testing.assert_allclose(found, np.where(np.arange(400) < 5, 1e4, 0.0))


def test_running_dtype_and_out() -> None:
    x = X.astype(np.float32)
    for function in (np.cumsum, np.cumprod):
        agree(lambda x: function(x, axis=1), x)
        agree(lambda x: function(x, axis=1, dtype=np.float64), x)
        assert grad(lambda x: np.sum(function(x, axis=0, dtype=np.float64)))(x).dtype == np.float32
        with pytest.raises(pb.ChainBrokenError):
            grad(lambda x: np.sum(function(x, axis=0, out=np.zeros((3, 4)))))(X)
        with pytest.raises(np.exceptions.AxisError):
            vjp(lambda x: function(x, axis=2), X)
        for empty in (np.ones(0), np.ones((0, 2)), np.ones((2, 0))):
            agree(lambda x: function(x, axis=0), empty)
            assert grad(lambda x: np.sum(function(x, axis=-1)))(empty).shape == empty.shape
        agree(function, np.float64(2.0))

    def f(x: Any) -> Any:
        out = x * 0.0
        np.cumsum(x * x, axis=1, out=out)
        return out

    check_grads(f, (X,))


@NEW
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@pytest.mark.parametrize("initial", [False, True])
def test_cumulative(name: str, initial: bool) -> None:
    function = getattr(np, name)
    for axis in (0, -1):
        check(lambda x: function(x, axis=axis, include_initial=initial), X)
    check(lambda x: function(x, include_initial=initial), X[0])
    with pytest.raises(ValueError, match="axis"):
        vjp(function, X)
