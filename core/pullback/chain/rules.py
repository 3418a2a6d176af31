"""What the rules of a pair return: partial derivatives that are taken at once, and gradients that fit their inputs."""

from __future__ import annotations

from typing import Any

from pullback._core import Call
from pullback.chain.outputs import differentiable
from pullback.kind import Deferred, TupleKind, ValueKind, kind_of
from pullback.primitive import Constant, Primitive
from pullback.tables import kinds
from pullback.tracked import plain

__all__ = ["checked_tangent", "describe", "fit", "partials", "promoted", "whole"]


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
    taken = []
    try:
        seen = promoted(primitive, values, kind) if kind.eager else values
        for parent, rule, value in zip(parents, primitive.derivative, values, strict=True):
            if parent is None:
                continue
            if kind.eager:
                partial = 0 if rule is None else rule(*seen, output, **params)
                if type(partial) is not float or type(value) is not float:
                    partial = fit(primitive, "derivative", partial, value)
            elif isinstance(rule, Constant) and kind.same_shape_and_type(value, output):
                partial = float(rule.slope)
            else:
                return None  # it is no constant, or something was broadcast
            taken.append((parent, partial))
    except ArithmeticError:
        # The partial does not exist here; that matters only if a sweep brings a cotangent that is not zero.
        return None
    return taken


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
        given = "None" if grad is None else describe(grad)
        raise primitive.complain(
            rule, f"returned {given} where a gradient of {kind.describe(value)} was wanted"
        ) from error


def describe(value: Any) -> str:
    """Return what `value` is, for an error, whether there is a value kind for it or not."""
    kind = kinds.find(type(plain(value)))
    return kind.describe(value) if kind is not None else f"a {type(plain(value)).__name__}"


def checked_tangent(call: Call, tangent: Any) -> Any:
    """Return what the pushforward of `call` returned, as a tangent of its output, or of each of its several outputs."""
    if not isinstance(kind_of(call.output), TupleKind):
        return fit(call.primitive, "pushforward", tangent, call.output)
    if not isinstance(tangent, (tuple, list)) or len(tangent) != len(call.output):
        given = (
            f"{len(tangent)} tangents" if isinstance(tangent, (tuple, list)) else f"a {type(plain(tangent)).__name__}"
        )
        raise call.primitive.complain("pushforward", f"returned {given} where {len(call.output)} tangents were wanted")
    return tuple(
        fit(call.primitive, "pushforward", part, value) if part is not None and differentiable(value) else None
        for part, value in zip(tangent, call.output, strict=True)
    )


def whole(cotangent: Any) -> Any:
    """Return a cotangent that may be in parts in one piece."""
    return cotangent.materialize() if isinstance(cotangent, Deferred) else cotangent
