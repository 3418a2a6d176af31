"""A problem: a function, where its gradient is taken, and the gradient as somebody would write it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeAlias

__all__ = ["Gradient", "Problem"]

Gradient: TypeAlias = tuple[Any, Any]
"""A value and the gradient by every argument, nested as the arguments are."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A function of floats, lists of floats or arrays.

    `loss` gets the namespace that it computes with (a library's own, or `math` and `numpy` themselves), its arguments and its
    constants. `by_hand` gets plain arguments and the constants, and returns the value too, as every other way does. `budgets` are
    multiples of the unit of its table, by the name of the budget that a way is held to.
    """

    title: str
    kind: Literal["scalar", "array"]
    primals: tuple[Any, ...]
    constants: tuple[Any, ...]
    loss: Callable[[Any, Any, Any], Any]
    by_hand: Callable[[Any, Any], Gradient]
    budgets: Mapping[str, float] = field(default_factory=dict)

    def function(self, namespace: Any, constant: Callable[[Any], Any] = lambda c: c) -> Callable[..., Any]:
        """Return the loss as a function of its arguments alone; `constant` makes what a library computes with of an array."""
        return partial(_call, self.loss, namespace, tuple(map(constant, self.constants)))


def _call(loss: Callable[..., Any], namespace: Any, constants: Any, *primals: Any) -> Any:
    return loss(namespace, primals, constants)
