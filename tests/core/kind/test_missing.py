"""What is said of a method that a kind does not have."""

from __future__ import annotations

from pullback.kind.missing import missing

from .dozens import DozenKind


def test_it_names_the_kind_the_method_and_the_class() -> None:
    assert str(missing(DozenKind(), "dot")) == (
        "the value kind 'dozen' has no dot(), which is needed here; define it in DozenKind, as pullback.ValueKind says"
    )
