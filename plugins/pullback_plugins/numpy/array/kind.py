"""The value kind of NumPy's arrays and scalars, and of Python's complex numbers."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pullback import PullbackWarning, ValueKind
from pullback.extend import Arena, Tracked, call_overload, plain, policy
from pullback_plugins.numpy.array.overloads import AsArray
from pullback_plugins.numpy.array.variable import ArrayVariable, snapshot
from pullback_plugins.numpy.native.dispatch import ArrayKindCore, arena, specialized

if TYPE_CHECKING:
    from random import Random

__all__ = ["ArrayKind", "array_kind", "base_class_array"]


T = TypeVar("T")

_NOTHING = np.zeros(32, np.uint8)
# Reference counts tell whether an array is a temporary. From 3.14 on, Python does not count what it only borrows; without an
# interpreter lock, a count may be out of date when it is read.
COUNTED = (
    sys.implementation.name == "cpython" and sys.version_info < (3, 14) and "free-threading build" not in sys.version
)
LARGE = 1 << 16
"""From this number of bytes on, an array is written to or left out rather than copied."""
MOST = 1 << 28
"""How many bytes of memory a transformed function may keep for its next call."""


class _Kind(ValueKind):
    """The whole of `ArrayKind`, in Python.

    Arrays may have any shape and every real and complex dtype; NumPy's scalars are arrays without axes.

    Integers are promoted to float64, as NumPy's own functions do. Cotangents follow the convention of JAX and HIPS autograd for
    complex numbers: the pairing is Re(cotangent * tangent), so a holomorphic partial derivative multiplies as it stands.
    """

    name = "array"
    types = (np.ndarray, np.float64, np.number, complex)
    promoted = (complex,)
    priority = 10
    variable = ArrayVariable
    uses_operators = True

    def convert(self, value: Any) -> Any:
        if isinstance(value, Tracked):
            value = value.materialize() if isinstance(value, ArrayVariable) else value
            if isinstance(value, Tracked):
                return snapshot(value)
        if type(value) is np.ndarray and value.dtype.kind in "fc":
            return value
        if isinstance(value, complex) and not isinstance(value, np.generic):
            return np.complex128(value)
        if value.dtype.kind in "fc":
            return value if type(value) is np.ndarray or isinstance(value, np.generic) else base_class_array(value)
        if value.dtype.kind == "O":
            return call_overload(AsArray, (base_class_array(value),))
        if value.dtype.kind in "iub":
            return base_class_array(value).astype(np.float64) if value.ndim else np.float64(value)
        raise TypeError(f"arrays of dtype {value.dtype} are not differentiable")

    def wrap(
        self, value: Any, tape: Any, entry: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        result: Any = ArrayVariable.__new__(ArrayVariable)
        result._value, result._tape, result._entry = value, tape, entry
        if primitive.derivative is not None:
            return result
        array = plain(value) if isinstance(value, Tracked) else value
        if type(array) is np.ndarray and array.base is not None:
            result._note_view(array, primitive, args, params)
        return result

    def takes(self, value: Any) -> bool:
        return type(value) is not np.ndarray or value.dtype.kind != "O"

    def differentiable(self, value: Any) -> bool:
        return isinstance(value, complex) or value.dtype.kind in "fcO"

    def same_shape_and_type(self, value: Any, other: Any) -> bool:
        if type(value) is not np.ndarray or type(other) is not np.ndarray:
            value, other = plain(value), plain(other)
            if type(value) is not type(other) or not isinstance(other, (np.ndarray, np.generic)):
                return False
        return bool(value.shape == other.shape and value.dtype is other.dtype)

    def keep(self, value: Any) -> Any:
        if type(value) is np.ndarray and value.base is _NOTHING:
            return value  # stands for the shape of an array that no rule reads
        # In the same order in memory, which decides what is a view of it.
        if type(value) is np.ndarray:
            return value.copy(order="K")
        return snapshot(value) if isinstance(value, Tracked) else value

    def large(self, value: Any) -> bool:
        return type(value) is np.ndarray and value.nbytes >= LARGE

    def shape_placeholder(self, value: Any) -> Any:
        return np.ndarray(value.shape, value.dtype, _NOTHING, 0, (0,) * value.ndim) if self.large(value) else value

    def specialized(self, function: Any) -> Any:
        return specialized(function)

    def arena(self) -> Arena:
        return arena(LARGE, MOST)

    def suppress_warnings(self, sweep: Callable[[], T]) -> T:
        result: T = _suppress_warnings(sweep)
        return result

    def zero(self, value: Any) -> Any:
        return _filled(plain(value), 0)

    def one(self, value: Any) -> Any:
        return _filled(plain(value) if isinstance(value, Tracked) else value, 1)

    def plain_product(self, cotangent: Any, partial: Any) -> Any:
        if type(partial) is float or type(partial) is int:
            if partial == 1:
                return cotangent
            if partial == -1:
                return -cotangent
        if _is_free(partial, cotangent, 1):
            return np.multiply(cotangent, partial, out=partial)
        return cotangent * partial

    def last_plain_product(self, cotangent: Any, partial: Any) -> Any:
        if _is_free(partial, cotangent, 1):
            return np.multiply(cotangent, partial, out=partial)
        # Held by the sweep, by what pulls through one call, by what makes its contribution, and here.
        if _is_free(cotangent, partial, 4):
            return np.multiply(cotangent, partial, out=cotangent)
        return self.plain_product(cotangent, partial)

    def add(self, left: Any, right: Any) -> Any:
        if _is_free(left, right, 2):
            return np.add(left, right, out=left)
        return left + right

    def strong_product(self, cotangent: Any, partial: Any) -> Any:
        result = self.plain_product(cotangent, partial)
        undefined = np.isnan(plain(result))
        if not undefined.any():
            return result
        absorbed = undefined & ((plain(cotangent) == 0) | (plain(partial) == 0))
        choice = policy()
        if choice == "nan" or not absorbed.any():
            return result
        if choice == "warn":
            warnings.warn("0 * inf in the chain taken as 0", PullbackWarning, stacklevel=2)
        # Chosen before the product, so that the nan is in no derivative of it either.
        return np.where(absorbed, 0.0, cotangent) * np.where(absorbed, 0.0, partial)

    def infinities(self, value: Any) -> tuple[Any, list[tuple[float, Any]]] | None:
        array = plain(value)
        finite = np.isfinite(array)
        if finite.all():
            return None
        up, down = np.equal(array, np.inf), np.equal(array, -np.inf)
        limits = ((np.inf, up), (-np.inf, down), (np.nan, ~(finite | up | down)))
        rest = np.where(finite, value, 0.0)[()]
        return rest, [(limit, places.astype(array.dtype)[()]) for limit, places in limits if places.any()]

    def limit_where_nonzero(self, value: Any, limit: float) -> Any:
        array = plain(value)
        # An infinite complex number has no direction that its parts could say.
        signs = np.nan if array.dtype.kind == "c" else np.sign(array)
        return np.where(array == 0, 0.0, limit * signs).astype(array.dtype)[()]

    def has_nan(self, value: Any) -> bool:
        value = plain(value) if isinstance(value, Tracked) else value
        total = np.add.reduce(value, None)
        return bool(total != total) and bool(np.isnan(value).any())

    def fit(self, grad: Any, value: Any) -> Any:
        both = type(grad) is np.ndarray and type(value) is np.ndarray
        if both and grad.shape == value.shape and grad.dtype == value.dtype:
            return grad
        if isinstance(grad, ArrayVariable):
            grad = grad.materialize()
        array, target = plain(grad), plain(value)
        if isinstance(array, (bool, np.bool_)) or not isinstance(array, (int, float, complex, np.ndarray, np.generic)):
            raise TypeError(f"expected {self.describe(value)}")
        shape = np.shape(array)
        if shape != target.shape:
            grad = _summed(grad, shape, target.shape)
        return _cast(grad, target)

    def broadcast(self, tangent: Any, value: Any) -> Any:
        shape = np.shape(plain(value))
        return tangent if np.shape(plain(tangent)) == shape else np.broadcast_to(tangent, shape)

    def describe(self, value: Any) -> str:
        array = plain(value)
        if isinstance(array, (float, complex)) and not isinstance(array, np.generic):
            return f"a {type(array).__name__}"
        return f"an array of shape {array.shape} and dtype {array.dtype}"

    def is_scalar(self, value: Any) -> bool:
        array = plain(value) if isinstance(value, Tracked) else value
        return bool(array.size == 1 and array.dtype.kind != "c")

    def is_complex(self, value: Any) -> bool:
        return bool(plain(value).dtype.kind == "c")

    def total(self, grad: Any) -> Any:
        total = np.sum(grad)
        return np.real(total) if plain(total).dtype.kind == "c" else total

    def size(self, value: Any) -> int:
        return int(plain(value).size)

    def magnitude(self, value: Any) -> float:
        return float(np.max(np.abs(plain(value)), initial=0.0))

    def dot(self, left: Any, right: Any) -> float:
        return float(np.real(np.sum(np.asarray(left) * np.asarray(right))))

    def random(self, value: Any, chooser: Random) -> Any:
        array = np.asarray(plain(value))
        drawn = np.array([chooser.uniform(0.5, 1.5) * chooser.choice((-1.0, 1.0)) for _ in range(array.size)])
        if array.dtype.kind == "c":
            drawn = drawn + 1j * np.array([chooser.uniform(0.5, 1.5) for _ in range(array.size)])
        return drawn.reshape(array.shape).astype(array.dtype)

    def basis(self, value: Any) -> list[Any]:
        array = plain(value)
        return list(np.eye(array.size, dtype=array.dtype).reshape(array.size, *array.shape))

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        shape = plain(value).shape
        if not parts:
            raise ValueError("the Jacobian by, or of, an array without elements is empty: nothing to compute")
        # (size, ...): one part per element of `value`, along the first axis.
        stacked = np.stack(parts)
        rest = np.shape(plain(stacked))[1:]
        if trailing:
            return np.reshape(np.moveaxis(stacked, 0, -1), rest + shape)  # (..., *shape)
        return np.reshape(stacked, shape + rest)  # (*shape, ...)

    def release(self, value: Any, held: set[int]) -> Any:
        if type(value) is np.ndarray:
            if id(value) in held or not value.flags.owndata:
                value = value.copy()
            held.add(id(value))
            return value
        return snapshot(value)


def _with_errstate(sweep: Callable[[], T]) -> T:
    with np.errstate(all="ignore"):
        return sweep()


# `errstate` is faster as a decorator; before NumPy 2, the threads shared one place for the state to go back to, and mixed it up.
_suppress_warnings: Callable[[Callable[[], Any]], Any] = (
    np.errstate(all="ignore")(lambda sweep: sweep()) if int(np.__version__.partition(".")[0]) >= 2 else _with_errstate
)


def _is_free(target: Any, other: Any, references: int) -> bool:
    """Whether a result of `target` and `other` may be written into `target`: it is large, owns its memory, and nobody else holds it.

    `references` is how many references the callers hold, that of this function not counted.
    """
    return (
        COUNTED
        and type(target) is np.ndarray
        and target.nbytes >= LARGE
        and sys.getrefcount(target) == references + 2
        and target.flags.owndata
        and target.flags.writeable
        and type(other) is np.ndarray
        and other.shape == target.shape
        and other.dtype == target.dtype
    )


def base_class_array(value: Any) -> Any:
    """Return `value` as a base-class array; raise `TypeError` for a subclass whose operators mean something else."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("masked arrays are not differentiable: their mask would be lost; use where, or .filled()")
    if isinstance(value, np.matrix):
        raise TypeError("np.matrix is not differentiable: its operators mean something else; use an ndarray")
    return np.asarray(value)


def _filled(array: Any, number: int) -> Any:
    return np.full(array.shape, number, dtype=array.dtype) if type(array) is np.ndarray else type(array)(number)


def _summed(grad: Any, shape: tuple[int, ...], target: tuple[int, ...]) -> Any:
    """Return `grad`, of shape `shape`, summed over the axes along which its input, of shape `target`, was broadcast."""
    extra = len(shape) - len(target)
    if extra < 0 or any(size not in (length, 1) for length, size in zip(shape[extra:], target, strict=True)):
        if shape != ():
            raise ValueError(f"a gradient of shape {shape} does not fit an input of shape {target}")
        return np.broadcast_to(grad, target)
    axes = (*range(extra), *(n + extra for n, size in enumerate(target) if size == 1 and shape[n + extra] != 1))
    if axes:
        grad = np.sum(grad, axis=axes, keepdims=True)
    return np.reshape(grad, target) if extra else grad


def _cast(grad: Any, target: Any) -> Any:
    """Return `grad` in the dtype of `target`, as a NumPy scalar where `target` is one; for a real input, the real part."""
    array = plain(grad)
    if not isinstance(array, (np.ndarray, np.generic)):
        return grad if isinstance(grad, Tracked) else np.asarray(grad, dtype=target.dtype)[()]
    if array.dtype.kind == "c" and target.dtype.kind != "c":
        grad = np.real(grad)
    if array.dtype != target.dtype:
        grad = grad.astype(target.dtype)
    if not isinstance(grad, Tracked):
        if type(target) is np.ndarray:
            return grad if type(grad) is np.ndarray else np.asarray(grad)
        return grad[()]
    return grad


class ArrayKind(ArrayKindCore, _Kind):
    """The kind of arrays; in the compiled core, the most frequent methods are in C."""

    def __init__(self) -> None:
        super().__init__(LARGE)


array_kind = ArrayKind()
