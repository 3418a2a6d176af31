"""Norms of vectors and matrices of every order, and condition numbers. At zero, where a norm has a kink, its gradient is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.extend import Tracked, plain
from pullback_plugins.arithmetic import abs, is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.array.variable import ArrayVariable
from pullback_plugins.numpy.linalg.matrices import conjugate, relative_rounding_error, shape_of
from pullback_plugins.numpy.linalg.strong_zeros import strong_array_product
from pullback_plugins.numpy.rules.axes import expand_reduced, normalize_axes

__all__ = ["Length", "Modulus", "absolute", "cond", "matrix_norm", "norm", "vector_norm"]


def _euclidean_norm_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    if len(axis) == x.ndim:
        return np.linalg.norm(x.reshape(-1))
    return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis))


def _direction(x: Any, out: Any, axis: tuple[int, ...]) -> Any:
    """Return the conjugate of ``x / norm(x)``, 0 where the norm is zero."""
    length = expand_reduced(out, shape_of(x), axis)
    zero = plain(length) == 0
    return conjugate(x) * np.where(zero, 0.0, 1.0 / np.where(zero, 1.0, length))


def _euclidean_norm_pushforward(x: Any, out: Any, tangent: Any, *, axis: tuple[int, ...]) -> Any:
    return np.real(np.sum(strong_array_product(tangent, _direction(x, out, axis)), axis=axis))


# The gradient of norm(x) is grad * x / norm(x), with the reduced axes restored as axes of length one.
_euclidean_norm: Primitive = primitive(
    _euclidean_norm_of,
    lambda x, out, grad, *, axis: strong_array_product(
        expand_reduced(grad, shape_of(x), axis), _direction(x, out, axis)
    ),
    pushforward=_euclidean_norm_pushforward,
    name="euclidean_norm",
)


class Length(ArrayVariable):
    """A Euclidean norm that is zero somewhere, and that knows its argument.

    The norm has a kink at zero, but its square is smooth. A square of this variable is computed from the argument, so that its
    derivatives are right at zero.
    """

    __slots__ = ("_argument", "_axis", "_norm_entry")

    _argument: Any
    _axis: tuple[int, ...]
    _norm_entry: Any
    """The entry of the norm on its tape. After an assignment to this variable its entry is another one, and it is no norm any more."""

    @classmethod
    def of(cls, x: ArrayVariable, axis: tuple[int, ...], norm: Any) -> Length:
        """Return the variable `norm`, the norm of `x` over `axis`, as one that knows its argument."""
        self: Length = cls._new(norm._value, norm._tape, norm._entry)
        # A variable of its own for the argument: a later assignment to `x` must not change the square.
        self._argument, self._axis, self._norm_entry = (
            ArrayVariable._new(x._value, x._tape, x._entry),
            axis,
            norm._entry,
        )
        return self

    def _squared(self) -> Any:
        total = np.sum(
            np.real(self._argument * conjugate(self._argument)) if is_complex(self._argument) else self._argument**2,
            axis=self._axis,
        )
        return np.reshape(total, self.shape)

    def __pow__(self, exponent: Any, modulus: None = None) -> Any:
        if self._norm_entry is self._entry and _is_two(exponent) and modulus is None:
            return self._squared()
        return super().__pow__(exponent, modulus)

    def __mul__(self, other: Any) -> Any:
        return self**2 if other is self else super().__mul__(other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
        if method == "__call__" and not params and inputs[0] is self:
            if ufunc is np.square or (ufunc is np.multiply and inputs[1] is self):
                return self**2
            if ufunc is np.power and _is_two(inputs[1]):
                return self**2
        return super().__array_ufunc__(ufunc, method, *inputs, **params)


class Modulus(Length):
    """An absolute value that knows its argument: at zero its square is smooth, though the absolute value has a kink."""

    __slots__ = ()

    def _squared(self) -> Any:
        return ArrayVariable.__pow__(self, 2) if np.all(plain(self)) else super()._squared()


@composite(overloads=["numpy:absolute"])
def absolute(x: Any, /) -> Any:
    """Return the absolute value of `x`."""
    result = abs(x)
    return Modulus.of(x, (), result) if type(result) is ArrayVariable and isinstance(x, ArrayVariable) else result


def _is_two(exponent: Any) -> bool:
    return not isinstance(exponent, Tracked) and np.ndim(exponent) == 0 and bool(exponent == 2)


def _two_norm(x: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    result = _with_reduced_axes(_euclidean_norm(x, axis=axis), x, axis, keepdims)
    if isinstance(x, ArrayVariable) and not np.all(plain(result)):
        return Length.of(x, axis, result)
    return result


def _singular_values(x: Any) -> Any:
    """Return the singular values of `x`: (..., m, n) -> (..., k); those that are zero, up to rounding errors, have no gradient."""
    s = np.linalg.svd(x, compute_uv=False)
    s_primal = plain(s)
    return np.where(
        s_primal > relative_rounding_error(x) * np.max(s_primal, axis=-1, initial=0.0, keepdims=True), s, s_primal
    )


def _vector_norm(x: Any, order: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    if order is None or order == 2:
        return _two_norm(x, axis, keepdims)
    if isinstance(order, str):
        raise ValueError(f"Invalid norm order '{order}' for vectors")
    return _with_reduced_axes(_other_vector_norm(x, order, axis), x, axis, keepdims)


def _other_vector_norm(x: Any, order: Any, axis: tuple[int, ...]) -> Any:
    if order == 0:
        return np.sum(plain(x) != 0, axis=axis).astype(plain(x).real.dtype)
    size = np.abs(x)
    if order == np.inf:
        return np.max(size, axis=axis)
    if order == -np.inf:
        return np.min(size, axis=axis)
    if order == 1:
        return np.sum(size, axis=axis)
    total = np.sum(size**order, axis=axis)
    if order < 0:
        return total ** (1.0 / order)
    zero = plain(total) == 0
    return np.where(zero, 0.0, np.where(zero, 1.0, total) ** (1.0 / order))[()]


def _matrix_norm(x: Any, order: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    if axis[0] == axis[1]:
        raise ValueError("Duplicate axes given.")
    if order in (None, "fro", "f"):
        return _two_norm(x, axis, keepdims)
    moved = np.moveaxis(x, axis, (-2, -1))
    if order in (2, -2, "nuc"):
        s = _singular_values(moved)
        # Ties share the gradient, as in `np.max` and `np.min`.
        result = (np.sum if order == "nuc" else np.max if order == 2 else np.min)(s, axis=-1)
    elif order in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(moved), axis=-2 if abs(order) == 1 else -1)
        result = np.max(sums, axis=-1) if order > 0 else np.min(sums, axis=-1)
    else:
        raise ValueError("Invalid norm order for matrices.")
    return _with_reduced_axes(result, x, axis, keepdims)


def _with_reduced_axes(result: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return expand_reduced(result, shape_of(x), axis) if keepdims else result


@composite(overloads=["numpy.linalg:norm"])
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return a norm of vectors along one axis, or of matrices along two."""
    x = as_array(x)
    axes = normalize_axes(axis, x.ndim)
    if axis is None and (ord is None or (ord in ("f", "fro") and x.ndim == 2)):
        return _two_norm(x, axes, keepdims)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, ord, axes, keepdims)
    raise ValueError("Improper number of dimensions to norm.")


@composite(overloads=["numpy.linalg:vector_norm"])
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Return a norm over one or several axes, which are treated as one vector."""
    x = as_array(x)
    return _vector_norm(x, ord, normalize_axes(axis, x.ndim), keepdims)


@composite(overloads=["numpy.linalg:matrix_norm"])
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return a norm of matrices."""
    x = as_array(x)
    return _matrix_norm(x, ord, (x.ndim - 2, x.ndim - 1), keepdims)


@composite(overloads=["numpy.linalg:cond"])
def cond(x: Any, p: Any = None) -> Any:
    """Return the condition numbers of matrices: (..., m, n) -> (...); that of a singular matrix is inf, without a gradient."""
    x = as_array(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"{x.ndim}-dimensional array given. Array must be at least two-dimensional")
    infinite = np.isinf(np.linalg.cond(plain(x), p))
    if np.any(infinite):
        # Replace singular matrices by any regular one; the result there is overwritten below.
        x = np.where(np.asarray(infinite)[..., None, None], np.eye(*x.shape[-2:], dtype=x.dtype), x)
    if p is None or p in (2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        largest, least = np.max(s, axis=-1), np.min(s, axis=-1)
        condition = least / largest if p == -2 else largest / least
    else:
        axes = (x.ndim - 2, x.ndim - 1)
        condition = _matrix_norm(x, p, axes) * _matrix_norm(np.linalg.inv(x), p, axes)
    return np.where(infinite, np.inf, condition)[()] if np.any(infinite) else condition


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_euclidean_norm, absolute, norm, vector_norm, matrix_norm, cond]
