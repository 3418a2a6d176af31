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

from functools import partial
from itertools import count
from typing import Any, NamedTuple, NoReturn, TypeAlias

from pullback._core import TapeCore, install_values
from pullback.errors import ChainBrokenError, where
from pullback.kind import Deferred, ValueKind, kind_of
from pullback.primitive import Constant, Primitive
from pullback.tables import kinds, overloads
from pullback.tracked import Tracked, plain, top_recorder

__all__ = ["Call", "Entry", "Tape", "call_of", "differentiable", "fit", "outcome", "partials", "promoted", "unpack"]

Entry: TypeAlias = tuple[int, Any, Any, Any, Any]

# A differentiation that starts later is nested deeper, or unrelated: one counter gives levels their order.
_next_level = count(1).__next__


class Call(NamedTuple):
    """One call of a primitive whose rule waits for the sweep.

    `args` are the inputs and `output` the result, both one level below; `parents` are the entries of the
    inputs, None where an input is a constant at this level; `kind` is the value kind of the output.
    """

    primitive: Primitive
    args: tuple[Any, ...]
    output: Any
    params: dict[str, Any]
    parents: tuple[Any, ...]
    kind: ValueKind


# A named tuple, made without the detour over its own constructor: a tape holds a million of them.
_make = partial(tuple.__new__, Call)


class Tape(TapeCore):
    """The recorder of one level, over the storage that the core brings.

    `floats` says that every value of the level so far is a float, `short` that every entry is of the short kind;
    `kind` is the kind of a value that is no float, if there was one. Who sets `once` promises to `clear` it when its sweep is done.
    """

    __slots__ = ()

    level: int
    kind: ValueKind | None

    def __init__(self) -> None:
        super().__init__()
        self.level = _next_level()

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
        output = (primitive if nested or self.floats else primitive.forward(values))(*values, **params)
        return self.write(primitive, args, values, parents, params, output)

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
        output, kind = settled(primitive, values, output)
        found = None
        if primitive.derivative is not None and (kind.eager or primitive.linear):
            found = partials(primitive, values, output, params, parents, kind)
        if type(output) is not float:
            self.floats = False
            self.kind = kind
        k = self.next()
        if found is None:
            self.short = False
            self.append((k, None, call_of(primitive, values, output, params, parents, kind), None, None))
        else:
            (i, d_i), (j, d_j) = found if len(found) == 2 else (*found, (None, None))
            self.append((k, i, d_i, j, d_j))
        if kind.tuples:
            whole = _Part._new(output, self, k)
            return unpack(self, whole, output)
        return kind.wrap(output, self, k, primitive, args, params)

    def close(self) -> None:
        """End the recording: a variable that escaped from its differentiation can no longer be computed with."""
        self.end(_escaped)


def _escaped(*_: Any) -> NoReturn:
    raise ChainBrokenError(
        f"a variable escaped from the differentiation that made it and is used after its end, at {where()}; return it from the "
        "function, or keep its plain value: stop_gradient(v)"
    )


def outcome(
    primitive: Primitive, values: tuple[Any, ...], params: dict[str, Any], dispatch: bool
) -> tuple[Any, ValueKind]:
    """Return the output of `primitive` one level below, and the value kind of it.

    Values that may be variables or floats need the `dispatch` of a call; others go straight to their forward.
    """
    output = (primitive if dispatch else primitive.forward(values))(*values, **params)
    return settled(primitive, values, output)


def settled(primitive: Primitive, values: tuple[Any, ...], output: Any) -> tuple[Any, ValueKind]:
    """Return what a forward gave for `values` as its value kind holds it, and the kind."""
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
    converted = kind.convert(output)
    if isinstance(converted, Tracked) and not isinstance(output, Tracked):
        _check_level(primitive, converted, values)
    return converted, kind


def _check_level(primitive: Primitive, output: Any, values: tuple[Any, ...]) -> None:
    """Raise `ChainBrokenError` where `output` came from a variable that is not among `values`."""
    parts = output if isinstance(output, tuple) else (output,)
    found = top_recorder(parts)
    if found is not None:
        inputs = top_recorder(
            tuple(part for value in values for part in (value if isinstance(value, tuple) else (value,)))
        )
        if inputs is None or inputs.level < found.level:
            raise ChainBrokenError(
                f"the forward of {primitive.name}, called at {where()}, reads a variable that is not among its inputs, and whose "
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
    if kind.large(output) or any(map(_is_large, values)):
        values, output = slim(primitive, values, output, parents)
    if None in parents:
        values = tuple([_kept(v) if parent is None else v for v, parent in zip(values, parents, strict=True)])
    if params:
        params = {name: _kept(value) for name, value in params.items()}
    return _make((primitive, values, output, params, parents, kind))


def slim(
    primitive: Primitive, values: tuple[Any, ...], output: Any, parents: tuple[Any, ...]
) -> tuple[tuple[Any, ...], Any]:
    """Return inputs and output of a call with no more than the shapes of those that its rules do not read."""
    kept = [*values, output]
    for n in primitive.unread(parents):
        found = kinds.get(type(kept[n]))
        if found is not None:
            kept[n] = found.hollow(kept[n])
    return tuple(kept[:-1]), kept[-1]


def _is_large(value: Any) -> bool:
    kind = kinds.get(type(value))
    return kind is not None and kind.large(value)


def _kept(value: Any) -> Any:
    # A variable of a lower level may stand for another value by the time of the sweep.
    kind = kind_of(value) if isinstance(value, Tracked) else kinds.get(type(value))
    return value if kind is None else kind.keep(value)


def partials(
    primitive: Primitive,
    values: tuple[Any, ...],
    output: Any,
    params: dict[str, Any],
    parents: tuple[Any, ...],
    kind: ValueKind,
) -> list[tuple[Any, Any]] | None:
    """Return (parent, partial derivative) of one or two inputs, or None when the rule should wait for the sweep."""
    if primitive.derivative is None:
        return None
    if len(primitive.derivative) != len(values):
        raise primitive.complain("derivative", f"has {len(primitive.derivative)} entries for {len(values)} inputs")
    if len(parents) - parents.count(None) > 2:
        return None
    if not kind.eager:
        return _constants(primitive.derivative, values, output, parents, kind)
    found = []
    try:
        seen = promoted(primitive, values, kind)
        for parent, derivative, value in zip(parents, primitive.derivative, values, strict=True):
            if parent is not None:
                partial = 0 if derivative is None else derivative(*seen, output, **params)
                if type(partial) is not float or type(value) is not float:
                    partial = fit(primitive, "derivative", partial, value)
                found.append((parent, partial))
    except ArithmeticError:
        # The partial does not exist here; that matters only if a sweep brings a cotangent that is not zero.
        return None
    return found


def _constants(
    derivative: tuple[Any, ...], values: tuple[Any, ...], output: Any, parents: tuple[Any, ...], kind: ValueKind
) -> list[tuple[Any, Any]] | None:
    """Return (parent, partial derivative) where all of them are constants and nothing was broadcast, else None."""
    found = []
    for parent, slope, value in zip(parents, derivative, values, strict=False):
        if parent is not None:
            if not (isinstance(slope, Constant) and kind.alike(value, output)):
                return None
            found.append((parent, float(slope.slope)))
    return found


def promoted(primitive: Primitive, values: tuple[Any, ...], kind: ValueKind) -> tuple[Any, ...]:
    """Return `values` as the derivatives of `primitive` see them: integers among the constants are promoted.

    So that `x / 3` has the partial derivative 1/3 in fractions and in decimals, and `x * True` has 1.0. An input without a derivative
    counts something, and stays an integer.
    """
    if not any(isinstance(value, int) for value in values):
        return values
    return tuple(
        value if derivative is None or not isinstance(value, int) else kind.promote(value)
        for value, derivative in zip(values, primitive.derivative or (), strict=True)
    )


def fit(primitive: Primitive, rule: str, grad: Any, value: Any) -> Any:
    """Return `grad` as a gradient of `value`; raise `RuleError` when `rule` of `primitive` returned something else."""
    if isinstance(grad, Deferred):
        return grad
    kind = kind_of(value)
    try:
        return kind.fit(grad, value)
    except (TypeError, ValueError) as error:
        given = "None" if grad is None else _describe(grad)
        raise primitive.complain(
            rule, f"returned {given} where a gradient of {kind.describe(value)} was wanted"
        ) from error


def _describe(value: Any) -> str:
    kind = kinds.find(type(plain(value)))
    return kind.describe(value) if kind is not None else f"a {type(plain(value)).__name__}"


class _Part(Tracked):
    """The whole of several outputs, before it is taken apart; user code never meets it."""

    __slots__ = ("_entry", "_made_from", "_tape", "_value")

    _made_from: type[Tracked]
    """The variable class that the call was made with; free-standing variables pass it on."""


def _item_backward(whole: Any, output: Any, grad: Any, *, index: int) -> Any:
    return tuple(grad if place == index else None for place in range(len(whole)))


def _item_pushforward(whole: Any, output: Any, tangent: Any, *, index: int) -> Any:
    return kind_of(output).zero(output) if tangent[index] is None else tangent[index]


item = Primitive(
    lambda whole, *, index: whole[index], name="item", backward=_item_backward, pushforward=_item_pushforward
)
"""The `index`-th of several outputs."""


def unpack(tape: Any, whole: Any, output: tuple[Any, ...]) -> Any:
    """Return the outputs as variables, in the type of tuple that they came in; what has no value kind stays plain."""
    parts = [
        tape.record(item, (whole,), {"index": index}) if differentiable(part) else part
        for index, part in enumerate(output)
    ]
    return type(output)._make(parts) if hasattr(output, "_make") else tuple(parts)


def differentiable(value: Any) -> bool:
    """Return whether an output is one that gradients flow through; the integers among several outputs are not."""
    bare = plain(value)
    kind = None if isinstance(bare, (int, str)) else kinds.find(type(bare))
    return kind is not None and bool(kind.differentiable(bare))


install_values(kinds, overloads, Call, slim, _kept)
