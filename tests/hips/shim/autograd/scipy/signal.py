"""Convolution along chosen axes, as one product with a constant that says which places meet."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np

__all__ = ["convolve"]


def _meeting(n: int, m: int, mode: str) -> Any:
    """Return the array that is one where place i of n and place j of m meet in place k of their convolution."""
    start, size = {
        "full": (0, n + m - 1),
        "same": ((m - 1) // 2, n),
        "valid": (min(n, m) - 1, abs(n - m) + 1),
    }[mode]
    i, j, k = np.ogrid[:n, :m, start : start + size]
    return (i + j == k).astype(float)


def convolve(A: Any, B: Any, axes: Any = None, dot_axes: Any = ((), ()), mode: str = "full") -> Any:
    """Return `A` and `B` convolved along pairs of `axes`, contracted along `dot_axes`: what is left of A, of B, and then `axes`."""
    axes = (range(A.ndim), range(B.ndim)) if axes is None else axes
    fresh = count()
    of_A = [next(fresh) for _ in range(A.ndim)]
    of_B = [next(fresh) for _ in range(B.ndim)]
    for a, b in zip(*dot_axes, strict=True):
        of_B[b] = of_A[a]
    meetings: list[Any] = []
    ends = []
    for a, b in zip(*axes, strict=True):
        ends.append(next(fresh))
        meetings += [_meeting(A.shape[a], B.shape[b], mode), [of_A[a], of_B[b], ends[-1]]]
    left_A = [place for axis, place in enumerate(of_A) if axis not in (*axes[0], *dot_axes[0])]
    left_B = [place for axis, place in enumerate(of_B) if axis not in (*axes[1], *dot_axes[1])]
    return np.einsum(A, of_A, B, of_B, *meetings, [*left_A, *left_B, *ends])
