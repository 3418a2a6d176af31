"""Numerical calculus: differences, gradients on a grid, and the trapezoidal rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import Tracked, plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype
from pullback_plugins.numpy.rules.axes import NOT_GIVEN, index_along_axis, is_given, normalize_axes, normalize_axis

__all__ = ["diff", "ediff1d", "gradient", "trapezoid"]


# out[i] = x[i + 1] - x[i] along `axis`, whose length n becomes n - 1, and its transpose, out[i] = grad[i - 1] - grad[i].


def _transposed_diff_of(grad: Any, *, axis: int) -> Any:
    grad = np.moveaxis(grad, axis, -1)
    out = np.zeros((*grad.shape[:-1], grad.shape[-1] + 1), dtype=grad.dtype)
    out[..., 1:] = grad
    out[..., :-1] -= grad
    return np.moveaxis(out, -1, axis)


def _diff_backward(x: Any, out: Any, grad: Any, *, axis: int) -> Any:
    return _transposed_diff(grad, axis=axis) if plain(x).shape[axis] else np.zeros_like(plain(x))


_diff: Primitive = primitive(
    lambda x, *, axis: np.diff(x, axis=axis),
    _diff_backward,
    pushforward=lambda x, out, tangent, *, axis: _diff(tangent, axis=axis),
    name="diff_along",
)
_transposed_diff: Primitive = primitive(
    _transposed_diff_of,
    lambda x, out, grad, *, axis: _diff(grad, axis=axis),
    pushforward=lambda x, out, tangent, *, axis: _transposed_diff(tangent, axis=axis),
    name="diff_transposed",
)


@composite(overloads=["numpy:diff"])
def diff(a: Any, n: int = 1, axis: Any = -1, prepend: Any = NOT_GIVEN, append: Any = NOT_GIVEN) -> Any:
    """Return the `n`-th differences of `a` along an axis, with `prepend` and `append` joined to its ends if given."""
    a, n = as_array(a), plain(n)
    if n == 0:
        return a
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")
    shape = np.shape(plain(a))
    if not shape:
        raise ValueError("diff requires input that is at least one dimensional")
    axis = normalize_axis(axis, len(shape))
    parts = [as_array(part) for part in (prepend, a, append) if is_given(part)]
    one_slice = (*shape[:axis], 1, *shape[axis + 1 :])
    parts = [part if np.ndim(plain(part)) else np.broadcast_to(part, one_slice) for part in parts]
    if len(parts) > 1:
        a = np.concatenate(parts, axis=axis)
    for _ in range(n):
        a = _diff(a, axis=axis)
    return a


@composite(overloads=["numpy:ediff1d"])
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Return the differences of the flattened array, with `to_begin` before and `to_end` after them."""
    ary = np.reshape(as_array(ary), (-1,))
    parts = [_diff(ary, axis=0)]
    for edge, place in ((to_begin, 0), (to_end, len(parts) + 1)):
        if edge is not None:
            edge = np.reshape(as_array(edge), (-1,))
            if not np.can_cast(plain(edge).dtype, plain(ary).dtype, casting="same_kind"):
                name = "to_end" if place else "to_begin"
                raise TypeError(f"dtype of `{name}` must be compatible with input `ary` under the `same_kind` rule.")
            parts.insert(place, astype(edge, plain(ary).dtype) if isinstance(edge, Tracked) else edge)
    return parts[0] if len(parts) == 1 else astype(np.concatenate(parts), plain(ary).dtype)


def _spacings(varargs: tuple[Any, ...], axes: tuple[int, ...], shape: tuple[int, ...]) -> list[Any]:
    """Return for each axis the spacing of its points: a number, or an array of distances if they differ."""
    if not varargs:
        return [1.0] * len(axes)
    if len(varargs) == 1 and np.ndim(plain(as_array(varargs[0]))) == 0:
        return [as_array(varargs[0])] * len(axes)
    if len(varargs) != len(axes):
        raise TypeError("invalid number of arguments")
    spacings = []
    for argument, axis in zip(varargs, axes, strict=True):
        spacing: Any = as_array(argument)
        if np.ndim(plain(spacing)) == 0:
            spacings.append(spacing)
            continue
        if np.ndim(plain(spacing)) != 1:
            raise ValueError("distances must be either scalars or 1d")
        if len(plain(spacing)) != shape[axis]:
            raise ValueError("when 1d, distances must match the length of the corresponding dimension")
        points: Any = spacing if isinstance(spacing, Tracked) else np.asarray(spacing, dtype=float)
        steps: Any = np.diff(points)
        # Variables keep all distances even if these are equal: each point has a derivative of its own.
        uniform = not isinstance(steps, Tracked) and steps.size and (steps == steps[0]).all()
        spacings.append(steps[0] if uniform else steps)
    return spacings


_SEVERAL = type(np.gradient(np.zeros((2, 2))))
"""The type in which `numpy.gradient` returns derivatives along several axes: a tuple, a list before NumPy 2."""


def _finite_difference(f: Any, h: Any, axis: int, edge_order: int) -> Any:
    """Return the derivative of `f` along one axis: central differences in the interior, one-sided ones at the edges."""
    ndim = np.ndim(plain(f))

    def at(start: int | None, stop: int | None) -> Any:
        return f[index_along_axis(axis, slice(start, stop))]

    def along_axis(x: Any) -> Any:
        return np.reshape(x, (-1,) + (1,) * (ndim - axis - 1))

    if np.ndim(plain(h)) == 0:
        inner = (at(2, None) - at(None, -2)) / (2.0 * h)
        first, last = (h, h), (h, h)
    else:
        # Fornberg (1988): weights for unequal distances to the left and the right neighbour.
        left, right = along_axis(h[:-1]), along_axis(h[1:])
        inner = (
            at(None, -2) * (-right / (left * (left + right)))
            + at(1, -1) * ((right - left) / (left * right))
            + at(2, None) * (left / (right * (left + right)))
        )
        first, last = (h[0], h[1] if edge_order == 2 else None), (h[-1], h[-2] if edge_order == 2 else None)
    if edge_order == 1:
        start = (at(1, 2) - at(0, 1)) / first[0]
        end = (at(-1, None) - at(-2, -1)) / last[0]
    else:
        start = _one_sided_difference(at(0, 1), at(1, 2), at(2, 3), *first)
        end = -_one_sided_difference(at(-1, None), at(-2, -1), at(-3, -2), *last)
    return astype(np.concatenate([start, inner, end], axis=axis), plain(f).dtype)


def _one_sided_difference(f0: Any, f1: Any, f2: Any, near: Any, far: Any) -> Any:
    """Return the second-order derivative at the first of three points, at distances `near` and `near + far` from the others."""
    span = near + far
    return f0 * (-(near + span) / (near * span)) + f1 * (span / (near * far)) - f2 * (near / (far * span))


@composite(name="numerical_gradient", overloads=["numpy:gradient"])
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Return `numpy.gradient` of the samples `f`, differentiable with respect to the samples and to their spacing."""
    f = as_array(f)
    shape = np.shape(plain(f))
    if not isinstance(f, Tracked) and f.dtype.kind not in "fc":
        f = f.astype(np.float64)
    axes = normalize_axes(axis, len(shape))
    spacings = _spacings(varargs, axes, shape)
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    for n in axes:
        if shape[n] < edge_order + 1:
            raise ValueError(
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required."
            )
    slopes = [_finite_difference(f, h, n, edge_order) for n, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(slopes) == 1 else _SEVERAL(slopes)


@composite(overloads=["numpy:trapezoid", "numpy:trapz"])
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Return the integral of the samples `y`, at the points `x` or `dx` apart, by the trapezoidal rule."""
    y = as_array(y)
    axis = normalize_axis(axis, np.ndim(plain(y)))
    ends = y[index_along_axis(axis, slice(1, None))] + y[index_along_axis(axis, slice(None, -1))]
    if x is None:
        return np.sum(dx * ends / 2.0, axis=axis)
    x = as_array(x)
    one_dimensional = np.ndim(plain(x)) == 1
    widths = np.diff(x, axis=0 if one_dimensional else axis)
    if one_dimensional:
        widths = np.reshape(widths, (-1,) + (1,) * (np.ndim(plain(y)) - axis - 1))
    return np.sum(widths * ends / 2.0, axis=axis)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_diff, _transposed_diff, diff, ediff1d, gradient, trapezoid]
