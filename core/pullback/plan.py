"""The plan of a call: what is known of one pair and the types of its inputs before their values are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeAlias, cast

from pullback._core import COMPILED, PlanCore
from pullback.errors import UnknownPrimitiveError
from pullback.forwards import ANY_KIND, FLOAT, forward_of, forward_on_kind
from pullback.location import user_location
from pullback.tables import highest, kinds
from pullback.tracked import Tracked

__all__ = ["Forward", "Function", "Kernel", "Plan", "Target", "resolve"]

Function: TypeAlias = Callable[..., Any]
Target: TypeAlias = Function | str
"""A function, or ``"module:qualname"`` of one, looked up when it is first needed."""
Forward: TypeAlias = Target | Mapping[str, Target]
"""One target for every value kind, or one for each, by the kind's name."""
Kernel: TypeAlias = Any
"""A compiled function: a capsule, an address, what has an `address`, or ``"module:qualname"`` of one (`docs/plugins.md`)."""


def resolve(target: Target) -> Function:
    """Return the function that `target` is or names; raise `UnknownPrimitiveError` when it does not exist."""
    if not isinstance(target, str):
        return target
    module, _, qualname = target.partition(":")
    try:
        function: Any = import_module(module)
        for part in qualname.split("."):
            function = getattr(function, part)
    except (ImportError, AttributeError) as error:
        raise UnknownPrimitiveError(f"{target} is missing from the installed version: {error}") from error
    return function  # type: ignore[no-any-return]


class Plan(PlanCore):
    """How one pair is called on values of certain types; both cores follow it.

    `forward` is the function to call, None where one of the values is a variable: that is a call of the level below. `slopes` are
    the partial derivatives, a number for each that is the same everywhere, where the call may take the short way of elementwise pairs;
    else None. `linear` says that all of them are numbers. On floats, `rule` is the forward and the slopes together, and the kernel is
    the compiled function of the pair. A plan holds for one `generation` of the tables.
    """

    __slots__ = ()

    @classmethod
    def on(cls, types: tuple[type, ...], pair: Any) -> Plan:
        """Return the plan for values of `types`; raise `UnknownPrimitiveError` when `pair` has no forward for them."""
        plan = cls()
        # First: should the tables change meanwhile, what is found out below is of the old generation.
        plan.generation = kinds.generation
        plan.types = types
        plan.linear = pair.linear
        plan.slopes = plan.forward = plan.rule = None
        if any(issubclass(value_type, Tracked) for value_type in types):
            return plan
        known = [kinds.known(value_type) for value_type in types]
        if (
            pair.slopes is not None
            and len(pair.slopes) == len(types)
            and None not in known
            and not all(kind.eager for kind in known)
        ):
            plan.slopes = pair.slopes
        plan.forward = _forward(pair, types, known)
        return plan

    @classmethod
    def on_floats(cls, pair: Any) -> Plan | None:
        """Return the plan for any number of floats, which holds for good; None where `pair` names no forward for them."""
        # Asking for the kind of floats would load the family that brings it.
        target = pair.forwards.get(FLOAT) or pair.forwards.get(ANY_KIND)
        if target is None and pair.forwards:
            return None
        plan = cls()
        plan.types = plan.generation = None
        if COMPILED and pair.kernel is not None and pair.slopes is not None:
            with suppress(UnknownPrimitiveError):  # one that is named, and was not built
                kernel = resolve(pair.kernel)
                plan.take_kernel(getattr(kernel, "address", kernel), len(pair.slopes))
        plan.forward = resolve(pair.default if target is None else target)
        plan.slopes = pair.slopes
        plan.linear = pair.linear
        plan.rule = None if pair.slopes is None or None in pair.slopes else (plan.forward, *pair.slopes)
        return plan


def _forward(pair: Any, types: tuple[type, ...], known: list[Any]) -> Function:
    """Return the forward of `pair` for the kind of highest priority among values of `types`."""
    kind = kinds.leading(types) if pair.forwards else highest(known, types)
    if kind is None:
        return resolve(pair.default)
    target = forward_of(pair, kind) or (None if pair.forwards else pair.default)
    if target is None:
        advice = (
            ""
            if kind.name == FLOAT
            else f". A family brings one by the hook pullback_register_forwards{_unused(pair, kind)}"
        )
        raise UnknownPrimitiveError(
            f"{pair.name} has no forward for values of kind {kind.name!r}, only for {', '.join(pair.forwards)}, at "
            f"{user_location()}{advice}"
        )
    return cast(Function, kind.specialized(resolve(target)))


def _unused(pair: Any, kind: Any) -> str:
    """Return a remark on forwards that were probably meant for `pair` and `kind`, but have a name that is not theirs."""
    unused = [str(forward) for forward in kinds.unused if forward.key[1] == kind.name]
    unused += [
        forward_on_kind(pair.name, name)
        for other, name in list(kinds.brought)
        if other is pair and kinds.named(name) is None
    ]
    return (
        f"; without effect, as no pair with a forward, or no kind, has that name: {', '.join(unused)}" if unused else ""
    )
