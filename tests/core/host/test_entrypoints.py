"""The scan for families and for the index, and whether our own index tells the truth."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from pullback.host import entrypoints
from pullback.host.entrypoints import FAMILIES, INDEX, FoundFamily, IndexEntry, scan


@pytest.fixture
def found(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that scans, and leaves our own distribution out."""
    monkeypatch.syspath_prepend(str(site.folder))

    def find() -> tuple[list[FoundFamily], list[IndexEntry]]:
        families, index = scan()
        return [each for each in families if each.distribution != "pullback"], [
            each for each in index if each.distribution != "pullback"
        ]

    return find


def test_what_an_installed_distribution_declares(site: Any, found: Any) -> None:
    site.module("acme_scan", "family = 'the family'\n")
    site.distribution(
        "acme-bessel",
        families={"bessel": "acme_scan:family"},
        index={"acme_scan.j0": "acme_scan:j0", "j0": "acme_scan:j0"},
    )
    families, index = found()
    (family,) = families
    assert (family.name, family.module, family.distribution, family.version) == (
        "bessel",
        "acme_scan",
        "acme-bessel",
        "1.2",
    )
    assert sorted(index, key=lambda each: each.key) == [
        IndexEntry("acme_scan.j0", "acme_scan", "j0", "acme-bessel"),
        IndexEntry("j0", "acme_scan", "j0", "acme-bessel"),
    ]
    assert "acme_scan" not in sys.modules
    try:
        assert family.load() == "the family"
    finally:
        sys.modules.pop("acme_scan", None)


def test_ours_come_first_and_the_rest_by_distribution_and_name(site: Any, found: Any) -> None:
    site.distribution("zeta", families={"a": "zeta", "b": "zeta"})
    site.distribution("alpha", families={"z": "alpha", "c": "alpha"})
    assert [(each.distribution, each.name) for each in found()[0]] == [
        ("alpha", "c"),
        ("alpha", "z"),
        ("zeta", "a"),
        ("zeta", "b"),
    ]
    every = scan()[0]
    ours = [each.distribution == "pullback" for each in every]
    assert ours == sorted(ours, reverse=True)
    assert ours[0]
    own = [each.name for each in every if each.distribution == "pullback"]
    assert own == sorted(own)


def test_the_name_of_a_distribution_is_normalized(site: Any, found: Any) -> None:
    site.distribution("Acme_Bessel.Functions", families={"bessel": "acme_bessel"})
    assert found()[0][0].distribution == "acme-bessel-functions"


def test_a_distribution_that_is_found_twice_counts_once(site: Any, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.distribution("acme-twice", families={"twice": "acme_twice"}, index={"twice": "acme_twice:twice"})
    monkeypatch.setattr(sys, "path", [str(site.folder), *sys.path, str(site.folder)])
    families, index = found()
    assert [each.name for each in families] == ["twice"]
    assert len(index) == 1


def test_a_distribution_without_metadata_does_not_hide_the_others(site: Any, found: Any) -> None:
    (site.distribution("acme-bare", families={"bare": "acme_bare"}) / "METADATA").unlink()
    site.distribution("acme-good", families={"good": "acme_good"})
    assert "good" in {each.name for each in found()[0]}


def test_an_entry_point_of_no_distribution() -> None:
    assert entrypoints._origin(EntryPoint("bessel", "acme_bessel", FAMILIES)) == ("unknown", "unknown")


# Our own index: read from the metadata of the installed distribution, compared with what the families answer for.


def _ours(group: str) -> dict[str, str]:
    from importlib.metadata import distribution

    return {point.name: point.value for point in distribution("pullback").entry_points if point.group == group}


def _modules() -> Iterator[Any]:
    for value in _ours(FAMILIES).values():
        module, _, attribute = value.partition(":")
        if not attribute:  # the family `user` starts empty
            yield import_module(module)


def _dotted(target: Any) -> str:
    if isinstance(target, str):
        return target.replace(":", ".")
    (name,) = [name for name in operator.__all__ if getattr(operator, name) is target]
    return f"operator.{name}"


def test_the_index_is_what_our_families_answer_for() -> None:
    wanted = {}
    for module in _modules():
        for pair in module.pullback_register_primitives():
            for key in (pair.name, *map(_dotted, pair.overloads)):
                assert key not in wanted, f"{key} is answered twice"
                wanted[key] = module.__name__, pair
        for kind in getattr(module, "pullback_register_value_kinds", list)():
            for cls in kind.types:
                wanted[f"{cls.__module__}.{cls.__qualname__}"] = module.__name__, kind
    index = {key: value.partition(":") for key, value in _ours(INDEX).items()}
    assert sorted(index) == sorted(wanted)
    for key, (module_name, _, attribute) in index.items():
        module_wanted, thing = wanted[key]
        assert module_name == module_wanted, key
        assert not attribute or getattr(import_module(module_name), attribute) is thing, key


def test_operators_are_indexed_by_their_public_name() -> None:
    assert _ours(INDEX)["operator.mul"] == "pullback_plugins.arithmetic:mul"
    assert not [key for key in _ours(INDEX) if key.startswith("_operator.")]


def test_every_module_of_the_index_is_a_family() -> None:
    families = {value.partition(":")[0] for value in _ours(FAMILIES).values()}
    assert {value.partition(":")[0] for value in _ours(INDEX).values()} <= families
