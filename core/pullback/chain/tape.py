"""The tape: where the calls of one differentiation are written down, in the order in which they ran.

An entry is a tuple ``(k, i, d_i, j, d_j)``: value `k` came from value `i` with partial derivative `d_i`, and from value
`j` (or None) with `d_j`. That is all a scalar call leaves behind, so a long loop costs neither objects for the garbage
collector nor a search for the order. Every other call leaves ``(k, None, call, None, None)``, where `call` is a
`Call`, whose rule runs when a sweep reaches it.

Entries hold numbers and values of lower levels, never variables of their own level: there is no reference cycle, and the
tape is gone when the last variable is. Appending one tuple is atomic and numbers come from one counter, with an interpreter lock
or without, so threads may share a level: whatever order their entries take, each comes after the entries it depends on.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeAlias

from pullback._core import Call, TapeCore, blank, call_from
from pullback.chain.outputs import Outputs, unpack
from pullback.chain.rules import partials
from pullback.errors import ChainBrokenError
from pullback.kind import ValueKind, kind_of
from pullback.location import user_location
from pullback.primitive import Primitive
from pullback.tables import kinds
from pullback.tracked import Tracked, plain, top_recorder

__all__ = ["Call", "Entry", "Tape", "call_of", "constant", "escaped", "outcome", "slim"]

Entry: TypeAlias = tuple[int, Any, Any, Any, Any]


class Tape(TapeCore):
    """The recorder of one level, over the storage that the core brings.

    `floats` says that every value of the level so far is a float, `short` that every entry is of the short kind;
    `kind` is the kind of a value that is no float, if there was one. Who sets `once` promises to `clear` it when its sweep is done.
    """

    __slots__ = ()

    def variable(self, value: Any) -> Any:
        """Return a new variable over `value`, an input of the differentiation."""
        kind = kind_of(value)
        value = kind.convert(value)
        if type(value) is not float:
            self.floats = False
            self.kind = kind
        return kind.variable._new(value, self, self.next())

    def record(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` one level below, write the call down, and return its output as a variable of this level."""
        values: Any = []
        parents: Any = []
        nested = False
        for arg in args:
            parent = None
            if isinstance(arg, Tracked):
                if arg._tape is self:
                    parent, arg = arg._entry, arg._value
                nested = nested or isinstance(arg, Tracked)
            values.append(arg)
            parents.append(parent)
        values, parents = tuple(values), tuple(parents)
        forward: Any = primitive
        if not nested:
            types = tuple(map(type, values))
            plan = primitive.plans.get(types)
            if plan is None or plan.generation is not kinds.generation:
                plan = primitive.plan(types)
            forward = plan.forward
        return self.write(primitive, args, values, parents, params, forward(*values, **params))

    def write(
        self,
        primitive: Primitive,
        args: tuple[Any, ...],
        values: tuple[Any, ...],
        parents: tuple[Any, ...],
        params: dict[str, Any],
        output: Any,
    ) -> Any:
        """Write down that `primitive` has made `output` of `values`, one level below, and return it as a variable of this level."""
        output, kind = converted_output(primitive, values, output)
        slopes = None
        if primitive.derivative is not None and (kind.eager or primitive.linear):
            slopes = partials(primitive, values, output, params, parents, kind)
        if type(output) is not float:
            self.floats = False
            self.kind = kind
        k = self.next()
        if not slopes:
            self.short = False
            self.append((k, None, call_of(primitive, values, output, params, parents, kind), None, None))
        else:
            (i, d_i), (j, d_j) = slopes if len(slopes) == 2 else (*slopes, (None, None))
            self.append((k, i, d_i, j, d_j))
        if kind.tuples:
            return unpack(self, Outputs._new(output, self, k), output)
        if primitive.derivative is None or kind.eager:
            return kind.wrap(output, self, k, primitive, args, params)
        # What an elementwise pair returns is a view of nothing.
        result = blank(kind.variable)
        result._value, result._tape, result._entry = output, self, k
        return result


def escaped(*_: Any) -> NoReturn:
    """Raise `ChainBrokenError`: somebody computes with a variable of a differentiation that has ended."""
    raise ChainBrokenError(
        f"a variable escaped from the differentiation that made it and is used after its end, at {user_location()}; return it from the "
        "function, or keep its plain value: stop_gradient(v)"
    )


def outcome(pair: Primitive, values: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, ValueKind]:
    """Return the output of `pair` one level below, and the value kind of it."""
    return converted_output(pair, values, pair(*values, **params))


def converted_output(primitive: Primitive, values: tuple[Any, ...], output: Any) -> tuple[Any, ValueKind]:
    """Return what a forward made of `values` as its value kind holds it, and the kind."""
    if isinstance(output, (Tracked, tuple)):
        _check_level(primitive, output, values)
    kind = kinds.get(type(output)) or kinds.find(type(plain(output)))
    if kind is None:
        raise primitive.complain(
            "forward", f"returned a {type(plain(output)).__name__}, for which no value kind is registered"
        )
    if kind.tuples and primitive.derivative is not None:
        raise primitive.complain(
            "forward", "returned a tuple; an elementwise pair has one output: write primitive(forward, backward)"
        )
    if type(output) is float:
        return output, kind
    converted = kind.convert(output)
    if isinstance(converted, Tracked) and not isinstance(output, Tracked):
        _check_level(primitive, converted, values)
    return converted, kind


def _check_level(primitive: Primitive, output: Any, values: tuple[Any, ...]) -> None:
    """Raise `ChainBrokenError` where `output` came from a variable that is not among `values`."""
    top = top_recorder(output if isinstance(output, tuple) else (output,))
    if top is not None:
        inputs = top_recorder(
            tuple(part for value in values for part in (value if isinstance(value, tuple) else (value,)))
        )
        if inputs is None or inputs.level < top.level:
            raise ChainBrokenError(
                f"the forward of {primitive.name}, called at {user_location()}, reads a variable that is not among its inputs, and whose "
                "gradient would be lost; give it as an input, or leave the chain on purpose: v.primal, stop_gradient(v)"
            )


def call_of(
    primitive: Primitive,
    values: tuple[Any, ...],
    output: Any,
    params: dict[str, Any],
    parents: tuple[Any, ...],
    kind: ValueKind,
) -> Call:
    """Return the record of a call. Constants that somebody could change before the sweep are copied into it."""
    if {*map(type, values), type(output)} != {float}:
        values, output = slim(primitive, values, output, parents)
    if None in parents:
        values = tuple([constant(v) if parent is None else v for v, parent in zip(values, parents, strict=True)])
    if params:
        params = {name: constant(value) for name, value in params.items()}
    return call_from((primitive, values, output, params, parents, kind))


def slim(
    primitive: Primitive, values: tuple[Any, ...], output: Any, parents: tuple[Any, ...]
) -> tuple[tuple[Any, ...], Any]:
    """Return inputs and output of a call with no more than the shapes of those that are large and that its rules do not read."""
    active = tuple([parent is not None for parent in parents])
    unread = primitive.unread_by_active.get(active)
    if unread is None:
        unread = primitive.unread(parents)
    if not unread:
        return values, output
    kept = [*values, output]
    for n in unread:
        kind = kinds.get(type(kept[n]))
        if kind is not None:
            kept[n] = kind.shape_placeholder(kept[n])
    return tuple(kept[:-1]), kept[-1]


def constant(value: Any) -> Any:
    """Return a value as a record may keep it until the sweep: nobody can change it."""
    # A variable of a lower level may stand for another value by the time of the sweep.
    kind = kind_of(value) if isinstance(value, Tracked) else kinds.get(type(value))
    return value if kind is None else kind.keep(value)
