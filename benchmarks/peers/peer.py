"""A peer: a way of taking gradients, and what its adapter turns a problem into."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeAlias

from ..problems.problem import Problem

__all__ = ["Peer", "Run", "UnableError", "flat", "relu", "scalar_namespace", "wrapped"]

Run: TypeAlias = Callable[[], Any]
"""A function without arguments, which is what is timed; it returns a value and the gradient by every argument."""


class UnableError(Exception):
    """Why a peer cannot do a problem."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A way of taking a gradient.

    `prepare` makes of a problem what is timed; it imports the library, whose `module` and `distribution` these are. Who is `unable` to do
    problems of a kind says why. `core` is the core of pullback that it runs on, `budget` names the budget that it is held to, and
    `environment` is what its process is given.
    """

    name: str
    prepare: Callable[[Problem], Run]
    module: str = ""
    distribution: str = ""
    unable: Mapping[str, str] = field(default_factory=dict)
    core: str = ""
    budget: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    checked: bool = True

    def run(self, problem: Problem) -> Run:
        """Return what takes the gradient of `problem`; raise `UnableError` or whatever the library raises."""
        if problem.kind in self.unable:
            raise UnableError(self.unable[problem.kind])
        return self.prepare(problem)


def relu(x: Any) -> Any:
    """Return x where it is positive, as plain Python says it."""
    return x if x > 0.0 else 0.0


def scalar_namespace(sin: Callable[[Any], Any] = math.sin, relu: Callable[[Any], Any] = relu) -> SimpleNamespace:
    """Return what a loss of floats computes with beside the operators."""
    return SimpleNamespace(sin=sin, relu=relu)


def wrapped(make: Callable[[Any], Any], primals: tuple[Any, ...]) -> list[Any]:
    """Return the arguments of a loss with every float or array among them made a variable."""
    return [[make(x) for x in primal] if isinstance(primal, list) else make(primal) for primal in primals]


def flat(arguments: Any) -> list[Any]:
    """Return the floats or arrays among arguments, or among their gradients, in a row."""
    return [x for each in arguments for x in (each if isinstance(each, list | tuple) else (each,))]
