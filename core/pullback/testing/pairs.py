"""Pairs held against numerical derivatives, and against the points that they declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pullback.primitive import Primitive
from pullback.testing.gradients import check_grads
from pullback.transforms import jvp, vjp

__all__ = ["check_pair", "check_points", "partials_at"]


def check_pair(pair: Primitive, *examples: Sequence[Any], order: int = 2, **options: Any) -> None:
    """Raise `AssertionError` unless `pair` is right at every example and at every point that it declares.

    An example is the tuple of inputs. Other options are those of `check_grads`.

    >>> import math
    >>> from pullback import elementwise
    >>> from pullback.testing import check_pair
    >>> check_pair(elementwise(math.exp, derivative=lambda x, y: y), (0.5,), (-3.0,))
    """
    if not examples:
        raise AssertionError(f"{pair.name} has no example to be checked at")
    for example in examples:
        check_grads(pair, example, order, **options)
    check_points(pair)


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
    units = [tuple(1.0 if i == j else 0.0 for j in range(len(inputs))) for i in range(len(inputs))]
    return tuple(jvp(pair, inputs, unit)[1] for unit in units)
