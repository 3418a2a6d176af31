"""The interface of a value kind."""

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
    """The interface of a value kind. A family registers an instance for its types.

    `name` identifies the kind in mappings of forwards. `types` are the Python types of its values. When the inputs of a call have
    several kinds, the kind with the highest `priority` provides the forward. `variable` is the class that wraps a value. The values
    passed to the methods may be variables of a lower level.

    The methods come in three parts: the algebra of cotangents (`CotangentAlgebra`), which is all that most kinds define; the memory
    policy (`MemoryPolicy`); and the methods for numerical checks and Jacobians (`NumericalChecks`). This class adds the conversion
    of a value into a variable.
    """

    types: tuple[type, ...] = ()
    excluded: tuple[type, ...] = ()
    """Subtypes of `types` that are not values of this kind."""
    promoted: tuple[type, ...] = ()
    """Those of `types` that a variable converts to this kind. Plain calls leave their values unchanged."""
    priority: int = 0
    variable: type[Tracked]
    like: str = ""
    """The name of a kind whose forwards this kind uses where it has none of its own."""
    tuples: bool = False
    """Whether a value of this kind is the tuple of outputs of one primitive."""

    def convert(self, value: Any) -> Any:
        """Return `value` converted to the type that variables of this kind hold."""
        return value

    def wrap(
        self, value: Any, tape: Any, entry: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Return the variable at `entry` of `tape` that holds `value`, the output of `primitive` for `args` and `params`."""
        return self.variable._new(value, tape, entry)

    def takes(self, value: Any) -> bool:
        """Return whether a plain `value` can be the input of a call. A container that holds variables cannot."""
        return True

    def differentiable(self, value: Any) -> bool:
        """Return whether gradients flow through `value` when it is a leaf of a structure."""
        return True

    def promote(self, constant: int) -> Any:
        """Return an integer input in the form that the rules see, in a call whose output is of this kind."""
        return constant

    def forward(self, pair: Any) -> Any:
        """Return the forward of `pair` for values of this kind, or None to use the forwards of `like`.

        Override it in a kind that derives its forwards from those of all pairs, or that records calls; `pair.name` and
        `pair.forwards` identify the pair. A forward that the pair, or a family, names for this kind takes precedence.
        """
        return None

    def specialized(self, function: Any) -> Any:
        """Return a function with the same results that is faster to call on values of this kind; by default `function` itself."""
        return function

    def suppress_warnings(self, sweep: Callable[[], T]) -> T:
        """Call `sweep` without the warnings that rules cause at singular points, and return its result."""
        return sweep()
