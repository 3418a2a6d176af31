"""The variable over an array: its operators, its elements and NumPy's protocols; `methods` has the methods of an `ndarray`."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from pullback import ChainBrokenError, UnknownPrimitiveError, Variable, core
from pullback.extend import Tracked, ValueCore, call_overload, has_kind, plain, suspect, user_location
from pullback_plugins.numpy.array.frames import for_caller, in_place_of, no_number, too_narrow
from pullback_plugins.numpy.array.methods import ArrayMethods
from pullback_plugins.numpy.array.overloads import ArrayNamespace, AsArray
from pullback_plugins.numpy.array.views import Link, assign, link

__all__ = ["ArrayVariable", "snapshot"]


def _binary(function: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the operator method for `function`, and the reflected one."""

    def method(self: Any, other: Any) -> Any:
        other = _operand(other)
        return NotImplemented if other is NotImplemented else call_overload(function, (self, other))

    def reflected(self: Any, other: Any) -> Any:
        other = _operand(other)
        return NotImplemented if other is NotImplemented else call_overload(function, (other, self))

    return method, reflected


def _operand(other: Any) -> Any:
    """Return `other` as NumPy would take it for an operand beside an array, `NotImplemented` where it would not."""
    if isinstance(other, Tracked):
        return other
    cls = type(other)
    if cls is np.ndarray or isinstance(other, (list, tuple)):
        if cls is not np.ndarray or other.dtype.kind == "O":
            return _beside(other, sys._getframe(2)) if cls is np.ndarray else call_overload(AsArray, (other,))
        return in_place_of(other, sys._getframe(2)) if other.ndim else other
    return other if has_kind(other) or isinstance(other, (bool, np.generic)) else NotImplemented


def _beside(other: Any, caller: FrameType) -> Any:
    """Return the array `other`, an input beside a variable of a universal function that `caller` calls, as that should see it."""
    other = in_place_of(other, caller) if other.ndim else other
    return call_overload(AsArray, (other,)) if other.dtype.hasobject else other


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        if type(plain(self)) is not np.ndarray:
            return NotImplemented
        operand = _operand(other)
        if operand is NotImplemented:
            return NotImplemented
        result = call_overload(function, (self, operand))
        if not np.can_cast(plain(result).dtype, self.dtype, "same_kind"):
            raise TypeError(f"cannot put an array of {plain(result).dtype} into one of {self.dtype}")
        self[...] = result
        return self

    return method


def _calls_python(ufunc: Any) -> bool:
    """Whether a universal function calls one of Python for each element, as those of `np.frompyfunc` do."""
    return bool(ufunc.types == ["O" * ufunc.nin + "->" + "O" * ufunc.nout])


def _of_numbers(name: str) -> property:
    """Return a property that NumPy's scalars inherit from Python's numbers: arrays lack it, and variables over scalars refuse it."""

    def refuse(self: Any) -> NoReturn:
        getattr(plain(self), name)
        raise ChainBrokenError(
            f"{name} reads a variable as a bare number at {user_location()}; its gradient would be lost. "
            "To leave the chain, use v.primal or stop_gradient(v)"
        )

    return property(refuse)


# The type of NumPy's functions that ask all their array arguments; those with a parameter `like` ask only that.
_DISPATCHER = type(np.sum)


def snapshot(value: Any) -> Any:
    """Return a variable for what `value` stands for now, which a later assignment to `value` does not change."""
    return ArrayVariable._new(value._value, value._tape, value._entry) if isinstance(value, ArrayVariable) else value


# How many calls lead from whoever calls a universal function to `__array_ufunc__` here: the core in Python has one of this name, too.
_CALLER = 1 if core() == "compiled" else 2


class _Operators(Variable):
    """The operators of arrays, and what NumPy's functions ask of a variable."""

    __slots__ = ()

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

    def __abs__(self) -> Any:
        return call_overload(np.absolute, (self,))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
        if ufunc is np.absolute and method == "__call__" and not params:
            return call_overload(ufunc, inputs)
        for x in inputs if len(inputs) > 1 else ():
            # The elements of an array of objects may be variables too.
            if type(x) is np.ndarray and (x.ndim or x.dtype.hasobject):
                caller = sys._getframe(_CALLER)
                inputs = tuple([_beside(x, caller) if type(x) is np.ndarray else x for x in inputs])
                break
        if params and any(type(x) is np.ndarray and x.dtype.hasobject for x in params.get("out", ())):
            return call_overload(np.ndarray.__array_ufunc__, (ufunc, method, *inputs), params)
        try:
            return super().__array_ufunc__(ufunc, method, *inputs, **params)
        except UnknownPrimitiveError:
            if params or method != "__call__" or not _calls_python(ufunc):
                raise
        return call_overload(np.ndarray.__array_ufunc__, (ufunc, method, *inputs))

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        if type(function) is not _DISPATCHER:
            return call_overload(np.ndarray.__array_function__, (self, function, args, params))
        return call_overload(function, args, params)


class ArrayVariable(ValueCore, ArrayMethods, _Operators):
    """A variable over an array or a NumPy scalar. Functions of NumPy take it; `np.asarray` keeps its chain."""

    __slots__ = ("__weakref__", "_source", "_views")

    _source: Link | None

    def _note_view(self, array: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]) -> None:
        link(self, array, primitive, args, params)

    @property
    def primal(self) -> Any:
        """The value one level below: a plain array that cannot be written to, or a variable of an enclosing differentiation.

        Using it leaves the chain.
        """
        value = self._value
        if type(value) is np.ndarray:
            value = value.view()
            value.flags.writeable = False
            return value
        return snapshot(value)

    @property
    def is_integer(self) -> Callable[[], bool]:
        """The method of a scalar that tells whether it is an integer; an array has none."""
        method: Callable[[], bool] = plain(self).is_integer
        return method

    as_integer_ratio = _of_numbers("as_integer_ratio")
    hex = _of_numbers("hex")

    def __len__(self) -> int:
        return len(plain(self))

    def __float__(self) -> float:
        raise no_number(sys._getframe(1))

    # Elements.

    def __getitem__(self, index: Any) -> Any:
        return call_overload(operator.getitem, (self, index))

    def __setitem__(self, index: Any, value: Any) -> None:
        if type(plain(self)) is not np.ndarray:
            raise TypeError(f"'{type(plain(self)).__name__}' object does not support item assignment")
        assign(self, call_overload(operator.setitem, (self, index, value)))

    def __delitem__(self, index: Any) -> NoReturn:
        raise ValueError("cannot delete array elements")

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[n] for n in range(len(self)))

    def __contains__(self, item: Any) -> bool:
        return plain(item) in plain(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        caller = sys._getframe(1)
        array = for_caller(self, caller, dtype)
        if array is not None:
            return array
        if dtype is not None and np.dtype(dtype) != object:
            raise too_narrow(dtype)
        suspect(
            self._tape.level,
            f"A variable was made into an array of objects at {caller.f_code.co_filename}:{caller.f_lineno}, as np.asarray does. It "
            "keeps the chain, but code that is compiled for numbers cannot compute with it. Give a function of NumPy the variable itself, "
            "or what np.stack or np.block makes of several; "
            "let SciPy and scikit-learn ask for an array namespace (SCIPY_ARRAY_API=1); or write a pair for the function "
            "(pullback.primitive).",
        )
        return call_overload(np.ndarray.__array__, (self, caller))

    def materialize(self) -> Any:
        """Return what a transform should take: this variable, or the plain array where it is a constant of the array namespace."""
        return self

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """Return the namespace of array variables in the array API standard; raise `ValueError` for a version that it lacks."""
        return call_overload(ArrayNamespace, (api_version,))

    def to_device(self, device: Any, /, *, stream: Any = None) -> Any:
        """Return the array itself; raise `ValueError` for any device but ``"cpu"``."""
        if device != "cpu" or stream is not None:
            raise ValueError(f"arrays live on the device 'cpu' and know no streams, not on {device!r}")
        return self
