"""Every pair that we ship, against derivatives in 50 digits, at the inputs of the table and at the points it declares."""

from __future__ import annotations

import importlib
import math
import pickle
import threading
from functools import partial
from importlib.metadata import entry_points
from typing import Any

import pytest
from mpmath import mp, mpf

import pullback as pb
from pullback.primitive import Answer, Nondifferentiable, Primitive
from pullback.testing import check_points
from pullback.transforms import grad, jvp

from .cases import CASES, NONDIFFERENTIABLE, Case


def _shipped() -> list[Answer]:
    found: list[Answer] = []
    for point in entry_points(group="pullback.families"):
        of_arrays = ("pullback_plugins.array_api", "pullback_plugins.numpy", "pullback_plugins.scipy")
        of_scalars = not point.module.startswith(of_arrays)
        if point.dist is not None and point.dist.name == "pullback" and of_scalars:
            plugin = importlib.import_module(point.module)
            plugin = getattr(plugin, point.attr) if point.attr else plugin
            found += plugin.pullback_register_primitives()
    return found


SHIPPED = _shipped()
DIFFERENTIABLE = [pair for pair in SHIPPED if not isinstance(pair, Nondifferentiable)]
by_name = pytest.mark.parametrize("pair", DIFFERENTIABLE, ids=lambda pair: pair.name)


def _available(pair: Answer) -> bool:
    """Whether this Python has the function behind a pair (`fma` came with 3.13, `sumprod` with 3.12)."""
    target = getattr(pair, "default", None)
    if pair.name.startswith("sumprod"):
        return hasattr(math, "sumprod")
    return not (isinstance(target, str) and target.startswith("math:")) or hasattr(math, target[5:])


def _case(pair: Answer) -> Case:
    if not _available(pair):
        pytest.skip(f"this Python has no {pair.name}")
    return CASES[pair.name]


def _active(case: Case, inputs: tuple[Any, ...]) -> list[int]:
    return [place for place in range(len(inputs)) if place not in case.fixed]


def _exact(case: Case, inputs: tuple[Any, ...], *places: int) -> Any:
    """The first or second partial derivative of the formula by the inputs at `places`, to some 40 digits.

    Central differences, with steps 25 digits below the inputs and as many digits as their cancellation takes.
    """
    steps = [abs(mpf(inputs[place])) * mpf(10) ** -25 if inputs[place] else mpf(10) ** -25 for place in places]
    digits = 400 + 2 * int(sum(max(mpf(0), -mp.log10(step)) for step in steps))
    with mp.workdps(digits):

        def at(*shifts: Any) -> Any:
            moved = [x if place in case.fixed else mpf(x) for place, x in enumerate(inputs)]
            for place, shift in zip(places, shifts, strict=True):
                moved[place] += shift
            return mpf(case.formula(*moved))

        if len(places) == 1:
            (h,) = steps
            return (at(h) - at(-h)) / (2 * h)
        h, k = steps
        return (at(h, k) - at(h, -k) - at(-h, k) + at(-h, -k)) / (4 * h * k)


def _close(found: float, exact: Any, rtol: float, scale: float = 0.0) -> bool:
    if mp.isinf(exact) or abs(exact) > 1.7e308:
        return math.isinf(found)
    return abs(mpf(found) - exact) <= rtol * abs(exact) + 1e-300 + scale


@pytest.fixture(autouse=True)
def _digits() -> Any:
    with mp.workdps(80):
        yield


def test_every_pair_has_examples() -> None:
    names = [pair.name for pair in SHIPPED]
    assert len(names) == len(set(names))
    assert {pair.name for pair in DIFFERENTIABLE} == set(CASES)
    assert {pair.name for pair in SHIPPED if isinstance(pair, Nondifferentiable)} == NONDIFFERENTIABLE
    assert all(case.examples for case in CASES.values())


@by_name
def test_first_derivatives_in_both_modes(pair: Primitive) -> None:
    case = _case(pair)
    for inputs in case.examples:
        function = partial(case.call, pair)
        for place in _active(case, inputs):
            exact = _exact(case, inputs, place)
            reverse = grad(function, place)(*inputs)
            forward = jvp(lambda x: function(*inputs[:place], x, *inputs[place + 1 :]), (inputs[place],), (1.0,))[1]
            assert _close(reverse, exact, case.rtol), (pair.name, inputs, place, reverse, exact)
            assert _close(forward, exact, case.rtol), (pair.name, inputs, place, forward, exact)
            assert type(reverse) is type(forward) is float


@by_name
def test_second_derivatives_in_every_combination_of_modes(pair: Primitive) -> None:
    case = _case(pair)
    for inputs in case.examples:
        function = partial(case.call, pair)
        for first in _active(case, inputs):
            for second in _active(case, inputs):
                exact = _exact(case, inputs, first, second)
                size = abs(_exact(case, inputs, first)) / max(abs(mpf(inputs[second])), mpf(10) ** -10)
                scale = float(min(size, mpf(10) ** 290)) * 1e-14

                def slope(*xs: Any, first: int = first) -> Any:
                    return grad(function, first)(*xs)

                def push(*xs: Any, first: int = first) -> Any:
                    return jvp(lambda x: function(*xs[:first], x, *xs[first + 1 :]), (xs[first],), (1.0,))[1]

                def along(f: Any, second: int = second) -> float:
                    return jvp(lambda x: f(*inputs[:second], x, *inputs[second + 1 :]), (inputs[second],), (1.0,))[1]

                found = {
                    "reverse over reverse": grad(slope, second)(*inputs),
                    "forward over reverse": along(slope),
                    "reverse over forward": grad(push, second)(*inputs),
                    "forward over forward": along(push),
                }
                for mode, value in found.items():
                    assert _close(value, exact, case.second_rtol, scale), (
                        mode,
                        pair.name,
                        inputs,
                        first,
                        second,
                        value,
                        exact,
                    )


@by_name
def test_variables_hold_what_plain_values_give(pair: Primitive) -> None:
    case = _case(pair)
    for inputs in case.examples:
        expected = case.call(pair, *inputs)
        for make in (pb.Variable, pb.float_var):
            variables = [x if place in case.fixed else make(x) for place, x in enumerate(inputs)]
            result = case.call(pair, *variables)
            assert result.primal == expected
            assert type(result) is type(make(1.0))
            result.backprop()
            for place in _active(case, inputs):
                slope = grad(partial(case.call, pair), place)(*inputs)
                found = variables[place].grad
                assert found == slope or (found != found and slope != slope)


@by_name
def test_declared_points(pair: Primitive) -> None:
    _case(pair)
    if isinstance(pair, Primitive):
        check_points(pair)


@by_name
def test_second_order_at_declared_points_is_not_an_error(pair: Primitive) -> None:
    _case(pair)
    for inputs in getattr(pair, "points", ()):
        point = inputs if isinstance(inputs, tuple) else (inputs,)
        for first in range(len(point)):
            for second in range(len(point)):
                assert isinstance(grad(grad(pair, first), second)(*point), float)


@by_name
def test_pickles_to_itself(pair: Primitive) -> None:
    assert pickle.loads(pickle.dumps(pair)) is pair


@by_name
def test_threads_agree(pair: Primitive) -> None:
    case = _case(pair)
    inputs = case.examples[0]
    places = tuple(_active(case, inputs))
    expected = grad(partial(case.call, pair), places)(*inputs)
    found: list[Any] = []
    workers = [
        threading.Thread(
            target=lambda: found.extend(grad(partial(case.call, pair), places)(*inputs) for _ in range(20))
        )
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == [expected] * 80


@pytest.mark.parametrize("name", sorted(NONDIFFERENTIABLE))
def test_what_is_not_differentiable_passes_through(name: str) -> None:
    function, ours = getattr(math, name), getattr(pb.math, name)
    args = (2.5, 2.5) if name == "isclose" else (2.5,)
    assert ours(*args) == function(*args)
    assert ours(*map(pb.Variable, args)) == function(*args)
    assert type(ours(*map(pb.Variable, args))) is type(function(*args))
