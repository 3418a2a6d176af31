"""Pairs held against numbers and against the points that they declare."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pullback import elementwise, primitive
from pullback.testing import check_pair, check_points, partials_at

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
