"""Transposition: a backward from a pushforward, and a pushforward from a backward.

Either rule is linear in what travels, so a sweep through its own record is the other one (Griewank and Walther, 2008, section 3.4:
both are products with the same Jacobian). `pull` and `sweep` are those of the layer above, which calls these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from pullback._core import Call
from pullback.chain.outputs import differentiable, filled
from pullback.chain.rules import checked_tangent, whole
from pullback.chain.tape import Tape
from pullback.errors import RuleError
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
    pulled = [(whole(grad), tangents[n]) for n, grad in pull(active, cotangent)]
    lost = call.primitive.complain(
        "backward",
        "returned a gradient that its argument grad does not flow into, so forward mode cannot be had from it; compute with grad "
        "as it comes (not with its plain value), or give pushforward= besides",
    )
    tape.close()
    pushed = [
        kind_of(part).zero(part) if tangent is None and leaf is not None else tangent
        for tangent, leaf, part in zip(_swept(tape, leaves, pulled, lost, sweep), leaves, outputs, strict=True)
    ]
    return tuple(pushed) if isinstance(call.output, tuple) else pushed[0]


def transposed_pushforward(call: Call, grad: Any, sweep: Sweep) -> list[Any]:
    """Pull a cotangent through a pair that has only a pushforward: the reverse sweep of a map that is linear in its tangents."""
    tape = Tape()
    tangents = [
        None if parent is None else tape.variable(kind_of(arg).one(arg))
        for parent, arg in zip(call.parents, call.args, strict=True)
    ]
    pushed = call.primitive.pushforward(*call.args, call.output, *filled(tangents, call.args), **call.params)
    tape.close()
    pushed = checked_tangent(call, pushed)
    lost = call.primitive.complain(
        "pushforward",
        "returned a tangent that its own tangents do not flow into, so reverse mode cannot be had from it; compute with them "
        "as they come (not with their plain values), or give backward= besides",
    )
    outputs = zip(pushed, grad, strict=True) if isinstance(pushed, tuple) else ((pushed, grad),)
    return _swept(tape, tangents, outputs, lost, sweep)


def _swept(
    tape: Tape, leaves: Sequence[Any], results: Iterable[tuple[Any, Any]], lost: RuleError, sweep: Sweep
) -> list[Any]:
    """Return the cotangents of `leaves`, None where there is no leaf, from those of the results of a rule that was recorded on `tape`.

    `results` are (result, cotangent); raise `lost` where a result that is not zero has not come from the leaves.
    """
    seeds: dict[int, Any] = {}
    for result, cotangent in results:
        if isinstance(result, Tracked) and result._tape is tape:
            k = result._entry  # one value may be several results
            seeds[k] = kind_of(cotangent).add(seeds[k], cotangent) if k in seeds else cotangent
        elif result is not None and kind_of(result).magnitude(result) > 0.0:
            raise lost
    arrived = iter(sweep(tape, seeds, [leaf._entry for leaf in leaves if leaf is not None]))
    return [None if leaf is None else next(arrived) for leaf in leaves]
