"""The attributes and methods of an `ndarray`, each answered by the function of NumPy that does the same."""

from __future__ import annotations

import inspect
import operator
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from pullback import ChainBrokenError
from pullback.extend import call_overload, plain, user_location
from pullback_plugins.numpy.array.flat import Flat

__all__ = ["ArrayMethods"]

# `np.mean([v[0], v[1]])` and others sum an array of objects, and convert the sum to a number of its dtype, if it has one.
_NUMBERS_OF_A_DTYPE = frozenset({"_mean", "_var", "_std", "_divide_by_count"})
_MODULES = frozenset(
    {"numpy._core._methods", "numpy.core._methods", "numpy.lib._nanfunctions_impl", "numpy.lib.nanfunctions"}
)


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method that calls `function` of NumPy with the array as its first argument."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return call_overload(function, (self, *args), kwargs)

    method.__name__ = method.__qualname__ = function.__name__
    method.__doc__ = f"Return ``numpy.{function.__name__}`` of the array."
    return method


def _refusal(what: str, advice: str = "") -> ChainBrokenError:
    return ChainBrokenError(
        f"{what} reads or writes the memory of a variable at {user_location()}; its gradient would be lost. "
        f"{advice or 'To leave the chain, use v.primal or stop_gradient(v)'}"
    )


def _raw(name: str, advice: str = "") -> Callable[..., Any]:
    """Return a method that refuses, because it reads or writes memory."""

    def method(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise _refusal(f"{name}()", advice)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = "Refuse: memory carries no gradient."
    return method


def _lengths(args: tuple[Any, ...]) -> Any:
    """Return the lengths, or axes, that were passed as one tuple or as several arguments."""
    return args[0] if len(args) == 1 else args


class ArrayMethods:
    """The attributes and methods of an `ndarray` that have a derivative, or that describe the array; others refuse."""

    __slots__ = ()

    # What describes the array, not its numbers.

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return plain(self).shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The dtype of the array."""
        caller = sys._getframe(1)
        if caller.f_code.co_name in _NUMBERS_OF_A_DTYPE and caller.f_globals.get("__name__") in _MODULES:
            raise AttributeError("a number that came out of an array of objects has no dtype")
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

    @property
    def strides(self) -> tuple[int, ...]:
        """The bytes from one element to the next along each axis."""
        return plain(self).strides  # type: ignore[no-any-return]

    @property
    def flags(self) -> Any:
        """How the array lies in memory."""
        return plain(self).flags

    @property
    def device(self) -> str:
        """The device on which the array lies."""
        return "cpu"

    @property
    def base(self) -> Any:
        """The variable that this one is a view of, or None."""
        source = getattr(self, "_source", None)
        return None if source is None else source.source

    # Other arrangements of the same numbers.

    @property
    def T(self) -> Any:  # noqa: N802  # NumPy's name
        """The transposed array."""
        return call_overload(np.transpose, (self,))

    @property
    def mT(self) -> Any:  # noqa: N802  # NumPy's name
        """The array with its last two axes exchanged."""
        if self.ndim < 2:
            raise ValueError("matrix transpose with ndim < 2 is undefined")
        return call_overload(np.swapaxes, (self, -1, -2))

    @property
    def flat(self) -> Flat:
        """The elements in C order: iterates, can be indexed and assigned to."""
        return Flat(self)

    @flat.setter
    def flat(self, value: Any) -> None:
        Flat(self)[:] = value

    @property
    def real(self) -> Any:
        """The real part."""
        return call_overload(np.real, (self,))

    @real.setter
    def real(self: Any, value: Any) -> None:
        self[...] = value + 1j * self.imag if self.dtype.kind == "c" else value

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return call_overload(np.imag, (self,))

    @imag.setter
    def imag(self: Any, value: Any) -> None:
        if self.dtype.kind != "c":
            raise TypeError("array does not have imaginary part to set")
        self[...] = self.real + 1j * value

    def reshape(self, *shape: Any, order: Any = "C", copy: Any = None) -> Any:
        """Return the array in another shape, given as one tuple or as several lengths."""
        options = {} if copy is None else {"copy": copy}
        return call_overload(np.reshape, (self, _lengths(shape)), {"order": order, **options})

    def transpose(self, *axes: Any) -> Any:
        """Return the array with its axes permuted, given as one tuple or as several axes."""
        return call_overload(np.transpose, (self, _lengths(axes) if axes else None))

    def flatten(self, order: Any = "C") -> Any:
        """Return a copy of the array with one axis."""
        return call_overload(np.copy, (call_overload(np.ravel, (self, order)),))

    def astype(
        self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """Return the array in another dtype; integers and booleans come as a plain array, without a gradient."""
        if not np.can_cast(self.dtype, dtype, casting):
            raise TypeError(
                f"Cannot cast array data from {self.dtype!r} to {np.dtype(dtype)!r} according to the rule {casting!r}"
            )
        return call_overload(np.ndarray.astype, (self, dtype), {"copy": copy})

    def copy(self, order: Any = "C") -> Any:
        """Return a copy: an assignment to either does not change the other."""
        return call_overload(np.copy, (self, order))

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def view(self: Any, dtype: Any = None, type: Any = None) -> Any:
        """Return a view of the same numbers: real as complex ones or the other way around; any other dtype or type is refused."""
        if inspect.isclass(dtype) and issubclass(dtype, np.ndarray):
            dtype, type = None, dtype
        if type not in (None, np.ndarray):
            raise _refusal("view() as another type", "Use v.astype(dtype), v.real or v.imag")
        if dtype is not None and np.dtype(dtype) != self.dtype:
            return call_overload(np.ndarray.view, (self, dtype))
        return self[...] if self.shape else self

    def item(self: Any, *index: Any) -> Any:
        """Return one element, chosen by its flat index or by one index per axis, as a variable without axes."""
        if len(index) == 1 and isinstance(index[0], tuple):
            index = index[0]
        if not index:
            if self.size != 1:
                raise ValueError("can only convert an array of size 1 to a Python scalar")
            return self[(0,) * self.ndim]
        places = tuple(operator.index(n) for n in index)
        if len(places) == 1 and self.ndim != 1:
            return Flat(self)[places[0]]
        if len(places) != self.ndim:
            raise ValueError("incorrect number of indices for array")
        return self[places]

    def tolist(self: Any) -> Any:
        """Return the elements, variables without axes, as nested lists."""
        return [row.tolist() for row in self] if self.shape else self[()]

    squeeze = _method(np.squeeze)
    swapaxes = _method(np.swapaxes)
    ravel = _method(np.ravel)
    diagonal = _method(np.diagonal)
    repeat = _method(np.repeat)
    take = _method(np.take)
    choose = _method(np.choose)

    def compress(self, condition: Any, axis: Any = None, out: Any = None) -> Any:
        """Return the slices along `axis` for which `condition` holds."""
        return call_overload(np.compress, (condition, self), {"axis": axis, "out": out})

    # Reductions and elementwise functions.

    sum = _method(np.sum)
    mean = _method(np.mean)
    std = _method(np.std)
    var = _method(np.var)
    prod = _method(np.prod)
    max = _method(np.max)
    min = _method(np.min)
    all = _method(np.all)
    any = _method(np.any)
    argmax = _method(np.argmax)
    argmin = _method(np.argmin)
    cumsum = _method(np.cumsum)
    cumprod = _method(np.cumprod)
    trace = _method(np.trace)
    dot = _method(np.dot)
    round = _method(np.round)
    argsort = _method(np.argsort)
    argpartition = _method(np.argpartition)
    searchsorted = _method(np.searchsorted)
    nonzero = _method(np.nonzero)
    if hasattr(np.ndarray, "ptp"):
        ptp = _method(np.ptp)

    def clip(self, min: Any = None, max: Any = None, out: Any = None, **options: Any) -> Any:
        """Return the array with values outside of the interval [`min`, `max`] replaced by the nearer end."""
        return call_overload(np.clip, (self, min, max), {**options, "out": out} if options or out is not None else None)

    def conj(self: Any) -> Any:
        """Return the complex conjugate; for real numbers, the array itself."""
        return call_overload(np.conjugate, (self,)) if self.dtype.kind == "c" else self

    conjugate = conj

    # In place.

    def sort(self: Any, *args: Any, **kwargs: Any) -> None:
        """Sort the array in place along an axis, by default the last."""
        self[...] = call_overload(np.sort, (self, *args), kwargs)

    def partition(self: Any, *args: Any, **kwargs: Any) -> None:
        """Partition the array in place along an axis, by default the last."""
        self[...] = call_overload(np.partition, (self, *args), kwargs)

    def fill(self: Any, value: Any) -> None:
        """Assign `value` to every element."""
        if np.shape(plain(value)) != ():
            raise ValueError("setting an array element with a sequence.")
        self[...] = value

    def put(self, indices: Any, values: Any, mode: Any = "raise") -> None:
        """Assign `values` to the elements at the flat indices `indices`."""
        call_overload(np.put, (self, indices, values), {"mode": mode})

    resize = _raw("resize", "Use np.resize(v, shape), or v.reshape(shape)")

    # What reads or writes memory.

    @property
    def data(self) -> NoReturn:
        """Refuse: memory carries no gradient."""
        raise _refusal("data")

    @property
    def ctypes(self) -> NoReturn:
        """Refuse: memory carries no gradient."""
        raise _refusal("ctypes")

    if hasattr(np.ndarray, "itemset"):  # gone with NumPy 2
        newbyteorder = _raw("newbyteorder")
        tostring = _raw("tostring")

        def itemset(self: Any, *args: Any) -> None:
            """Assign the last of `args` to one element, chosen by its flat index or by one index per axis."""
            *index, value = args
            if not index:
                self[(0,) * self.ndim] = value
            elif len(index) == 1 and not isinstance(index[0], tuple):
                Flat(self)[operator.index(index[0])] = value
            else:
                self[index[0] if len(index) == 1 else tuple(index)] = value

    byteswap = _raw("byteswap")
    dump = _raw("dump")
    dumps = _raw("dumps")
    getfield = _raw("getfield")
    setfield = _raw("setfield")
    setflags = _raw("setflags")
    tobytes = _raw("tobytes")
    tofile = _raw("tofile")
    __dlpack__ = _raw("__dlpack__")
    __dlpack_device__ = _raw("__dlpack_device__")
