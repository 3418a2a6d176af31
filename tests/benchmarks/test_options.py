"""A quick run measures one run of each; any other at least a twentieth of a second."""

from __future__ import annotations

from benchmarks.options import Options


def test_only_a_quick_run_may_be_shorter_than_what_can_be_measured() -> None:
    assert Options(small=True).least == 0.0
    assert Options().least == 0.05


def test_the_depth_is_that_of_the_design() -> None:
    from benchmarks.tables.depth import BUDGET

    assert Options().depth == BUDGET == 10_000_000
