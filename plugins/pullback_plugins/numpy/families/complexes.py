"""Complex numbers: their parts, conjugates and angles.

The convention is that of JAX and HIPS autograd: a cotangent applied to a tangent is Re(cotangent * tangent).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pullback import ChainBrokenError, composite, hookimpl, nondifferentiable, primitive
from pullback.extend import plain, user_location
from pullback_plugins.arithmetic import is_complex, pos
from pullback_plugins.numpy.array.objects import as_array

__all__ = ["angle", "conj", "imag", "real", "real_if_close", "view"]


_real = primitive(
    lambda x: x.real,
    lambda x, out, grad: grad,
    pushforward=lambda x, out, tangent: np.real(tangent),
    name="real_of",
)
_imag = primitive(
    lambda x: x.imag,
    lambda x, out, grad: -1j * grad,
    pushforward=lambda x, out, tangent: np.imag(tangent),
    name="imag_of",
)
_conj = primitive(
    lambda x: np.conjugate(x),
    lambda x, out, grad: np.conjugate(grad),
    pushforward=lambda x, out, tangent: np.conjugate(tangent),
    name="conj_of",
)


def _complex_from_parts(x: Any) -> Any:
    """Return pairs (re, im) along the last axis as complex numbers: (..., 2n) -> (..., n)."""
    return x[..., 0::2] + 1j * x[..., 1::2]


def _parts_of_complex(z: Any, shape: tuple[int, ...]) -> Any:
    """Return real and imaginary parts, alternating along the last axis: (..., n) -> (..., 2n), as `shape` says."""
    return np.reshape(np.stack([np.real(z), np.imag(z)], axis=-1), shape)


# The same memory, viewed as complex numbers or as alternating real and imaginary parts: (..., n) <-> (..., 2n).
_view_as_real = primitive(
    lambda z, *, dtype: z.view(dtype),
    lambda z, out, grad, *, dtype: np.conjugate(_complex_from_parts(grad)),
    pushforward=lambda z, out, tangent, *, dtype: _parts_of_complex(tangent, np.shape(plain(out))),
    name="view_as_real",
    residuals=(),
)
_view_as_complex = primitive(
    lambda x, *, dtype: x.view(dtype),
    lambda x, out, grad, *, dtype: _parts_of_complex(np.conjugate(grad), np.shape(plain(x))),
    pushforward=lambda x, out, tangent, *, dtype: _complex_from_parts(tangent),
    name="view_as_complex",
    residuals=(),
)


@composite(overloads=["numpy:real"])
def real(val: Any) -> Any:
    """Return the real part of `val`; `val` itself if it is real."""
    val = as_array(val)
    return _real(val) if is_complex(val) else val


@composite(overloads=["numpy:imag"])
def imag(val: Any) -> Any:
    """Return the imaginary part of `val`; plain zeros if it is real."""
    val = as_array(val)
    return _imag(val) if is_complex(val) else np.zeros_like(plain(val))


@composite(overloads=["numpy:conjugate", "numpy:conj"], name="conj")
def conj(x: Any) -> Any:
    """Return the complex conjugate of `x`."""
    x = as_array(x)
    return _conj(x) if is_complex(x) else pos(x)


@composite(overloads=["numpy:angle"])
def angle(z: Any, deg: Any = False) -> Any:
    """Return the angle of `z` in the complex plane, as `numpy.angle` does; its gradient at 0 is 0."""
    z = as_array(z)
    radians = np.arctan2(imag(z), real(z))
    return radians * (180.0 / math.pi) if deg else radians


@composite(overloads=["numpy:real_if_close"])
def real_if_close(a: Any, tol: Any = 100) -> Any:
    """Return the real part of `a` if all imaginary parts are close to zero, else `a`, as `numpy.real_if_close` does."""
    a = as_array(a)
    return real(a) if not np.iscomplexobj(np.real_if_close(plain(a), tol)) else a


@composite(overloads=["numpy:ndarray.view"])
def view(a: Any, dtype: Any) -> Any:
    """Return the memory of a real `a` viewed as complex numbers, or of a complex `a` viewed as real ones, of the same precision."""
    dtype, old_dtype = np.dtype(dtype), plain(a).dtype
    if (old_dtype.char + dtype.char) not in ("dD", "Dd", "fF", "Ff"):
        raise ChainBrokenError(
            f"view() of {old_dtype} as {dtype} reads the memory of a variable at {user_location()}; its gradient would be lost. "
            "Use v.astype(dtype), v.real or v.imag"
        )
    return (_view_as_real if old_dtype.kind == "c" else _view_as_complex)(a, dtype=dtype)


_PREDICATES = ("iscomplex", "isreal", "iscomplexobj", "isrealobj")
predicates = [nondifferentiable(f"numpy:{name}", name=name, overloads=[f"numpy:{name}"]) for name in _PREDICATES]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        _real,
        _imag,
        _conj,
        _view_as_real,
        _view_as_complex,
        real,
        imag,
        conj,
        angle,
        real_if_close,
        view,
        *predicates,
    ]
