"""The two sweeps: cotangents travel the tape backward, tangents forward. Neither recurses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pullback._core import Call, forward_floats, reverse_floats, reverse_values
from pullback.chain.outputs import filled
from pullback.chain.rules import checked_tangent, describe, fit, promoted, whole
from pullback.chain.tape import Entry, Tape
from pullback.chain.transpose import transposed_backward, transposed_pushforward
from pullback.errors import PullbackError
from pullback.kind import Deferred, TupleKind, ValueKind, kind_of
from pullback.primitive import Primitive
from pullback.strong_zero import chosen, default, policy
from pullback.tables import kinds

__all__ = ["accumulate", "fit_slope", "forward_sweep", "pull", "pull_call", "push", "reverse_entries", "reverse_sweep"]


def reverse_sweep(tape: Tape, seeds: Mapping[int, Any], wanted: Sequence[int]) -> list[Any]:
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives, from those in `seeds`."""
    if tape.floats and policy() == "zero" and all(type(seed) is float for seed in seeds.values()):
        numbers = reverse_floats(tape, seeds, wanted)
        if numbers is not None:
            return numbers
    if reverse_values is None:
        entries = list(zip(*[iter(tape.flat)] * 5, strict=True))
        cotangents = reverse_entries(entries, tape.size, seeds, wanted, tape.kind)
    else:
        try:
            cotangents = _in_one_run_or_two(lambda *how: reverse_values(tape, seeds, wanted, *how), tape.kind)
        except PullbackError:
            raise
        except (TypeError, ValueError):
            # Once more, and slowly: there a product that fails names the rule that gave its factor.
            # An error that does not come again is raised all the same.
            reverse_entries(tape.entries, tape.size, seeds, wanted, tape.kind)
            raise
    # The sums of `reverse_floats` begin with a zero, so none of them is a negative one.
    return [grad + 0.0 if type(grad) is float else grad for grad in cotangents] if tape.floats else cotangents


def reverse_entries(
    entries: Sequence[Entry], size: int, seeds: Mapping[int, Any], wanted: Sequence[int], kind: ValueKind | None
) -> list[Any]:
    """Return the cotangents of the values numbered `wanted`, None where nothing arrives."""
    return _in_one_run_or_two(lambda *how: _reverse_entries(entries, size, seeds, wanted, *how), kind)


def _in_one_run_or_two(sweep: Callable[[bool, bool], list[Any]], kind: ValueKind | None) -> list[Any]:
    """Return what ``sweep(skip_zeros, exact)`` gives, in one run or two.

    An exact zero absorbs inf and nan. Nothing but a nan in the result can tell that it had to, so the products are plain ones
    in a first run, and looked at one by one only in a second.
    """

    def run() -> list[Any]:
        choice = chosen.get() or default[0]  # the policy
        grads = sweep(choice == "zero", False)
        if choice != "nan":
            for grad in grads:
                if grad is not None and (kinds.get(type(grad)) or kind_of(grad)).has_nan(grad):
                    return sweep(choice == "zero", True)
        return grads

    return run() if kind is None else kind.suppress_warnings(run)


def _reverse_entries(
    entries: Sequence[Entry], size: int, seeds: Mapping[int, Any], wanted: Sequence[int], skip_zeros: bool, exact: bool
) -> list[Any]:
    grads: list[Any] = list(map(seeds.get, range(size)))
    kept = set(wanted)
    for k, i, d_i, j, d_j in reversed(entries):
        grad = grads[k]
        if grad is None or (skip_zeros and type(grad) is float and grad == 0.0):
            continue
        if isinstance(grad, Deferred):
            grad = grads[k] = grad.materialize()
        if k not in kept:
            grads[k] = None
        if i is None:
            pull_call(grads, d_i, grad, exact)
        else:
            kind = kinds.get(type(grad)) or kind_of(grad)
            multiply = kind.strong_product if exact else kind.plain_product
            accumulate(grads, i, multiply(grad, d_i))
            if j is not None:
                accumulate(grads, j, multiply(grad, d_j))
    for k in wanted:
        if isinstance(grads[k], Deferred):
            grads[k] = grads[k].materialize()
    return list(map(grads.__getitem__, wanted))


def accumulate(grads: list[Any], k: int, contribution: Any) -> None:
    """Add a contribution to the cotangent of value `k`."""
    if contribution is not None:
        grad = grads[k]
        if grad is None:
            grads[k] = contribution
        elif isinstance(grad, Deferred):
            grad.append(contribution)
        elif isinstance(contribution, Deferred):
            contribution.append(grad)
            grads[k] = contribution
        else:
            grads[k] = None
            grads[k] = (kinds.get(type(grad)) or kind_of(grad)).add(grad, contribution)


def pull_call(grads: list[Any], call: Call, grad: Any, exact: bool) -> None:
    """Pull a cotangent back through a call, and add what comes of it to the cotangents of the inputs."""
    pair, args, parents = call.primitive, call.args, call.parents
    if pair.derivative is None or exact:
        for parent, contribution in pull(call, grad, exact=exact):
            accumulate(grads, parent, contribution)
        return
    # A product that is the only one may be written into the cotangent, which nothing else holds.
    several = len(args) - parents.count(None) > 1
    multiply = call.kind.plain_product if several else call.kind.last_plain_product
    for parent, partial, value in zip(parents, pair.derivative, args, strict=True):
        if parent is not None and partial is not None:
            contribution = _contribution(call, partial, grad, value, multiply)
            if grads[parent] is None:
                grads[parent] = contribution
            else:
                accumulate(grads, parent, contribution)


def _contribution(call: Call, partial: Any, grad: Any, value: Any, multiply: Callable[[Any, Any], Any]) -> Any:
    """Return the product of a cotangent and the partial derivative of an elementwise `call` by `value`, in the shape of that."""
    pair, kind = call.primitive, call.kind
    seen = promoted(pair, call.args, kind) if kind.eager else call.args
    slope = partial(*seen, call.output, **call.params)
    try:
        contribution = multiply(grad, slope)
    except (TypeError, ValueError) as error:
        raise _no_slope(pair, slope, call.output, error) from error
    if kind.same_shape_and_type(contribution, value):
        return contribution
    return fit_slope(call, slope, contribution, grad, value)


def pull(call: Call, grad: Any, *, exact: bool = True) -> Iterable[tuple[Any, Any]]:
    """Return (parent, cotangent) for each input that `call` differentiates, from the cotangent of its output.

    `exact` asks for products in which an exact zero absorbs inf and nan.
    """
    pair, args, params, kind = call.primitive, call.args, call.params, call.kind
    if pair.derivative is not None:
        multiply = kind.strong_product if exact else kind.plain_product
        return [
            (parent, _contribution(call, partial, grad, value, multiply))
            for parent, partial, value in zip(call.parents, pair.derivative, args, strict=True)
            if parent is not None and partial is not None
        ]
    if isinstance(kind, TupleKind):
        grad = filled(grad, call.output)
    elif exact and (apart := kind_of(grad).infinities(grad)) is not None:
        return _pull_apart(call, *apart)
    rule = "backward"
    if pair.backward is None:
        rule, grads = "pushforward", transposed_pushforward(call, grad, reverse_sweep)
    elif isinstance(pair.backward, tuple):
        if len(pair.backward) != len(args):
            raise pair.complain("backward", f"has {len(pair.backward)} entries for {len(args)} inputs")
        grads = [
            None if parent is None or backward is None else backward(*args, call.output, grad, **params)
            for parent, backward in zip(call.parents, pair.backward, strict=True)
        ]
    else:
        returned = pair.backward(*args, call.output, grad, **params)
        grads = [returned]
        # Where the one input is itself a tuple, so is its gradient.
        if isinstance(returned, (tuple, list)) and not (len(args) == 1 and isinstance(kind_of(args[0]), TupleKind)):
            grads = list(returned)
        if len(grads) != len(args):
            raise pair.complain("backward", f"returned {len(grads)} gradients for {len(args)} inputs")
    pulled = []
    for parent, grad, value in zip(call.parents, grads, args, strict=True):
        if parent is not None and grad is not None:
            kind = kinds.get(type(value))
            pulled.append(
                (
                    parent,
                    grad
                    if kind is not None and kind.same_shape_and_type(grad, value)
                    else fit(pair, rule, grad, value),
                )
            )
    return pulled


def fit_slope(call: Call, slope: Any, contribution: Any, grad: Any, value: Any) -> Any:
    """Return the product of a cotangent and a partial derivative in the shape of its input."""
    if not call.kind.eager and kind_of(contribution).size(contribution) > kind_of(grad).size(grad):
        raise _no_slope(call.primitive, slope, call.output)
    return fit(call.primitive, "derivative", contribution, value)


def _no_slope(pair: Primitive, slope: Any, output: Any, error: Exception | None = None) -> PullbackError:
    """Return the error for a partial derivative that does not fit the output; what pullback itself says of it stays."""
    if isinstance(error, PullbackError):
        return error
    wanted = kind_of(output).describe(output)
    return pair.complain("derivative", f"returned {describe(slope)} where a partial derivative of {wanted} was wanted")


def _pull_apart(call: Call, finite: Any, infinities: list[tuple[float, Any]]) -> list[tuple[Any, Any]]:
    """Pull what is infinite or nan in a cotangent apart from the rest, so that the zeros within a rule absorb it.

    A rule is linear in its cotangent: what it makes of ones in the places of the infinities says what these reach.
    """
    found = [(parent, whole(grad)) for parent, grad in pull(call, finite)]
    for limit, places in infinities:
        reached = [whole(grad) for _, grad in pull(call, places)]
        found = [
            (parent, kind_of(grad).add(grad, kind_of(part).limit_where_nonzero(part, limit)))
            for (parent, grad), part in zip(found, reached, strict=True)
        ]
    return found


def forward_sweep(tape: Tape, seeds: Mapping[int, Any], wanted: Sequence[int]) -> list[Any]:
    """Return the tangents of the values numbered `wanted`, None where nothing arrives, from those in `seeds`."""
    if tape.floats and policy() == "zero" and all(type(seed) is float for seed in seeds.values()):
        found = forward_floats(tape, seeds, wanted)
        if found is not None:
            return found
    return _in_one_run_or_two(
        lambda _, exact: _forward_entries(tape.entries, tape.size, seeds, wanted, exact=exact), tape.kind
    )


def _forward_entries(
    entries: Sequence[Entry], size: int, seeds: Mapping[int, Any], wanted: Sequence[int], *, exact: bool
) -> list[Any]:
    tangents: list[Any] = list(map(seeds.get, range(size)))
    for k, i, d_i, j, d_j in entries:
        if i is None:
            incoming = [None if parent is None else tangents[parent] for parent in d_i.parents]
            if any(tangent is not None for tangent in incoming):
                tangents[k] = push(d_i, incoming, exact=exact)
        else:
            for parent, partial in ((i, d_i), (j, d_j)):
                tangent = None if parent is None else tangents[parent]
                if tangent is not None:
                    kind = kind_of(tangent)
                    accumulate(tangents, k, (kind.strong_product if exact else kind.plain_product)(tangent, partial))
    return [tangents[k] for k in wanted]


def push(call: Call, tangents: Sequence[Any], *, exact: bool = True) -> Any:
    """Return the tangent of the output of `call` from those of its inputs, None where there is none."""
    pair, args, params = call.primitive, call.args, call.params
    if pair.derivative is not None:
        kind = call.kind
        seen = promoted(pair, args, kind) if kind.eager else args
        total = None
        for tangent, partial in zip(tangents, pair.derivative, strict=True):
            if tangent is not None and partial is not None:
                slope = partial(*seen, call.output, **params)
                try:
                    part = kind.strong_product(tangent, slope) if exact else kind.plain_product(tangent, slope)
                except (TypeError, ValueError) as error:
                    raise _no_slope(pair, slope, call.output, error) from error
                total = part if total is None else kind.add(total, part)
        if total is None:
            return None
        try:
            total = kind.broadcast(total, call.output)
        except (TypeError, ValueError) as error:
            raise _no_slope(pair, total, call.output, error) from error
        return fit(pair, "derivative", total, call.output)
    if exact and not isinstance(kind_of(call.output), TupleKind):
        for n, tangent in enumerate(tangents):
            if tangent is not None and (apart := kind_of(tangent).infinities(tangent)) is not None:
                return _push_apart(call, tangents, n, *apart)
    if pair.pushforward is None:
        return transposed_backward(call, tangents, pull, reverse_sweep)
    tangent = pair.pushforward(*args, call.output, *filled(tangents, args), **params)
    return checked_tangent(call, tangent)


def _push_apart(call: Call, tangents: Sequence[Any], n: int, finite: Any, infinities: list[tuple[float, Any]]) -> Any:
    """Push what is infinite or nan in the tangent `n` apart from the rest, as `_pull_apart` pulls it."""
    total = push(call, [*tangents[:n], finite, *tangents[n + 1 :]])
    for limit, places in infinities:
        part = push(call, [places if m == n else None for m in range(len(tangents))])
        total = kind_of(total).add(total, kind_of(part).limit_where_nonzero(part, limit))
    return total
