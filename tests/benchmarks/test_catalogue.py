"""Tables are chosen by a part of their key; every problem and every measurement has one."""

from __future__ import annotations

import pytest
from benchmarks.catalogue import TABLES, chosen
from benchmarks.problems import PROBLEMS


def test_tables_are_chosen_by_a_part_of_their_key() -> None:
    assert chosen([]) == list(TABLES)
    assert chosen(["sines", "dispatch"]) == ["scalar/sines", "dispatch"]
    with pytest.raises(ValueError, match="'quantum' is no part of any of scalar/lotka-volterra, "):
        chosen(["quantum"])


def test_the_order_is_that_of_the_catalogue_whatever_was_asked_first() -> None:
    assert chosen(["dispatch", "sines"]) == chosen(["sines", "dispatch"])
    assert chosen(["memory"]) == ["arrays/network-memory", "memory"]


def test_every_problem_has_a_table() -> None:
    assert [key for key in TABLES if key in PROBLEMS] == list(PROBLEMS)
