"""Pairs held against numbers and against the points that they declare."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np
import pytest

from pullback import elementwise, primitive
from pullback.testing import check_pair, check_points, check_purity, partials_at

exponential = elementwise(math.exp, derivative=lambda x, y: y, name="exponential")


def test_a_right_pair_passes() -> None:
    check_pair(exponential, (0.5,), (-3.0,))
    check_pair(primitive(lambda x, y: x * y, lambda x, y, out, g: (y * g, x * g), name="times"), (2.0, 3.0))


def test_a_wrong_pair_does_not() -> None:
    with pytest.raises(AssertionError, match="wrong"):
        check_pair(elementwise(math.exp, derivative=lambda x, y: 2.0 * y, name="wrong"), (0.5,))


def test_a_pair_that_is_wrong_at_its_second_example() -> None:
    pair = elementwise(abs, derivative=lambda x, y: 1.0, name="wrong")
    check_pair(pair, (0.5,))
    with pytest.raises(AssertionError, match="wrong"):
        check_pair(pair, (0.5,), (-0.5,))


def test_a_pair_without_an_example_fails() -> None:
    with pytest.raises(AssertionError, match="exponential has no example"):
        check_pair(exponential)


@pytest.mark.parametrize(
    ("partial", "declared", "right"),
    [
        (0.0, 0.0, True),
        (0.0, 1.0, False),
        (math.inf, math.inf, True),
        (-math.inf, math.inf, False),
        (math.nan, math.nan, True),
        (math.nan, 0.0, False),
        (0.0, math.nan, False),
        (0.0, (0.0, 0.0), False),
    ],
)
def test_declared_points_are_held_to_exactly(partial: float, declared: Any, right: bool) -> None:
    pair = elementwise(lambda x: x * 1.0, derivative=lambda x, y: partial, name="pair", points={0.0: declared})
    if right:
        check_points(pair)
    else:
        with pytest.raises(AssertionError, match=r"pair at \(0\.0,\) in reverse mode"):
            check_points(pair)


def test_points_are_checked_in_forward_mode_too() -> None:
    pair = primitive(
        lambda x: x * 1.0, lambda x, out, g: 0.5 * g, pushforward=lambda x, out, t: t, name="pair", points={0.0: 0.5}
    )
    with pytest.raises(AssertionError, match="in forward mode"):
        check_points(pair)


def test_partials_at() -> None:
    def times(x: Any, y: Any) -> Any:
        return x * x * y

    for mode in ("reverse", "forward"):
        assert partials_at(times, (3.0, 2.0), mode) == (12.0, 9.0)


def test_what_is_changed_in_place_is_found() -> None:
    x = np.array([3.0, 1.0, 2.0])

    def found(forward: Any, backward: Any, inputs: tuple[Any, ...] = (x,)) -> str:
        with pytest.raises(AssertionError) as caught:
            check_purity(primitive(forward, backward, name="impure"), tuple(each.copy() for each in inputs))
        return str(caught.value)

    def twice(x: Any) -> Any:
        return 2.0 * x

    assert "the forward of impure changes its inputs" in found(lambda x: x.sort() or x, lambda x, y, g: g)
    assert "changes its inputs" in found(lambda x: np.multiply(x, 2.0, out=x), lambda x, y, g: 2.0 * g)
    assert "changes the cotangent" in found(twice, lambda x, y, g: operator.imul(g, 2.0))
    assert "reverse mode" in found(twice, lambda x, y, g: (operator.imul(y, 2.0), y * g)[1])
    assert "changes the inputs" in found(twice, lambda x, y, g: (operator.imul(x, 2.0), 2.0 * g)[1])
    stateful = itertools.count(1.0)
    assert "gives something else the second time" in found(twice, lambda x, y, g: next(stateful) * g)


def test_pure_pairs_are_pure_whatever_they_take_and_give() -> None:
    for pair, inputs in (
        (exponential, (0.5,)),
        (primitive(math.frexp, lambda x, y, g: g[0] * 2.0 ** -y[1], name="halves"), (2.5,)),
        (
            primitive(np.sort, lambda x, y, g: g[np.argsort(np.argsort(x))], name="in_order"),
            (np.array([3.0, np.nan, 2.0]),),
        ),
        (primitive(lambda x: x[::-1], lambda x, y, g: g[::-1], name="from_the_end"), (np.array([3.0, math.inf]),)),
        (elementwise(lambda x, y: x + y, derivative=(1, 1), name="plus"), (np.ones((2, 3)), np.float32(1.0))),
    ):
        check_purity(pair, inputs)


def test_a_pair_is_checked_for_purity_before_the_rest() -> None:
    impure = primitive(lambda x: 2.0 * x, lambda x, y, g: operator.imul(g, 2.0), name="impure")
    with pytest.raises(AssertionError, match="changes the cotangent"):
        check_pair(impure, (np.ones(3),))
    check_purity(impure, (np.ones(3),), modes=["forward"])
    with pytest.raises(AssertionError, match="gives something else"):
        check_pair(
            elementwise(lambda x, seen=itertools.count(1.0): x * next(seen), derivative=1.0, name="counting"), (2.0,)
        )
