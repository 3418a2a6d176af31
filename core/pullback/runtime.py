"""What the hot path needs of the layers above it, handed to the core once.

The core that runs (`_compiled` or `_pure`) lies below everything that is written for both. This is the one place where it learns of that:
which classes it makes, which tables it reads, and which functions answer where a fast path ends.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pullback._core import start
from pullback.chain.graph import FREE
from pullback.chain.rules import fit
from pullback.chain.sweep import accumulate, fit_slope, pull_call
from pullback.chain.tape import Tape, constant, escaped, slim
from pullback.kind import Deferred, ValueKind, kind_of
from pullback.tables import KindTable, OverloadTable, kinds, overloads
from pullback.tracked import Tracked
from pullback.variable import ScalarVariable, Variable, float_kind, float_var

__all__ = ["RUNTIME", "Runtime"]


class Runtime(NamedTuple):
    """What a core is given."""

    variable: type[Tracked]
    """The class of variables over floats, whose storage the core brings."""
    tape: type[Any]
    """The class of tapes, likewise."""
    kinds: KindTable
    """From the type of a value to its kind, and what was concluded from that."""
    overloads: OverloadTable
    """From a function to the pair that answers for it."""
    operators: Mapping[Any, tuple[Callable[..., Any], Callable[..., Any] | None]]
    """From an operator to the methods, its own and the reflected one, that answer where the fast path ends."""
    escaped: Callable[..., Any]
    """Raises the error for a variable that is used after its differentiation has ended."""
    slim: Callable[..., Any]
    """Takes from a record the values that no rule reads."""
    constant: Callable[[Any], Any]
    """Makes a constant of a record safe from changes."""
    pull: Callable[..., None]
    """Pulls a cotangent through one call."""
    accumulate: Callable[..., None]
    """Adds to the cotangent of a value."""
    fit: Callable[..., Any]
    """Brings what a rule returned into the shape of its input."""
    fit_slope: Callable[..., Any]
    """Does so with the product of a cotangent and a partial derivative."""
    kind_of: Callable[[Any], ValueKind]
    """Finds the kind of any value."""
    deferred: type[Deferred]
    """The class of cotangents in parts."""
    base: type[Tracked]
    """The class of all variables: of its `grad` and of what it makes, the core shortens what concerns floats."""
    graph: Any
    """The recorder of free-standing variables."""
    float_variable: type[Tracked]
    """The class of those that are floats, whose storage the core brings."""
    float_kind: ValueKind
    """The kind of Python's floats."""


RUNTIME = Runtime(
    variable=ScalarVariable,
    tape=Tape,
    kinds=kinds,
    overloads=overloads,
    operators={
        operator.add: (Variable.__add__, Variable.__radd__),
        operator.sub: (Variable.__sub__, Variable.__rsub__),
        operator.mul: (Variable.__mul__, Variable.__rmul__),
        operator.truediv: (Variable.__truediv__, Variable.__rtruediv__),
        operator.pow: (Variable.__pow__, Variable.__rpow__),
        operator.neg: (Variable.__neg__, None),
        operator.abs: (Variable.__abs__, None),
    },
    escaped=escaped,
    slim=slim,
    constant=constant,
    pull=pull_call,
    accumulate=accumulate,
    fit=fit,
    fit_slope=fit_slope,
    kind_of=kind_of,
    deferred=Deferred,
    base=Variable,
    graph=FREE,
    float_variable=float_var,
    float_kind=float_kind,
)

start(RUNTIME)
