"""Complex numbers: their parts, conjugates and angles.

The convention is that of JAX and HIPS autograd: cotangent and tangent pair as Re(cotangent * tangent).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import ChainBrokenError, composite, hookimpl, nondifferentiable, primitive
from pullback.errors import where
from pullback.tracked import plain
from pullback_plugins.arithmetic import is_complex, pos
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["angle", "conj", "imag", "real", "real_if_close", "view"]


_real = primitive(
    lambda x: x.real,
    lambda x, out, grad: grad,
    pushforward=lambda x, out, tangent: np.real(tangent),
    name="real_part",
)
_imag = primitive(
    lambda x: x.imag,
    lambda x, out, grad: -1j * grad,
    pushforward=lambda x, out, tangent: np.imag(tangent),
    name="imaginary_part",
)
_conj = primitive(
    lambda x: np.conjugate(x),
    lambda x, out, grad: np.conjugate(grad),
    pushforward=lambda x, out, tangent: np.conjugate(tangent),
    name="conjugate_of",
)


def _pairs(x: Any) -> Any:
    """Return the numbers along the last axis in pairs, as complex ones."""
    return x[..., 0::2] + 1j * x[..., 1::2]


def _parts(z: Any, shape: tuple[int, ...]) -> Any:
    """Return real and imaginary parts in turns along the last axis."""
    return np.reshape(np.stack([np.real(z), np.imag(z)], axis=-1), shape)


# The same memory as numbers of the other kind: rows of pairs (re, im).
_as_parts = primitive(
    lambda z, *, dtype: z.view(dtype),
    lambda z, out, grad, *, dtype: np.conjugate(_pairs(grad)),
    pushforward=lambda z, out, tangent, *, dtype: _parts(tangent, np.shape(plain(out))),
    name="view_as_parts",
    reads=(),
)
_as_pairs = primitive(
    lambda x, *, dtype: x.view(dtype),
    lambda x, out, grad, *, dtype: _parts(np.conjugate(grad), np.shape(plain(x))),
    pushforward=lambda x, out, tangent, *, dtype: _pairs(tangent),
    name="view_as_pairs",
    reads=(),
)


@composite(overloads=["numpy:real"])
def real(val: Any) -> Any:
    """Return the real part of `val`; real numbers are their own."""
    val = as_array(val)
    return _real(val) if is_complex(val) else val


@composite(overloads=["numpy:imag"])
def imag(val: Any) -> Any:
    """Return the imaginary part of `val`; of real numbers plain zeros."""
    val = as_array(val)
    return _imag(val) if is_complex(val) else np.zeros_like(plain(val))


@composite(overloads=["numpy:conjugate", "numpy:conj"], name="conj")
def conj(x: Any) -> Any:
    """Return the complex conjugate of `x`."""
    x = as_array(x)
    return _conj(x) if is_complex(x) else pos(x)


@composite(overloads=["numpy:angle"])
def angle(z: Any, deg: Any = False) -> Any:
    """Return the angle of `z` in the complex plane, as `numpy.angle` does; 0 has the gradient 0."""
    z = as_array(z)
    found = np.arctan2(imag(z), real(z))
    return found * (180.0 / math.pi) if deg else found


@composite(overloads=["numpy:real_if_close"])
def real_if_close(a: Any, tol: Any = 100) -> Any:
    """Return the real part of `a` where all imaginary parts are close to zero, as `numpy.real_if_close` does."""
    a = as_array(a)
    return real(a) if not np.iscomplexobj(np.real_if_close(plain(a), tol)) else a


@composite(overloads=["numpy:ndarray.view"])
def view(a: Any, dtype: Any) -> Any:
    """Return the numbers of `a` in memory as complex ones where they are real, or as real ones where they are complex, as precise."""
    dtype, own = np.dtype(dtype), plain(a).dtype
    if (own.char + dtype.char) not in ("dD", "Dd", "fF", "Ff"):
        raise ChainBrokenError(
            f"view() of {own} as {dtype} reads the memory of a variable at {where()}; its gradient would be lost. "
            "Use v.astype(dtype), v.real or v.imag"
        )
    return (_as_parts if own.kind == "c" else _as_pairs)(a, dtype=dtype)


_QUESTIONS = ("iscomplex", "isreal", "iscomplexobj", "isrealobj")
questions = [nondifferentiable(f"numpy:{name}", name=name, overloads=[f"numpy:{name}"]) for name in _QUESTIONS]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_real, _imag, _conj, _as_parts, _as_pairs, real, imag, conj, angle, real_if_close, view, *questions]
