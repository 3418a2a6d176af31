"""Norms of vectors and matrices in every order, and condition numbers; the gradient of the norm of zero is zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import Primitive, composite, hookimpl, primitive
from pullback.tracked import Tracked, plain
from pullback_plugins.arithmetic import abs, is_complex
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.array.variable import ArrayVariable
from pullback_plugins.numpy.linalg.matrices import conjugate, resolution, shape_of
from pullback_plugins.numpy.linalg.strong_zeros import scaled
from pullback_plugins.numpy.rules.axes import normal_axes, restored

__all__ = ["Length", "Modulus", "absolute", "cond", "matrix_norm", "norm", "vector_norm"]


def _euclid_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    if len(axis) == x.ndim:
        return np.linalg.norm(x.reshape(-1))
    return np.sqrt(np.sum(np.real(x * np.conj(x)), axis=axis))


def _direction(x: Any, out: Any, axis: tuple[int, ...]) -> Any:
    """Return the conjugate of ``x / |x|``, 0 where that is undefined."""
    length = restored(out, shape_of(x), axis)
    none = plain(length) == 0
    return conjugate(x) * np.where(none, 0.0, 1.0 / np.where(none, 1.0, length))


def _euclid_pushforward(x: Any, out: Any, tangent: Any, *, axis: tuple[int, ...]) -> Any:
    return np.real(np.sum(scaled(tangent, _direction(x, out, axis)), axis=axis))


_euclid: Primitive = primitive(
    _euclid_of,
    lambda x, out, grad, *, axis: scaled(restored(grad, shape_of(x), axis), _direction(x, out, axis)),
    pushforward=_euclid_pushforward,
    name="euclidean_norm",
)


class Length(ArrayVariable):
    """A Euclidean norm that is zero somewhere and remembers of what: its square is smooth, which it is not itself."""

    __slots__ = ("_axis", "_kept_as", "_of")

    _of: Any
    _axis: tuple[int, ...]
    _kept_as: Any
    """Where this was on its tape when it was a norm: after an assignment it is another place."""

    @classmethod
    def of(cls, x: ArrayVariable, axis: tuple[int, ...], norm: Any) -> Length:
        """Return the variable `norm`, which is that of `x` over `axis`."""
        self: Length = cls._new(norm._value, norm._tape, norm._entry)
        # A later assignment to `x` must not reach the square of what was its norm.
        self._of, self._axis, self._kept_as = ArrayVariable._new(x._value, x._tape, x._entry), axis, norm._entry
        return self

    def _squared(self) -> Any:
        total = np.sum(
            np.real(self._of * conjugate(self._of)) if is_complex(self._of) else self._of**2, axis=self._axis
        )
        return np.reshape(total, self.shape)

    def __pow__(self, exponent: Any, modulus: None = None) -> Any:
        if self._kept_as is self._entry and _is_two(exponent) and modulus is None:
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
    """An absolute value, which remembers of what: where that is zero, the square is smooth, which the absolute value is not."""

    __slots__ = ()

    def _squared(self) -> Any:
        return ArrayVariable.__pow__(self, 2) if np.all(plain(self)) else super()._squared()


@composite(overloads=["numpy:absolute"])
def absolute(x: Any, /) -> Any:
    """Return the absolute value of `x`."""
    found = abs(x)
    return Modulus.of(x, (), found) if type(found) is ArrayVariable and isinstance(x, ArrayVariable) else found


def _is_two(exponent: Any) -> bool:
    return not isinstance(exponent, Tracked) and np.ndim(exponent) == 0 and bool(exponent == 2)


def _length(x: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    found = _kept(_euclid(x, axis=axis), x, axis, keepdims)
    if isinstance(x, ArrayVariable) and not np.all(plain(found)):
        return Length.of(x, axis, found)
    return found


def _smooth(x: Any) -> Any:
    """Return the singular values of `x`, without a gradient where they are zero, to rounding, and have a kink."""
    s = np.linalg.svd(x, compute_uv=False)
    bare = plain(s)
    return np.where(bare > resolution(x) * np.max(bare, axis=-1, initial=0.0, keepdims=True), s, bare)


def _of_vectors(x: Any, order: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    if order is None or order == 2:
        return _length(x, axis, keepdims)
    if isinstance(order, str):
        raise ValueError(f"Invalid norm order '{order}' for vectors")
    return _kept(_of_sizes(x, order, axis), x, axis, keepdims)


def _of_sizes(x: Any, order: Any, axis: tuple[int, ...]) -> Any:
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
    none = plain(total) == 0
    return np.where(none, 0.0, np.where(none, 1.0, total) ** (1.0 / order))[()]


def _of_matrices(x: Any, order: Any, axis: tuple[int, ...], keepdims: bool = False) -> Any:
    if axis[0] == axis[1]:
        raise ValueError("Duplicate axes given.")
    if order in (None, "fro", "f"):
        return _length(x, axis, keepdims)
    moved = np.moveaxis(x, axis, (-2, -1))
    if order in (2, -2, "nuc"):
        s = _smooth(moved)
        # At a tie the largest and the least share, as those of numbers do.
        found = (np.sum if order == "nuc" else np.max if order == 2 else np.min)(s, axis=-1)
    elif order in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(moved), axis=-2 if abs(order) == 1 else -1)
        found = np.max(sums, axis=-1) if order > 0 else np.min(sums, axis=-1)
    else:
        raise ValueError("Invalid norm order for matrices.")
    return _kept(found, x, axis, keepdims)


def _kept(result: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return restored(result, shape_of(x), axis) if keepdims else result


@composite(overloads=["numpy.linalg:norm"])
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return a norm of vectors along one axis, or of matrices along two."""
    x = as_array(x)
    axes = normal_axes(axis, x.ndim)
    if axis is None and (ord is None or (ord in ("f", "fro") and x.ndim == 2)):
        return _length(x, axes, keepdims)
    if len(axes) == 1:
        return _of_vectors(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _of_matrices(x, ord, axes, keepdims)
    raise ValueError("Improper number of dimensions to norm.")


@composite(overloads=["numpy.linalg:vector_norm"])
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Return a norm of vectors, which may lie along several axes."""
    x = as_array(x)
    return _of_vectors(x, ord, normal_axes(axis, x.ndim), keepdims)


@composite(overloads=["numpy.linalg:matrix_norm"])
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """Return a norm of matrices."""
    x = as_array(x)
    return _of_matrices(x, ord, (x.ndim - 2, x.ndim - 1), keepdims)


@composite(overloads=["numpy.linalg:cond"])
def cond(x: Any, p: Any = None) -> Any:
    """Return the condition numbers of matrices; of a singular one it is infinite, and has no gradient."""
    x = as_array(x)
    if x.ndim < 2:
        raise np.linalg.LinAlgError(f"{x.ndim}-dimensional array given. Array must be at least two-dimensional")
    infinite = np.isinf(np.linalg.cond(plain(x), p))
    if np.any(infinite):
        # Any regular matrix will do in the place of a singular one.
        x = np.where(np.asarray(infinite)[..., None, None], np.eye(*x.shape[-2:], dtype=x.dtype), x)
    if p is None or p in (2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        largest, least = np.max(s, axis=-1), np.min(s, axis=-1)
        found = least / largest if p == -2 else largest / least
    else:
        axes = (x.ndim - 2, x.ndim - 1)
        found = _of_matrices(x, p, axes) * _of_matrices(np.linalg.inv(x), p, axes)
    return np.where(infinite, np.inf, found)[()] if np.any(infinite) else found


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_euclid, absolute, norm, vector_norm, matrix_norm, cond]
