"""The common dtype of several values."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["common_dtype"]


def common_dtype(least: Any, *values: Any) -> Any:
    """Return the dtype of a result computed from `values`, at least `least`. If any of them has a dtype, Python numbers do not count.

    `numpy.result_type` of NumPy 1 ignores 0-d arrays: for a 0-d float64 and ``np.float16`` it returns float16.
    """
    dtypes = [x.dtype for x in values if hasattr(x, "dtype")]
    return np.result_type(least, *(dtypes or map(type, values)))
