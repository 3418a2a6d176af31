"""Forwards for pairs that exist: checked, in the index, under the rules of conflicts, and gone with their family."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pullback import ConflictError, PluginError, PluginWarning, RuleError, ScalarKind, ScalarVariable, composite
from pullback.forwards import KindForward
from pullback.host.validation import check_forwards
from pullback_plugins.user import UserFamily

sine: Any = math.sin


class Symbol:
    pass


def brought(host: Any) -> dict[tuple[str, str], Any]:
    """Return the forwards in the tables of a host, by the names of pair and kind."""
    return {(pair.name, kind): forward for (pair, kind), forward in host.kinds.brought.items()}


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


def test_forwards_come_through_the_hook_and_go_with_their_family(bench: Any) -> None:
    host = bench.host()
    it, other = bench.pair("it"), bench.pair("other")
    plugin = bench.plugin(forwards=[("it", "symbol", math.sin), (other, "symbol", math.cos)])
    host.register(plugin)
    assert brought(host) == {("other", "symbol"): math.cos}, "nobody brings `it` as yet"
    pairs = bench.plugin(it)
    host.register(pairs)
    assert brought(host) == {("it", "symbol"): math.sin, ("other", "symbol"): math.cos}
    assert row(host, "plugin")["primitives"] == ["it[symbol]", "other[symbol]"]
    host.unregister(pairs)
    assert brought(host) == {("other", "symbol"): math.cos}
    host.unregister(plugin)
    assert brought(host) == {}


def test_a_family_may_bring_pairs_kinds_and_forwards(bench: Any) -> None:
    host = bench.host()
    kind = ScalarKind("symbol", (Symbol,), ScalarVariable)
    it = bench.pair("it")
    host.register(bench.plugin(it, kinds=[kind], forwards=[(it, kind, math.sin)]))
    assert brought(host) == {("it", "symbol"): math.sin}


@pytest.mark.parametrize(
    ("forward", "fault"),
    [
        ((1, "symbol", sine), "forwards[1].pair: 1 is no pair; fix: give a pair, or the name of a registered one"),
        (("a b", "symbol", sine), "forwards[1].pair: 'a b' is no name"),
        (
            (composite(lambda x: x, name="made"), "symbol", sine),
            "forwards[1].pair: <composite made> is made of primitives",
        ),
        (("it", 3, sine), "forwards[1].kind: 3 is no value kind; fix: give a value kind, or its name"),
        (("it", "", sine), "forwards[1].kind: '' is no value kind"),
        (("it", "float", sine), "forwards[1].kind: 'float' is for who makes the pair; fix: name the forward where"),
        (("it", "*", sine), "forwards[1].kind: '*' is for who makes the pair"),
        (("it", "symbol", 3), "forwards[1].forward: 3 cannot be called; fix: give a function of plain values"),
        (("it", "symbol", "math.sin"), "forwards[1].forward: 'math.sin' is no forward; fix: "),
        (("it", "symbol", sine, "yes"), "forwards[1].override: "),
        (
            ("it", "symbol"),
            "forwards[1]: ('it', 'symbol') is no forward for a kind; fix: write (pair or its name, kind ",
        ),
        (
            sine,
            "forwards[1]: <built-in function sin> is no forward for a kind; fix: write (pair or its name, kind or its",
        ),
    ],
)
def test_a_malformed_forward_is_refused(bench: Any, refuses: Any, forward: Any, fault: str) -> None:
    plugin = bench.plugin(forwards=[("it", "symbol", math.sin), forward])
    assert fault in refuses(bench.host(), plugin, RuleError, bench)


def test_what_is_no_list_of_forwards() -> None:
    (fault,) = check_forwards({"sin": math.sin})
    assert fault.startswith(
        "forwards: the hook returned a dict; fix: return a list, and in it write (pair or its name, "
    )
    assert check_forwards([KindForward("sin", "symbol", "math:sin"), ("sin", "symbol", math.sin, True)]) == []


def both_answer(text: str) -> bool:
    return "both answer for the forward it[symbol]; fix: " in text and "override=True on the forward that" in text


def test_two_forwards_for_the_same_conflict(bench: Any, refuses: Any) -> None:
    host = bench.host()
    it = bench.pair("it")
    host.register(bench.plugin(it, forwards=[("it", "symbol", math.sin)], name="first"))
    for pair in ("it", it):
        second = bench.plugin(forwards=[(pair, "symbol", math.cos)], name="second")
        assert both_answer(refuses(host, second, ConflictError, bench))
    winner = bench.plugin(forwards=[KindForward("it", "symbol", math.cos, override=True)], name="winner")
    host.register(winner)
    assert brought(host) == {("it", "symbol"): math.cos}
    third = bench.plugin(forwards=[(it, "symbol", math.tan, True)], name="third")
    assert both_answer(refuses(host, third, ConflictError, bench))
    host.unregister(winner)
    assert brought(host) == {("it", "symbol"): math.sin}
    twice = bench.plugin(forwards=[("a", "symbol", math.sin), ("a", "symbol", math.cos)])
    assert "answers for the forward a[symbol] twice; fix: keep one of the two" in refuses(
        host, twice, ConflictError, bench
    )


def test_the_forward_that_a_pair_has_conflicts_likewise(bench: Any, refuses: Any) -> None:
    from pullback import elementwise

    def mapped(name: str, **options: Any) -> Any:
        forwards = {"float": math.sin, "symbol": math.sin, "*": math.sin}
        return elementwise(forwards, derivative=lambda x, y: 1.0, name=name, **options)

    host = bench.host()
    it, decided = mapped("it"), mapped("decided", override=True)
    host.register(bench.plugin(it, decided, name="first"))
    assert both_answer(refuses(host, bench.plugin(forwards=[("it", "symbol", math.cos)]), ConflictError, bench))
    host.register(bench.plugin(forwards=[("it", "symbol", math.cos, True), ("it", "other", math.cos)]))
    assert brought(host) == {("it", "symbol"): math.cos, ("it", "other"): math.cos}
    host.register(bench.plugin(forwards=[("decided", "symbol", math.cos)]))
    assert ("decided", "symbol") not in brought(host), "the pair says override, the forward does not"


def test_among_entry_points_the_later_is_left_out(bench: Any) -> None:
    it = bench.pair("it")
    first = bench.family("first", bench.plugin(it, forwards=[(it, "symbol", math.sin)]))
    second = bench.family("second", bench.plugin(forwards=[("it", "symbol", math.cos)]))
    host = bench.host(first, second)
    with pytest.warns(PluginWarning, match=r"both answer for the forward it\[symbol\]"):
        host.load_all()
    assert [each["status"] for each in host.rows()] == ["active", "failed"]
    assert brought(host) == {("it", "symbol"): math.sin}


def test_the_index_names_who_brings_a_forward(bench: Any) -> None:
    it = bench.pair("it")
    ours = bench.family("ours", bench.plugin(it))
    wanted = bench.family("wanted", bench.plugin(forwards=[("it", "symbol", math.sin)]))
    unwanted = bench.family("unwanted", bench.plugin(forwards=[("it", "other", math.sin)]))
    index = [bench.entry("it", ours), bench.entry("it[symbol]", wanted), bench.entry("it[other]", unwanted)]
    host = bench.host(ours, wanted, unwanted, index=index)
    assert row(host, "wanted")["primitives"] == ["it[symbol]"]
    assert host.find_name("it")
    assert not host.find_forward(it, "nobody")
    assert bench.imported == ["ours"]
    assert host.find_forward(it, "symbol")
    assert bench.imported == ["ours", "wanted"]
    assert brought(host) == {("it", "symbol"): math.sin}


def test_a_forward_without_an_index_is_found(bench: Any) -> None:
    it = bench.pair("it")
    ours = bench.family("ours", bench.plugin(it), "acme")
    lazy = bench.family("lazy", bench.plugin(bench.pair("other")), "acme")
    theirs = bench.family("theirs", bench.plugin(forwards=[("it", "symbol", math.cos)]))
    host = bench.host(ours, lazy, theirs, index=[bench.entry("it", ours), bench.entry("other", lazy)])
    assert host.find_name("it")
    assert bench.imported == ["ours"]
    assert host.find_forward(it, "symbol")
    assert bench.imported == ["ours", "theirs"]
    assert brought(host) == {("it", "symbol"): math.cos}


def test_an_indexed_override_wins_at_once(bench: Any) -> None:
    from pullback import elementwise

    it = elementwise({"symbol": math.sin}, derivative=lambda x, y: 1.0, name="it")
    ours = bench.family("ours", bench.plugin(it))
    theirs = bench.family("theirs", bench.plugin(forwards=[("it", "symbol", math.cos, True)]))
    host = bench.host(ours, theirs, index=[bench.entry("it", ours), bench.entry("it[symbol]", theirs)])
    assert host.find_name("it")
    assert brought(host) == {("it", "symbol"): math.cos}


def test_a_kind_by_its_name_loads_what_is_enabled(bench: Any) -> None:
    kind = ScalarKind("symbol", (Symbol,), ScalarVariable)
    host = bench.host(bench.family("symbols", bench.plugin(kinds=[kind])))
    assert not bench.host().find_kind_named("symbol")
    assert host.find_kind_named("symbol")
    assert host.kinds.named("symbol") is kind
    assert host.kinds.named("nobody") is None


def test_kinds_and_forwards_by_themselves_go_to_the_family_user(bench: Any) -> None:
    host = bench.host(bench.family("user", UserFamily(), "pullback", "0.1"))
    kind = ScalarKind("symbol", (Symbol,), ScalarVariable)
    it = bench.pair("it")
    host.register(kind)
    assert host.kinds[Symbol] is kind
    forward = KindForward(it, kind, math.sin)
    host.register(forward)
    host.register([it, ("it", "other", math.cos)])
    assert brought(host) == {("it", "symbol"): math.sin, ("it", "other"): math.cos}
    assert row(host, "user")["primitives"] == ["it", "it[symbol]", "it[other]"]
    plugin = host.families[0].plugin
    assert plugin.pullback_register_primitives() == [it]
    assert plugin.pullback_register_value_kinds() == [kind]
    assert plugin.pullback_register_forwards() == [forward, ("it", "other", math.cos, False)]
    with pytest.raises(PluginError, match="is not registered"):
        host.unregister([kind, ("it", "other", math.sin)])
    assert host.kinds[Symbol] is kind
    host.unregister([("it", "other", math.cos), kind])
    host.unregister(forward)
    host.unregister(it)
    assert brought(host) == {}
    assert Symbol not in host.kinds
    assert row(host, "user")["primitives"] == []


def test_by_themselves_they_are_registered_all_or_none(bench: Any, refuses: Any) -> None:
    host = bench.host(bench.family("user", UserFamily(), "pullback", "0.1"))
    host.load_all()
    kind = ScalarKind("symbol", (Symbol,), ScalarVariable)
    for wrong, error in (
        ([kind, ("it", "symbol")], RuleError),
        ([kind, ScalarKind("again", (Symbol,), ScalarVariable)], ConflictError),
        ([kind, bench.pair("a b")], RuleError),
    ):
        refuses(host, wrong, error, bench)
