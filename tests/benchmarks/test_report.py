"""The tables as text, of canned timings."""

from __future__ import annotations

import pytest
from benchmarks.figure import Figure, Table
from benchmarks.report import number, render

from .canned import BYTES, DEPTH, DIFFERENCES, RATIOS


def test_ratios_of_medians_and_budgets() -> None:
    assert (
        render(RATIOS)
        == """\
a canned problem         ms  x plain  budget  of budget  max/min  rounds  first, ms
---------------------  ----  -------  ------  ---------  -------  ------  ---------
plain                  2.00     1.00                         3.0       3
pullback               10.0     5.00    4.00       1.25      3.3       3      12.00
pullback, pure Python   120     60.0    80.0      0.750      2.0       3
micrograd              RecursionError: too deep
"""
    )


def test_differences_are_taken_round_by_round() -> None:
    assert (
        render(DIFFERENCES)
        == """\
a process   ms  over numpy  budget  of budget  max/min  rounds
---------  ---  ----------  ------  ---------  -------  ------
numpy      200           0                         3.0       3
ours       240        40.0    50.0      0.800      2.4       3
"""
    )


def test_bytes_and_numbers_are_their_own_measure() -> None:
    assert render(BYTES).splitlines()[2].split() == ["pullback", "60.0", "120", "0.500", "1"]
    assert render(DEPTH).splitlines()[2].split() == ["pullback", "10,000,000", "10,000,000", "1.00", "1"]
    assert render(DEPTH).splitlines()[3] == "peer      too deep"


def test_a_base_that_has_no_values_leaves_no_ratio() -> None:
    table = Table(
        "k", "t", "second", (Figure("plain", reason="no"), Figure("us", (1.0,), base="plain", budget=4.0)), "x"
    )
    assert table.compared(table.figures[1]) is None
    assert table.of_budget(table.figures[1]) is None
    assert render(table).splitlines()[3].split() == ["us", "1.00", "4.00", "1"]


def test_a_table_in_which_nothing_was_measured() -> None:
    assert render(Table("k", "t", "second", (Figure("one", reason="why"),))).splitlines()[-1] == "one  why"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.0123, "0.012"), (1.0, "1.00"), (12.345, "12.3"), (-88.2, "-88.2"), (1e7, "10,000,000")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
