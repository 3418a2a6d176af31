"""Figures are compared within their table: by ratio of medians, or round by round by difference."""

from __future__ import annotations

import pytest
from benchmarks.figure import Figure, Table

BASE = Figure("base", (2.0, 4.0, 3.0))
OURS = Figure("ours", (6.0, 12.0, 30.0), base="base", budget=8.0)
TABLE = Table("key", "title", "second", (BASE, OURS), "x base")


def test_the_middle_and_the_spread_of_the_rounds() -> None:
    assert (OURS.median, OURS.spread) == (12.0, 5.0)
    assert Figure("two", (1.0, 2.0)).median == 1.5


def test_a_ratio_is_one_of_medians() -> None:
    assert TABLE.compared(OURS) == 4.0
    assert TABLE.of_budget(OURS) == 0.5


def test_a_difference_is_taken_between_neighbours_in_time() -> None:
    table = Table("key", "title", "second", (BASE, OURS), "over base", "difference")
    assert table.compared(OURS) == 8.0  # of 4, 8 and 27
    assert table.of_budget(OURS) == 1.0


def test_without_a_comparison_the_budget_is_one_of_the_figure_itself() -> None:
    assert Table("key", "title", "byte", (OURS,)).of_budget(OURS) == 1.5


@pytest.mark.parametrize(
    "figure", [Figure("ours", base="base", budget=1.0), Figure("ours", (1.0,), base="nobody", budget=1.0)]
)
def test_what_was_not_measured_is_not_compared(figure: Figure) -> None:
    table = Table("key", "title", "second", (BASE, figure), "x base")
    assert table.compared(figure) is None
    assert table.of_budget(figure) is None


def test_a_figure_without_a_budget_takes_up_nothing_of_it() -> None:
    assert TABLE.of_budget(BASE) is None
