"""Arrays of every kind that the kernels are asked about."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["VALUES", "Sub"]


class Sub(np.ndarray):
    """A subclass that means the same as an array."""


VALUES: list[Any] = [
    np.arange(6.0),
    np.arange(6.0).reshape(2, 3),
    np.arange(6.0).reshape(2, 3).T,
    np.arange(6.0)[::-2],
    np.arange(6.0, dtype=np.float32),
    np.arange(6.0, dtype=np.float16),
    np.arange(6.0, dtype=np.longdouble),
    np.arange(6.0, dtype=">f8"),
    np.arange(6.0) + 1j,
    np.array([1.0, np.nan]),
    np.array([1.0, np.nan])[::-1],
    np.array([np.nan], dtype=np.float32),
    np.array([complex(0, np.nan)]),
    np.array(2.0),
    np.array(np.nan),
    np.zeros((0, 3)),
    np.zeros(20_000),
    np.broadcast_to(np.float64(2.0), (3, 4)),
    np.arange(6),
    np.array([True, False]),
    np.arange(6.0).view(Sub),
    np.float64(2.0),
    np.float32(2.0),
    np.float64(np.nan),
    np.int64(2),
    2.0 + 1j,
]
