"""`check_grads` compares the derivatives of a function with numerical ones."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from pullback.kind import kind_of
from pullback.testing.differences import ridders
from pullback.transforms import jvp, stop_gradient, vjp
from pullback.transforms.structure import AnyStructure, structure_of

__all__ = ["check_grads"]

MODES = ("reverse", "forward")


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    modes: Sequence[str] = MODES,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    step: float = 1e-2,
) -> None:
    """Raise `AssertionError` unless the derivatives of `f` at `args` agree with numerical ones.

    It checks both modes along a random direction, and by default second derivatives in every combination of modes. `args` is
    the tuple of arguments, each a float, an array or a structure. `step` is the first step of the numerical derivative, relative
    to the size of the arguments where that is above one; `f` must be smooth and defined that far around `args`.
    Code that breaks the chain raises `ChainBrokenError`, as in any transform.

    >>> from pullback import check_grads, primitive
    >>> check_grads(lambda x, y: x * x * y, (3.0, 2.0))
    >>> wrong = primitive(lambda x: x * x, lambda x, y, grad: 3.0 * x * grad, name="wrong")
    >>> check_grads(wrong, (3.0,))
    Traceback (most recent call last):
    ...
    AssertionError: first-order reverse mode of wrong at (3.0,): ...
    """
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown or not modes:
        raise ValueError(f"modes are {MODES}, not {tuple(modes)!r}")
    if not isinstance(args, (tuple, list)):
        raise TypeError(f"check_grads takes the arguments as a tuple, check_grads(f, (x,)), not {args!r}")
    chooser = random.Random(0)
    name = getattr(f, "__name__", repr(f))
    _check(f, tuple(args), order, tuple(modes), chooser, (rtol, atol, step), (), name)


_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth")


def _check(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    order: int,
    modes: tuple[str, ...],
    chooser: random.Random,
    tolerances: tuple[float, float, float],
    path: tuple[str, ...],
    name: str,
) -> None:
    """Check one order of derivatives of `f`, then recurse into its derivative in each mode; `path` names the modes so far."""
    rtol, atol, step = tolerances
    output = structure_of(f(*args))
    cotangent = output.gradient([_random(leaf, chooser) for leaf in output.leaves])
    inputs = [structure_of(arg) for arg in args]
    tangents = tuple(structure.gradient([_random(leaf, chooser) for leaf in structure.leaves]) for structure in inputs)

    def along(distance: float) -> float:
        moved = [_moved(structure, tangent, distance) for structure, tangent in zip(inputs, tangents, strict=True)]
        return _dot(cotangent, f(*moved))

    scale = max([1.0, *(kind_of(leaf).magnitude(leaf) for structure in inputs for leaf in structure.leaves)])
    expected, error = ridders(along, step * scale)
    derived: dict[str, Callable[..., Any]] = {
        "reverse": lambda *points: vjp(f, *points)[1](cotangent),
        "forward": lambda *points: jvp(f, points, tangents)[1],
    }
    directional: dict[str, Callable[[], float]] = {
        "reverse": lambda: sum(
            _dot(tangent, grad) for tangent, grad in zip(tangents, derived["reverse"](*args), strict=True)
        ),
        "forward": lambda: _dot(cotangent, derived["forward"](*args)),
    }
    for mode in modes:
        here = (*path, mode)
        value = directional[mode]()
        if not abs(value - expected) <= atol + rtol * abs(expected) + 10.0 * error:
            raise AssertionError(
                f"{_ORDINALS[min(len(here), 5)]}-order {' over '.join(reversed(here))} mode of {name} at {args}: "
                f"{value!r} along a random direction, but numerically {expected!r} (within {error:.1e})"
            )
        if order > 1:
            _check(derived[mode], args, order - 1, modes, chooser, tolerances, here, name)


def _random(leaf: Any, chooser: random.Random) -> Any:
    return kind_of(leaf).random(leaf, chooser)


def _moved(structure: AnyStructure, tangent: Any, distance: float) -> Any:
    leaves = structure.match(tangent, "the tangent")
    return structure.rebuild([leaf + distance * part for leaf, part in zip(structure.leaves, leaves, strict=True)])


def _dot(left: Any, right: Any) -> float:
    """Return the inner product of the differentiable leaves of two structures of the same form."""
    pairs = zip(structure_of(stop_gradient(left)).leaves, structure_of(stop_gradient(right)).leaves, strict=True)
    return math.fsum(kind_of(a).dot(a, b) for a, b in pairs)
