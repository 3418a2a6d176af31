"""The array of the namespace: a variable, or a constant to compute with beside variables.

Libraries written against the standard make arrays of their own (`xp.zeros`, `xp.asarray(2.0)`) and ask all arrays in a call for one
common namespace; a plain `ndarray` would answer with NumPy's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pullback.extend import Tracked, call_overload, kind_of, plain
from pullback_plugins.numpy.array.objects import to_array
from pullback_plugins.numpy.array.variable import ArrayVariable
from pullback_plugins.numpy.array.views import assign, link
from pullback_plugins.numpy.families.indexing import getitem

__all__ = ["Array", "call", "constant", "unwrap", "varies", "wrap"]


class _Nowhere:
    """The recorder of constants. Its level is above all others, so that it sees a call first, and repeats it on plain arrays."""

    __slots__ = ()
    level = float("inf")
    floats = False

    def record(self, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` with plain arrays in place of the constants among `args`."""
        return primitive(*map(unwrap, args), **unwrap(params))


NOWHERE: Any = _Nowhere()


def unwrap(x: Any) -> Any:
    """Return `x`, which may be a nest of lists, tuples and dictionaries, with plain arrays in place of constants."""
    if isinstance(x, Array):
        return x._value if x._tape is NOWHERE else x
    if type(x) in (list, tuple):
        return type(x)([unwrap(item) for item in x])
    if type(x) is dict:
        return {name: unwrap(value) for name, value in x.items()}
    return x


def wrap(x: Any, args: Any = ()) -> Any:
    """Return `x`, the result of a call with the arguments `args`, as an array of the namespace: a variable, else a constant."""
    if isinstance(x, Array):
        return x
    if isinstance(x, (np.ndarray, np.generic)):
        return constant(x)
    if isinstance(x, tuple):
        parts = [wrap(item, args) for item in x]
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if type(x) is list:
        return [wrap(item, args) for item in x]
    return _wrap_variable(x, args) if isinstance(x, Tracked) else x


def _wrap_variable(x: Any, args: Any) -> Any:
    """Return the variable `x` as an array of the namespace, which has no scalars; an argument itself is not changed but doubled."""
    if type(plain(x)) is not np.ndarray:
        x = to_array(x)
    if type(x) is not ArrayVariable or _is_within(x, args):
        return Array._new(x._value, x._tape, x._entry)
    x.__class__ = Array  # in place, so that views of it stay views
    return x


def _is_within(x: Any, args: Any) -> bool:
    return any(arg is x or (type(arg) in (list, tuple) and _is_within(x, arg)) for arg in args)


def constant(x: Any) -> Any:
    """Return the plain array `x` as an array of the namespace."""
    return Array._new(np.asarray(x), NOWHERE, None)


def varies(x: Any) -> bool:
    """Whether `x`, which may be a nest and holds no constants, is or holds a variable."""
    if isinstance(x, (list, tuple)):
        return any(map(varies, x))
    if isinstance(x, dict):
        return any(map(varies, x.values()))
    return isinstance(x, Tracked) or (isinstance(x, np.ndarray) and x.dtype.kind == "O")


def call(function: Callable[..., Any], *args: Any, **params: Any) -> Any:
    """Call a function of NumPy on arrays of the namespace, and return its result as one."""
    result = wrap(function(*unwrap(args), **unwrap(params)), args)
    if isinstance(result, Array) and result._tape is NOWHERE and result._value.base is not None:
        _note(result, args, {"function": function, "rest": unwrap(args[1:]), "params": unwrap(params)})
    return result


def _note(view: Array, args: Any, how: dict[str, Any]) -> None:
    """Remember that `view` may share memory with a constant among `args`, and how it was made from it.

    Where `how` is empty or the dtypes differ, an assignment of a variable to the constant cannot update the view, and is refused.
    """
    for place, arg in enumerate(args):
        if type(arg) in (list, tuple):
            _note(view, arg, {})
        elif isinstance(arg, Array) and arg is not view:
            same = how and place == 0 and view.dtype == arg.dtype
            link(view, view._value, _again if same else None, (arg,), how if same else {})


def _again(source: Any, *, function: Callable[..., Any], rest: tuple[Any, ...], params: dict[str, Any]) -> Any:
    return function(source, *rest, **params)


def _operand(x: Any) -> bool:
    return isinstance(x, (Tracked, np.ndarray, np.generic, bool, int, float, complex))


def _binary(function: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """Return the method of the operator `function`, the reflected method, and the one that assigns in place."""

    def apply(left: Any, right: Any) -> Any:
        left, right = unwrap(left), unwrap(right)
        if varies((left, right)):
            return wrap(call_overload(function, (left, right)), (left, right))
        return wrap(function(left, right))

    def method(self: Any, other: Any) -> Any:
        return apply(self, other) if _operand(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        return apply(other, self) if _operand(other) else NotImplemented

    def in_place(self: Any, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        result = apply(self, other)
        if plain(result).shape != self.shape:
            raise ValueError(
                f"an array of shape {plain(result).shape} cannot be assigned in place of one of shape {self.shape}"
            )
        if not np.can_cast(result.dtype, self.dtype, "same_kind"):
            raise TypeError(f"an array of {result.dtype} cannot be assigned in place of one of {self.dtype}")
        self[...] = result
        return self

    return method, reflected, in_place


def _nondifferentiable(function: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """Return the same three methods for an operator whose result has no derivative."""

    def method(self: Any, other: Any) -> Any:
        return wrap(function(plain(self), plain(other))) if _operand(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        return wrap(function(plain(other), plain(self))) if _operand(other) else NotImplemented

    def in_place(self: Any, other: Any) -> Any:
        result = method(self, other)
        if result is not NotImplemented:
            self[...] = result
            return self
        return result

    return method, reflected, in_place


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any) -> Any:
        x = unwrap(self)
        return wrap(call_overload(function, (x,)), (x,)) if x is self else wrap(function(x))

    return method


def _number(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that converts a constant to a Python number; a variable refuses."""

    def method(self: Any) -> Any:
        x = unwrap(self)
        if x is self:
            return getattr(ArrayVariable, f"__{convert.__name__}__")(self)
        if x.size == 1 and x.ndim:
            raise TypeError("only arrays without axes are converted to numbers")
        return convert(x)

    return method


class Array(ArrayVariable):
    """An array of the namespace, which its functions return: a variable where one took part, and a constant elsewhere.

    Beside variables, a constant acts like a plain array. When a variable is assigned to some of its elements, it becomes a variable
    itself, and so does what shares memory with it, or the assignment is refused. Comparisons give constants, and elements are arrays
    without axes, not scalars.
    """

    __slots__ = ()

    def materialize(self) -> Any:
        return unwrap(self)

    def __repr__(self) -> str:
        return f"Array({self._value!r})"

    __add__, __radd__, __iadd__ = _binary(operator.add)
    __sub__, __rsub__, __isub__ = _binary(operator.sub)
    __mul__, __rmul__, __imul__ = _binary(operator.mul)
    __truediv__, __rtruediv__, __itruediv__ = _binary(operator.truediv)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _binary(operator.floordiv)
    __mod__, __rmod__, __imod__ = _binary(operator.mod)
    __matmul__, __rmatmul__, __imatmul__ = _binary(operator.matmul)
    _pow, __rpow__, __ipow__ = _binary(operator.pow)
    __and__, __rand__, __iand__ = _nondifferentiable(operator.and_)
    __or__, __ror__, __ior__ = _nondifferentiable(operator.or_)
    __xor__, __rxor__, __ixor__ = _nondifferentiable(operator.xor)
    __lshift__, __rlshift__, __ilshift__ = _nondifferentiable(operator.lshift)
    __rshift__, __rrshift__, __irshift__ = _nondifferentiable(operator.rshift)
    __eq__ = _nondifferentiable(operator.eq)[0]
    __ne__ = _nondifferentiable(operator.ne)[0]
    __lt__ = _nondifferentiable(operator.lt)[0]
    __le__ = _nondifferentiable(operator.le)[0]
    __gt__ = _nondifferentiable(operator.gt)[0]
    __ge__ = _nondifferentiable(operator.ge)[0]
    __hash__ = object.__hash__
    __neg__ = _unary(operator.neg)
    __pos__ = _unary(operator.pos)
    __abs__ = _unary(operator.abs)

    def __pow__(self, exponent: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._pow(exponent)

    def __invert__(self) -> Any:
        return wrap(~plain(self))

    __float__ = _number(float)
    __int__ = _number(int)
    __complex__ = _number(complex)

    def __index__(self) -> int:
        return operator.index(plain(self))

    def __contains__(self, item: Any) -> bool:
        return plain(item) in plain(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        x = unwrap(self)
        if x is self:
            return super().__array__(dtype, copy)
        return np.array(x, dtype=dtype, copy=True) if copy else np.asarray(x, dtype=dtype)

    def __dlpack__(
        self, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        x = unwrap(self)
        if x is self:
            raise BufferError("DLPack hands out bare memory, and the gradient would be lost; use v.primal")
        newer = {"max_version": max_version, "dl_device": dl_device, "copy": copy}  # NumPy 2.1
        return x.__dlpack__(stream=stream, **{name: value for name, value in newer.items() if value is not None})

    def __dlpack_device__(self) -> Any:
        return plain(self).__dlpack_device__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        x = unwrap(self)
        return super().__reduce_ex__(protocol) if x is self else (constant, (x,))

    def __copy__(self) -> Any:
        x = unwrap(self)
        return self if x is self else constant(x.copy())

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __getitem__(self, index: Any) -> Any:
        x = unwrap(self)
        if x is self:
            return wrap(super().__getitem__(index), (self,))
        index = _plain_index(index)
        result = constant(x[index])
        if result._value.base is not None:
            link(result, result._value, getitem, (self,), {"index": index})
        return result

    def __setitem__(self, index: Any, value: Any) -> None:
        x, value, index = unwrap(self), unwrap(value), _plain_index(index)
        if x is self:
            super().__setitem__(index, value)
        elif not varies(value):
            x[index] = value
        elif kind_of(x).differentiable(x):
            assign(self, call_overload(operator.setitem, (x, index, value)))
        else:
            raise TypeError(f"a variable cannot be assigned into an array of {x.dtype}: its gradient would be lost")

    def __iter__(self) -> Iterator[Any]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[n] for n in range(len(self)))

    @property
    def T(self) -> Any:  # noqa: N802
        """The transposed array, of two axes."""
        return call(np.transpose, self)

    @property
    def mT(self) -> Any:  # noqa: N802
        """The array with its last two axes exchanged."""
        if self.ndim < 2:
            raise ValueError(f"a matrix is transposed, not an array with {self.ndim} axes")
        return call(np.swapaxes, self, -1, -2)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
        inputs, params = unwrap(inputs), unwrap(params)
        if varies(inputs) or varies(params):
            return super().__array_ufunc__(ufunc, method, *inputs, **params)
        return wrap(getattr(ufunc, method)(*inputs, **params))

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        args, params = unwrap(args), unwrap(params)
        if varies(args) or varies(params):
            return call_overload(function, args, params)
        return wrap(function(*args, **params))


def _plain_index(index: Any) -> Any:
    return tuple(map(plain, index)) if isinstance(index, tuple) else plain(index)
