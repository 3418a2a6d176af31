"""The lookup tables: a hit asks nobody, a miss asks the finder once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from pullback import tables
from pullback.tables import KindTable, NameTable, OverloadTable


class Finder:
    """Puts into the tables what it was given, when it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.overloads, self.names, self.kinds = OverloadTable(), NameTable(), KindTable()
        self.found: dict[Any, Any] = {}

    def _find(self, table: dict[Any, Any], key: Any) -> bool:
        self.asked.append(key)
        table.update({each: value for each, value in self.found.items() if each == key})
        return key in table

    def find_overload(self, function: Any) -> bool:
        return self._find(self.overloads, function)

    def find_name(self, name: str) -> bool:
        return self._find(self.names, name)

    def find_kind(self, cls: type) -> bool:
        return self._find(self.kinds, cls)

    def absent(self, wanted: Any) -> str:
        return "disabled" if wanted in ("sin", math.sin) else ""


@pytest.fixture
def finder() -> Iterator[Finder]:
    found = Finder()
    before = tables._Connection.finder
    tables.connect(lambda: found)
    yield found
    tables.connect(before)


def test_a_hit_asks_nobody(finder: Finder) -> None:
    finder.overloads[math.sin] = "sine"
    finder.names["sin"] = "sine"
    finder.kinds[float] = "float"
    assert (finder.overloads.find(math.sin), finder.names.find("sin"), finder.kinds.find(float)) == (
        "sine",
        "sine",
        "float",
    )
    assert finder.asked == []


def test_a_miss_asks_and_looks_again(finder: Finder) -> None:
    finder.found = {math.sin: "sine", "sin": "sine", float: "float"}
    assert finder.overloads.find(math.sin) == "sine"
    assert finder.names.find("sin") == "sine"
    assert finder.kinds.find(float) == "float"
    assert finder.asked == [math.sin, "sin", float]
    assert finder.overloads.find(math.sin) == "sine"
    assert len(finder.asked) == 3


def test_what_nobody_knows_is_none(finder: Finder) -> None:
    assert finder.overloads.find(math.cos) is None
    assert finder.names.find("cos") is None
    assert finder.kinds.find(str) is None
    assert finder.asked == [math.cos, "cos", str]


def test_a_later_arrival_is_found(finder: Finder) -> None:
    assert finder.overloads.find(math.cos) is None
    finder.found = {math.cos: "cosine"}
    assert finder.overloads.find(math.cos) == "cosine"


def test_tables_do_not_share() -> None:
    one, other = KindTable(), KindTable()
    one[float] = "one"
    assert float not in other
    assert one.generation.inherited is not other.generation.inherited


class Base:
    pass


class Mixin:
    pass


class Both(Mixin, Base):
    pass


class Leaf(Both):
    pass


def test_a_subtype_is_of_the_kind_of_its_nearest_base(finder: Finder) -> None:
    kinds = finder.kinds
    kinds[Base] = "base"
    assert kinds.find(Leaf) == "base"
    assert kinds.find(Leaf) == "base"
    assert finder.asked == [Leaf]
    kinds[Mixin] = "mixin"
    assert kinds.find(Leaf) == "base"  # until the host says that kinds have changed
    kinds.renew()
    assert kinds.find(Leaf) == "mixin"  # Leaf, Both, Mixin, Base: the order of resolution
    kinds[Leaf] = "leaf"
    kinds.renew()
    assert kinds.find(Leaf) == "leaf"
    assert kinds.find(Both) == "mixin"


def test_a_subtype_that_was_found_to_have_no_kind(finder: Finder) -> None:
    assert finder.kinds.find(Leaf) is None
    assert finder.kinds.find(Leaf) is None
    assert finder.asked == [Leaf]
    finder.kinds[Base] = "base"
    finder.kinds.renew()
    assert finder.kinds.find(Leaf) == "base"


def test_an_excluded_type_and_its_subtypes_have_no_kind(finder: Finder) -> None:
    finder.kinds.update({Base: "base", Both: None})
    assert finder.kinds.find(Both) is None
    assert finder.kinds.find(Leaf) is None


def test_inheritance_does_not_fill_the_table(finder: Finder) -> None:
    finder.kinds[Base] = "base"
    finder.kinds.find(Leaf)
    assert set(finder.kinds) == {Base}


def test_the_finder_is_made_at_the_first_miss(finder: Finder) -> None:
    made: list[int] = []

    def make() -> Finder:
        made.append(1)
        return finder

    tables.connect(make)
    finder.names["sin"] = "sine"
    assert finder.names.find("sin") == "sine"
    assert made == []
    finder.names.find("cos")
    assert made == [1]


def test_why_nothing_answers_is_asked_of_the_finder(finder: Finder) -> None:
    assert (finder.overloads.absent(math.sin), finder.names.absent("sin")) == ("disabled", "disabled")
    assert (finder.overloads.absent(math.cos), finder.names.absent("cos")) == ("", "")


def test_generations_are_counted_and_begin_with_nothing(finder: Finder) -> None:
    kinds = finder.kinds
    kinds[Base] = "base"
    kinds.find(Leaf)
    before = kinds.generation
    kinds.renew()
    assert kinds.generation.number == before.number + 1
    assert kinds.generation.inherited == {}
    assert before.inherited == {Leaf: "base"}  # who took it first may go on with it
