"""The record of a family."""

from __future__ import annotations

from typing import Any

from pullback.host.family import Family


def test_a_family_from_an_entry_point(bench: Any) -> None:
    found = bench.family("bessel", distribution="acme-bessel")
    family = Family("bessel", "lazy", "acme-bessel", "1.2", found)
    assert family.label == "acme-bessel 1.2 (entry point 'bessel')"
    assert not family.is_own
    assert Family("trig", "lazy", "pullback", "0.1", found).is_own


def test_a_family_that_a_program_registers_is_held_to_everything() -> None:
    family = Family("mine", "active", "pullback", "")
    assert family.label == "family 'mine', registered at run time"
    assert not family.is_own


def test_a_row_names_what_is_loaded_or_what_the_index_knows(bench: Any) -> None:
    family = Family("bessel", "lazy", "acme-bessel", "1.2")
    assert family.row(["j0", "j1"]) == {
        "family": "bessel",
        "status": "lazy",
        "reason": "",
        "distribution": "acme-bessel",
        "version": "1.2",
        "primitives": ["j0", "j1"],
    }
    family.pairs = [bench.pair("jn")]
    assert family.row(["j0", "j1"])["primitives"] == ["jn"]


def test_families_share_no_lists() -> None:
    one, other = Family("a", "lazy", "", ""), Family("b", "lazy", "", "")
    assert one.pairs is not other.pairs
    assert one.kinds is not other.kinds
