"""Discrete convolution and correlation of two sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import conjugate

__all__ = ["convolve", "correlate"]


# The full convolution, (n,), (m,) -> (n + m - 1,); other modes return a part of it. The gradients are correlations with the cotangent.

_convolve: Primitive = primitive(
    lambda a, v: np.convolve(a, v, "full"),
    (
        lambda a, v, out, grad: _convolve(grad, v[::-1])[len(plain(v)) - 1 : len(plain(out))],
        lambda a, v, out, grad: _convolve(grad, a[::-1])[len(plain(a)) - 1 : len(plain(out))],
    ),
    pushforward=lambda a, v, out, a_tangent, v_tangent: _convolve(a_tangent, v) + _convolve(a, v_tangent),
    name="convolve_full",
)


def _mode_name(mode: Any) -> str:
    """Return the name of the mode of a convolution; NumPy accepts numbers and first letters too."""
    names = ("valid", "same", "full")
    if isinstance(mode, str):
        for name in names:
            if mode and name.startswith(mode[0].lower()):
                return name
    elif mode in (0, 1, 2):
        return names[mode]
    raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got {mode!r})")


def _part_of_mode(full: Any, n: int, m: int, mode: str, *, swapped: bool) -> Any:
    """Return the part of the full convolution of `n` with `m` numbers that `mode` selects: (n + m - 1,) -> (k,)."""
    low, high = min(n, m), max(n, m)
    if mode == "full":
        return full
    if mode == "valid":
        return full[low - 1 : high]
    start = low // 2 if swapped else (low - 1) // 2
    return full[start : start + high]


def _as_sequence(x: Any) -> Any:
    x = as_array(x)
    shape = np.shape(plain(x))
    if len(shape) > 1:
        raise ValueError("object too deep for desired array")
    return x if shape else np.reshape(x, (1,))


@composite(overloads=["numpy:convolve"])
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """Return the discrete convolution of two sequences."""
    a, v, mode = _as_sequence(a), _as_sequence(v), _mode_name(mode)
    n, m = len(plain(a)), len(plain(v))
    if not n or not m:
        raise ValueError(f"{'v' if n else 'a'} cannot be empty")
    return _part_of_mode(_convolve(a, v), n, m, mode, swapped=False)


@composite(overloads=["numpy:correlate"])
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """Return the cross-correlation of two sequences, the second one conjugated."""
    a, v, mode = _as_sequence(a), _as_sequence(v), _mode_name(mode)
    n, m = len(plain(a)), len(plain(v))
    if not n or not m:
        raise ValueError(f"{'second' if n else 'first'} array argument cannot be empty")
    full = _convolve(a, conjugate(v[::-1]))
    return _part_of_mode(full, n, m, mode, swapped=m > n)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_convolve, convolve, correlate]
