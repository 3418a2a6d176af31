"""The checks of HIPS autograd's tests."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import pullback
from autograd.differential_operators import nary
from pullback.kind import kind_of
from pullback.testing.differences import ridders
from pullback.transforms.structure import Structure

__all__ = ["check_equivalent", "check_grads", "check_jvp", "check_vjp", "combo_check", "scalar_close"]

TOLERANCE = 1e-6
STEP = 1e-6
"""The first step of the numerical derivatives: their arguments are as near as 1e-5 to kinks."""

_NAMES = {"fwd": "JVP", "rev": "VJP"}
_chooser = random.Random(0)


def scalar_close(a: Any, b: Any) -> bool:
    """Return whether two numbers differ by a millionth, or by a millionth of their sum."""
    return bool(abs(a - b) <= TOLERANCE * max(1.0, abs(a + b)))


def _random(tree: Any) -> Any:
    structure = Structure(tree)
    return structure.gradient([kind_of(leaf).random(leaf, _chooser) for leaf in structure.leaves])


def _dot(left: Any, right: Any) -> float:
    pairs = zip(Structure(left).leaves, Structure(right).leaves, strict=True)
    return sum(kind_of(a).dot(a, b) for a, b in pairs)


def _check(fun: Callable[..., Any], args: tuple[Any, ...], mode: str) -> None:
    """Raise `AssertionError` unless `mode` agrees with the numerical derivative, and that with itself, along a random direction."""
    inputs = Structure(args)
    tangents, cotangent = _random(args), _random(fun(*args))
    if mode == "fwd":
        found = _dot(cotangent, pullback.jvp(fun, args, tangents)[1])
    else:
        found = _dot(tangents, pullback.vjp(fun, *args)[1](cotangent))
    directions = inputs.match(tangents, "the tangents")

    def along(distance: float) -> float:
        moved = [leaf + distance * part for leaf, part in zip(inputs.leaves, directions, strict=True)]
        return _dot(cotangent, fun(*inputs.rebuild(moved)))

    expected, error = ridders(along, STEP)
    allowed = TOLERANCE * max(1.0, abs(found + expected))
    name = f"derivative ({_NAMES[mode]}) check of {getattr(fun, '__name__', 'a function')} failed with {args}"
    assert error <= 10.0 * allowed, f"{name}: the numerical one is uncertain by {error}"
    assert abs(found - expected) <= allowed + error, f"{name}: {found}, but numerically {expected} within {error}"


def check_vjp(fun: Callable[[Any], Any], x: Any) -> None:
    """Raise `AssertionError` unless reverse mode agrees with numerical derivatives."""
    _check(fun, (x,), "rev")


def check_jvp(fun: Callable[[Any], Any], x: Any) -> None:
    """Raise `AssertionError` unless forward mode agrees with numerical derivatives."""
    _check(fun, (x,), "fwd")


def _check_orders(fun: Callable[..., Any], args: tuple[Any, ...], modes: Sequence[str], order: int) -> None:
    """Check `fun` by all of `args`, and then its derivative in each mode, by these and by the vector that it is contracted with."""
    count = len(args)
    for mode in modes:
        _check(fun, args, mode)
        if order == 1:
            continue
        if mode == "fwd":

            def derived(*given: Any) -> Any:
                return pullback.jvp(fun, given[:count], given[count:])[1]

            vectors = tuple(map(_random, args))
        else:

            def derived(*given: Any) -> Any:
                return pullback.vjp(fun, *given[:count])[1](given[count])

            vectors = (_random(fun(*args)),)
        derived.__name__ = f"{_NAMES[mode].lower()}_{getattr(fun, '__name__', 'a_function')}"
        _check_orders(derived, (*args, *vectors), modes, order - 1)


@nary
def check_grads(fun: Callable[[Any], Any], x: Any, modes: Sequence[str] | None = None, order: int = 2) -> None:
    """Raise `AssertionError` unless all derivatives of `fun` up to `order` agree with numerical ones, in `modes`."""
    # The same directions whatever ran before.
    _chooser.seed(0)
    _check_orders(fun, (x,), ("fwd", "rev") if modes is None else tuple(modes), order)


def check_equivalent(x: Any, y: Any) -> None:
    """Raise `AssertionError` unless two structures are built alike and hold the same numbers."""
    left, right = Structure(x), Structure(y)
    places = right.match(x, "the first")
    left.match(y, "the second")
    for a, b in zip(places, right.leaves, strict=True):
        assert np.shape(a) == np.shape(b), f"shapes {np.shape(a)} and {np.shape(b)}"
        assert np.iscomplexobj(a) == np.iscomplexobj(b), f"dtypes of {a!r} and {b!r}"
        assert np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE), f"{a} and {b}"


def combo_check(fun: Callable[..., Any], *options: Any, **named_options: Any) -> Callable[..., None]:
    """Return a function that takes lists of arguments and checks `fun` for all combinations of them."""

    def check(*choices: Any, **named_choices: Any) -> None:
        for args in itertools.product(*choices):
            for values in itertools.product(*named_choices.values()):
                check_grads(fun, *options, **named_options)(*args, **dict(zip(named_choices, values, strict=True)))

    return check
