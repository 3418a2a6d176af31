"""Families that answer for the same: who is kept, who is named, and who may override."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pullback import ConflictError, PluginWarning


def messages(caught: Any) -> list[str]:
    return [str(each.message) for each in caught]


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


def statuses(host: Any) -> dict[str, str]:
    return {each["family"]: each["status"] for each in host.rows()}


@pytest.mark.parametrize("shared", ["overload", "name"])
def test_a_conflict_at_run_time_names_both_and_changes_nothing(bench: Any, refuses: Any, shared: str) -> None:
    first = bench.pair("sine", math.sin)
    host = bench.host(bench.family("trig", bench.plugin(first), "acme-trig"))
    host.load_all()
    rival = bench.pair("other", math.sin) if shared == "overload" else bench.pair("sine")
    text = refuses(host, bench.plugin(bench.pair("fine", math.cos), rival, name="mine"), ConflictError, bench)
    assert "family 'mine', registered at run time" in text
    assert "acme-trig 1.2 (entry point 'trig')" in text
    assert ("the overload math.sin" if shared == "overload" else "the name sine") in text
    assert "override=True" in text


def test_a_conflict_at_run_time_is_seen_before_the_rival_is_loaded(bench: Any, refuses: Any) -> None:
    family = bench.family("trig", bench.plugin(bench.pair("sine", math.sin)), "acme-trig")
    host = bench.host(family, index=[bench.entry("math.sin", family)])
    with pytest.raises(ConflictError, match=r"acme-trig 1\.2"):
        host.register(bench.plugin(bench.pair("mine", math.sin)))
    assert host.overloads[math.sin].name == "sine"
    assert "mine" not in host.names


@pytest.mark.parametrize("shared", ["overload", "name"])
@pytest.mark.parametrize("indexed", [True, False])
def test_among_entry_points_the_later_is_marked_failed(bench: Any, shared: str, indexed: bool) -> None:
    first = bench.pair("sine", math.sin)
    rival = bench.pair("other", math.sin) if shared == "overload" else bench.pair("sine")
    ours = bench.family("trig", bench.plugin(first), "pullback", "0.1")
    theirs = bench.family("acme", bench.plugin(rival, bench.pair("more")), "acme-trig")
    index = [bench.entry(key, ours) for key in ("math.sin", "sine")] if indexed else []
    host = bench.host(ours, theirs, index=index)
    with pytest.warns(PluginWarning) as caught:
        host.find_name("more")  # which would load theirs first
    host.load_all()
    (text,) = messages(caught)
    assert "acme-trig 1.2 (entry point 'acme')" in text
    assert "pullback 0.1 (entry point 'trig')" in text
    assert statuses(host) == {"trig": "active", "acme": "failed"}
    assert row(host, "acme")["reason"] in text
    assert host.names == {"sine": first}
    assert host.overloads == {math.sin: first}


def test_ours_is_kept_whatever_was_used_before(bench: Any) -> None:
    ours = bench.family("trig", bench.plugin(bench.pair("sine", math.sin)), "pullback", "0.1")
    theirs = bench.family("acme", bench.plugin(bench.pair("other", math.sin), bench.pair("more")), "acme-trig")
    host = bench.host(ours, theirs, index=[bench.entry("math.sin", ours), bench.entry("more", theirs)])
    with pytest.warns(PluginWarning, match="acme-trig"):
        assert not host.find_name("more")
    assert statuses(host) == {"trig": "active", "acme": "failed"}


def test_a_conflict_is_raised_where_strict(bench: Any) -> None:
    families = [bench.family(name, bench.plugin(bench.pair("it"))) for name in ("one", "two")]
    host = bench.host(*families, strict=True)
    with pytest.raises(ConflictError, match=r"acme-two 1\.2 .*acme-one 1\.2"):
        host.load_all()
    assert statuses(host) == {"one": "active", "two": "failed"}


def test_an_indexed_conflict_is_raised_where_strict_and_the_earlier_is_kept(bench: Any) -> None:
    families = [bench.family(name, bench.plugin(bench.pair("it", math.sin))) for name in ("one", "two")]
    index = [bench.entry("math.sin", family) for family in families]
    for find in (lambda host: host.find_overload(math.sin), lambda host: host.find_name("it")):
        host = bench.host(*families, index=index, strict=True)
        with pytest.raises(ConflictError, match=r"acme-two 1\.2 .*acme-one 1\.2"):
            find(host)
        assert statuses(host) == {"one": "active", "two": "failed"}
        host = bench.host(*families, index=index)
        with pytest.warns(PluginWarning, match="acme-two .* was left out"):
            assert find(host)
        assert statuses(host) == {"one": "active", "two": "failed"}


@pytest.mark.parametrize("override", [(False, True), (True, False)])
@pytest.mark.parametrize("shared", ["overload", "name"])
def test_the_one_that_says_override_answers_whatever_the_order(
    bench: Any, shared: str, override: tuple[bool, bool]
) -> None:
    names = ("it", "it") if shared == "name" else ("one", "two")
    pairs = [bench.pair(name, math.sin, override=says) for name, says in zip(names, override, strict=True)]
    for order in (pairs, pairs[::-1]):
        host = bench.host()
        for pair in order:
            host.register(bench.plugin(pair))
        assert host.overloads[math.sin] is pairs[override.index(True)]
        assert host.names[pairs[override.index(True)].name] is pairs[override.index(True)]


@pytest.mark.parametrize("override", [False, True])
def test_two_that_say_the_same_of_override_conflict(bench: Any, refuses: Any, override: bool) -> None:
    host = bench.host()
    host.register(bench.plugin(bench.pair("one", math.sin, override=override)))
    refuses(host, bench.plugin(bench.pair("two", math.sin, override=override)), ConflictError, bench)


@pytest.mark.parametrize(
    "says", [(False, True, False), (True, False, False), (False, True, True), (True, False, True)], ids=str
)
def test_a_third_that_says_the_same_as_one_of_two_conflicts(
    bench: Any, refuses: Any, says: tuple[bool, bool, bool]
) -> None:
    host = bench.host()
    for name, override in zip(("one", "two"), says[:2], strict=True):
        host.register(bench.plugin(bench.pair(name, math.sin, override=override)), name)
    third = bench.plugin(bench.pair("three", math.sin, override=says[2]), name="third")
    text = refuses(host, third, ConflictError, bench)
    assert repr(("one", "two")[says[:2].index(says[2])]) in text


def test_what_was_overridden_answers_again(bench: Any) -> None:
    earlier, later = bench.pair("it", math.sin), bench.pair("it", math.sin, math.cos, override=True)
    host = bench.host(bench.family("trig", bench.plugin(earlier)))
    host.load_all()
    before = bench.state(host)
    plugin = bench.plugin(later)
    host.register(plugin)
    assert host.overloads == {math.sin: later, math.cos: later}
    assert host.names == {"it": later}
    host.unregister(plugin)
    assert bench.state(host) == before


def test_a_family_may_override_in_its_own_entry_point(bench: Any) -> None:
    ours = bench.family("trig", bench.plugin(bench.pair("sine", math.sin)), "pullback")
    faster = bench.pair("faster", math.sin, override=True)
    theirs = bench.family("acme", bench.plugin(faster))
    host = bench.host(ours, theirs, index=[bench.entry("math.sin", ours), bench.entry("math.sin", theirs)])
    assert host.find_overload(math.sin)
    assert host.overloads[math.sin] is faster
    assert statuses(host) == {"trig": "active", "acme": "active"}


def test_the_order_of_registration_is_that_of_the_families(bench: Any) -> None:
    names = ["zeta", "alpha", "mid"]
    for _ in range(3):
        bench.imported.clear()
        host = bench.host(*(bench.family(name, bench.plugin(bench.pair(name))) for name in names))
        host.load_all()
        assert bench.imported == names
        assert list(host.names) == names
        assert [each["family"] for each in host.rows()] == names
