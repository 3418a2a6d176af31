"""The extension `fft`: discrete Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback_plugins.array_api.array import call, wrap
from pullback_plugins.array_api.info import check_device

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def fft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the transform along an axis."""
    return call(np.fft.fft, x, n=n, axis=axis, norm=norm)


def ifft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the inverse of `fft`."""
    return call(np.fft.ifft, x, n=n, axis=axis, norm=norm)


def fftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Any:
    """Return the transform along several axes."""
    return call(np.fft.fftn, x, s=s, axes=_axes(s, axes), norm=norm)


def ifftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Any:
    """Return the inverse of `fftn`."""
    return call(np.fft.ifftn, x, s=s, axes=_axes(s, axes), norm=norm)


def rfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the transform of real numbers."""
    return call(np.fft.rfft, x, n=n, axis=axis, norm=norm)


def irfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the inverse of `rfft`."""
    return call(np.fft.irfft, x, n=n, axis=axis, norm=norm)


def rfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Any:
    """Return the transform of real numbers along several axes."""
    return call(np.fft.rfftn, x, s=s, axes=_axes(s, axes), norm=norm)


def irfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Any:
    """Return the inverse of `rfftn`."""
    return call(np.fft.irfftn, x, s=s, axes=_axes(s, axes), norm=norm)


def hfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the transform, which is real, of one half of a Hermitian signal."""
    return call(np.fft.hfft, x, n=n, axis=axis, norm=norm)


def ihfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """Return the inverse of `hfft`."""
    return call(np.fft.ihfft, x, n=n, axis=axis, norm=norm)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Any:
    """Return the frequencies that belong to the results of `fft`."""
    check_device(device)
    return wrap(np.fft.fftfreq(n, d).astype(_floating(dtype)))


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Any:
    """Return the frequencies that belong to the results of `rfft`."""
    check_device(device)
    return wrap(np.fft.rfftfreq(n, d).astype(_floating(dtype)))


def fftshift(x: Any, /, *, axes: Any = None) -> Any:
    """Return `x` with the frequency zero in the middle."""
    return call(np.fft.fftshift, x, axes=axes)


def ifftshift(x: Any, /, *, axes: Any = None) -> Any:
    """Return the inverse of `fftshift`."""
    return call(np.fft.ifftshift, x, axes=axes)


def _axes(s: Any, axes: Any) -> Any:
    return tuple(range(-len(s), 0)) if s is not None and axes is None else axes


def _floating(dtype: Any) -> Any:
    dtype = np.dtype(np.float64 if dtype is None else dtype)
    if dtype.kind != "f":
        raise ValueError(f"frequencies are real floating-point numbers, not {dtype}")
    return dtype
