"""The dtype that several values have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["common_dtype"]


def common_dtype(least: Any, *values: Any) -> Any:
    """Return the dtype of what is computed of `values`, arrays and numbers, at least `least`; numbers beside arrays do not count.

    `numpy.result_type` of NumPy 1 overlooks arrays without axes: of a float64 and ``np.float16`` it makes float16.
    """
    dtypes = [x.dtype for x in values if hasattr(x, "dtype")]
    return np.result_type(least, *(dtypes or map(type, values)))
