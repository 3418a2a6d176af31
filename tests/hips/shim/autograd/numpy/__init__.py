"""NumPy itself, but for the few names that HIPS autograd adds or NumPy has dropped.

`array` is here because nobody can answer for `numpy.array`, which takes a nest of variables for an array of objects.
"""

from typing import Any

import numpy

from autograd.numpy import fft, linalg, random
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["array", "fft", "linalg", "make_diagonal", "random", "row_stack"]


def array(x: Any, *args: Any, **kwargs: Any) -> Any:
    """Return an array of `x`, a nest of numbers and variables, of its own."""
    whole = as_array(x)
    return numpy.array(whole, *args, **kwargs) if isinstance(whole, numpy.ndarray) else numpy.copy(whole)


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Return arrays that have the last axis of `D` as the diagonal of `axis1` and `axis2`: the last two, and no offset."""
    if offset != 0 or (axis1, axis2) not in ((-1, -2), (-2, -1)):
        raise NotImplementedError("make_diagonal puts the diagonal into the last two axes only")
    return D[..., None] * numpy.eye(D.shape[-1])


row_stack = numpy.vstack


def __getattr__(name: str) -> Any:
    return getattr(numpy, name)
