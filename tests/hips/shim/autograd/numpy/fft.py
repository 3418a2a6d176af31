"""`numpy.fft` itself."""

from typing import Any

from numpy import fft as _fft

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    return getattr(_fft, name)
