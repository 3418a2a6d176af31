"""Where the functions of the namespace are differentiated, and how: against numerical derivatives, in both modes, to second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import pullback as pb
from pullback_plugins import array_api as xp

RANDOM = np.random.default_rng(5)
VECTOR = RANDOM.uniform(0.3, 0.9, 4)
MATRIX = RANDOM.uniform(-1.0, 1.0, (3, 3)) + 2.0 * np.eye(3)
WIDE = RANDOM.uniform(0.5, 2.0, (2, 3))
C = xp.asarray(RANDOM.uniform(0.5, 1.5, 4))

Case = tuple[Callable[[Any], Any], Any]
"""A function of one array, and the array."""


def check_gradients(function: Callable[[Any], Any], x: Any) -> None:
    """Check the derivatives of a weighted sum of the results."""
    result = np.asarray(function(xp.asarray(x)))
    weights = np.cos(np.arange(result.size)).reshape(result.shape)
    pb.check_grads(lambda x: xp.sum(function(xp.asarray(x)) * weights), (x,))


def check_single_precision(function: Callable[[Any], Any], x: Any) -> None:
    """Check that the gradient at a float32 array is a float32 array, near the one in double precision."""

    def f(x: Any) -> Any:
        return xp.sum(xp.astype(function(x), xp.float32))

    grad = pb.grad(f)(x.astype(np.float32))
    assert grad.dtype == np.float32
    np.testing.assert_allclose(grad, pb.grad(lambda x: xp.sum(function(x)))(x), rtol=2e-5)
