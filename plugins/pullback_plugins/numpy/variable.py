"""The variable over an array: what an `ndarray` has, as far as it has a derivative or says something of a shape."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pullback.errors import ChainBrokenError, where
from pullback.kind import has_kind
from pullback.tracked import Tracked, plain
from pullback.variable import Operators, call_operator, call_overload
from pullback_plugins.numpy.views import Link, assign, link

__all__ = ["ArrayVariable"]


def _binary(function: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the operator method for `function`, and the reflected one."""

    def method(self: Any, other: Any) -> Any:
        other = _operand(other)
        return NotImplemented if other is NotImplemented else call_operator(function, self, other)

    def reflected(self: Any, other: Any) -> Any:
        other = _operand(other)
        return NotImplemented if other is NotImplemented else call_operator(function, other, self)

    return method, reflected


def _operand(other: Any) -> Any:
    """Return `other` as an operand beside an array, as NumPy would take it."""
    if isinstance(other, Tracked):
        return other
    cls = type(other)
    if cls is np.ndarray or isinstance(other, (list, tuple)):
        if cls is not np.ndarray or other.dtype.kind == "O":
            from pullback_plugins.numpy.arrays import as_array

            return as_array(other)
        return other
    return other if has_kind(other) or isinstance(other, (bool, np.generic)) else NotImplemented


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        if type(plain(self)) is not np.ndarray:
            return NotImplemented
        self[...] = call_overload(function, (self, _operand(other)))
        return self

    return method


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that is a function of NumPy with the array for its first argument."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return call_overload(function, (self, *args), kwargs)

    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"Return ``numpy.{function.__name__}`` of the array."
    return method


class ArrayVariable(Operators):
    """A variable over an array or a NumPy scalar. Functions of NumPy take it; `np.asarray` keeps its chain."""

    __slots__ = ("__weakref__", "_entry", "_source", "_tape", "_value", "_views")

    _source: Link | None

    def _note_view(self, bare: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]) -> None:
        link(self, bare, primitive, args, params)

    # What says something of the array, not of its numbers.

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return plain(self).shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The dtype of the array."""
        return plain(self).dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(plain(self).shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(plain(self).size)

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return int(plain(self).itemsize)

    @property
    def nbytes(self) -> int:
        """The bytes of all elements."""
        return int(plain(self).nbytes)

    def __len__(self) -> int:
        return len(plain(self))

    # Operators.

    __add__, __radd__ = _binary(operator.add)
    __sub__, __rsub__ = _binary(operator.sub)
    __mul__, __rmul__ = _binary(operator.mul)
    __truediv__, __rtruediv__ = _binary(operator.truediv)
    __floordiv__, __rfloordiv__ = _binary(operator.floordiv)
    __mod__, __rmod__ = _binary(operator.mod)
    __matmul__, __rmatmul__ = _binary(operator.matmul)
    _pow, __rpow__ = _binary(operator.pow)

    def __pow__(self, exponent: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._pow(exponent)

    __iadd__ = _in_place(operator.add)
    __isub__ = _in_place(operator.sub)
    __imul__ = _in_place(operator.mul)
    __itruediv__ = _in_place(operator.truediv)
    __ifloordiv__ = _in_place(operator.floordiv)
    __imod__ = _in_place(operator.mod)
    __ipow__ = _in_place(operator.pow)
    __imatmul__ = _in_place(operator.matmul)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return _operand(other) // self, _operand(other) % self

    # Elements.

    def __getitem__(self, index: Any) -> Any:
        return call_overload(operator.getitem, (self, index))

    def __setitem__(self, index: Any, value: Any) -> None:
        if type(plain(self)) is not np.ndarray:
            raise TypeError(f"'{type(plain(self)).__name__}' object does not support item assignment")
        assign(self, call_overload(operator.setitem, (self, index, value)))

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[n] for n in range(len(self)))

    def __contains__(self, item: Any) -> bool:
        return plain(item) in plain(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if dtype is not None and np.dtype(dtype) != object:
            raise ChainBrokenError(
                f"an array of {np.dtype(dtype)} was asked for at {where()}, and would lose the gradient; leave dtype out, "
                "use v.astype(dtype), or, to leave the chain, v.value or stop_gradient(v)"
            )
        from pullback_plugins.numpy.arrays import elements

        return elements(self)

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Return the namespace of array variables in the array API standard; raise `ValueError` for a version that it lacks."""
        from pullback_plugins import array_api

        return array_api.of_version(api_version)

    @property
    def device(self) -> str:
        """Where the array lives: ``"cpu"``."""
        return "cpu"

    def to_device(self, device: Any, /, *, stream: Any = None) -> Any:
        """Return the array itself; raise `ValueError` for any device but ``"cpu"``."""
        if device != "cpu" or stream is not None:
            raise ValueError(f"arrays live on the device 'cpu' and know no streams, not on {device!r}")
        return self

    # Methods.

    @property
    def T(self) -> Any:
        """The transposed array."""
        return call_overload(np.transpose, (self,))

    def reshape(self, *shape: Any, order: Any = "C", copy: Any = None) -> Any:
        """Return the array in another shape, given as one tuple or as several lengths."""
        return call_overload(np.reshape, (self, shape[0] if len(shape) == 1 else shape), {"order": order})

    def transpose(self, *axes: Any) -> Any:
        """Return the array with its axes permuted, given as one tuple or as several axes."""
        return call_overload(np.transpose, (self, axes[0] if len(axes) == 1 else axes or None))

    def astype(
        self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """Return the array in another dtype; integers and booleans come as a plain array, without a gradient."""
        return call_overload(np.ndarray.astype, (self, dtype))

    def copy(self, order: Any = "C") -> Any:
        """Return an array of its own: what is assigned to either does not reach the other."""
        return call_overload(np.copy, (self,))

    sum = _method(np.sum)
