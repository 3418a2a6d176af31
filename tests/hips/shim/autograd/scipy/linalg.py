"""The few functions of `scipy.linalg` that HIPS autograd wraps, as pairs and formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg as _linalg

from pullback import primitive

__all__ = ["solve_banded", "solve_sylvester", "sqrtm"]


def _sylvester_backward(a: Any, b: Any, q: Any, x: Any, grad: Any) -> tuple[Any, Any, Any]:
    w = solve_sylvester(np.swapaxes(a, 0, 1), np.swapaxes(b, 0, 1), grad)
    return -w @ np.swapaxes(x, 0, 1), -np.swapaxes(x, 0, 1) @ w, w


solve_sylvester = primitive(_linalg.solve_sylvester, _sylvester_backward, name="solve_sylvester")
"""Return the X of AX + XB = Q."""


def _sqrtm_backward(a: Any, root: Any, grad: Any) -> Any:
    # Differentiate R R = A: R dR + dR R = dA.
    return solve_sylvester(np.swapaxes(root, 0, 1), np.swapaxes(root, 0, 1), grad)


sqrtm = primitive(_linalg.sqrtm, _sqrtm_backward, name="sqrtm")


def solve_banded(l_and_u: tuple[int, int], ab: Any, b: Any) -> Any:
    """Return the x of Ax = b, with the diagonals of A given as the rows of `ab`."""
    lower, upper = l_and_u
    size = ab.shape[1]
    whole = 0.0
    for row, offset in enumerate(range(upper, -lower - 1, -1)):
        whole = whole + np.diag(ab[row, max(offset, 0) : size + min(offset, 0)], offset)
    return np.linalg.solve(whole, b)
