"""Polynomials as arrays of coefficients, the highest power first, and two functions of `numpy.polynomial`.

Other functions of `numpy.polynomial` are ordinary Python that does not dispatch on its arguments: they compute with arrays of objects
that hold variables, or raise.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import plain
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
"""NumPy's warning that the points do not determine a fit; it moved to another module in NumPy 2."""


def _as_floating(x: Any) -> Any:
    """Return `x` as an array of floating-point numbers."""
    x = as_array(x)
    return x if plain(x).dtype.kind in "fc" else x.astype(np.float64)


def _coefficients(p: Any) -> Any:
    """Return the coefficients `p`, which may be a `poly1d` or a number, as an array: (n,)."""
    p = _as_floating(p.coeffs if isinstance(p, np.poly1d) else p)
    return np.reshape(p, (1,)) if not np.ndim(plain(p)) else p


def _as_poly1d(arguments: tuple[Any, ...], coefficients: Any) -> Any:
    """Return `coefficients` as a `poly1d` if one of the arguments is one."""
    return np.poly1d(coefficients) if any(isinstance(argument, np.poly1d) for argument in arguments) else coefficients


@composite(overloads=["numpy:vander"])
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:  # noqa: N803
    """Return the Vandermonde matrix, whose columns are powers of `x`: (m,) -> (m, n)."""
    x = as_array(x)
    if np.ndim(plain(x)) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    # NumPy promotes to the dtype of integer powers, so single precision becomes double.
    x = astype(x, np.promote_types(plain(x).dtype, np.int64))
    powers = np.arange(plain(x).shape[0] if N is None else int(plain(N)), dtype=plain(x).real.dtype)
    return np.reshape(x, (-1, 1)) ** (powers if increasing else powers[::-1])


@composite(overloads=["numpy:polyval"])
def polyval(p: Any, x: Any) -> Any:
    """Return the polynomial with coefficients `p`, evaluated at `x` by Horner's rule: (n,), (...) -> (...)."""
    if isinstance(x, np.poly1d):
        y: Any = 0
    else:
        x = as_array(x)
        y = np.zeros_like(plain(x))
    p = _coefficients(p) if isinstance(p, np.poly1d) else as_array(p)
    for n in range(len(plain(p))):
        y = y * x + p[n]
    return y


def _pad_to(a: Any, size: int) -> Any:
    missing = size - len(plain(a))
    return np.concatenate([np.zeros(missing, plain(a).dtype), a]) if missing > 0 else a


def _aligned(a1: Any, a2: Any) -> tuple[Any, Any]:
    a1, a2 = _coefficients(a1), _coefficients(a2)
    size = max(len(plain(a1)), len(plain(a2)))
    return _pad_to(a1, size), _pad_to(a2, size)


@composite(overloads=["numpy:polyadd"])
def polyadd(a1: Any, a2: Any) -> Any:
    """Return the sum of two polynomials."""
    left, right = _aligned(a1, a2)
    return _as_poly1d((a1, a2), left + right)


@composite(overloads=["numpy:polysub"])
def polysub(a1: Any, a2: Any) -> Any:
    """Return the difference of two polynomials."""
    left, right = _aligned(a1, a2)
    return _as_poly1d((a1, a2), left - right)


@composite(overloads=["numpy:polymul"])
def polymul(a1: Any, a2: Any) -> Any:
    """Return the product of two polynomials."""
    return _as_poly1d((a1, a2), np.convolve(_coefficients(a1), _coefficients(a2)))


@composite(overloads=["numpy:polydiv"])
def polydiv(u: Any, v: Any) -> Any:
    """Return the quotient and the remainder of two polynomials, by long division."""
    remainder, divisor = _coefficients(u), _coefficients(v)
    m, n = len(plain(remainder)) - 1, len(plain(divisor)) - 1
    quotient_terms = []
    for k in range(m - n + 1):
        factor = remainder[k] / divisor[0]
        quotient_terms.append(factor)
        remainder = np.concatenate([remainder[:k], remainder[k : k + n + 1] - factor * divisor, remainder[k + n + 1 :]])
    leading = 0
    while leading < m and np.allclose(plain(remainder)[leading], 0, rtol=1e-14):
        leading += 1
    quotient = (
        np.stack(quotient_terms) if quotient_terms else np.zeros(1, np.result_type(plain(remainder), plain(divisor)))
    )
    return _as_poly1d((u, v), quotient), _as_poly1d((u, v), remainder[leading:])


@composite(overloads=["numpy:polyder"])
def polyder(p: Any, m: Any = 1) -> Any:
    """Return the `m`-th derivative of a polynomial."""
    m = int(plain(m))
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    coefficients = _coefficients(p)
    for _ in range(m):
        coefficients = coefficients[:-1] * np.arange(
            len(plain(coefficients)) - 1, 0, -1, dtype=plain(coefficients).real.dtype
        )
    return _as_poly1d((p,), coefficients)


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
    coefficients = _coefficients(p)
    for n in range(m):
        powers = np.arange(len(plain(coefficients)), 0, -1, dtype=plain(coefficients).real.dtype)
        coefficients = np.concatenate([coefficients / powers, constants[n : n + 1]])
    return _as_poly1d((p,), coefficients)


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
    primal_zeros = plain(zeros)
    # The coefficients are real if the roots come in conjugate pairs.
    paired = primal_zeros.dtype.kind == "c" and np.all(np.sort(primal_zeros) == np.sort(primal_zeros.conj()))
    zero = np.zeros(1, primal_zeros.dtype)
    coefficients: Any = np.ones(1, primal_zeros.dtype)
    for n in range(len(primal_zeros)):
        coefficients = np.concatenate([coefficients, zero]) - zeros[n] * np.concatenate([zero, coefficients])
    return np.real(coefficients) if real or paired else coefficients


def _roots_backward(p: Any, out: Any, grad: Any) -> Any:
    # (n + 1,) -> (n,). The implicit function theorem on p(z) = 0 gives dz = -sum(dp[k] z**(n - k)) / p'(z).
    n = plain(p).shape[0] - 1
    slope = np.matmul(vander(out, n), p[:-1] * np.arange(n, 0, -1))
    return -np.matmul(grad / slope, vander(out, n + 1))


_roots = primitive(lambda p: np.roots(p), _roots_backward, name="roots_of")


@composite(overloads=["numpy:roots"])
def roots(p: Any) -> Any:
    """Return the roots of a polynomial: (n + 1,) -> (n,). The derivative of a multiple root is infinite."""
    p = _coefficients(p)
    if np.ndim(plain(p)) != 1:
        raise ValueError("Input must be a rank-1 array.")
    if np.count_nonzero(plain(p)) == 0 or len(plain(p)) == 1:
        return np.roots(plain(p))
    return _roots(p)


def _samples(x: Any, y: Any) -> tuple[Any, Any]:
    """Return the points (m,) and the values (m,) or (m, k) of a fit; raise if their shapes are others."""
    x, y = _as_floating(x), _as_floating(y)
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
    """Return the least squares fit of a polynomial; differentiable with respect to the points, the values and the weights."""
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
    # The scale of the columns improves the condition number; the result does not depend on it, so it is a constant.
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


# numpy.polynomial: coefficients with the lowest power first.


def _evaluate(c: Any, x: Any, *, outer: bool) -> Any:
    """Return sum(c[n] * x**n) over the first axis of `c`.

    outer: (n, ...), (***) -> (..., ***); otherwise the other axes of `c` broadcast with those of `x`: (n, ...), (...) -> (...).
    """
    total = 0.0 * x
    for n in reversed(range(plain(c).shape[0])):
        part = c[n]
        if outer:
            part = np.reshape(part, np.shape(plain(part)) + (1,) * np.ndim(plain(x)))
        total = total * x + part
    return total


def _evaluate_on_points(c: Any, *coordinates: Any) -> Any:
    c, xs = as_array(c), [as_array(x) for x in coordinates]
    if len({np.shape(plain(x)) for x in xs}) > 1:
        raise ValueError("x, y are incompatible")
    values = _evaluate(c, xs[0], outer=True)
    for x in xs[1:]:
        values = _evaluate(values, x, outer=False)
    return values


def _evaluate_on_grid(c: Any, *coordinates: Any) -> Any:
    values = as_array(c)
    for x in coordinates:
        values = _evaluate(values, as_array(x), outer=True)
    return values


def _composite(name: str, function: Callable[..., Any]) -> Any:
    return composite(function, name=name, overloads=[f"numpy.polynomial.polynomial:{name}"])


polyval2d = _composite("polyval2d", lambda x, y, c: _evaluate_on_points(c, x, y))
polygrid2d = _composite("polygrid2d", lambda x, y, c: _evaluate_on_grid(c, x, y))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[vander, polyval, polyadd, polysub, polymul, polydiv, polyder, polyint, poly, _roots, roots, polyfit],
        *[polyval2d, polygrid2d],
    ]
