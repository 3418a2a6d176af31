"""The base of recorders that others write: a transform whose entries are the derivatives themselves."""

from __future__ import annotations

from math import isfinite
from types import TracebackType
from typing import Any, Self

from pullback._core import RecorderCore
from pullback.chain.outputs import Outputs, unpack
from pullback.chain.rules import partials
from pullback.chain.tape import Call, escaped, outcome
from pullback.errors import explain, refusal_behind
from pullback.kind import kind_of
from pullback.primitive import Primitive
from pullback.tracked import Tracked, next_level

__all__ = ["Recorder", "outputs"]


class Recorder(RecorderCore):
    """The recorder of one differentiation: a transform derives from it and says in `derive` what a call makes of derivatives.

    A variable stands at an *entry* of its recorder. The tape of reverse mode gives out numbers; here the entry is the derivative
    itself, whatever the transform takes for one: a tangent, a series, a bound of an error. None is the derivative of what does
    not depend on the inputs. Values and derivatives may be variables of lower levels, so transforms nest.

    Used as a context manager, it ends with the block: who computes with its variables afterwards has a `ChainBrokenError`.

    >>> from pullback.extend import Recorder, push
    >>> class Tangents(Recorder):
    ...     def derive(self, call):
    ...         return push(call, call.parents)
    >>> with Tangents() as tangents:
    ...     x = tangents.variable(3.0, 1.0)
    ...     y = x * x + 2.0
    >>> tangents.read(y)
    (11.0, 6.0)
    """

    floats = False

    def __new__(cls, *args: Any, **params: Any) -> Self:
        # Here, so that nothing is missing where a subclass has an `__init__` that does not call ours.
        self = super().__new__(cls)
        self.level = next_level()
        self.on_floats = cls.derive_floats is not Recorder.derive_floats
        self._ended = False
        return self

    def derive(self, call: Call) -> Any:
        """Return the derivative of the output of `call`, None for zero, from those of its inputs, which are `call.parents`.

        `call.args` and `call.output` are one level below. For several outputs, return a tuple of derivatives, None for zero.
        """
        raise NotImplementedError(f"{type(self).__name__} says nothing of the derivative of {call.primitive.name}")

    def derive_floats(self, i: Any, d_i: float, j: Any, d_j: float) -> Any:
        """Return what `derive` does, for a call whose output and finite partial derivatives are floats.

        A recorder may leave it out. It is a fast path: with it, the compiled core computes an operation on floats and its partial
        derivatives, and no `Call` is made. `i` and `j` are the derivatives of one input or two (else `j` is None and `d_j` is 0.0).
        """
        raise NotImplementedError

    def variable(self, value: Any, entry: Any) -> Any:
        """Return a variable over `value`, an input of the differentiation whose derivative is `entry`."""
        kind = kind_of(value)
        if kind.tuples:
            raise TypeError("a variable is over one value, not a tuple; structure_of takes a tuple apart")
        return kind.variable._new(kind.convert(value), self, entry)

    def read(self, value: Any) -> tuple[Any, Any]:
        """Return the value one level below, and its derivative: None where `value` is no variable of this level."""
        if isinstance(value, Tracked) and value._tape is self:
            return value._value, value._entry
        return value, None

    def record(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` one level below, and return its output as a variable that stands at its derivative."""
        if self._ended:
            escaped()
        values, parents = zip(*map(self.read, args), strict=True)
        output, kind = outcome(primitive, values, params)
        entry = None
        if any(parent is not None for parent in parents):
            call = Call(primitive, values, output, params, parents, kind)
            slopes = self._slopes(call) if self.on_floats and type(output) is float else None
            entry = self.derive(call) if slopes is None else self.derive_floats(*slopes)
        if kind.tuples:
            return outputs(self, output, entry)
        return kind.wrap(output, self, entry, primitive, args, params)

    def _slopes(self, call: Call) -> tuple[Any, float, Any, float] | None:
        """Return what `derive_floats` takes, None where that is not for it."""
        found = partials(call.primitive, call.args, call.output, call.params, call.parents, call.kind)
        if found is None or not all(type(slope) is float and isfinite(slope) for _, slope in found):
            return None
        (i, d_i), (j, d_j) = found if len(found) == 2 else (*found, (None, 0.0))
        return i, d_i, j, d_j

    def close(self) -> None:
        """End the differentiation: who computes with a variable that escaped from it has a `ChainBrokenError`."""
        self._ended = True
        self.on_floats = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, Exception):
            refusal = refusal_behind(error)
            if refusal is not None:
                raise refusal from None
            explain(error, self.level)


def outputs(recorder: Any, output: tuple[Any, ...], entry: Any) -> tuple[Any, ...]:
    """Return several outputs of one call as variables of `recorder`; `entry` is that of all of them together, a tuple or None.

    Each is taken out of it by a call of its own, of a pair that hands cotangents and tangents on. What is not differentiable stays plain.
    """
    found: tuple[Any, ...] = unpack(recorder, Outputs._new(output, recorder, entry), output)
    return found
