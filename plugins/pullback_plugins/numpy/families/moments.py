"""Variances, standard deviations and weighted averages along axes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype
from pullback_plugins.numpy.linalg.matrices import conjugate
from pullback_plugins.numpy.rules.axes import (
    NOT_GIVEN,
    broadcast_mask,
    broadcast_reduced,
    count_reduced,
    reduced_shape,
    reduction_arguments,
    strong_product,
    write_to_out,
)

__all__ = ["average", "std", "var", "var_or_std"]


def _deviations(x: Any, axis: tuple[int, ...]) -> Any:
    return x - np.mean(x, axis=axis, keepdims=True)


def _degrees_of_freedom(x: Any, axis: tuple[int, ...], ddof: float) -> float:
    """Return the degrees of freedom; nan where they are zero, because NumPy then divides by zero and warns."""
    return max(count_reduced(plain(x).shape, axis) - ddof, 0) or math.nan


# The derivative by the mean vanishes, because the deviations from the mean sum to zero.
_var: Primitive = primitive(
    lambda x, *, axis, keepdims, ddof: np.var(x, axis=axis, keepdims=keepdims, ddof=ddof),
    lambda x, out, grad, *, axis, keepdims, ddof: strong_product(
        broadcast_reduced(grad, x, axis), conjugate(_deviations(x, axis)) * (2.0 / _degrees_of_freedom(x, axis, ddof))
    ),
    name="var_over",
)


def _is_constant(x: Any, axis: tuple[int, ...]) -> Any:
    """Return a plain mask of slices whose elements are all equal; rounding errors may make their standard deviation nonzero."""
    x = plain(x)
    first = x[tuple([slice(0, 1) if n in axis else slice(None) for n in range(x.ndim)])]
    return np.logical_and.reduce(x == first, axis=axis)


def _std_backward(x: Any, out: Any, grad: Any, *, axis: tuple[int, ...], keepdims: Any, ddof: float) -> Any:
    constant = np.reshape(_is_constant(x, axis), np.shape(plain(out)))
    scale = np.where(constant, 0.0, grad) / np.where(constant, 1.0, out) / _degrees_of_freedom(x, axis, ddof)
    return strong_product(broadcast_reduced(scale, x, axis), conjugate(_deviations(x, axis)))


_std: Primitive = primitive(
    lambda x, *, axis, keepdims, ddof: np.std(x, axis=axis, keepdims=keepdims, ddof=ddof),
    _std_backward,
    name="std_over",
)


def var_or_std(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = NOT_GIVEN,
    *,
    where: Any = NOT_GIVEN,
    mean: Any = NOT_GIVEN,
    correction: Any = NOT_GIVEN,
    root: bool,
) -> Any:
    """Return the variance of `a` over some axes, or if `root` the standard deviation; the arguments are those of `numpy.var`."""
    if correction is not NOT_GIVEN:
        if ddof != 0:
            raise ValueError("ddof and correction can't be provided simultaneously.")
        ddof = correction
    a, axes, keepdims = reduction_arguments(a, axis, keepdims, dtype)
    mask = broadcast_mask(where, plain(a).shape)
    if isinstance(ddof, Tracked):
        return write_to_out(_variable_ddof(a, axes, ddof, keepdims, mask, mean, root), out)
    if mask is None and mean is NOT_GIVEN:
        return write_to_out((_std if root else _var)(a, axis=axes, keepdims=keepdims, ddof=ddof), out)
    mask = np.ones(plain(a).shape, dtype=bool) if mask is None else mask
    return write_to_out(_masked_var_or_std(a, axes, keepdims, ddof, mask, mean, root), out)


def _variable_ddof(a: Any, axis: tuple[int, ...], ddof: Any, keepdims: bool, mask: Any, mean: Any, root: bool) -> Any:
    """Return the variance or standard deviation for a variable `ddof`: that for ddof 0, scaled by count / (count - ddof)."""
    where = NOT_GIVEN if mask is None else mask
    result = var_or_std(a, axis, keepdims=keepdims, where=where, mean=mean, root=root)
    count = np.sum(np.ones(plain(a).shape) if mask is None else mask * 1.0, axis=axis, keepdims=keepdims)
    degrees = np.maximum(count - ddof, 0.0)
    if np.any(plain(degrees) <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=5)
    with np.errstate(all="ignore"):
        factor = count / degrees
        return astype(result * (np.sqrt(factor) if root else factor), plain(result).dtype)


def _masked_var_or_std(
    a: Any, axis: tuple[int, ...], keepdims: bool, ddof: float, mask: Any, mean: Any, root: bool
) -> Any:
    a_primal = plain(a)
    counts = np.sum(mask, axis=axis, keepdims=True)
    if mean is NOT_GIVEN:
        centre = np.sum(np.where(mask, a, 0.0), axis=axis, keepdims=True) / np.maximum(counts, 1).astype(
            a_primal.real.dtype
        )
    else:
        centre = as_array(mean)
    # Mask before the difference too, so that an excluded nan does not enter a derivative.
    deviation = np.where(mask, np.where(mask, a, 0.0) - centre, 0.0)
    square = np.real(deviation * conjugate(deviation)) if a_primal.dtype.kind == "c" else deviation * deviation
    degrees = np.maximum(counts - ddof, 0)
    if np.any(degrees <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=4)
    with np.errstate(all="ignore"):
        result = np.sum(square, axis=axis, keepdims=True) / degrees.astype(a_primal.real.dtype)
        if root:
            zero = (plain(result) == 0) | _is_constant_under_mask(a_primal, axis, mask, mean)
            result = np.where(zero, plain(result) ** 0.5, np.sqrt(np.where(zero, 1.0, result)))
    return np.reshape(result, reduced_shape(a_primal.shape, axis, keepdims))


def _is_constant_under_mask(x: Any, axis: tuple[int, ...], mask: Any, mean: Any) -> Any:
    """Return a mask of slices whose elements under `mask` are all equal; False if `mean` is given, which may differ from theirs."""
    if mean is not NOT_GIVEN or x.dtype.kind == "c" or not x.size:
        return False
    low = np.min(np.where(mask, x, np.inf), axis=axis, keepdims=True)
    return low == np.max(np.where(mask, x, -np.inf), axis=axis, keepdims=True)


@composite(overloads=["numpy:var"])
def var(a: Any, *args: Any, **params: Any) -> Any:
    """Return the variance of `a` over some axes, as `numpy.var` does; it is real for complex numbers too."""
    return var_or_std(a, *args, **params, root=False)


@composite(overloads=["numpy:std"])
def std(a: Any, *args: Any, **params: Any) -> Any:
    """Return the standard deviation of `a` over some axes; for constant slices the gradient is zero."""
    return var_or_std(a, *args, **params, root=True)


@composite(overloads=["numpy:average"])
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = NOT_GIVEN) -> Any:
    """Return the weighted average of `a` over some axes; differentiable with respect to the weights too."""
    a, axes, keepdims = reduction_arguments(a, axis, keepdims)
    shape = plain(a).shape
    if weights is None:
        mean = np.mean(a, axis=axes, keepdims=keepdims)
        total = np.full(np.shape(plain(mean)), count_reduced(shape, axes), plain(a).real.dtype)[()]
        return (mean, total) if returned else mean
    weights = _broadcast_weights(as_array(weights), axis, axes, shape)
    total = np.sum(weights, axis=axes, keepdims=keepdims)
    if np.any(plain(total) == 0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    mean = np.sum(a * weights, axis=axes, keepdims=keepdims) / total
    return (mean, np.broadcast_to(total, np.shape(plain(mean)))) if returned else mean


def _broadcast_weights(weights: Any, axis: Any, axes: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """Return `weights` broadcast to `shape`, the shape of the averaged array."""
    weights_shape = np.shape(plain(weights))
    if weights_shape == shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    if weights_shape != tuple([shape[n] for n in axes]):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    order = np.argsort(axes)
    weights = np.transpose(weights, order) if len(axes) > 1 else weights
    weights = np.reshape(weights, tuple([size if n in axes else 1 for n, size in enumerate(shape)]))
    return np.broadcast_to(weights, shape)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_var, var, _std, std, average]
