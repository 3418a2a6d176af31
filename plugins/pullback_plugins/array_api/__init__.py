"""The namespace of array variables in the Python array API standard, as `x.__array_namespace__()` returns it.

Its functions take variables, constants of its own, plain arrays and Python's numbers. They return a variable where the result depends
on a variable in a differentiable way, and a constant elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as _np

from pullback_plugins.array_api import fft as fft
from pullback_plugins.array_api import linalg as linalg
from pullback_plugins.array_api import special as special
from pullback_plugins.array_api.array import Array as Array
from pullback_plugins.array_api.creation import *  # noqa: F403
from pullback_plugins.array_api.dtypes import *  # noqa: F403
from pullback_plugins.array_api.elementwise import functions as _functions
from pullback_plugins.array_api.info import DTYPES as _DTYPES
from pullback_plugins.array_api.info import Info as _Info
from pullback_plugins.array_api.linalg import matmul as matmul
from pullback_plugins.array_api.linalg import matrix_transpose as matrix_transpose
from pullback_plugins.array_api.linalg import tensordot as tensordot
from pullback_plugins.array_api.linalg import vecdot as vecdot
from pullback_plugins.array_api.manipulation import *  # noqa: F403
from pullback_plugins.array_api.selection import *  # noqa: F403
from pullback_plugins.array_api.statistics import *  # noqa: F403

__array_api_version__ = "2024.12"

e: float = _np.e
inf: float = _np.inf
nan: float = _np.nan
pi: float = _np.pi
newaxis = None

globals().update(_functions())
globals().update({name: _np.dtype(name) for name in _DTYPES["numeric"] + _DTYPES["bool"]})


def __array_namespace_info__() -> Any:  # noqa: N807
    """Return the object that describes devices, dtypes and capabilities."""
    return _Info()
