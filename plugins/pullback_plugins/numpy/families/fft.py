"""Discrete Fourier transforms: linear and symmetric, so the cotangent of a transform is the same transform of its cotangent."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.arithmetic import is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import conjugate, shape_of
from pullback_plugins.numpy.rules.axes import index_along_axis, normalize_axes, write_to_out

__all__ = [
    "fft", "fft2", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft", "irfft", "irfft2",
    "irfftn", "rfft", "rfft2", "rfftn",
]  # fmt: skip


def _resized(x: Any, *, size: int, axis: int) -> Any:
    if size <= x.shape[axis]:
        return x[index_along_axis(axis, slice(size))].copy()
    whole = np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), dtype=x.dtype)
    whole[index_along_axis(axis, slice(x.shape[axis]))] = x
    return whole


_resize: Primitive = primitive(
    _resized,
    lambda x, out, grad, *, size, axis: _resize(grad, size=shape_of(x)[axis], axis=axis),
    pushforward=lambda x, out, tangent, *, size, axis: _resize(tangent, size=size, axis=axis),
    name="resize_axis",
)
"""Return `x` cut off, or continued by zeros, along one axis."""


def _fit(x: Any, like: Any, axis: int) -> Any:
    """Return `x` with as many elements along `axis` as `like` has."""
    size = shape_of(like)[axis]
    return x if shape_of(x)[axis] == size else _resize(x, size=size, axis=axis)


def _transform(function: Any) -> Primitive:
    """Return the pair for a transform from complex numbers to complex numbers."""

    def backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
        return _fit(function(grad, n, axis, norm), x, axis)

    return primitive(
        lambda x, *, n, axis, norm: function(x, n, axis, norm),
        backward,
        pushforward=lambda x, out, tangent, *, n, axis, norm: function(tangent, n, axis, norm),
        name=f"{function.__name__}_along",
    )


_fft, _ifft = _transform(np.fft.fft), _transform(np.fft.ifft)


def _once_or_twice(x: Any, n: int, axis: int, once: float, twice: float) -> Any:
    """Return `x` times a weight: frequencies but zero and the highest of an even number stand for two of a real signal."""
    weights = np.full(n // 2 + 1, twice, dtype=plain(x).real.dtype)
    weights[0] = once
    if n % 2 == 0:
        weights[-1] = once
    return x * weights.reshape((-1,) + (1,) * (x.ndim - 1 - axis))


_OTHER: dict[Any, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
"""The normalisation of a transform that is scaled as the inverse one is."""


# A cotangent of rfft that were complex and full would go through fft and leave its real part: that is what the half of it gives by
# irfft when each frequency but the single ones counts half; and the other way round.


def _rfft_backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
    half = _once_or_twice(conjugate(grad), n, axis, 1.0, 0.5)
    return _fit(np.fft.irfft(half, n, axis, _OTHER[norm]), x, axis)


def _irfft_backward(x: Any, out: Any, grad: Any, *, n: int, axis: int, norm: Any) -> Any:
    whole = conjugate(np.fft.rfft(grad, n, axis, _OTHER[norm]))
    return _fit(_once_or_twice(whole, n, axis, 1.0, 2.0), x, axis)


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


def _along(pair: Primitive, a: Any, n: Any, axis: Any, norm: Any, out: Any) -> Any:
    a = as_array(a)
    (axis,) = normalize_axes(axis, a.ndim)
    if norm not in _OTHER:
        raise ValueError(f'Invalid norm value {norm}; should be "backward", "ortho" or "forward".')
    if pair is _rfft and is_complex(a):
        raise TypeError("a transform of real numbers takes no complex ones")
    size = a.shape[axis]
    n = (2 * (size - 1) if pair is _irfft else size) if n is None else operator.index(n)
    if n < 1:
        raise ValueError(f"Invalid number of data points ({n}) specified.")
    return write_to_out(pair(a, n=n, axis=axis, norm=norm), out)


@composite(overloads=["numpy.fft:fft"])
def fft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform along an axis."""
    return _along(_fft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:ifft"])
def ifft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `fft`."""
    return _along(_ifft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:rfft"])
def rfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform of real numbers, without the frequencies that mirror others."""
    return _along(_rfft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:irfft"])
def irfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `rfft`, of `n` numbers."""
    return _along(_irfft, a, n, axis, norm, out)


@composite(overloads=["numpy.fft:hfft"])
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the transform, which is real, of a signal that has Hermitian symmetry."""
    return _along(_irfft, conjugate(as_array(a)), n, axis, _OTHER.get(norm, norm), out)


@composite(overloads=["numpy.fft:ihfft"])
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `hfft`."""
    return write_to_out(conjugate(_along(_rfft, a, n, axis, _OTHER.get(norm, norm), None)), out)


# In several dimensions, one axis after the other.


def _sizes(a: Any, s: Any, axes: Any, *, inverse_real: bool = False) -> tuple[list[int], list[int]]:
    """Return how many numbers to transform along which axes."""
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
    # NumPy 2 leaves an axis as long as it is where the size is -1.
    kept = (None, -1) if _MINUS_ONE_IS_ALL else (None,)
    return [length if size in kept else operator.index(size) for size, length in zip(s, lengths, strict=True)], axes


_MINUS_ONE_IS_ALL = int(np.__version__.partition(".")[0]) >= 2


def _over(function: Any, a: Any, sizes: Sequence[Any], axes: Sequence[int], norm: Any) -> Any:
    for n, axis in reversed(list(zip(sizes, axes, strict=True))):
        a = function(a, n, axis, norm)
    return a


@composite(overloads=["numpy.fft:fftn"])
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform along several axes."""
    a = as_array(a)
    return write_to_out(_over(fft, a, *_sizes(a, s, axes), norm), out)


@composite(overloads=["numpy.fft:ifftn"])
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the inverse of `fftn`."""
    a = as_array(a)
    return write_to_out(_over(ifft, a, *_sizes(a, s, axes), norm), out)


@composite(overloads=["numpy.fft:rfftn"])
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None) -> Any:
    """Return the discrete Fourier transform of real numbers along several axes, half of it along the last."""
    a = as_array(a)
    sizes, axes = _sizes(a, s, axes)
    half = rfft(a, sizes[-1], axes[-1], norm)
    return write_to_out(_over(fft, half, sizes[:-1], axes[:-1], norm), out)


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


def _shift(function: Any, back: Any) -> Primitive:
    return primitive(
        lambda x, *, axes: function(x, axes),
        lambda x, out, grad, *, axes: back(grad, axes),
        pushforward=lambda x, out, tangent, *, axes: function(tangent, axes),
        name=f"{function.__name__}_over",
    )


_fftshift = _shift(np.fft.fftshift, np.fft.ifftshift)
_ifftshift = _shift(np.fft.ifftshift, np.fft.fftshift)


@composite(overloads=["numpy.fft:fftshift"])
def fftshift(x: Any, axes: Any = None) -> Any:
    """Return `x` with the zero frequency in the middle."""
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
