"""Polynomials by their coefficients, the highest power first, and the functions of `numpy.polynomial` that can be answered for.

Most functions of `numpy.polynomial` are ordinary ones made of arithmetic: they work on arrays of objects that hold variables, or raise.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import astype

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "roots",
    "vander",
]


RankWarning: Any = getattr(np.exceptions, "RankWarning", None) or getattr(np, "RankWarning", UserWarning)
"""NumPy's warning of a fit that is not determined, which moved in NumPy 2."""


def _floating(x: Any) -> Any:
    """Return `x` as an array of floating-point numbers."""
    x = as_array(x)
    return x if plain(x).dtype.kind in "fc" else x.astype(np.float64)


def _row(p: Any) -> Any:
    """Return coefficients, of a `poly1d` too, as an array with one axis."""
    p = _floating(p.coeffs if isinstance(p, np.poly1d) else p)
    return np.reshape(p, (1,)) if not np.ndim(plain(p)) else p


def _like(given: tuple[Any, ...], found: Any) -> Any:
    """Return `found` as a `poly1d` where one of the arguments was one."""
    return np.poly1d(found) if any(isinstance(each, np.poly1d) for each in given) else found


@composite(overloads=["numpy:vander"])
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:  # noqa: N803
    """Return the Vandermonde matrix, whose columns are powers of `x`."""
    x = as_array(x)
    if np.ndim(plain(x)) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    # NumPy takes the powers by integers, so that single precision becomes double.
    x = astype(x, np.promote_types(plain(x).dtype, np.int64))
    powers = np.arange(plain(x).shape[0] if N is None else int(plain(N)), dtype=plain(x).real.dtype)
    return np.reshape(x, (-1, 1)) ** (powers if increasing else powers[::-1])


@composite(overloads=["numpy:polyval"])
def polyval(p: Any, x: Any) -> Any:
    """Return the value at `x` of the polynomial with coefficients `p`, by Horner's rule."""
    if isinstance(x, np.poly1d):
        y: Any = 0
    else:
        x = as_array(x)
        y = np.zeros_like(plain(x))
    p = _row(p) if isinstance(p, np.poly1d) else as_array(p)
    for n in range(len(plain(p))):
        y = y * x + p[n]
    return y


def _padded(a: Any, size: int) -> Any:
    missing = size - len(plain(a))
    return np.concatenate([np.zeros(missing, plain(a).dtype), a]) if missing > 0 else a


def _aligned(a1: Any, a2: Any) -> tuple[Any, Any]:
    a1, a2 = _row(a1), _row(a2)
    size = max(len(plain(a1)), len(plain(a2)))
    return _padded(a1, size), _padded(a2, size)


@composite(overloads=["numpy:polyadd"])
def polyadd(a1: Any, a2: Any) -> Any:
    """Return the sum of two polynomials."""
    left, right = _aligned(a1, a2)
    return _like((a1, a2), left + right)


@composite(overloads=["numpy:polysub"])
def polysub(a1: Any, a2: Any) -> Any:
    """Return the difference of two polynomials."""
    left, right = _aligned(a1, a2)
    return _like((a1, a2), left - right)


@composite(overloads=["numpy:polymul"])
def polymul(a1: Any, a2: Any) -> Any:
    """Return the product of two polynomials."""
    return _like((a1, a2), np.convolve(_row(a1), _row(a2)))


@composite(overloads=["numpy:polydiv"])
def polydiv(u: Any, v: Any) -> Any:
    """Return quotient and remainder of two polynomials, by long division."""
    rest, divisor = _row(u), _row(v)
    m, n = len(plain(rest)) - 1, len(plain(divisor)) - 1
    quotient = []
    for k in range(m - n + 1):
        digit = rest[k] / divisor[0]
        quotient.append(digit)
        rest = np.concatenate([rest[:k], rest[k : k + n + 1] - digit * divisor, rest[k + n + 1 :]])
    leading = 0
    while leading < m and np.allclose(plain(rest)[leading], 0, rtol=1e-14):
        leading += 1
    whole = np.stack(quotient) if quotient else np.zeros(1, np.result_type(plain(rest), plain(divisor)))
    return _like((u, v), whole), _like((u, v), rest[leading:])


@composite(overloads=["numpy:polyder"])
def polyder(p: Any, m: Any = 1) -> Any:
    """Return the `m`-th derivative of a polynomial."""
    m = int(plain(m))
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    found = _row(p)
    for _ in range(m):
        found = found[:-1] * np.arange(len(plain(found)) - 1, 0, -1, dtype=plain(found).real.dtype)
    return _like((p,), found)


@composite(overloads=["numpy:polyint"])
def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    """Return the `m`-th integral of a polynomial, with the constants `k`."""
    m = int(plain(m))
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    constants = np.zeros(m) if k is None else np.reshape(as_array(k), (-1,))
    if len(plain(constants)) == 1 and m > 1:
        constants = np.broadcast_to(constants, (m,))
    if len(plain(constants)) < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    found = _row(p)
    for n in range(m):
        powers = np.arange(len(plain(found)), 0, -1, dtype=plain(found).real.dtype)
        found = np.concatenate([found / powers, constants[n : n + 1]])
    return _like((p,), found)


@composite(overloads=["numpy:poly"])
def poly(seq_of_zeros: Any) -> Any:
    """Return the coefficients of the polynomial with the given roots, or of the characteristic polynomial of a matrix."""
    zeros = as_array(seq_of_zeros)
    shape = np.shape(plain(zeros))
    matrix = len(shape) == 2 and shape[0] == shape[1] and shape[0] != 0
    if not matrix and len(shape) > 1:
        raise ValueError("input must be 1d or non-empty square 2d array.")
    real = matrix and plain(zeros).dtype.kind != "c"
    zeros = np.linalg.eigvals(zeros) if matrix else np.reshape(zeros, (-1,))
    numbers = plain(zeros)
    # The coefficients are real where the roots come in conjugate pairs.
    paired = numbers.dtype.kind == "c" and np.all(np.sort(numbers) == np.sort(numbers.conj()))
    nothing = np.zeros(1, numbers.dtype)
    found: Any = np.ones(1, numbers.dtype)
    for n in range(len(numbers)):
        found = np.concatenate([found, nothing]) - zeros[n] * np.concatenate([nothing, found])
    return np.real(found) if real or paired else found


def _roots_backward(p: Any, out: Any, grad: Any) -> Any:
    # The implicit function theorem on p(z) = 0: dz = -sum(dp[k] z**(n - k)) / p'(z).
    n = plain(p).shape[0] - 1
    slope = np.matmul(vander(out, n), p[:-1] * np.arange(n, 0, -1))
    return -np.matmul(grad / slope, vander(out, n + 1))


_roots = primitive(lambda p: np.roots(p), _roots_backward, name="roots_of")


@composite(overloads=["numpy:roots"])
def roots(p: Any) -> Any:
    """Return the roots of a polynomial; a root that is met several times has no finite derivative."""
    p = _row(p)
    if np.ndim(plain(p)) != 1:
        raise ValueError("Input must be a rank-1 array.")
    if np.count_nonzero(plain(p)) == 0 or len(plain(p)) == 1:
        return np.roots(plain(p))
    return _roots(p)


def _samples(x: Any, y: Any) -> tuple[Any, Any]:
    """Return the points and the values of a fit."""
    x, y = _floating(x), _floating(y)
    if np.ndim(plain(x)) != 1:
        raise TypeError("expected 1D vector for x")
    if not plain(x).size:
        raise TypeError("expected non-empty vector for x")
    if np.ndim(plain(y)) not in (1, 2):
        raise TypeError("expected 1D or 2D array for y")
    if plain(x).shape[0] != plain(y).shape[0]:
        raise TypeError("expected x and y to have same length")
    return x, y


@composite(overloads=["numpy:polyfit"])
def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False) -> Any:
    """Return the polynomial of a degree that fits best; differentiable by the points, the values and the weights."""
    order = int(plain(deg)) + 1
    if order < 1:
        raise ValueError("expected deg >= 0")
    x, y = _samples(x, y)
    rcond = len(plain(x)) * np.finfo(plain(x).dtype).eps if rcond is None else rcond
    left, right = vander(x, order), y
    if w is not None:
        w = as_array(w)
        if np.ndim(plain(w)) != 1:
            raise TypeError("expected a 1-d array for weights")
        if plain(w).shape[0] != plain(y).shape[0]:
            raise TypeError("expected w and y to have the same length")
        left = left * np.reshape(w, (-1, 1))
        right = right * (np.reshape(w, (-1, 1)) if np.ndim(plain(y)) == 2 else w)
    # The scale only improves the condition: the result does not depend on it.
    scale = np.sqrt((plain(left) * plain(left)).sum(axis=0))
    left = left / scale
    c, residuals, rank, singular = np.linalg.lstsq(left, right, rcond)
    c = c / (scale if np.ndim(plain(c)) == 1 else scale[:, None])
    if plain(rank) != order and not full:
        warnings.warn("Polyfit may be poorly conditioned", RankWarning, stacklevel=3)
    if full:
        return c, residuals, rank, singular, rcond
    if not cov:
        return c
    base = np.linalg.inv(np.matmul(np.transpose(left), left)) / np.outer(scale, scale)
    factor: Any = 1
    if not (isinstance(cov, str) and cov == "unscaled"):
        if len(plain(x)) <= order:
            raise ValueError("the number of data points must exceed order to scale the covariance matrix")
        factor = residuals / (len(plain(x)) - order)
    return c, (base if np.ndim(plain(y)) == 1 else np.reshape(base, (order, order, 1))) * factor


# numpy.polynomial: the powers rise with the index.


def _evaluated(c: Any, x: Any, *, outer: bool) -> Any:
    """Return sum(c[n] * x**n) over the first axis of `c`; its other axes come first where `outer`, else they are those of `x`."""
    total = 0.0 * x
    for n in reversed(range(plain(c).shape[0])):
        part = c[n]
        if outer:
            part = np.reshape(part, np.shape(plain(part)) + (1,) * np.ndim(plain(x)))
        total = total * x + part
    return total


def _on_points(c: Any, *coordinates: Any) -> Any:
    c, xs = as_array(c), [as_array(x) for x in coordinates]
    if len({np.shape(plain(x)) for x in xs}) > 1:
        raise ValueError("x, y are incompatible")
    found = _evaluated(c, xs[0], outer=True)
    for x in xs[1:]:
        found = _evaluated(found, x, outer=False)
    return found


def _on_grid(c: Any, *coordinates: Any) -> Any:
    found = as_array(c)
    for x in coordinates:
        found = _evaluated(found, as_array(x), outer=True)
    return found


def _composite(name: str, function: Callable[..., Any]) -> Any:
    return composite(function, name=name, overloads=[f"numpy.polynomial.polynomial:{name}"])


polyval2d = _composite("polyval2d", lambda x, y, c: _on_points(c, x, y))
polygrid2d = _composite("polygrid2d", lambda x, y, c: _on_grid(c, x, y))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[vander, polyval, polyadd, polysub, polymul, polydiv, polyder, polyint, poly, _roots, roots, polyfit],
        *[polyval2d, polygrid2d],
    ]
