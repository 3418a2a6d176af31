"""What sits in the hot path of scalar code, in Python: storage of variables and tapes, and the sweeps over floats.

`_compiled` has the same names, in C; `_core` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

from pullback.tracked import Tracked

__all__ = [
    "COMPILED",
    "FloatCore",
    "KindCore",
    "KindsCore",
    "Natives",
    "PairCore",
    "RecorderCore",
    "TapeCore",
    "ValueCore",
    "all_floats",
    "blank",
    "forward_floats",
    "install",
    "install_values",
    "reverse_floats",
    "reverse_values",
]

COMPILED = False

Entry: TypeAlias = tuple[int, Any, Any, Any, Any]


class TapeCore:
    """The storage of a tape: entries in the order in which they were written, and the number of the next value.

    The entries stand in one list, one after the other: that is less memory, and nothing for the garbage collector to follow.
    `append` and `next` are bound methods of that list and of a counter; the operators of variables call them directly.
    """

    __slots__ = ("append", "flat", "floats", "kind", "level", "next", "once", "short", "size")

    record: Any
    variable: Any

    def __init__(self) -> None:
        self.flat: list[Any] = []
        self.append: Callable[[Entry], None] = self.flat.extend
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
        """Return new variables over `values`, numbered one after the other."""
        return [self.variable(value) for value in values]

    def record_one(self, primitive: Any, arg: Any) -> Any:
        """Do what `record` does for one input, a variable of this level: a fast path for elementwise pairs of arrays."""
        value = arg._value
        kind = kind_table.get(type(value))
        if kind is None or kind.eager or primitive.derivative is None:
            return self.record(primitive, (arg,), {})
        output = primitive.forward((value,))(value)
        kind = kind_table.find(type(output))
        if kind is None or kind.eager:
            return self.record(primitive, (arg,), {})
        output = kind.convert(output)
        k = self.next()
        if primitive.linear and kind.alike(value, output):
            self.append((k, arg._entry, primitive.derivative[0].slope, None, None))
        else:
            self.short = False
            whole = output
            if kind.large(output):
                (value,), whole = slim(primitive, (value,), output, (arg._entry,))
            self.append((k, None, _call((primitive, (value,), whole, {}, (arg._entry,), kind)), None, None))
        result = blank(kind.variable)
        result._value, result._tape, result._entry = output, self, k
        return result

    def record_two(self, primitive: Any, left: Any, right: Any) -> Any:
        """Do what `record` does for two inputs, at least one a variable of this level and none of another: a fast path likewise."""
        i = j = None
        x, y = left, right
        if isinstance(left, Tracked):
            x, i = left._value, left._entry
        if isinstance(right, Tracked):
            y, j = right._value, right._entry
        kind, other = kind_table.get(type(x)), kind_table.get(type(y))
        if kind is None or other is None or primitive.derivative is None or (kind.eager and other.eager):
            return self.record(primitive, (left, right), {})
        output = primitive.forward((x, y))(x, y)
        kind = kind_table.find(type(output))
        if kind is None or kind.eager:
            return self.record(primitive, (left, right), {})
        output = kind.convert(output)
        if isinstance(output, Tracked) and not isinstance(x, Tracked) and not isinstance(y, Tracked):
            return self.record(primitive, (left, right), {})  # which says that a variable is hidden in an operand
        k = self.next()
        self.floats = False
        self.kind = kind
        entry = _linear_entry(primitive, k, i, x, j, y, output, kind) if primitive.linear else None
        if entry is None:
            self.short = False
            whole = output
            if kind.large(output):
                (x, y), whole = slim(primitive, (x, y), output, (i, j))
            if i is None:
                x = kept(x)
            elif j is None:
                y = kept(y)
            entry = (k, None, _call((primitive, (x, y), whole, {}, (i, j), kind)), None, None)
        self.append(entry)
        result = blank(kind.variable)
        result._value, result._tape, result._entry = output, self, k
        return result

    def end(self, escaped: Callable[..., Any]) -> None:
        """End the recording: from now on, `escaped` is called, which raises."""
        self.size = self.next()
        self.next = self.append = escaped

    def clear(self) -> None:
        """Forget all entries."""
        self.flat.clear()


class RecorderCore:
    """The storage of a recorder that others write."""

    level: Any
    on_floats: bool
    """Whether `derive_floats` takes the partial derivatives of calls on floats; only the compiled core asks."""


def _linear_entry(primitive: Any, k: int, i: Any, x: Any, j: Any, y: Any, output: Any, kind: Any) -> Entry | None:
    """Return the short entry of a pair whose partial derivatives are constants, None where something was broadcast."""
    left, right = primitive.derivative
    if (i is not None and not kind.alike(x, output)) or (j is not None and not kind.alike(y, output)):
        return None
    if j is None:
        return k, i, float(left.slope), None, None
    if i is None:
        return k, j, float(right.slope), None, None
    return k, i, float(left.slope), j, float(right.slope)


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


def install(cls: type, tape: type, methods: Mapping[Any, tuple[Any, Any]]) -> None:
    """Do nothing: here the Python methods of the operators are found as all methods are."""


class Natives:
    """From an operator to the pair whose native function answers for it; here nobody asks."""

    def learn(self, function: Any, pair: Any) -> None:
        """Do nothing."""

    def clear(self) -> None:
        """Do nothing."""


class PairCore:
    """What calls a pair: on floats its forward, and else `_dispatch`."""

    _on_floats: Callable[..., Any]
    _dispatch: Callable[..., Any]

    def __call__(self, *args: Any, **params: Any) -> Any:
        for arg in args:
            if type(arg) is not float:
                return self._dispatch(args, params)
        if params:
            return self._dispatch(args, params)
        return self._on_floats(*args)

    def _set_native(self, native: Any, inputs: int) -> None:
        """Do nothing."""


def all_floats(values: Iterable[Any]) -> bool:
    """Return whether there are values, and all of them are floats, of no subclass."""
    return set(map(type, values)) == {float}


class KindCore:
    """The storage of a value kind."""

    def _set_natives(self, natives: Any) -> None:
        """Do nothing."""


class KindsCore(dict[type, Any]):
    """The storage of the table of kinds."""

    forwards: Any


kind_table: Any
call_class: Any
slim: Any
kept: Any


def install_values(kinds: Any, overloads: Any, call: type, slimmed: Any, keep: Any) -> None:
    """Say where the table of kinds is, which class records a call, and what makes its values smaller and safe from changes."""
    global kind_table, call_class, slim, kept
    kind_table, call_class, slim, kept = kinds, call, slimmed, keep


def _call(fields: tuple[Any, ...]) -> Any:
    """Return a `Call` without the detour over its own constructor: a tape holds a million of them."""
    return tuple.__new__(call_class, fields)


def reverse_values(
    tape: Any, seeds: Mapping[int, Any], wanted: Sequence[int], skip_zeros: bool, exact: bool, python: Any
) -> list[Any]:
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives."""
    found: list[Any] = python.loop(tape.entries, tape.size, seeds, wanted, skip_zeros, exact)
    return found


class FloatCore:
    """The storage of a variable over a float."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any


class ValueCore:
    """The storage of a variable over any other value."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any

    def __new__(cls) -> Any:
        """Make a variable, its fields unset."""
        return object.__new__(cls)


blank: Callable[[type], Any] = object.__new__
"""Make a variable of a class, its fields unset."""
