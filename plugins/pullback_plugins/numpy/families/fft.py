"""Discrete Fourier transforms.

The matrix of a transform is symmetric, so the gradient of a transform is the same transform of the cotangent. Along the transformed
axis of n numbers, `fft` maps (..., n) -> (..., n), `rfft` (..., n) -> (..., n // 2 + 1), and `irfft` (..., n // 2 + 1) -> (..., n).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import conjugate, shape_of
from pullback_plugins.numpy.rules.axes import index_along_axis, normalize_axes, write_to_out

__all__ = [
    "fft", "fft2", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft", "irfft", "irfft2",
    "irfftn", "rfft", "rfft2", "rfftn",
]  # fmt: skip


def _resize_of(x: Any, *, size: int, axis: int) -> Any:
    if size <= x.shape[axis]:
        return x[index_along_axis(axis, slice(size))].copy()
    padded = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), dtype=x.dtype)
    padded[index_along_axis(axis, slice(x.shape[axis]))] = x
    return padded


_resize: Primitive = primitive(
    _resize_of,
    lambda x, out, grad, *, size, axis: _resize(grad, size=shape_of(x)[axis], axis=axis),
    pushforward=lambda x, out, tangent, *, size, axis: _resize(tangent, size=size, axis=axis),
    name="fft_resize",
)
"""Return `x` truncated, or padded with zeros, to `size` elements along `axis`."""


def _resize_like(x: Any, reference: Any, axis: int) -> Any:
    """Return `x` truncated or padded along `axis` to the length of `reference`."""
    size = shape_of(reference)[axis]
    return x if shape_of(x)[axis] == size else _resize(x, size=size, axis=axis)


def _transform(function: Any) -> Primitive:
    """Return the pair for a transform of complex numbers to complex numbers: (..., n) -> (..., n)."""

    def backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
        return _resize_like(function(grad, n, axis, norm), x, axis)

    return primitive(
        lambda x, *, n, axis, norm: function(x, n, axis, norm),
        backward,
        pushforward=lambda x, out, tangent, *, n, axis, norm: function(tangent, n, axis, norm),
        name=f"{function.__name__}_along",
    )


_fft, _ifft = _transform(np.fft.fft), _transform(np.fft.ifft)


def _weight_frequencies(x: Any, n: int, axis: int, unpaired: float, paired: float) -> Any:
    """Return `x` with its frequencies weighted: (..., n // 2 + 1) -> (..., n // 2 + 1).

    Each frequency of a real signal stands for itself and for its conjugate (weight `paired`), except frequency zero and, if n is even,
    the highest one (weight `unpaired`).
    """
    weights = np.full(n // 2 + 1, paired, dtype=plain(x).real.dtype)
    weights[0] = unpaired
    if n % 2 == 0:
        weights[-1] = unpaired
    return x * weights.reshape((-1,) + (1,) * (x.ndim - 1 - axis))


_OPPOSITE_NORM: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
"""For each `norm` the one that makes the forward transform scale as the inverse transform does, and vice versa."""


# rfft is the first half of fft of a real signal. The gradient is thus the real part of fft of the cotangent, padded with zeros to length
# n. By symmetry irfft of the conjugate computes this from the half alone, if paired frequencies have weight 1/2. Conversely the
# gradient of irfft is the conjugate of rfft, where they have weight 2.


def _rfft_backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
    half = _weight_frequencies(conjugate(grad), n, axis, 1.0, 0.5)
    return _resize_like(np.fft.irfft(half, n, axis, _OPPOSITE_NORM[norm]), x, axis)


def _irfft_backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
    spectrum = conjugate(np.fft.rfft(grad, n, axis, _OPPOSITE_NORM[norm]))
    return _resize_like(_weight_frequencies(spectrum, n, axis, 1.0, 2.0), x, axis)


_rfft = primitive(
    lambda x, *, n, axis, norm: np.fft.rfft(x, n, axis, norm),
    _rfft_backward,
    pushforward=lambda x, out, tangent, *, n, axis, norm: np.fft.rfft(tangent, n, axis, norm),
    name="rfft_along",
)
_irfft = primitive(
    lambda x, *, n, axis, norm: np.fft.irfft(x, n, axis, norm),
    _irfft_backward,
    pushforward=lambda x, out, tangent, *, n, axis, norm: np.fft.irfft(tangent, n, axis, norm),
    name="irfft_along",
)


def _transform_along_axis(pair: Primitive, a: Any, n: Any, axis: Any, norm: Any, out: Any) -> Any:
    a = as_array(a)
    (axis,) = normalize_axes(axis, a.ndim)
    if norm not in _OPPOSITE_NORM:
        raise ValueError(f'Invalid norm value {norm}; should be "backward", "ortho" or "forward".')
    if pair is _rfft and is_complex(a):
        raise TypeError("rfft and ihfft need real input, not complex numbers")
    size = a.shape[axis]
    n = (2 * (size - 1) if pair is _irfft else size) if n is None else operator.index(n)
    if n < 1:
        raise ValueError(f"Invalid number of data points ({n}) specified.")
    return write_to_out(pair(a, n=n, axis=axis, norm=norm), out)


@composite(overloads=["numpy.fft:fft"])
def fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform along an axis."""
    return _transform_along_axis(_fft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:ifft"])
def ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `fft`."""
    return _transform_along_axis(_ifft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:rfft"])
def rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform of real numbers: the non-negative frequencies."""
    return _transform_along_axis(_rfft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:irfft"])
def irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `rfft`: `n` real numbers."""
    return _transform_along_axis(_irfft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:hfft"])
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the transform of a signal with Hermitian symmetry, which is real."""
    return _transform_along_axis(_irfft, conjugate(as_array(a)), n, axis, _OPPOSITE_NORM.get(norm, norm), out)


@composite(overloads=["numpy.fft:ihfft"])
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `hfft`."""
    return write_to_out(conjugate(_transform_along_axis(_rfft, a, n, axis, _OPPOSITE_NORM.get(norm, norm), None)), out)


# Several dimensions: one axis after the other.


def _sizes(a: Any, s: Any, axes: Any, *, inverse_real: bool = False) -> tuple[list[int], list[int]]:
    """Return the lengths of the transforms and the axes, one of each per axis."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(a.ndim)
    axes = [operator.index(axis) for axis in axes]
    if len(axes) != len(axes if s is None else s):
        raise ValueError("Shape and axes have different lengths.")
    lengths = [a.shape[axis] for axis in axes]
    if s is None:
        if inverse_real:
            lengths[-1] = 2 * (lengths[-1] - 1)
        return lengths, axes
    # In NumPy 2 the size -1 means the length of the axis.
    whole_axis = (None, -1) if _MINUS_ONE_MEANS_ALL else (None,)
    return [
        length if size in whole_axis else operator.index(size) for size, length in zip(s, lengths, strict=True)
    ], axes


_MINUS_ONE_MEANS_ALL = int(np.__version__.partition(".")[0]) >= 2


def _transform_over_axes(function: Any, a: Any, sizes: Sequence[Any], axes: Sequence[int], norm: Any) -> Any:
    for n, axis in reversed(list(zip(sizes, axes, strict=True))):
        a = function(a, n, axis, norm)
    return a


@composite(overloads=["numpy.fft:fftn"])
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform along several axes."""
    a = as_array(a)
    return write_to_out(_transform_over_axes(fft, a, *_sizes(a, s, axes), norm), out)


@composite(overloads=["numpy.fft:ifftn"])
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `fftn`."""
    a = as_array(a)
    return write_to_out(_transform_over_axes(ifft, a, *_sizes(a, s, axes), norm), out)


@composite(overloads=["numpy.fft:rfftn"])
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform of real numbers along several axes; along the last, the non-negative frequencies."""
    a = as_array(a)
    sizes, axes = _sizes(a, s, axes)
    half = rfft(a, sizes[-1], axes[-1], norm)
    return write_to_out(_transform_over_axes(fft, half, sizes[:-1], axes[:-1], norm), out)


@composite(overloads=["numpy.fft:irfftn"])
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `rfftn`."""
    a = as_array(a)
    sizes, axes = _sizes(a, s, axes, inverse_real=True)
    for n, axis in zip(sizes[:-1], axes[:-1], strict=True):
        a = ifft(a, n, axis, norm)
    return write_to_out(irfft(a, sizes[-1], axes[-1], norm), out)


@composite(overloads=["numpy.fft:fft2"])
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform along two axes."""
    return fftn(a, s, axes, norm, out)


@composite(overloads=["numpy.fft:ifft2"])
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `fft2`."""
    return ifftn(a, s, axes, norm, out)


@composite(overloads=["numpy.fft:rfft2"])
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform of real numbers along two axes."""
    return rfftn(a, s, axes, norm, out)


@composite(overloads=["numpy.fft:irfft2"])
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `rfft2`."""
    return irfftn(a, s, axes, norm, out)


# Shifts.


def _shift_pair(function: Any, inverse: Any) -> Primitive:
    """Return the pair for `fftshift` or `ifftshift`; a permutation, so its transpose is its inverse."""
    return primitive(
        lambda x, *, axes: function(x, axes),
        lambda x, out, grad, *, axes: inverse(grad, axes),
        pushforward=lambda x, out, tangent, *, axes: function(tangent, axes),
        name=f"{function.__name__}_over",
    )


_fftshift = _shift_pair(np.fft.fftshift, np.fft.ifftshift)
_ifftshift = _shift_pair(np.fft.ifftshift, np.fft.fftshift)


@composite(overloads=["numpy.fft:fftshift"])
def fftshift(x: Any, axes: Any = None) -> Any:
    """Return `x` with the zero frequency moved to the centre."""
    return _fftshift(as_array(x), axes=axes)


@composite(overloads=["numpy.fft:ifftshift"])
def ifftshift(x: Any, axes: Any = None) -> Any:
    """Return the inverse of `fftshift`."""
    return _ifftshift(as_array(x), axes=axes)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _resize, _fft, _ifft, _rfft, _irfft, fft, ifft, rfft, irfft, hfft, ihfft, fftn, ifftn, rfftn, irfftn, fft2, ifft2,
        rfft2, irfft2, _fftshift, _ifftshift, fftshift, ifftshift,
    ]  # fmt: skip
