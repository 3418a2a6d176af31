"""Pairs held against numerical derivatives, and against the points that they declare."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from typing import Any

from pullback.kind import kind_of
from pullback.primitive import Primitive
from pullback.testing.gradients import MODES, check_grads
from pullback.transforms import jvp, vjp
from pullback.transforms.structure import structure_of

__all__ = ["check_pair", "check_points", "check_purity", "partials_at"]


def check_pair(pair: Primitive, *examples: Sequence[Any], order: int = 2, **options: Any) -> None:
    """Raise `AssertionError` unless `pair` is right, and pure, at every example, and right at every point that it declares.

    An example is the tuple of inputs. Other options are those of `check_grads`; see `check_purity` and `check_points`.

    >>> import math
    >>> from pullback import elementwise
    >>> from pullback.testing import check_pair
    >>> check_pair(elementwise(math.exp, derivative=lambda x, y: y), (0.5,), (-3.0,))
    """
    if not examples:
        raise AssertionError(f"{pair.name} has no example to be checked at")
    for example in examples:
        check_purity(pair, example, options.get("modes", MODES))
        check_grads(pair, example, order, **options)
    check_points(pair)


def check_purity(pair: Any, inputs: Sequence[Any], modes: Sequence[str] = MODES) -> None:
    """Raise `AssertionError` when the forward or a rule of `pair` changes what it is given, or gives something else the next time.

    `modes` are those in which the rules are run.

    >>> from pullback import primitive
    >>> from pullback.testing import check_purity
    >>> calls = []
    >>> counted = primitive(lambda x: calls.append(x) or x * len(calls), lambda x, y, grad: grad, name="counted")
    >>> check_purity(counted, (2.0,))
    Traceback (most recent call last):
    ...
    AssertionError: the forward of counted gives something else when it is called again with the same inputs
    """
    chooser = random.Random(0)
    given = copy.deepcopy(tuple(inputs))
    output = pair(*given)
    _unchanged(given, inputs, f"the forward of {pair.name} changes its inputs")
    _unchanged(
        pair(*given),
        output,
        f"the forward of {pair.name} gives something else when it is called again with the same inputs",
    )
    leaves = structure_of(output)
    cotangent = leaves.gradient([kind_of(leaf).random(leaf, chooser) for leaf in leaves.leaves])
    tangents = tuple(
        each.gradient([kind_of(leaf).random(leaf, chooser) for leaf in each.leaves])
        for each in map(structure_of, inputs)
    )
    pull = vjp(pair, *given)[1]
    for rule, derive, seed in (
        ("reverse", pull, cotangent),
        ("forward", lambda moved: jvp(pair, given, moved)[1], tangents),
    ):
        if rule not in modes:
            continue
        kept = copy.deepcopy(seed)
        first = copy.deepcopy(derive(seed))
        what = "the cotangent" if rule == "reverse" else "the tangents"
        _unchanged(seed, kept, f"the rule of {pair.name} changes {what} that it is given, in {rule} mode")
        _unchanged(derive(seed), first, f"the rule of {pair.name} gives something else the second time, in {rule} mode")
        _unchanged(given, inputs, f"the rule of {pair.name} changes the inputs of the pair, in {rule} mode")


def _unchanged(found: Any, kept: Any, complaint: str) -> None:
    for now, before in zip(structure_of(found).leaves, structure_of(kept).leaves, strict=True):
        agree = (now == before) | ((now != now) & (before != before))
        if not (agree.all() if hasattr(agree, "all") else agree):
            raise AssertionError(complaint)


def check_points(pair: Primitive) -> None:
    """Raise `AssertionError` unless `pair` has, in both modes, the partial derivatives that it declares at its points.

    A declared nan asks for nan.
    """
    for inputs, declared in pair.points.items():
        point = inputs if isinstance(inputs, tuple) else (inputs,)
        wanted = declared if isinstance(declared, tuple) else (declared,)
        for mode in ("reverse", "forward"):
            found = partials_at(pair, point, mode)
            if len(found) != len(wanted) or any(
                a != b and not (a != a and b != b) for a, b in zip(found, wanted, strict=True)
            ):
                raise AssertionError(
                    f"{pair.name} at {point} in {mode} mode: partial derivatives {found}, declared {wanted}"
                )


def partials_at(pair: Any, inputs: tuple[Any, ...], mode: str = "reverse") -> tuple[Any, ...]:
    """Return the partial derivative of a scalar pair by each of its inputs, in the given mode."""
    if mode == "reverse":
        return tuple(vjp(pair, *inputs)[1](1.0))
    units: list[Any] = [tuple(1.0 if i == j else 0.0 for j in range(len(inputs))) for i in range(len(inputs))]
    return tuple(jvp(pair, list(inputs), unit)[1] for unit in units)
