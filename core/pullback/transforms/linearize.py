"""Running a function once while recording it: the first step of every transform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pullback._core import all_floats
from pullback.chain.sweep import forward_sweep, reverse_sweep
from pullback.chain.tape import Tape
from pullback.errors import explain, refusal_behind
from pullback.kind import kind_of
from pullback.tables import kinds
from pullback.tracked import Tracked
from pullback.transforms.memory import NO_ARENA, Memory
from pullback.transforms.structure import AnyStructure, Leaf, map_variables, structure_of

__all__ = ["Linearized", "released"]


class Linearized:
    """A function run at one point: its output, and its derivative there as a linear map, applied forward and backward.

    `inputs` are the structures that it is differentiated by, each with its differentiable `leaves`; `output` is the result, one level
    below, `outputs` its structure and `values` its leaves. `pull` and `push` take and return lists of leaves; each may be called any number
    of times, and each is itself differentiable. With `has_aux` the function returns ``(output, aux)``, and `aux` is the second.

    With `keep`, inputs are copied, so that a run that outlives the call of its transform does not see what the caller changes later. A
    transform that is called repeatedly passes the same `memory` each time. `empty` is called, before the run, with each input that
    holds nothing to differentiate by. Exceptions of the function propagate, and nothing is left behind.

    >>> from pullback.extend import Linearized
    >>> run = Linearized(lambda x, y: {"product": x * y[0], "sum": x + y[1]}, (3.0, [2.0, 5.0]))
    >>> run.output
    {'product': 6.0, 'sum': 8.0}
    >>> run.push([[1.0], [0.0, 0.0]])
    [2.0, 1.0]
    >>> run.gradients(run.pull([1.0, 10.0]))
    (12.0, [3.0, 10.0])
    """

    __slots__ = ("_arena", "_entries", "_results", "_tape", "aux", "inputs", "output", "outputs", "values")

    aux: Any

    def __init__(
        self,
        function: Callable[..., Any],
        primals: Sequence[Any],
        *,
        has_aux: bool = False,
        keep: bool = False,
        memory: Memory | None = None,
        empty: Callable[[AnyStructure], None] | None = None,
    ):
        self._tape = tape = Tape()
        tape.once = not keep
        self.inputs: list[AnyStructure] = []
        for primal in primals:
            self.inputs.append(structure_of(primal))
        if empty is not None:
            for structure in self.inputs:
                if not structure.leaves:
                    empty(structure)
        if keep:
            for structure in self.inputs:
                structure.leaves = [_kept(leaf) for leaf in structure.leaves]
        self._arena = NO_ARENA
        for structure in self.inputs:
            for leaf in () if structure.floats else structure.leaves:
                kind = kinds.get(type(leaf)) or kind_of(leaf)
                if self._arena is NO_ARENA and kind.large(leaf):  # what is computed from it will be large, too
                    self._arena = (memory or Memory()).arena(kind)
        try:
            inputs, count = [], 0
            for structure in self.inputs:
                variables = tape.variables(structure.leaves)
                inputs.append(variables[0] if type(structure) is Leaf else structure.rebuild(variables))
                count += len(structure.leaves)
            self._entries = range(count)  # the first entries of the new tape
            result = function(*inputs) if self._arena is NO_ARENA else self._with_arena(function, *inputs)
            if has_aux:
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise TypeError(
                        f"with has_aux=True the function must return (output, aux), not a {type(result).__name__}"
                    )
                result, aux = result
                self.aux = map_variables(lambda leaf: leaf._value if leaf._tape is tape else leaf, aux)
            self.outputs = structure_of(result)
        except Exception as error:
            refusal = refusal_behind(error)
            if refusal is not None:
                raise refusal from None
            explain(error, tape.level)
            raise
        finally:
            tape.close()
        # The output one level below, as copies: changing it in place must not change what the tape holds.
        below = []
        self._results = []
        self.values = []
        for leaf in self.outputs.leaves:
            if isinstance(leaf, Tracked) and leaf._tape is tape:
                self._results.append(leaf._entry)
                leaf = leaf._value
                self.values.append(leaf)
                below.append((kinds.get(type(leaf)) or kind_of(leaf)).keep(leaf))
            else:
                self._results.append(None)
                self.values.append(leaf)
                below.append(leaf)
        self.output = below[0] if type(self.outputs) is Leaf else self.outputs.rebuild(below)

    def __del__(self) -> None:
        # The function may have made a reference cycle of its results and the tape: this breaks it.
        if self._tape.once:
            self._tape.clear()

    def pull(self, cotangents: Sequence[Any]) -> list[list[Any]]:
        """Return the cotangents of the leaves of every input, given those of the leaves of the output (None is zero)."""
        seeds: dict[int, Any] = {}
        for k, cotangent in zip(self._results, cotangents, strict=True):
            if k is not None and cotangent is not None:
                seeds[k] = kind_of(cotangent).add(seeds[k], cotangent) if k in seeds else cotangent
        if self._arena is NO_ARENA:
            swept = reverse_sweep(self._tape, seeds, self._entries)
        else:
            swept = self._with_arena(reverse_sweep, self._tape, seeds, self._entries)
        held = set(map(id, seeds.values()))
        pulled = []
        for structure in self.inputs:
            part = swept
            if len(self.inputs) > 1:
                part, swept = swept[: len(structure.leaves)], swept[len(structure.leaves) :]
            if not (structure.floats and all_floats(part)):
                part = [released(grad, leaf, held) for grad, leaf in zip(part, structure.leaves, strict=True)]
            pulled.append(part)
        return pulled

    def gradients(self, leaves: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
        """Return gradients with the structures of the inputs, given the leaves of each."""
        return tuple([structure.gradient(part) for structure, part in zip(self.inputs, leaves, strict=True)])

    def _with_arena(self, function: Callable[..., Any], *args: Any) -> Any:
        before = self._arena.enter()
        try:
            return function(*args)
        finally:
            self._arena.leave(before)

    def push(self, tangents: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the tangents of the leaves of the output, given those of the leaves of every input (None is zero)."""
        flat = [tangent for leaves in tangents for tangent in leaves]
        seeds = {k: tangent for k, tangent in zip(self._entries, flat, strict=True) if tangent is not None}
        results = [k for k in self._results if k is not None]
        swept = iter(self._with_arena(forward_sweep, self._tape, seeds, results))
        held = set(map(id, seeds.values()))
        return [
            released(None if k is None else next(swept), value, held)
            for k, value in zip(self._results, self.values, strict=True)
        ]


def _kept(leaf: Any) -> Any:
    return leaf if isinstance(leaf, Tracked) else kind_of(leaf).keep(leaf)


def released(derivative: Any, value: Any, held: set[int]) -> Any:
    """Return `derivative` (None is zero) in the type of the plain `value`, copied if changing it in place would change something else.

    `held` are the ids of the values that others hold.
    """
    kind = kinds.get(type(value)) or kind_of(value)
    if derivative is None:
        return kind.zero(value)
    if not kind.same_shape_and_type(derivative, value):
        derivative = kind.fit(derivative, value)
    return kind.release(derivative, held)
