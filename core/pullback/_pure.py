"""What sits in the hot path, in Python: storage of variables, tapes and records, and all fast paths of this core.

A fast path shortens what the classes that derive from these do, for variables over floats on one tape that holds nothing else; whatever is
out of the ordinary is left to them. `_compiled` has the same names, in C; `_core` chooses.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from pullback._nodes import FloatVarCore, Node, ancestry, swept_floats
from pullback.tracked import Tracked, next_level

__all__ = [
    "COMPILED",
    "Call",
    "FloatCore",
    "FloatVarCore",
    "KindCore",
    "KindsCore",
    "Node",
    "PairCore",
    "PlanCore",
    "RecorderCore",
    "TapeCore",
    "ValueCore",
    "all_floats",
    "ancestry",
    "blank",
    "call_from",
    "forward_floats",
    "reverse_floats",
    "reverse_values",
    "start",
    "swept_floats",
]

COMPILED = False

Entry: TypeAlias = tuple[int, Any, Any, Any, Any]

blank: Callable[[type], Any] = object.__new__
"""Make a variable of a class, its fields unset."""

variable: Any = None
kinds: Any = None
overloads: Any = None
escaped: Any = None
slim: Any = None
constant: Any = None
recorder: Any = None
rules: Any = {}


def start(runtime: Any) -> None:
    """Take what the layers above bring (`pullback.runtime`)."""
    global variable, kinds, overloads, escaped, slim, constant, recorder, rules
    variable, kinds, overloads, escaped = runtime.variable, runtime.kinds, runtime.overloads, runtime.escaped
    slim, constant, recorder = runtime.slim, runtime.constant, runtime.tape
    rules = kinds.generation.rules


class Call(NamedTuple):
    """One call of a primitive whose rule waits for the sweep.

    `args` are the inputs and `output` the result, both one level below; `parents` are the entries of the
    inputs, None where an input is a constant at this level; `kind` is the value kind of the output.
    """

    primitive: Any
    args: tuple[Any, ...]
    output: Any
    params: dict[str, Any]
    parents: tuple[Any, ...]
    kind: Any


call_from: Callable[[tuple[Any, ...]], Call] = partial(tuple.__new__, Call)
"""Make a record of its fields, without the detour over its own constructor: a tape holds a million of them."""


class TapeCore:
    """The storage of a tape: entries in the order in which they were written, and the number of the next value.

    The entries stand in one list, one after the other: that is less memory, and nothing for the garbage collector to follow.
    `append`, `clear` and `next` are bound methods of that list and of a counter; the fast paths call them directly.
    """

    __slots__ = ("append", "clear", "flat", "floats", "kind", "level", "next", "once", "short", "size")

    variable: Callable[[Any], Any]

    def __init__(self) -> None:
        self.level = next_level()
        self.flat: list[Any] = []
        self.append: Callable[[Entry], None] = self.flat.extend
        self.clear: Callable[[], None] = self.flat.clear
        self.next: Callable[[], int] = count().__next__
        self.floats = True
        self.short = True
        self.once = False
        self.kind: Any = None
        self.size = 0

    @property
    def entries(self) -> list[Entry]:
        """The entries as tuples ``(k, i, d_i, j, d_j)``, made when they are asked for."""
        return list(zip(*[iter(self.flat)] * 5, strict=True))

    def variables(self, values: Iterable[Any]) -> list[Any]:
        """Return new variables over `values`, of which each that is plain is as its kind holds it, numbered one after the other."""
        made = []
        for value in values:
            kind = kinds.get(type(value))
            if kind is None or not issubclass(kind.variable, (FloatCore, ValueCore)):
                made.append(self.variable(value))
                continue
            if type(value) is not float:
                self.floats = False
                self.kind = kind
            result = blank(kind.variable)
            result._value, result._tape, result._entry = value, self, self.next()
            made.append(result)
        return made

    def close(self) -> None:
        """End the recording: a variable that escaped from its differentiation can no longer be computed with."""
        self.end(escaped)

    def end(self, escaped: Callable[..., Any]) -> None:
        """End the recording: from now on, `escaped` is called, which raises."""
        self.size = self.next()
        self.next = self.append = escaped


class RecorderCore:
    """The storage of a recorder that others write."""

    level: Any
    on_floats: bool
    """Whether `derive_floats` takes the partial derivatives of calls on floats; only the compiled core asks."""


class PlanCore:
    """The storage of a plan."""

    __slots__ = ("forward", "generation", "linear", "rule", "slopes", "types")

    forward: Any
    generation: Any
    linear: bool
    rule: tuple[Any, ...] | None
    slopes: tuple[Any, ...] | None
    types: tuple[type, ...] | None

    def take_kernel(self, kernel: Any, inputs: int) -> None:
        """Do nothing: this core calls no compiled functions."""


class PairCore:
    """What calls a pair: on floats its forward, on one variable over a float its forward and derivative, and else `_dispatch`."""

    float_plan: Any
    slopes: tuple[Any, ...] | None = None
    plans: Mapping[tuple[type, ...], Any] = {}
    plan_on_floats: Callable[[], Any]
    _on_floats: Callable[..., Any]
    _dispatch: Callable[..., Any]

    def __call__(self, *args: Any, **params: Any) -> Any:
        if params:
            return self._dispatch(args, params)
        for arg in args:
            if type(arg) is not float:
                if type(arg) is variable and len(args) <= 2 and arg._tape.floats:
                    plan = self.float_plan or self.plan_on_floats()
                    if plan is not None:
                        result = _recorded(self, plan, arg) if len(args) == 1 else _recorded_two(self, plan, args)
                        if result is not None:
                            return result
                elif self.slopes is not None and (type(arg) not in kinds or type(args[-1]) not in kinds):
                    result = _recorded_values(self, args)
                    if result is not None:
                        return result
                if not isinstance(arg, Tracked):
                    plan = self.plans.get(tuple(map(type, args)))
                    if (
                        plan is not None and plan.generation is kinds.generation
                    ):  # there is none where others are variables
                        return plan.forward(*args)
                elif len(args) == 1:
                    return arg._tape.record(self, args, params)
                return self._dispatch(args, params)
        return self._on_floats(*args)


def _recorded(pair: Any, plan: Any, x: Any) -> Any:
    """Do what `Tape.record` does for one variable over a float."""
    tape, value = x._tape, x._value
    output = plan.forward(value)
    if type(output) is float and plan.rule is not None and len(plan.rule) == 2:
        slope = plan.rule[1]
        try:
            partial = slope if type(slope) is float else slope(value, output)
        except ArithmeticError:
            partial = None  # it does not exist here, which matters only where a cotangent arrives
        if type(partial) is float:
            k = tape.next()
            tape.append((k, x._entry, partial, None, None))
            result = blank(variable)
            result._value = output
            result._tape = tape
            result._entry = k
            return result
    return tape.write(pair, (x,), (value,), (x._entry,), {}, output)


def _recorded_two(pair: Any, plan: Any, args: tuple[Any, ...]) -> Any:
    """Do the same for two inputs, one of them or both a variable; None, before anything was called, where the other is no float."""
    x, y = args
    i = j = d_i = d_j = None
    tape: Any = None
    if type(x) is variable:
        tape, i, x = x._tape, x._entry, x._value
    if type(y) is variable and (tape is None or y._tape is tape):
        tape, j, y = y._tape, y._entry, y._value
    if type(x) is not float or type(y) is not float:
        return None
    output = plan.forward(x, y)
    if type(output) is float and plan.rule is not None and len(plan.rule) == 3:
        _, left, right = plan.rule
        try:
            if i is not None:
                d_i = left if type(left) is float else left(x, y, output)
            if j is not None:
                d_j = right if type(right) is float else right(x, y, output)
        except ArithmeticError:
            d_i = d_j = None
        known = (i is None or type(d_i) is float) and (j is None or type(d_j) is float)
        if known and (i is not None or j is not None):
            k = tape.next()
            tape.append((k, i, d_i, j, d_j) if i is not None else (k, j, d_j, None, None))
            result = blank(variable)
            result._value = output
            result._tape = tape
            result._entry = k
            return result
    return tape.write(pair, args, (x, y), (i, j), {}, output)


def _recorded_values(pair: Any, args: tuple[Any, ...]) -> Any:
    """Do the same for an elementwise pair of one input or two that are no floats; None, before anything was called, for all others."""
    i = j = y = None
    tape: Any = None
    x, one = args[0], len(args) == 1
    if isinstance(x, ValueCore):
        tape, i, x = x._tape, x._entry, x._value
    if not one:
        y = args[1]
        if isinstance(y, ValueCore) and (tape is None or y._tape is tape):
            tape, j, y = y._tape, y._entry, y._value
    if type(tape) is not recorder or len(args) > 2:
        return None
    plan = pair.plans.get((type(x),) if one else (type(x), type(y)))
    if plan is None or plan.slopes is None or plan.generation is not kinds.generation:
        return None
    output = plan.forward(x) if one else plan.forward(x, y)
    kind = kinds.get(type(output))
    if kind is None or kind.eager or kind.tuples or isinstance(converted := kind.convert(output), Tracked):
        return tape.write(pair, args, (x,) if one else (x, y), (i,) if one else (i, j), {}, output)
    k = tape.next()
    tape.floats = False
    tape.kind = kind
    alike = kind.same_shape_and_type
    if plan.linear and (i is None or alike(x, converted)) and (j is None or alike(y, converted)):
        if i is None:
            tape.append((k, j, plan.slopes[1], None, None))
        else:
            tape.append((k, i, plan.slopes[0], j, None if j is None else plan.slopes[1]))
    else:  # the partial derivatives are no constants, or something was broadcast
        tape.short = False
        parents, kept = (i,) if one else (i, j), converted
        if kind.large(converted):
            values, kept = slim(pair, (x,) if one else (x, y), converted, parents)
            x, y = values[0], values[-1]
        if i is None:
            x = constant(x)
        elif j is None and not one:
            y = constant(y)
        tape.append((k, None, call_from((pair, (x,) if one else (x, y), kept, {}, parents, kind)), None, None))
    result = blank(kind.variable)
    result._value = converted
    result._tape = tape
    result._entry = k
    return result


def _operator(function: Callable[..., Any], name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the operator method for `function`, and the reflected one: on floats they write the entry of the tape themselves.

    A float holds every integer up to ``1 << 53``; a longer one is left to the general path, which promotes it.
    """

    def method(self: Any, other: Any) -> Any:
        tape = self._tape
        if tape.floats:
            value = self._value
            kind = type(other)
            try:
                forward, left, right = rules[function]
                if kind is variable and other._tape is tape:
                    operand = other._value
                    output = forward(value, operand)
                    if type(output) is float:
                        d_i = left if type(left) is float else left(value, operand, output)
                        d_j = right if type(right) is float else right(value, operand, output)
                        k = tape.next()
                        tape.append((k, self._entry, d_i, other._entry, d_j))
                        result = blank(variable)
                        result._value = output
                        result._tape = tape
                        result._entry = k
                        return result
                elif kind is float or (kind is int and -(1 << 53) <= other <= 1 << 53):
                    output = forward(value, other)
                    if type(output) is float:
                        d_i = left if type(left) is float else left(value, other, output)
                        k = tape.next()
                        tape.append((k, self._entry, d_i, None, None))
                        result = blank(variable)
                        result._value = output
                        result._tape = tape
                        result._entry = k
                        return result
            except (KeyError, ArithmeticError):
                pass
        return getattr(super(FloatCore, self), f"__{name}__")(other)

    def reflected(self: Any, other: Any) -> Any:
        tape = self._tape
        if tape.floats and (type(other) is float or (type(other) is int and -(1 << 53) <= other <= 1 << 53)):
            value = self._value
            try:
                forward, _, slope = rules[function]
                output = forward(other, value)
                if type(output) is float:
                    d_i = slope if type(slope) is float else slope(other, value, output)
                    k = tape.next()
                    tape.append((k, self._entry, d_i, None, None))
                    result = blank(variable)
                    result._value = output
                    result._tape = tape
                    result._entry = k
                    return result
            except (KeyError, ArithmeticError):
                pass
        return getattr(super(FloatCore, self), f"__r{name}__")(other)

    return method, reflected


class FloatCore:
    """The storage of a variable over a float, and its operators."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any

    __add__, __radd__ = _operator(operator.add, "add")
    __sub__, __rsub__ = _operator(operator.sub, "sub")
    __mul__, __rmul__ = _operator(operator.mul, "mul")
    __truediv__, __rtruediv__ = _operator(operator.truediv, "truediv")
    __floordiv__, __rfloordiv__ = _operator(operator.floordiv, "floordiv")
    __mod__, __rmod__ = _operator(operator.mod, "mod")
    _power, __rpow__ = _operator(operator.pow, "pow")

    def __pow__(self, exponent: Any, modulus: None = None) -> Any:
        return NotImplemented if modulus is not None else self._power(exponent)


class ValueCore:
    """The storage of a variable over any other value."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any

    def __new__(cls) -> Any:
        """Make a variable, its fields unset."""
        return object.__new__(cls)

    def __neg__(self) -> Any:
        pair = overloads.get(operator.neg)
        result = _recorded_values(pair, (self,)) if isinstance(pair, PairCore) else None
        return super().__neg__() if result is None else result  # type: ignore[misc]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
        if len(inputs) == 1 and method == "__call__" and not params:
            pair = overloads.get(ufunc)
            if isinstance(pair, PairCore):
                result = _recorded_values(pair, inputs)
                return self._tape.record(pair, inputs, params) if result is None else result
        return super().__array_ufunc__(ufunc, method, *inputs, **params)  # type: ignore[misc]


class KindCore:
    """The storage of a value kind."""

    def _set_vtable(self, vtable: Any) -> None:
        """Do nothing: this core calls no compiled functions."""


class KindsCore(dict[type, Any]):
    """The storage of the table of kinds."""

    generation: Any

    def note_generation(self) -> None:
        """Look up what the operators need in the generation that has just begun."""
        global rules
        if self is kinds:
            rules = self.generation.rules


reverse_values: Any = None
"""The reverse sweep over values that are no floats: here the one in Python runs."""


def all_floats(values: Iterable[Any]) -> bool:
    """Return whether there are values, and all of them are floats, of no subclass."""
    return set(map(type, values)) == {float}


def reverse_floats(tape: Any, seeds: Mapping[int, float], wanted: Sequence[int]) -> list[float] | None:
    """The fast path of `reverse_entries`: rows of floats only. None, also for a nan among the results, asks for the general path."""
    if not tape.short:
        return None
    grads = _seeded(tape, seeds)
    numbers = reversed(tape.flat)
    for d_j, j, d_i, i, k in zip(numbers, numbers, numbers, numbers, numbers, strict=True):
        grad = grads[k]
        if grad:
            grads[i] += grad * d_i
            if j is not None:
                grads[j] += grad * d_j
    return _unless_nan([grads[k] for k in wanted])


def forward_floats(tape: Any, seeds: Mapping[int, float], wanted: Sequence[int]) -> list[float] | None:
    """The fast path of the forward sweep: rows of floats only. None, also for a nan among the results, asks for the general path."""
    if not tape.short:
        return None
    tangents = _seeded(tape, seeds)
    numbers = iter(tape.flat)
    for k, i, d_i, j, d_j in zip(numbers, numbers, numbers, numbers, numbers, strict=True):
        tangents[k] = tangents[i] * d_i if j is None else tangents[i] * d_i + tangents[j] * d_j
    return _unless_nan([tangents[k] for k in wanted])


def _seeded(tape: Any, seeds: Mapping[int, float]) -> list[float]:
    """Return one number for each value of a tape, zero but for the seeds."""
    numbers = [0.0] * tape.size
    for k, seed in seeds.items():
        numbers[k] = seed
    return numbers


def _unless_nan(found: list[float]) -> list[float] | None:
    total = sum(found)
    # Infinities may make a nan of a sum, too.
    return found if total == total or all(number == number for number in found) else None
