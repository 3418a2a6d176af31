"""Covariances, histograms, and `apply_along_axis` and `apply_over_axes`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype
from pullback_plugins.numpy.families.sorting import add_at_last_axis
from pullback_plugins.numpy.linalg.matrices import conjugate
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, normalize_axis
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["apply_along_axis", "apply_over_axes", "bincount", "corrcoef", "cov", "histogram", "histogramdd"]


# Covariances: variables in k rows of n observations, (k, n) -> (k, k).


def _observations(m: Any, y: Any, rowvar: bool) -> Any:
    """Return the variables of `m` and `y`, one per row: (k, n)."""
    m = as_array(m)
    if np.ndim(plain(m)) > 2:
        raise ValueError("m has more than 2 dimensions")
    if y is not None and np.ndim(plain(as_array(y))) > 2:
        raise ValueError("y has more than 2 dimensions")

    def rows(x: Any) -> Any:
        x = as_array(x)
        shape = np.shape(plain(x))
        x = np.reshape(x, (1, shape[0] if shape else 1)) if len(shape) < 2 else x
        return np.transpose(x) if not rowvar and plain(x).shape[0] != 1 else x

    x = rows(m)
    if not rowvar and np.ndim(plain(m)) == 2:
        x = np.transpose(m)
    return x if y is None else np.concatenate([x, rows(y)], axis=0)


def _combined_weights(fweights: Any, aweights: Any, count: int) -> Any:
    """Return the product of `fweights` and `aweights`, one weight per observation (n,), or None if neither is given."""
    frequencies: Any = None
    if fweights is not None:
        frequencies = as_array(fweights)
        if not np.all(plain(frequencies) == np.around(plain(frequencies))):
            raise TypeError("fweights must be integer")
        frequencies = astype(frequencies, np.float64)
    weights = frequencies
    if aweights is not None:
        aweights = as_array(aweights)
        weights = aweights if weights is None else weights * aweights
    for name, weight in (("fweights", frequencies), ("aweights", aweights)):
        if weight is not None:
            if np.ndim(plain(weight)) > 1:
                raise RuntimeError(f"cannot handle multidimensional {name}")
            if np.shape(plain(weight)) != (count,):
                raise RuntimeError(f"incompatible numbers of samples and {name}")
            if np.any(plain(weight) < 0):
                raise ValueError(f"{name} cannot be negative")
    return weights


@composite(overloads=["numpy:cov"])
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Return the covariance matrix, as `numpy.cov` does; differentiable with respect to the data and `aweights`."""
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    x = _observations(m, y, rowvar)
    # At least double precision, unless `dtype` says otherwise.
    x = astype(x, np.result_type(plain(x).dtype, np.float64) if dtype is None else dtype)
    if not plain(x).shape[0]:
        return np.cov(plain(x))
    ddof = (0 if bias else 1) if ddof is None else ddof
    count = plain(x).shape[1]
    weights = _combined_weights(fweights, aweights, count)
    if weights is None:
        mean, total = np.mean(x, axis=1, keepdims=True), float(count)
        factor = total - ddof
    else:
        total = np.sum(weights)
        mean = np.sum(x * weights, axis=1, keepdims=True) / total
        if ddof == 0:
            factor = total
        elif aweights is None:
            factor = total - ddof
        else:
            factor = total - ddof * np.sum(weights * as_array(aweights)) / total
    if plain(factor) <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
        factor = 0.0
    x = x - mean
    weighted = conjugate(x) if weights is None else conjugate(x) * weights
    # Divide after the product: one reciprocal and k * k products.
    covariance = np.matmul(x, np.transpose(weighted)) * np.true_divide(1.0, factor)
    covariance = np.reshape(covariance, ()) if plain(covariance).shape == (1, 1) else covariance
    return covariance if dtype is None else astype(covariance, dtype)


@composite(overloads=["numpy:corrcoef"])
def corrcoef(
    x: Any, y: Any = None, rowvar: bool = True, bias: Any = NOT_GIVEN, ddof: Any = NOT_GIVEN, *, dtype: Any = None
) -> Any:
    """Return the matrix of correlation coefficients, as `numpy.corrcoef` does."""
    c = cov(x, y, rowvar, dtype=dtype)
    if not np.ndim(plain(c)):
        return c / c
    n = plain(c).shape[0]
    deviations = np.sqrt(np.real(c[np.arange(n), np.arange(n)]))
    c = c / deviations[:, None] / deviations[None, :]
    # Rounding errors may exceed one: NumPy clips the values. The difference is a constant, so the derivative is not affected.
    primal_c = plain(c)
    clipped = np.clip(primal_c.real, -1, 1)
    if primal_c.dtype.kind == "c":
        clipped = clipped + 1j * np.clip(primal_c.imag, -1, 1)
    return c + np.where(np.isnan(primal_c), 0.0, clipped - primal_c)


# Counts: numbers of elements per bin, or sums of weights per bin.


@composite(overloads=["numpy:bincount"])
def bincount(x: Any, /, weights: Any = None, minlength: Any = 0) -> Any:
    """Return the number of occurrences of each integer in `x`, plain, or the sums of their `weights`, with a gradient."""
    x, minlength = primals(x), plain(minlength)
    if weights is None or not isinstance(weights := as_array(weights), Tracked):
        return np.bincount(x, weights, minlength)
    # NumPy checks the arguments, and the length of its result is ours.
    size = len(np.bincount(x, plain(weights), minlength))
    return _bin_sums(np.asarray(x, dtype=np.intp), weights, size)


def _bin_sums(index: Any, weights: Any, size: int) -> Any:
    sums = add_at_last_axis(np.reshape(weights, (-1,)), index=index.reshape(-1), size=size)
    return sums if plain(sums).dtype.kind == "c" else sums.astype(np.float64)


def _bin_numbers(x: Any, edges: Any) -> Any:
    """Return for each element of `x` the number of its bin, or the number of bins if it is outside of all."""
    numbers = np.searchsorted(edges, x, side="right") - 1
    numbers[x == edges[-1]] = len(edges) - 2
    numbers[(x < edges[0]) | ~(x <= edges[-1])] = len(edges) - 1
    return numbers


def _has_edges(bins: Any) -> bool:
    return isinstance(bins, (list, tuple)) or np.ndim(primals(bins)) > 0


def _source_of_edges(x: Any, bins: Any, range: Any) -> Any:
    """Return what the edges of the bins along an axis are computed from: edges in `bins`, the range, or the numbers `x`."""
    return as_array(bins if _has_edges(bins) else x if range is None else range)


@composite(overloads=["numpy:histogram_bin_edges"])
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """Return the edges of the bins of a histogram; differentiable with respect to `a`, or to the edges or the range if these are given."""
    edges = np.histogram_bin_edges(primals(a), primals(bins), primals(range), primals(weights))
    return _differentiable_edges(edges, a, bins, range)


def _differentiable_edges(edges: Any, x: Any, bins: Any, range: Any) -> Any:
    """Return the plain `edges` as a function of what they are computed from: edges in `bins`, or the limits of equal steps."""
    source = _source_of_edges(x, bins, range)
    if not isinstance(source, Tracked) or not plain(source).size:
        return edges
    if _has_edges(bins):
        return source
    first, last = (np.min(source), np.max(source)) if range is None else as_array(range)
    if plain(first) == plain(last):
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, len(edges))


@composite(overloads=["numpy:histogram"])
def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """Return the histogram of `a` and the edges of its bins.

    Counts are differentiable with respect to `weights`, edges with respect to `a`, and densities with respect to both.
    """
    hist, edges = np.histogram(primals(a), primals(bins), primals(range), bool(density), primals(weights))
    hist, (edges,) = _differentiable_histogram(hist, [edges], (a,), (bins,), (range,), density, weights)
    return hist, edges


def _differentiable_histogram(
    hist: Any,
    edges: Sequence[Any],
    sample: tuple[Any, ...],
    bins: tuple[Any, ...],
    ranges: tuple[Any, ...],
    density: Any,
    weights: Any,
) -> tuple[Any, list[Any]]:
    """Return a plain histogram as a function of the weights and the widths of the bins, and its edges by `_differentiable_edges`."""
    edge_variables = [
        _differentiable_edges(*axis_arguments) for axis_arguments in zip(edges, sample, bins, ranges, strict=True)
    ]
    weights = None if weights is None else as_array(weights)
    if not (
        isinstance(weights, Tracked)
        or (density and any(isinstance(axis_edges, Tracked) for axis_edges in edge_variables))
    ):
        return hist, edge_variables
    # One more cell along each axis, for elements outside of all bins.
    shape = tuple([len(axis_edges) for axis_edges in edges])
    cells = np.ravel_multi_index(
        tuple([_bin_numbers(np.ravel(primals(x)), axis_edges) for x, axis_edges in zip(sample, edges, strict=True)]),
        shape,
    )
    cell_weights = np.ones(cells.size) if weights is None else weights
    total = np.reshape(_bin_sums(cells, cell_weights, int(np.prod(shape))), shape)[tuple([slice(-1)] * len(shape))]
    if density:
        total = total / np.sum(total)
        for n, axis_edges in enumerate(edge_variables):
            total = total / np.reshape(np.diff(axis_edges), (-1,) + (1,) * (len(edges) - n - 1))
    return total if plain(total).dtype == hist.dtype else astype(total, hist.dtype), edge_variables


def _coordinates(sample: Any) -> tuple[Any, ...]:
    """Return the coordinates of the points `sample`, one array per dimension: the columns of an array, or the elements of a list."""
    if isinstance(sample, (Tracked, np.ndarray)):
        sample = as_array(sample)
        sample = np.reshape(sample, (-1, 1)) if np.ndim(plain(sample)) == 1 else sample
        return tuple([sample[:, n] for n in range(plain(sample).shape[1])])
    return tuple([as_array(x) for x in sample])


def _one_per_axis(argument: Any, count: int, name: str) -> tuple[Any, ...]:
    if not _has_edges(argument):
        return (argument,) * count
    if len(argument) != count:
        raise ValueError(f"The dimension of {name} must be equal to the dimension of the sample x.")
    return tuple(argument)


@composite(overloads=["numpy:histogramdd"])
def histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """Return the histogram of points in several dimensions, (n, d), and the edges along each axis."""
    parts = _coordinates(sample)
    bins_per_axis = _one_per_axis(bins, len(parts), "bins")
    ranges = (None,) * len(parts) if range is None else tuple(range)
    points = np.stack([np.ravel(primals(x)) for x in parts], axis=-1)
    plain_ranges = None if all(limits is None for limits in ranges) else primals(ranges)
    hist, edges = np.histogramdd(points, primals(bins_per_axis), plain_ranges, bool(density), primals(weights))
    hist, edges = _differentiable_histogram(hist, edges, parts, bins_per_axis, ranges, density, weights)
    return hist, tuple(edges)


@composite(overloads=["numpy:histogram2d"])
def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> tuple[Any, Any, Any]:
    """Return the histogram of points in the plane and the edges along both axes."""
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    if _has_edges(bins) and len(bins) not in (1, 2):
        bins = [bins, bins]
    hist, edges = histogramdd([x, y], bins, range, density, weights)
    return hist, edges[0], edges[1]


# Functions that apply a function.


@composite(overloads=["numpy:apply_along_axis"])
def apply_along_axis(func1d: Callable[..., Any], axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """Return `func1d` applied to the 1-d slices of `arr` along `axis`; the axes of its results replace that axis."""
    arr = as_array(arr)
    shape = np.shape(plain(arr))
    axis = normalize_axis(axis, len(shape))
    rest = shape[:axis] + shape[axis + 1 :]
    if 0 in rest:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    rows = np.reshape(np.moveaxis(arr, axis, -1), (-1, shape[axis]))
    result = np.stack([as_array(func1d(row, *args, **kwargs)) for row in rows])
    inner = np.shape(plain(result))[1:]
    result = np.reshape(result, rest + inner)
    places = tuple(range(len(rest), len(rest) + len(inner)))
    return np.moveaxis(result, places, tuple([axis + n for n in range(len(inner))])) if inner else result


@composite(overloads=["numpy:apply_over_axes"])
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """Return ``func(a, axis)`` applied over one axis after the other; reduced axes are kept with length one."""
    a = as_array(a)
    ndim = np.ndim(plain(a))
    for axis in [axes] if np.ndim(axes) == 0 else axes:
        axis = normalize_axis(axis, ndim)
        result = as_array(func(a, axis))
        if np.ndim(plain(result)) != ndim:
            result = np.reshape(result, (*np.shape(plain(result))[:axis], 1, *np.shape(plain(result))[axis:]))
            if np.ndim(plain(result)) != ndim:
                raise ValueError("function is not returning an array of the correct shape")
        a = result
    return a


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[cov, corrcoef, bincount, histogram, histogram_bin_edges, histogram2d, histogramdd],
        *[apply_along_axis, apply_over_axes],
    ]
