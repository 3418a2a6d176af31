"""The contract of a value kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pullback._core import KindCore
from pullback.kind.checks import NumericalChecks
from pullback.kind.memory import MemoryPolicy
from pullback.tracked import Tracked

__all__ = ["ValueKind"]

T = TypeVar("T")


class ValueKind(NumericalChecks, MemoryPolicy, KindCore):
    """The contract of a value kind; a family registers an instance for its types.

    `name` is what pairs name their forwards by; `types` are the Python types of the values; where values of several
    kinds meet in a call, the forward of the highest `priority` is taken; `variable` is the class that wraps
    a value. Values given to the methods may be variables of a lower level.

    Its methods are of three parts: the algebra of cotangents (`CotangentAlgebra`), which is all that most kinds define; the policy of
    memory (`MemoryPolicy`); what numerical checks and Jacobians ask (`NumericalChecks`). Here stands how a value becomes a variable.
    """

    types: tuple[type, ...] = ()
    excluded: tuple[type, ...] = ()
    """Subtypes of `types` that are not values of this kind."""
    promoted: tuple[type, ...] = ()
    """Those of `types` that become values of this kind when a variable is made over them, and are left alone in plain calls."""
    priority: int = 0
    variable: type[Tracked]
    like: str = ""
    """The name of a kind whose forwards serve this one where it has none of its own: its values take part in the same calls."""
    tuples: bool = False
    """Whether a value is the several outputs of one primitive."""

    def convert(self, value: Any) -> Any:
        """Return `value` as the type that variables of this kind hold."""
        return value

    def wrap(
        self, value: Any, tape: Any, entry: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Return the variable over `value`, which `primitive` made of `args`, at `entry` of `tape`."""
        return self.variable._new(value, tape, entry)

    def takes(self, value: Any) -> bool:
        """Return whether a plain `value` of the type may stand in a call as it is: one that holds variables may not."""
        return True

    def differentiable(self, value: Any) -> bool:
        """Return whether `value`, found inside a structure, is one that gradients flow through."""
        return True

    def promote(self, constant: int) -> Any:
        """Return an integer among the inputs of a call whose output is of this kind, as the rules of the pair see it."""
        return constant

    def forward(self, pair: Any) -> Any:
        """Return the forward of `pair` for values of this kind, None where it has none of its own.

        For kinds that lift the forwards of all pairs, or write down their calls; `pair.name` and `pair.forwards` say which it is. The
        pair's own forward for the kind, and one that a family registers for the two, go before it.
        """
        return None

    def shortened(self, function: Any) -> Any:
        """Return `function`, of the same results, as it is called fastest on values of this kind."""
        return function

    def quietly(self, sweep: Callable[[], T]) -> T:
        """Return what `sweep` returns: what rules do at singular points is not worth a warning."""
        return sweep()
