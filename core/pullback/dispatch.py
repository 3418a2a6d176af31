"""Dispatch: from a function that a user calls on variables to the pair that answers for it."""

from __future__ import annotations

from typing import Any

from pullback.errors import UnknownPrimitiveError
from pullback.location import user_location
from pullback.primitive import Composite, Primitive
from pullback.tables import kinds, overloads
from pullback.tracked import plain

__all__ = ["answer_for", "call_operator", "call_overload"]


def answer_for(function: Any) -> Any:
    """Return the pair that answers for `function`, or None."""
    return overloads.find(function)


def call_overload(function: Any, args: tuple[Any, ...], params: dict[str, Any] | None = None) -> Any:
    """Call the primitive that answers for `function`; raise `UnknownPrimitiveError` when there is none."""
    pair = overloads.get(function) or overloads.find(function)
    if pair is None:
        name = getattr(function, "__name__", repr(function))
        absent = overloads.absent(function)
        advice = (
            f": {absent}"
            if absent
            else (
                ". Register a pair:\n"
                f"    p = pullback.primitive({name}, backward, overloads=[{name}])    # backward(*inputs, output, grad)\n"
                f"    pullback.register(p)\n"
                "or leave the chain on purpose: v.primal, stop_gradient(v)."
            )
        )
        raise UnknownPrimitiveError(
            f"no primitive answers for {name}, called on a variable at {user_location()}{advice}"
        )
    answer = pair.function if type(pair) is Composite else pair  # its fast path for floats is not for variables
    return answer(*args, **params) if params else answer(*args)


def call_operator(function: Any, *operands: Any) -> Any:
    """Call the primitive that answers for an operator, and note its plan on floats for the fast paths of the core."""
    # First: should the tables change meanwhile, what is noted is of the old generation.
    generation = kinds.generation
    result = call_overload(function, operands)
    if function not in generation.operators and type(plain(result)) is float:
        pair = overloads.get(function)
        plan = pair.plan_on_floats() if type(pair) is Primitive else None
        if plan is not None and plan.rule is not None:
            generation.operators[function] = plan
            generation.rules[function] = plan.rule
    return result
