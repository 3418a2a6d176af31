"""The scan for families, and for the files of indexes."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from pullback.host import entrypoints
from pullback.host.entrypoints import FAMILIES, FoundFamily, FoundIndex, scan


@pytest.fixture
def found(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that scans, and leaves our own distribution out."""
    monkeypatch.syspath_prepend(str(site.folder))

    def find() -> tuple[list[FoundFamily], list[FoundIndex]]:
        families, indexes = scan()
        return [each for each in families if each.distribution != "pullback"], [
            each for each in indexes if each.distribution != "pullback"
        ]

    return find


def test_what_an_installed_distribution_declares(site: Any, found: Any) -> None:
    site.module("acme_scan", "family = 'the family'\n")
    site.distribution(
        "acme-bessel",
        families={"bessel": "acme_scan:family"},
        index="this is not read here",
    )
    families, indexes = found()
    (family,) = families
    assert (family.name, family.module, family.distribution, family.version) == (
        "bessel",
        "acme_scan",
        "acme-bessel",
        "1.2",
    )
    assert indexes == [FoundIndex("acme_scan", "acme_scan_index.txt", "acme-bessel", "1.2")]
    assert indexes[0].label == "acme-bessel 1.2 (index 'acme_scan:acme_scan_index.txt')"
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
    site.distribution("acme-twice", families={"twice": "acme_twice"}, index="")
    monkeypatch.setattr(sys, "path", [str(site.folder), *sys.path, str(site.folder)])
    families, indexes = found()
    assert [each.name for each in families] == ["twice"]
    assert len(indexes) == 1


def test_a_distribution_without_metadata_does_not_hide_the_others(site: Any, found: Any) -> None:
    (site.distribution("acme-bare", families={"bare": "acme_bare"}) / "METADATA").unlink()
    site.distribution("acme-good", families={"good": "acme_good"})
    assert "good" in {each.name for each in found()[0]}


@pytest.mark.parametrize(
    ("metadata", "name", "version"),
    [
        ("Metadata-Version: 2.1\nVersion: 1.3rc1\nname:  Acme_Odd \n\nName: wrong\nVersion: 9\n", "acme-odd", "1.3rc1"),
        ("Name: acme-odd\n\nVersion: 9\n", "acme-odd", "unknown"),
        ("Metadata-Version: 2.1\n", "unknown", "unknown"),
        ("Name: acme-odd\r\nVersion: 1.3\r\nSummary: Ünicode\r\n\r\nVersion: 9", "acme-odd", "1.3"),
    ],
    ids=["order", "half", "none", "windows"],
)
def test_what_the_metadata_says_of_name_and_version(
    site: Any, found: Any, metadata: str, name: str, version: str
) -> None:
    folder = site.distribution("acme-odd", families={"odd": "acme_odd"})
    (folder / "METADATA").write_bytes(metadata.encode())
    (family,) = found()[0]
    assert (family.distribution, family.version) == (name, version)


def test_an_egg_has_its_metadata_elsewhere(site: Any, found: Any) -> None:
    folder = site.distribution("acme-egg", families={"egg": "acme_egg"})
    egg = folder.rename(folder.with_name("acme_egg.egg-info"))
    (egg / "METADATA").rename(egg / "PKG-INFO")
    (family,) = found()[0]
    assert (family.distribution, family.version) == ("acme-egg", "1.2")


def test_an_entry_point_of_no_distribution() -> None:
    assert entrypoints._origin(EntryPoint("bessel", "acme_bessel", FAMILIES)) == ("unknown", "unknown")
