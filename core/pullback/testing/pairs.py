"""Compare pairs with numerical derivatives, and with the points that they declare."""

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
    """Raise `AssertionError` unless `pair` is correct and pure at every example, and correct at every point that it declares.

    An example is a tuple of inputs. `order` and `options` are those of `check_grads`; see also `check_purity` and `check_points`.

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
    """Raise `AssertionError` if the forward or a rule of `pair` changes its arguments, or gives another result when called again.

    `modes` are the modes in which the rules run.

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
    arguments = copy.deepcopy(tuple(inputs))
    output = pair(*arguments)
    _unchanged(arguments, inputs, f"the forward of {pair.name} changes its inputs")
    _unchanged(
        pair(*arguments),
        output,
        f"the forward of {pair.name} gives something else when it is called again with the same inputs",
    )
    leaves = structure_of(output)
    cotangent = leaves.gradient([kind_of(leaf).random(leaf, chooser) for leaf in leaves.leaves])
    tangents = tuple(
        structure.gradient([kind_of(leaf).random(leaf, chooser) for leaf in structure.leaves])
        for structure in map(structure_of, inputs)
    )
    pull = vjp(pair, *arguments)[1]
    for mode, derive, seed in (
        ("reverse", pull, cotangent),
        ("forward", lambda moved: jvp(pair, arguments, moved)[1], tangents),
    ):
        if mode not in modes:
            continue
        original = copy.deepcopy(seed)
        first = copy.deepcopy(derive(seed))
        what = "the cotangent" if mode == "reverse" else "the tangents"
        _unchanged(seed, original, f"the rule of {pair.name} changes {what} that it is given, in {mode} mode")
        _unchanged(derive(seed), first, f"the rule of {pair.name} gives something else the second time, in {mode} mode")
        _unchanged(arguments, inputs, f"the rule of {pair.name} changes the inputs of the pair, in {mode} mode")


def _unchanged(value: Any, original: Any, complaint: str) -> None:
    for now, before in zip(structure_of(value).leaves, structure_of(original).leaves, strict=True):
        agree = (now == before) | ((now != now) & (before != before))
        if not (agree.all() if hasattr(agree, "all") else agree):
            raise AssertionError(complaint)


def check_points(pair: Primitive) -> None:
    """Raise `AssertionError` unless `pair` has, in both modes, the partial derivatives that it declares at its points.

    Where nan is declared, the derivative must be nan.
    """
    for inputs, at_point in pair.points.items():
        point = inputs if isinstance(inputs, tuple) else (inputs,)
        declared = at_point if isinstance(at_point, tuple) else (at_point,)
        for mode in ("reverse", "forward"):
            partials = partials_at(pair, point, mode)
            if len(partials) != len(declared) or any(
                a != b and not (a != a and b != b) for a, b in zip(partials, declared, strict=True)
            ):
                raise AssertionError(
                    f"{pair.name} at {point} in {mode} mode: partial derivatives {partials}, declared {declared}"
                )


def partials_at(pair: Any, inputs: tuple[Any, ...], mode: str = "reverse") -> tuple[Any, ...]:
    """Return the partial derivatives of a scalar pair with respect to each of its inputs, computed in the given mode."""
    if mode == "reverse":
        return tuple(vjp(pair, *inputs)[1](1.0))
    units: list[Any] = [tuple(1.0 if i == j else 0.0 for j in range(len(inputs))) for i in range(len(inputs))]
    return tuple(jvp(pair, list(inputs), unit)[1] for unit in units)
