"""Dispatch: from a function that a user calls on variables to the pair that answers for it."""

from __future__ import annotations

from typing import Any

from pullback.errors import UnknownPrimitiveError, where
from pullback.primitive import Primitive
from pullback.tables import changes, float_rules, natives, overloads
from pullback.tracked import Tracked, plain

__all__ = ["answer_for", "call_operator", "call_overload"]


def answer_for(function: Any) -> Any:
    """Return the pair that answers for `function`, or None."""
    return overloads.find(function)


def call_overload(function: Any, args: tuple[Any, ...], params: dict[str, Any] | None = None) -> Any:
    """Call the primitive that answers for `function`; raise `UnknownPrimitiveError` when there is none."""
    pair = overloads.get(function) or overloads.find(function)
    if pair is None:
        name = getattr(function, "__name__", repr(function))
        if absent := overloads.absent(function):
            raise UnknownPrimitiveError(f"no primitive answers for {name}, called on a variable at {where()}: {absent}")
        raise UnknownPrimitiveError(
            f"no primitive answers for {name}, called on a variable at {where()}. Register a pair:\n"
            f"    p = pullback.primitive({name}, backward, overloads=[{name}])    # backward(*inputs, output, grad)\n"
            f"    pullback.register(p)\n"
            "or leave the chain on purpose: v.primal, stop_gradient(v)."
        )
    result = pair(*args, **params) if params else pair(*args)
    if type(pair) is not Primitive:
        return result
    if pair.float_rule is None and type(plain(result)) is float:
        pair.bind_floats()  # a call on a float and an integer does not
    rule = pair.float_rule
    if rule is not None and float_rules.get(function) is not rule:
        with changes:
            if overloads.get(function) is pair:  # no other thread has just replaced it
                float_rules[function] = rule
                natives.learn(function, pair)
    return result


def call_operator(function: Any, left: Any, right: Any) -> Any:
    """Call the primitive that answers for an operator: a fast path of `call_overload`, for two operands of one level."""
    pair = overloads.get(function)
    if type(pair) is Primitive:
        if not isinstance(left, Tracked):
            return right._tape.record_two(pair, left, right)
        if not isinstance(right, Tracked) or left._tape is right._tape:
            return left._tape.record_two(pair, left, right)
    return call_overload(function, (left, right))
