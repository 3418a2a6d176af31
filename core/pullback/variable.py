"""The backward-able variable: a value, and where it stands in the history of its differentiation.

Python's operators on variables ask the tables which primitive answers for them, like any other function;
none is known by name here.
"""

from __future__ import annotations

import math
import numbers
import operator
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, cast

from pullback._core import FloatCore, FloatVarCore, ValueCore
from pullback.chain.graph import FREE, Node, backprop
from pullback.dispatch import answer_for, call_operator, call_overload
from pullback.errors import ChainBrokenError
from pullback.kind import ScalarKind, TupleKind, fitted, has_kind, kind_of
from pullback.location import user_location
from pullback.object_methods import ObjectMethods
from pullback.primitive import Primitive
from pullback.signatures import Operated
from pullback.tables import kinds, overloads
from pullback.tracked import Tracked, plain

__all__ = [
    "ScalarVariable",
    "ValueCore",
    "Variable",
    "answer_for",
    "call_operator",
    "call_overload",
    "float_kind",
    "float_var",
]


def _refusal(what: str, advice: str) -> ChainBrokenError:
    return ChainBrokenError(
        f"{what} reads a variable as a bare number at {user_location()}; its gradient would be lost. {advice}"
    )


def _answers(other: Any) -> bool:
    """Whether an operator should take `other`; what is no number gets the chance to answer itself."""
    return isinstance(other, (Tracked, numbers.Number)) or has_kind(other)


def _binary(function: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the operator method for `function`, and the reflected one."""

    def method(self: Any, other: Any) -> Any:
        if self._tape.level == FREE.level:
            result = FREE.operation(kinds.generation.operators.get(function), self, other, type(self))
            if result is not None:
                return result
        return call_operator(function, self, other) if _answers(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        if self._tape.level == FREE.level:
            result = FREE.operation(kinds.generation.operators.get(function), other, self, type(self))
            if result is not None:
                return result
        return call_operator(function, other, self) if _answers(other) else NotImplemented

    return method, reflected


def _unary(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any) -> Any:
        return call_operator(function, self)

    return method


def _comparison(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        return function(self._value, other._value if isinstance(other, Tracked) else other)

    return method


class Variable(Operated, ObjectMethods, Tracked):
    """A value that remembers which primitive made it from which variables: the base of every variable class, without fields.

    ``Variable(value)`` is a free-standing variable over a value of any registered kind, of the class that the kind names: compute
    with it, call `backprop` on the result, read `grad`. Transforms such as `grad` make variables of their own.

    >>> from pullback import Variable
    >>> x, y = Variable(3.0), Variable(2.0)
    >>> z = x * y + x
    >>> z.backprop()
    >>> x.grad, y.grad
    (3.0, 3.0)
    """

    __slots__ = ()

    def __new__(cls, value: Any) -> Self:
        if isinstance(value, Tracked):
            raise ChainBrokenError(
                f"Variable() of a variable, at {user_location()}, would cut its chain; use the variable itself, or v.primal to "
                "leave the chain"
            )
        kind = kind_of(value)
        if isinstance(kind, TupleKind):
            raise TypeError("Variable() takes one value, not a tuple; make a variable of each of its values")
        return cast(Self, kind.variable._new(kind.keep(kind.convert(value)), FREE, Node()))

    # Not `value`: unit libraries such as astropy read that attribute of whatever they meet, and would leave the chain in silence.
    @property
    def primal(self) -> Any:
        """The value one level below: plain, unless an enclosing differentiation follows it too. Using it leaves the chain."""
        return self._value

    @property
    def grad(self) -> Any:
        """The gradient that `backprop` has accumulated here, zero at first. Assign 0.0 to start anew."""
        entry = self._own_entry("grad")
        return kind_of(self._value).zero(self._value) if entry.grad is None else entry.grad

    @grad.setter
    def grad(self, grad: Any) -> None:
        self._own_entry("grad").grad = fitted(grad, self._value, "the gradient")

    def backprop(self, grad: Any = 1.0) -> None:
        """Run all backwards that led here, in the reverse order of the forwards, and add to each variable's `.grad`.

        `grad` is the cotangent of this variable, of its shape. Raises `ChainBrokenError` inside a transform,
        which runs its own sweep.
        """
        backprop(self._own_entry("backprop()"), fitted(grad, self._value, "the cotangent"))

    def _become(self, changed: Any) -> None:
        """Stand for another variable from now on: what an assignment in place means.

        Raises `ChainBrokenError` for a free-standing variable that nothing made: its gradient would be that of another value.
        """
        if self._tape is FREE and not self._entry.parents:
            raise ChainBrokenError(
                f"assignment at {user_location()} to a variable whose gradient is wanted would leave its .grad without meaning; "
                "assign to a copy: y = x.copy()"
            )
        self._value, self._tape, self._entry = changed._value, changed._tape, changed._entry

    def _own_entry(self, what: str) -> Node:
        if self._tape is not FREE:
            raise ChainBrokenError(
                f"{what} of a variable that belongs to a transform (grad, vjp, ...), at {user_location()}: the transform runs the sweep. "
                "Nest transforms to differentiate inside"
            )
        return cast(Node, self._entry)

    if not TYPE_CHECKING:  # what they return is written in `Operated`
        __add__, __radd__ = _binary(operator.add)
        __sub__, __rsub__ = _binary(operator.sub)
        __mul__, __rmul__ = _binary(operator.mul)
        __truediv__, __rtruediv__ = _binary(operator.truediv)
        __floordiv__, __rfloordiv__ = _binary(operator.floordiv)
        __mod__, __rmod__ = _binary(operator.mod)
        _pow, __rpow__ = _binary(operator.pow)
        __neg__ = _unary(operator.neg)
        __pos__ = _unary(operator.pos)
        __abs__ = _unary(operator.abs)

    def __pow__(self, exponent: Any, modulus: None = None) -> Self:
        return NotImplemented if modulus is not None else self._pow(exponent)

    def __divmod__(self, other: Any) -> Any:
        return (self // other, self % other) if _answers(other) else NotImplemented

    def __rdivmod__(self, other: Any) -> Any:
        return (other // self, other % self) if _answers(other) else NotImplemented

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(plain(self)) if ndigits is None else call_overload(round, (self,), {"ndigits": ndigits})

    def __trunc__(self) -> int:
        return cast(int, math.trunc(plain(self)))

    def __floor__(self) -> int:
        return cast(int, math.floor(plain(self)))

    def __ceil__(self) -> int:
        return cast(int, math.ceil(plain(self)))

    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __float__(self) -> float:
        what, advice = "float() or a function written in C", ""
        if "numpy" in sys.modules:
            what = "float(), or an assignment to a plain array, or a function written in C,"
            advice = "make an array of variables with np.stack, or begin it with np.zeros_like(v, shape=...); "
        raise _refusal(
            what, f"Use pullback.math instead of math; {advice}or, to leave the chain, v.primal or stop_gradient(v)"
        )

    def __int__(self) -> int:
        raise _refusal(
            "int()", "Use math.floor, math.trunc or round; or, to leave the chain, v.primal or stop_gradient(v)"
        )

    def __complex__(self) -> complex:
        raise _refusal("complex()", "To leave the chain, use v.primal or stop_gradient(v)")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise _refusal("pickling", "Pickle v.primal")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value!r})"

    def __format__(self, spec: str) -> str:
        return format(plain(self), spec) if spec else repr(self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
        """Answer for a plain call of a universal function; the class of them answers for all that is special in a call."""
        if method == "__call__" and not params:
            if len(inputs) == 1:
                pair = overloads.get(ufunc)
                if type(pair) is Primitive:
                    return pair(self) if self._tape.floats else self._tape.record(pair, inputs, {})
            elif len(inputs) == 2 and all(map(has_kind, inputs)):
                return call_overload(ufunc, inputs)
        if any(target is not None and not isinstance(target, Tracked) for target in params.get("out", ())):
            raise _refusal(
                f"{ufunc.__name__} with out=, or an assignment in place,",
                "Use its result instead; or, to leave the chain, v.primal or stop_gradient(v)",
            )
        return call_overload(type(ufunc), (ufunc, method, *inputs), params)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        return call_overload(function, args, params)


class Scalar(Variable):
    """The attributes of a `float` that say something of a variable."""

    __slots__ = ()

    @property
    def real(self) -> Any:
        """The variable itself."""
        return self

    @property
    def imag(self) -> float:
        """Zero."""
        return 0.0

    def conjugate(self) -> Any:
        """Return the variable itself."""
        return self

    def is_integer(self) -> bool:
        """Return whether the value is an integer."""
        return bool(plain(self).is_integer())

    def as_integer_ratio(self) -> tuple[int, int]:
        """Refuse: the integers would carry no gradient."""
        raise _refusal("as_integer_ratio()", "To leave the chain, use v.primal or stop_gradient(v)")


class ScalarVariable(FloatCore, Scalar):
    """The variable over a `float`, or over a value of any other kind that behaves like a number."""

    __slots__ = ()

    def __new__(cls, value: Any) -> Self:
        return Variable.__new__(cls, value)  # not that of the storage

    def __repr__(self) -> str:
        return f"Variable({self._value!r})" if type(self) is ScalarVariable else super().__repr__()


class float_var(Scalar, FloatVarCore):  # type: ignore[misc]  # float.__round__ is typed to return numbers
    """A variable that is a `float`, for code that insists on one.

    Being a float, it is read by C code such as `math.sin` without asking, and the chain ends there: use `pullback.math`,
    and `check_grads` to be sure. The transforms hand out `Variable`, which C code cannot read.

    Such C code are the complex numbers of Python: one to its left (`1j * x`) ends the chain, one to its right (`x * 1j`) does not. And
    so is old NumPy: a NumPy scalar to its left (`np.float64(3.0) * x`) ends the chain before NumPy 2.1, and an array to the power of
    it (`np.ones(2) ** x`, where `x` is -1, 0, 0.5, 1 or 2) before NumPy 2.3. Newer ones ask it.

    >>> from pullback import float_var
    >>> from pullback.math import sin
    >>> x = float_var(2.0)
    >>> y = sin(x) * x
    >>> y.backprop()
    >>> isinstance(y, float), x.grad == math.sin(2.0) + 2.0 * math.cos(2.0)
    (True, True)
    """

    __slots__ = ()

    def __new__(cls, value: Any) -> Self:
        if isinstance(value, Tracked):
            raise ChainBrokenError(
                f"{cls.__name__}() of a variable, at {user_location()}, would cut its chain; use the variable itself"
            )
        return cls._new(float(value), FREE, Node())

    @classmethod
    def _new(cls, value: Any, tape: Any, entry: Any) -> Self:
        self = FloatVarCore.__new__(cls, value)
        self._value = value
        self._tape = tape
        self._entry = entry
        return self


float_kind = ScalarKind("float", (float, int), ScalarVariable, excluded=(bool,))
"""The kind of Python's floats; integers are promoted."""
