"""Transposition: a backward from a pushforward, and a pushforward from a backward.

Either rule is linear in what travels, so a sweep through its own record is the other one (Griewank and Walther, 2008, section 3.4:
both are products with the same Jacobian). `pull` and `sweep` are those of the layer above, which calls these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from pullback._core import Call
from pullback.chain.outputs import differentiable, zero_of
from pullback.chain.rules import checked_tangent, whole
from pullback.chain.tape import Tape
from pullback.kind import kind_of
from pullback.tracked import Tracked

__all__ = ["transposed_backward", "transposed_pushforward"]

Pull: TypeAlias = Callable[[Call, Any], Iterable[tuple[Any, Any]]]
Sweep: TypeAlias = Callable[[Tape, dict[int, Any], Sequence[int]], list[Any]]


def transposed_backward(call: Call, tangents: Sequence[Any], pull: Pull, sweep: Sweep) -> Any:
    """Push tangents through a pair that has no pushforward.

    A backward is linear in its cotangent, so its own reverse sweep is the forward rule (Griewank and Walther, 2008,
    section 3.4: both sweeps are products with the same Jacobian).
    """
    tape = Tape()
    outputs = call.output if isinstance(call.output, tuple) else (call.output,)
    leaves = [tape.variable(kind_of(part).one(part)) if differentiable(part) else None for part in outputs]
    cotangent = tuple(leaves) if isinstance(call.output, tuple) else leaves[0]
    active = Call(
        call.primitive,
        call.args,
        call.output,
        call.params,
        tuple(None if t is None else n for n, t in enumerate(tangents)),
        call.kind,
    )
    pulled = [(n, whole(grad)) for n, grad in pull(active, cotangent)]
    tape.close()
    seeds: dict[int, Any] = {}
    for n, grad in pulled:
        if isinstance(grad, Tracked) and grad._tape is tape:
            _seed(seeds, grad._entry, tangents[n])
        elif kind_of(grad).magnitude(grad) > 0.0:
            raise call.primitive.complain(
                "backward",
                "returned a gradient that its argument grad does not flow into, so forward mode cannot be had from it; compute with grad "
                "as it comes (not with its plain value), or give pushforward= besides",
            )
    followed = [leaf for leaf in leaves if leaf is not None]
    found = iter(sweep(tape, seeds, [leaf._entry for leaf in followed]))
    pushed = [None if leaf is None else _or_zero(next(found), part) for leaf, part in zip(leaves, outputs, strict=True)]
    return tuple(pushed) if isinstance(call.output, tuple) else pushed[0]


def _or_zero(grad: Any, value: Any) -> Any:
    return kind_of(value).zero(value) if grad is None else grad


def transposed_pushforward(call: Call, grad: Any, sweep: Sweep) -> list[Any]:
    """Pull a cotangent through a pair that has only a pushforward: the reverse sweep of a map that is linear in its tangents."""
    tape = Tape()
    tangents = [
        None if parent is None else tape.variable(kind_of(arg).one(arg))
        for parent, arg in zip(call.parents, call.args, strict=True)
    ]
    filled = [zero_of(arg) if tangent is None else tangent for tangent, arg in zip(tangents, call.args, strict=True)]
    pushed = call.primitive.pushforward(*call.args, call.output, *filled, **call.params)
    tape.close()
    pushed = checked_tangent(call, pushed)
    seeds: dict[int, Any] = {}
    outputs = zip(pushed, grad, strict=True) if isinstance(pushed, tuple) else ((pushed, grad),)
    for tangent, cotangent in outputs:
        if isinstance(tangent, Tracked) and tangent._tape is tape:
            _seed(seeds, tangent._entry, cotangent)
        elif tangent is not None and kind_of(tangent).magnitude(tangent) > 0.0:
            raise call.primitive.complain(
                "pushforward",
                "returned a tangent that its own tangents do not flow into, so reverse mode cannot be had from it; compute with them "
                "as they come (not with their plain values), or give backward= besides",
            )
    wanted = [tangent for tangent in tangents if tangent is not None]
    found = iter(sweep(tape, seeds, [tangent._entry for tangent in wanted]))
    return [None if tangent is None else next(found) for tangent in tangents]


def _seed(seeds: dict[int, Any], k: int, cotangent: Any) -> None:
    """Add to the seed of value `k`; one value may be several outputs."""
    seeds[k] = kind_of(cotangent).add(seeds[k], cotangent) if k in seeds else cotangent
