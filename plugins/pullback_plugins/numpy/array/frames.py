"""What NumPy's own Python code gets when it converts a variable to an array, or computes with one: some of that code is refused.

`np.r_`, `np.testing`, `np.ma` and `numpy.polynomial` do not ask their arguments. They convert them to arrays first, and the frame of that
call tells which code it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from pullback import ChainBrokenError, PullbackError
from pullback.extend import Tracked, plain, user_location

__all__ = ["for_caller", "in_place_of", "no_number", "too_narrow"]


class Carried(np.ndarray):  # type: ignore[misc]
    """The numbers of a variable on their way through `np.r_` to `np.concatenate`, which takes the variable; any other use is refused."""

    variable: Any

    @classmethod
    def of(cls, variable: Any) -> Carried:
        """Return the numbers of `variable`."""
        self: Carried = np.array(plain(variable)).view(cls)
        self.variable = variable
        return self

    def __array_finalize__(self, source: Any) -> None:
        self.variable = getattr(source, "variable", None)

    def arrived(self) -> Any:
        """Return the variable in the shape and dtype that its numbers have by now."""
        if self.size != self.variable.size:
            _refuse_carried()
        result = np.reshape(self.variable, self.shape)
        return result if self.dtype in (result.dtype, object) else result.astype(self.dtype)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is not np.concatenate:
            _refuse_carried()
        parts, *rest = args
        return np.concatenate([x.arrived() if isinstance(x, Carried) else x for x in parts], *rest, **kwargs)

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse_carried()


def _refuse_carried() -> NoReturn:
    raise ChainBrokenError(
        f"this use of np.r_ or np.c_, at {user_location()}, would lose the gradient; use np.concatenate"
    )


def for_caller(variable: Any, caller: FrameType, dtype: Any) -> Any:
    """Return the array that the code of `caller` gets for `variable`; None where it gets an array of objects, as other code does.

    Raises `ChainBrokenError` where an array would give wrong results.
    """
    while caller.f_code.co_name == "__array__" and caller.f_back is not None:
        caller = caller.f_back
    module = str(caller.f_globals.get("__name__", ""))
    if not module.startswith("numpy."):
        return None
    for prefix, answer in _ANSWERS.items():
        if module.startswith(prefix):
            return answer(variable, caller, dtype)
    return None


DRAW = re.compile(
    r"\.(\w*(binomial|gamma|normal)|beta|chisquare|choice|dirichlet|exponential|gumbel|laplace|logistic|multinomial|poisson|rayleigh|"
    r"triangular|uniform|vonmises|wald|weibull)\("
)
"""A call of a method of a random generator. They are written in C, so only the user's line shows which one it is."""


def too_narrow(dtype: Any) -> ChainBrokenError:
    """Return the error for a conversion to `dtype`, whose arrays cannot hold variables."""
    place = user_location()
    if DRAW.search(place.partition(", in `")[2]):
        return ChainBrokenError(
            f"a random draw at {place} reads its parameters as bare numbers, and would lose the gradient. Draw standard numbers and make "
            "yours of them, as in loc + scale * rng.standard_normal(shape); or, to leave the chain, v.primal or stop_gradient(v)"
        )
    return ChainBrokenError(
        f"an array of {np.dtype(dtype)} was asked for at {place}, and would lose the gradient; leave dtype out, "
        "use v.astype(dtype), or, to leave the chain, v.primal or stop_gradient(v). An array that is to take it in has to be a "
        "variable, as np.zeros_like(x) of a variable gives"
    )


def no_number(caller: FrameType) -> ChainBrokenError:
    """Return the error for a variable that the code of `caller` converts to a number."""
    if caller.f_code.co_name == "_vectorize_call":
        return ChainBrokenError(
            f"np.vectorize at {user_location()} puts its results into an array of the dtype that `otypes` says or the first "
            "result has, and would "
            "lose the gradient. Leave otypes out and return variables in every branch, as 0.0 * x, or write the function for arrays"
        )
    return ChainBrokenError(
        f"float(), or an assignment to a plain array, or a function written in C, reads a variable as a bare number at {user_location()}; "
        "its gradient would be lost. Use pullback.math instead of math; assign to an array variable, as np.zeros_like(x) of a variable "
        "gives, or build the array with np.stack; or, to leave the chain, v.primal or stop_gradient(v)"
    )


# The functions of `numpy.testing` raise or return None, so no gradient can be lost.
def _for_testing(variable: Any, caller: FrameType, dtype: Any) -> Any:
    return np.array(plain(variable), dtype=dtype)


def _for_masks(variable: Any, caller: FrameType, dtype: Any) -> NoReturn:
    raise ChainBrokenError(
        f"masked arrays are not differentiable, at {user_location()}: their mask would be lost. Use np.where(mask, 0.0, v), the functions "
        "np.nansum, np.nanmean, ..., or v[~mask]; or, to leave the chain, v.primal"
    )


def _for_matrices(variable: Any, caller: FrameType, dtype: Any) -> NoReturn:
    raise ChainBrokenError(
        f"np.matrix is not differentiable, at {user_location()}: its operators mean something else. Use arrays with the "
        "operator @, np.block; "
        "or, to leave the chain, v.primal"
    )


def _for_grids(variable: Any, caller: FrameType, dtype: Any) -> Any:
    if caller.f_code.co_qualname.startswith("AxisConcatenator."):
        # The two local names by which `np.r_` passes subclasses on; after a slice it does not.
        if any(caller.f_locals.get(name) is variable for name in ("item", "obj")):
            carried = Carried.of(variable)
            return carried if dtype is None else carried.astype(dtype)
    elif dtype is not None and caller.f_code.co_qualname.startswith("nd_grid."):
        # Not a TypeError: np.mgrid catches it and goes on as for a single slice.
        raise PullbackError(
            f"np.mgrid and np.ogrid read the ends of their ranges as bare numbers, at {user_location()}; use np.meshgrid of np.linspace"
        )
    return None


def _for_strides(variable: Any, caller: FrameType, dtype: Any) -> None:
    """Raise `ChainBrokenError` where the array of objects does not have the memory that `as_strided` is to read."""
    if caller.f_code.co_name != "as_strided":
        return
    array = plain(variable)
    shape, strides = (caller.f_locals.get(name) for name in ("shape", "strides"))
    shape = array.shape if shape is None else tuple(shape)
    if strides is None:
        strides = [array.itemsize * math.prod(shape[n + 1 :]) for n in range(len(shape))]
    steps = [(n - 1) * step for n, step in zip(shape, strides, strict=True)]
    size = np.dtype(object).itemsize
    inside = (
        min(steps, default=0) >= 0
        and sum(steps) <= (array.size - 1) * size
        and not any(step % size for step in strides)
    )
    if array.itemsize != size or not array.flags.c_contiguous or not inside:
        raise ChainBrokenError(
            f"as_strided reads memory that a variable has not in this form, at {user_location()}; use "
            "np.lib.stride_tricks.sliding_window_view, "
            "np.broadcast_to, or an array of indices"
        )


def _for_polynomials(variable: Any, caller: FrameType, dtype: Any) -> None:
    frame: FrameType | None = caller
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("numpy.polynomial."):
        name = frame.f_code.co_name
        if name in ("fit", "_fit"):
            raise ChainBrokenError(
                f"the fits of numpy.polynomial solve for bare numbers only, at {user_location()}; use np.polyfit, or np.linalg.lstsq with "
                "the matrix of the basis, as chebvander(x, deg) returns it"
            )
        if name.endswith("roots") and not name.endswith("fromroots"):
            raise _rootless()
        frame = frame.f_back


def _rootless() -> ChainBrokenError:
    return ChainBrokenError(
        f"numpy.polynomial finds roots of bare numbers only, at {user_location()}; use np.roots(v[::-1]) of the variable that "
        "holds the coefficients of the powers"
    )


_ANSWERS: dict[str, Callable[[Any, FrameType, Any], Any]] = {
    "numpy.testing.": _for_testing,
    "numpy.ma.": _for_masks,
    "numpy.matrixlib.": _for_matrices,
    "numpy.lib.index_tricks": _for_grids,
    "numpy.lib._index_tricks": _for_grids,
    "numpy.lib.stride_tricks": _for_strides,
    "numpy.lib._stride_tricks": _for_strides,
    "numpy.polynomial.": _for_polynomials,
}
"""What the code of NumPy's modules gets, by the beginning of their names, in NumPy 1 and 2."""


def in_place_of(operand: Any, caller: FrameType) -> Any:
    """Return the array `operand`, with which `caller` computes beside a variable; in `numpy.polynomial`, with axes added for those of x.

    There the coefficients get these axes only if ``isinstance(x, np.ndarray)``, which a variable is not.
    Raises `ChainBrokenError` in the search for roots.
    """
    if not str(caller.f_globals.get("__name__", "")).startswith("numpy.polynomial."):
        return operand
    name, names = caller.f_code.co_name, caller.f_locals
    if name.endswith("companion"):
        raise _rootless()
    x = names.get("x")
    if name.endswith(("val", "valfromroots")) and names.get("tensor", True) and isinstance(x, Tracked):
        return operand.reshape(operand.shape + (1,) * np.ndim(plain(x)))
    return operand
