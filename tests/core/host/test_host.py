"""The host: families are loaded when they are needed, kept apart when they are broken, and can be taken away again."""

from __future__ import annotations

import math
import sys
import threading
import types
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import (
    ConflictError,
    PluginError,
    PluginWarning,
    PullbackError,
    RuleError,
    ScalarVariable,
    hookimpl,
    primitive,
)
from pullback.kind import ScalarKind
from pullback_plugins.user import UserFamily


def messages(caught: Any) -> list[str]:
    return [str(each.message) for each in caught]


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


def statuses(host: Any) -> dict[str, str]:
    return {each["family"]: each["status"] for each in host.rows()}


@pytest.fixture
def with_user(bench: Any) -> Callable[..., Any]:
    """Return a function that makes a host with the family `user`, and others."""

    def make(*families: Any, **settings: Any) -> Any:
        return bench.host(bench.family("user", UserFamily(), "pullback", "0.1"), *families, **settings)

    return make


# Isolation.


class Unhashable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, x: Any) -> Any:
        return x


def _raises(error: BaseException) -> Callable[[], Any]:
    def hook() -> Any:
        raise error

    return hook


def _broken() -> list[tuple[str, Callable[[Any], Any], str]]:
    """Return (kind of breakage, what makes the plugin, what the reason must say)."""

    def hook(bench: Any, function: Any, name: str = "pullback_register_primitives") -> types.ModuleType:
        module: types.ModuleType = bench.plugin(name="broken")
        setattr(module, name, hookimpl(function))
        return module

    def many(bench: Any, *pairs: Any) -> types.ModuleType:
        """Return a plugin with good pairs before the bad ones, and a good kind: all or nothing."""
        kind = ScalarKind("broken", (Unhashable,), ScalarVariable)
        module: types.ModuleType = bench.plugin(bench.pair("fine", bench.function()), *pairs, kinds=[kind])
        return module

    return [
        ("missing module", lambda bench: ModuleNotFoundError("No module named 'scipy'"), "No module named 'scipy'"),
        ("exception", lambda bench: ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        ("exit", lambda bench: SystemExit(3), "SystemExit: 3"),
        ("missing attribute", lambda bench: AttributeError("no attribute 'family'"), "no attribute 'family'"),
        ("syntax", lambda bench: SyntaxError("invalid syntax"), "SyntaxError: invalid syntax"),
        ("no hooks", lambda bench: types.ModuleType("broken"), "implements no hook of pullback; fix: "),
        ("no plugin", lambda bench: 3, "implements no hook of pullback; fix: "),
        (
            "unknown hook",
            lambda bench: hook(bench, lambda: None, "pullback_register_functions"),
            "pullback_register_functions",
        ),
        ("hook with an argument", lambda bench: hook(bench, lambda registry: []), "registry"),
        ("too new", lambda bench: bench.plugin(bench.pair("it"), PULLBACK_API=2), "version 2 of the plugin API"),
        (
            "odd version",
            lambda bench: bench.plugin(bench.pair("it"), PULLBACK_API="1"),
            "version '1' of the plugin API",
        ),
        ("hook raises", lambda bench: hook(bench, _raises(KeyError("spam"))), "KeyError: 'spam'"),
        ("no list", lambda bench: hook(bench, lambda: bench.pair("it")), "primitives: the hook returned a Primitive"),
        ("no pair", lambda bench: many(bench, math.sin), "primitives[1]: <built-in function sin> is not a pair"),
        ("bad name", lambda bench: many(bench, bench.pair("a b")), "primitives[1].name: 'a b' is no name; fix: "),
        ("bad rule", lambda bench: many(bench, primitive(math.sin, lambda x: x)), "primitives[1].backward: "),
        ("twice", lambda bench: many(bench, bench.pair("fine")), "answers for the name fine twice"),
        ("unhashable", lambda bench: many(bench, bench.pair("it", Unhashable())), "unhashable"),
        ("override", lambda bench: many(bench, bench.pair("it", override="yes")), "primitives[1].override"),
        ("bad kind", lambda bench: bench.plugin(bench.pair("it"), kinds=[3]), "value_kinds[0]: 3 is not a value kind"),
    ]


BROKEN = _broken()
broken = pytest.mark.parametrize(("make", "cause"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN])


@broken
def test_a_broken_family_is_left_out_with_one_warning(bench: Any, make: Any, cause: str) -> None:
    before, after = bench.pair("before", bench.function()), bench.pair("after", bench.function())
    host = bench.host(
        bench.family("aaa", bench.plugin(before)),
        bench.family("bad", make(bench), "acme-bad", "0.3"),
        bench.family("zzz", bench.plugin(after)),
    )
    with pytest.warns(PluginWarning) as caught:
        host.load_all()
    (text,) = messages(caught)
    assert text.startswith("acme-bad 0.3 (entry point 'bad') was left out: ")
    assert cause in text
    assert statuses(host) == {"aaa": "active", "bad": "failed", "zzz": "active"}
    assert cause in row(host, "bad")["reason"]
    assert row(host, "bad")["primitives"] == []
    assert host.names == {"before": before, "after": after}
    assert set(host.overloads.values()) == {before, after}
    assert set(host.kinds) == {tuple}
    # A broken family warns once: it is not tried again.
    host.load_all()
    assert not host.find_name("nothing")
    assert bench.imported == ["aaa", "bad", "zzz"]


@broken
def test_strict_raises_what_would_be_warned_of(bench: Any, make: Any, cause: str) -> None:
    good = bench.pair("good", bench.function())
    host = bench.host(bench.family("aaa", bench.plugin(good)), bench.family("bad", make(bench)), strict=True)
    with pytest.raises(PullbackError) as raised:
        host.load_all()
    assert cause in str(raised.value)
    assert statuses(host) == {"aaa": "active", "bad": "failed"}
    assert host.names == {"good": good}


@broken
def test_what_is_broken_at_run_time_raises_and_changes_nothing(bench: Any, refuses: Any, make: Any, cause: str) -> None:
    plugin = make(bench)
    if isinstance(plugin, BaseException):
        pytest.skip("what cannot be imported cannot be registered")
    host = bench.host(bench.family("aaa", bench.plugin(bench.pair("good", math.sin))))
    host.load_all()
    assert cause in refuses(host, plugin, PullbackError, bench)


def test_an_interrupt_is_not_swallowed(bench: Any) -> None:
    host = bench.host(bench.family("slow", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        host.load_all()
    assert statuses(host) == {"slow": "lazy"}


def test_a_plugin_may_be_any_object_that_pluggy_can_register(bench: Any) -> None:
    pair = bench.pair("it")

    class Plugin:
        PULLBACK_API = 1

        @hookimpl
        def pullback_register_primitives(self) -> tuple[Any, ...]:
            return (pair,)

    class Static:
        @staticmethod
        @hookimpl
        def pullback_register_primitives() -> list[Any]:
            return [bench.pair("other")]

    host = bench.host(bench.family("instance", Plugin()), bench.family("static", Static))
    host.load_all()
    assert statuses(host) == {"instance": "active", "static": "active"}
    assert set(host.names) == {"it", "other"}


def test_an_older_plugin_is_welcome(bench: Any) -> None:
    host = bench.host()
    host.register(bench.plugin(bench.pair("zero"), PULLBACK_API=0))
    host.register(bench.plugin(bench.pair("one"), PULLBACK_API=1, name="other"))
    assert set(host.names) == {"zero", "one"}


def test_the_distribution_of_a_pair_is_filled_in(bench: Any) -> None:
    found, run_time = bench.pair("found"), bench.pair("run_time")
    host = bench.host(bench.family("bessel", bench.plugin(found), "acme-bessel"))
    host.load_all()
    host.register(bench.plugin(run_time))
    assert (found.distribution, run_time.distribution) == ("acme-bessel", None)


# Which families there are.


def test_a_disabled_family_is_never_imported(bench: Any) -> None:
    families = [bench.family(name, bench.plugin(bench.pair(name)), "pullback") for name in ("arithmetic", "trig")]
    third = bench.family("bessel", bench.plugin(bench.pair("j0", math.sin)))
    index = [bench.entry("j0", third), bench.entry("math.sin", third)]
    for word, imported in [
        ("", ["arithmetic", "trig"]),
        ("bessel", ["arithmetic", "bessel"]),
        ("trig", ["arithmetic", "trig"]),
        ("-trig,-arithmetic", ["arithmetic", "bessel"]),
        ("-bessel", ["arithmetic", "trig"]),
        (None, ["arithmetic", "trig", "bessel"]),
    ]:
        bench.imported.clear()
        host = bench.host(*families, third, index=index, plugins=word)
        host.find_name("j0")
        host.find_overload(math.sin)
        host.load_all()
        assert sorted(bench.imported) == sorted(imported)
        for name, status in statuses(host).items():
            assert status == ("active" if name in imported else "disabled")
            assert row(host, name)["reason"] == ("" if name in imported else f"PULLBACK_PLUGINS or plugins is {word!r}")
        for wanted in ("j0", math.sin):
            said = f"the family 'bessel' of {third.distribution}, which would answer, is disabled: PULLBACK_PLUGINS or plugins is {word!r}"
            assert host.absent(wanted) == ("" if "bessel" in imported else said)
        assert host.absent("y0") == host.absent(math.cos) == ""


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("besel", "did you mean 'bessel'?"),
        ("-besel", "did you mean 'bessel'?"),
        ("bessel,exponental", "did you mean 'exponential'?"),
        ("qqq", "there are bessel, exponential"),
    ],
)
def test_a_family_that_is_not_installed_is_warned_of(bench: Any, word: str, hint: str) -> None:
    families = [bench.family(name, bench.plugin(bench.pair(name))) for name in ("exponential", "bessel")]
    with pytest.warns(PluginWarning) as caught:
        bench.host(*families, plugins=word)
    (text,) = messages(caught)
    assert f"names the family {word.rpartition(',')[2].lstrip('-')!r}, which is not installed; {hint}" in text


def test_two_distributions_that_give_their_families_one_name(bench: Any) -> None:
    one = bench.family("bessel", bench.plugin(bench.pair("j0")), "acme-bessel")
    two = bench.family("bessel", bench.plugin(bench.pair("j1")), "other-bessel", "2.0")
    with pytest.warns(PluginWarning) as caught:
        host = bench.host(one, two)
    (text,) = messages(caught)
    assert text.startswith("other-bessel 2.0 (entry point 'bessel') was left out: ")
    assert "acme-bessel 1.2 (entry point 'bessel')" in text
    assert [each["status"] for each in host.rows()] == ["lazy", "failed"]
    with pytest.raises(ConflictError, match="taken by acme-bessel 1.2"):
        bench.host(one, two, strict=True)


def test_rows_import_nothing(bench: Any) -> None:
    family = bench.family("bessel", bench.plugin(bench.pair("j0", math.sin)), "acme-bessel")
    index = [bench.entry("j0", family), bench.entry("math.sin", family), bench.entry("j1", bench.family("other"))]
    host = bench.host(family, index=index)
    assert host.rows() == [
        {
            "family": "bessel",
            "status": "lazy",
            "reason": "",
            "distribution": "acme-bessel",
            "version": "1.2",
            "primitives": ["j0"],
        }
    ]
    assert bench.imported == []


# Laziness.


def test_the_first_need_loads_only_the_family_that_the_index_names(bench: Any) -> None:
    sine, cosine = bench.pair("sine", math.sin), bench.pair("cosine", "math:cos")
    one = bench.family("one", bench.plugin(sine))
    two = bench.family("two", bench.plugin(cosine))
    other = bench.family("other", bench.plugin(bench.pair("other")))
    index = [bench.entry(key, one) for key in ("sine", "math.sin")] + [
        bench.entry(key, two) for key in ("cosine", "math.cos")
    ]
    host = bench.host(one, two, other, index=index)
    assert host.find_overload(math.cos)
    assert host.overloads[math.cos] is cosine
    assert bench.imported == ["two"]
    assert host.find_name("sine")
    assert host.names["sine"] is sine
    assert bench.imported == ["two", "one"]
    assert statuses(host)["other"] == "lazy"


def test_a_miss_loads_every_enabled_family_before_it_is_one(bench: Any) -> None:
    function = bench.function()
    families = [bench.family(name, bench.plugin(bench.pair(name, function))) for name in ("aaa", "off")]
    families[1] = bench.family("off", bench.plugin(bench.pair("off")))
    host = bench.host(*families, plugins="-off")
    assert not host.find_overload(math.sin)
    assert bench.imported == ["aaa"]
    assert host.find_overload(function)
    host = bench.host(*families)
    assert not host.find_name("nothing")
    assert bench.imported == ["aaa", "aaa", "off"]
    host = bench.host(*families)
    assert host.find_overload(function)


def test_an_index_that_is_wrong_is_a_miss_like_any_other(bench: Any) -> None:
    sine = bench.pair("sine", math.sin)
    wrong, right = bench.family("wrong", bench.plugin(bench.pair("wrong"))), bench.family("right", bench.plugin(sine))
    host = bench.host(wrong, right, index=[bench.entry("math.sin", wrong), bench.entry("sine", wrong)])
    assert host.find_overload(math.sin)
    assert host.overloads[math.sin] is sine


def test_the_index_of_another_distribution_cannot_name_a_family(bench: Any) -> None:
    family = bench.family("right", bench.plugin(bench.pair("sine", math.sin)), "acme-right", module="shared")
    stranger = bench.family("wrong", None, "acme-wrong", module="shared")
    host = bench.host(family, bench.family("aaa", bench.plugin(bench.pair("a"))), index=[bench.entry("sine", stranger)])
    assert host.find_name("sine")
    assert bench.imported == ["right", "aaa"]  # a miss: all were loaded


def test_a_family_that_differentiates_while_it_is_imported(bench: Any) -> None:
    sine = bench.pair("sine", math.sin)

    def load() -> Any:
        assert host.find_overload(math.sin)
        assert not host.find_overload(math.cos)
        return bench.plugin(bench.pair("late"))

    from dataclasses import replace

    restless = replace(bench.family("aaa"), load=load)
    host = bench.host(restless, bench.family("trig", bench.plugin(sine)))
    assert host.find_name("late")
    assert statuses(host) == {"aaa": "active", "trig": "active"}


def test_many_threads_load_a_family_once(bench: Any) -> None:
    start = threading.Barrier(8)
    host = bench.host(*(bench.family(f"f{n}", bench.plugin(bench.pair(f"p{n}"))) for n in range(20)))

    def find(n: int) -> bool:
        start.wait()
        return bool(host.find_name(f"p{n}"))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(find, range(8)))
    # Two threads may import a family, which is the same module; one of them registers it.
    assert set(bench.imported) == {f"f{n}" for n in range(20)}
    assert set(statuses(host).values()) == {"active"}
    assert host.names.keys() == {f"p{n}" for n in range(20)}


# Overloads that are strings.


def test_the_module_of_an_overload_is_not_imported(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = bench.pair("late", "acme_late_module:thing", "acme_late_module.inner:Thing.method")
    host = bench.host()
    host.register(bench.plugin(pair))
    assert host.overloads == {}
    assert "acme_late_module" not in sys.modules
    late: Any = types.ModuleType("acme_late_module")
    late.thing = bench.function("thing")
    monkeypatch.setitem(sys.modules, "acme_late_module", late)
    assert host.find_overload(late.thing)
    assert host.overloads[late.thing] is pair
    inner: Any = types.ModuleType("acme_late_module.inner")
    inner.Thing = type("Thing", (), {"method": bench.function("method")})
    monkeypatch.setitem(sys.modules, "acme_late_module.inner", inner)
    assert host.find_overload(inner.Thing.method)
    assert host.overloads[inner.Thing.method] is pair


def test_a_target_that_is_missing_breaks_nothing(bench: Any) -> None:
    pair = bench.pair("it", "math:no_such_function", "no_such_module:function", "math:sin")
    host = bench.host()
    host.register(bench.plugin(pair))
    assert host.overloads == {math.sin: pair}


def test_an_ordinary_function_of_a_module_imported_later_is_left_out(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = bench.host()
    host.register(bench.plugin(bench.pair("it", "acme_ordinary_module:function")))
    late: Any = types.ModuleType("acme_ordinary_module")
    late.function = lambda x: x
    monkeypatch.setitem(sys.modules, "acme_ordinary_module", late)
    assert not host.find_overload(late.function)
    assert host.overloads == {}


def test_an_index_entry_of_a_module_imported_later(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = bench.pair("late", "acme_late_index:thing")
    family = bench.family("late", bench.plugin(pair))
    host = bench.host(
        bench.family("aaa", bench.plugin(bench.pair("a"))), family, index=[bench.entry("acme_late_index.thing", family)]
    )
    late: Any = types.ModuleType("acme_late_index")
    late.thing = bench.function("thing")
    monkeypatch.setitem(sys.modules, "acme_late_index", late)
    assert host.find_overload(late.thing)
    assert bench.imported == ["late"]


def test_a_string_and_an_object_for_the_same_function_conflict(bench: Any, refuses: Any) -> None:
    host = bench.host()
    host.register(bench.plugin(bench.pair("one", "math:sin")))
    assert "the overload math.sin" in refuses(host, bench.plugin(bench.pair("two", math.sin)), ConflictError, bench)
    host.register(bench.plugin(bench.pair("three", "acme_unborn:thing")))
    assert "acme_unborn.thing" in refuses(
        host, bench.plugin(bench.pair("four", "acme_unborn:thing")), ConflictError, bench
    )


# Conflicts and overrides.


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


# Value kinds.


class Base:
    pass


class Middle(Base):
    pass


class Leaf(Middle):
    pass


class Flag(Base):
    pass


def kind(name: str, *types: type, excluded: tuple[type, ...] = ()) -> ScalarKind:
    return ScalarKind(name, types, ScalarVariable, excluded=excluded)


def of(host: Any, cls: type) -> Any:
    """Return what the table of `host` says of `cls` without asking the host of the process."""
    return next((host.kinds[base] for base in cls.__mro__ if base in host.kinds), None)


def test_kinds_come_through_the_hook_and_go_with_their_family(bench: Any) -> None:
    base, middle = kind("base", Base), kind("middle", Middle)
    host = bench.host(bench.family("one", bench.plugin(kinds=[base])))
    host.load_all()
    plugin = bench.plugin(kinds=[middle])
    assert of(host, Leaf) is base
    host.register(plugin)
    assert (of(host, Leaf), of(host, Base)) == (middle, base)
    host.unregister(plugin)
    assert of(host, Leaf) is base


def test_two_kinds_for_one_type_conflict(bench: Any, refuses: Any) -> None:
    host = bench.host()
    host.register(bench.plugin(kinds=[kind("one", Base)], name="one"))
    text = refuses(host, bench.plugin(kinds=[kind("two", Middle, Base)], name="two"), ConflictError, bench)
    assert "'one'" in text
    assert "'two'" in text
    assert "values of type" in text
    assert "Base" in text
    host.register(bench.plugin(kinds=[kind("two", Middle)], name="two"))


def test_a_kind_that_excludes_a_type_leaves_it_to_others_in_any_order(bench: Any) -> None:
    base, flag = kind("base", Base, excluded=(Flag,)), kind("flag", Flag)
    for order in ((base, flag), (flag, base)):
        host = bench.host()
        for each in order:
            host.register(bench.plugin(kinds=[each], name=each.name))
        assert (of(host, Base), of(host, Flag)) == (base, flag)
    host = bench.host()
    host.register(bench.plugin(kinds=[base]))
    assert of(host, Flag) is None


def test_the_first_value_of_a_type_loads_the_family_that_brings_it(bench: Any) -> None:
    base = kind("base", Base)
    family = bench.family("base", bench.plugin(kinds=[base]))
    other = bench.family("other", bench.plugin(bench.pair("other")))
    host = bench.host(other, family, index=[bench.entry(f"{Base.__module__}.Base", family)])
    host.find_kind(Leaf)
    assert of(host, Leaf) is base
    assert bench.imported == ["base"]


def test_a_type_that_no_index_knows_loads_all_and_a_builtin_none(bench: Any) -> None:
    host = bench.host(bench.family("other", bench.plugin(kinds=[kind("base", Base)])))
    assert not host.find_kind(str)
    assert bench.imported == []
    assert host.find_kind(Base)
    assert bench.imported == ["other"]


# Run time.


def test_registering_the_same_plugin_twice(bench: Any, refuses: Any) -> None:
    host = bench.host()
    plugin = bench.plugin(bench.pair("it"))
    host.register(plugin)
    assert "registered already" in refuses(host, plugin, PluginError, bench)
    host.unregister(plugin)
    assert host.names == {}
    host.register(plugin)
    assert set(host.names) == {"it"}


@pytest.mark.parametrize("thing", [3, None, "plugin", object()], ids=["int", "none", "str", "object"])
def test_what_is_no_plugin_is_neither_registered_nor_unregistered(bench: Any, refuses: Any, thing: Any) -> None:
    host = bench.host(bench.family("lazy", bench.plugin(bench.pair("it"))))
    refuses(host, thing, PluginError, bench)
    before = bench.state(host)
    with pytest.raises(PluginError):
        host.unregister(thing)
    assert bench.state(host) == before


def test_the_name_that_listings_give_a_plugin(bench: Any) -> None:
    class Plugin:
        @hookimpl
        def pullback_register_value_kinds(self) -> list[Any]:
            return []

    host = bench.host(bench.family("taken", bench.plugin(bench.pair("a"))))
    host.register(bench.plugin(bench.pair("b"), name="module_name"))
    host.register(Plugin())
    host.register(Plugin(), "mine")
    host.register(Plugin(), "taken")
    names = [each["family"] for each in host.rows()]
    assert names[:4] == ["taken", "module_name", "Plugin", "mine"]
    assert names[4].startswith("taken-")


def test_a_family_of_an_entry_point_can_be_taken_away(bench: Any) -> None:
    plugin = bench.plugin(bench.pair("it", math.sin))
    host = bench.host(bench.family("trig", plugin))
    host.load_all()
    host.unregister(plugin)
    assert (host.names, host.overloads) == ({}, {})
    assert not host.find_name("it")


def test_plugins_for_a_block(bench: Any) -> None:
    host = bench.host()
    plugins = [
        bench.plugin(bench.pair("a", math.sin), name="a"),
        bench.plugin(bench.pair("b", math.sin, override=True), name="b"),
    ]
    before = bench.state(host)
    with host.plugins(*plugins):
        assert host.overloads[math.sin].name == "b"
    assert bench.state(host) == before
    with pytest.raises(KeyError, match="a, b"), host.plugins(*plugins):
        raise KeyError(", ".join(host.names))
    assert bench.state(host) == before


def test_a_block_whose_second_plugin_is_refused_takes_the_first_away(bench: Any) -> None:
    host = bench.host()
    before = bench.state(host)
    with pytest.raises(ConflictError), host.plugins(bench.plugin(bench.pair("it")), bench.plugin(bench.pair("it"))):
        pytest.fail("the block is not entered")
    assert bench.state(host) == before


def test_a_block_takes_all_away_although_one_has_gone_before(bench: Any) -> None:
    host = bench.host()
    before = bench.state(host)
    one, two = bench.plugin(bench.pair("one")), bench.plugin(bench.pair("two"))
    with pytest.raises(PluginError, match="not registered"), host.plugins(one, two):
        host.unregister(two)
    assert bench.state(host) == before


def test_bare_pairs_go_to_the_family_user(bench: Any, with_user: Any) -> None:
    host = with_user()
    one, two, three = (bench.pair(name) for name in ("one", "two", "three"))
    host.register(one)
    host.register([two, three])
    assert row(host, "user")["primitives"] == ["one", "two", "three"]
    assert row(host, "user")["status"] == "active"
    host.unregister(two)
    assert row(host, "user")["primitives"] == ["one", "three"]
    host.unregister([one, three])
    assert row(host, "user")["primitives"] == []
    assert host.names == {}
    with host.plugins(one, [two]):
        assert set(host.names) == {"one", "two"}
    assert host.names == {}


def test_bare_pairs_are_registered_all_or_none(bench: Any, with_user: Any, refuses: Any) -> None:
    host = with_user(bench.family("trig", bench.plugin(bench.pair("sine", math.sin))))
    host.load_all()
    host.register(bench.pair("mine", math.cos))
    good = bench.pair("good")
    assert "'user'" in refuses(host, [good, bench.pair("sine")], ConflictError, bench)
    refuses(host, [good, bench.pair("other", math.cos)], ConflictError, bench)
    refuses(host, [good, good], ConflictError, bench)
    assert "primitives[1].name" in refuses(host, [good, bench.pair("a b")], RuleError, bench)
    assert "primitives[1]: 3 is not a pair" in refuses(host, [good, 3], RuleError, bench)
    refuses(host, host.names["mine"], ConflictError, bench)
    host.register(good)


def test_a_bare_pair_may_override(bench: Any, with_user: Any) -> None:
    sine = bench.pair("sine", math.sin)
    host = with_user(bench.family("trig", bench.plugin(sine)))
    host.load_all()
    mine = bench.pair("mine", math.sin, override=True)
    host.register(mine)
    assert host.overloads[math.sin] is mine
    host.unregister(mine)
    assert host.overloads[math.sin] is sine


@pytest.mark.parametrize("shape", ["pair", "list", "half"])
def test_a_pair_that_is_not_registered_is_not_unregistered(bench: Any, with_user: Any, shape: str) -> None:
    host = with_user()
    there, missing = bench.pair("there"), bench.pair("missing")
    host.register(there)
    before = bench.state(host)
    with pytest.raises(PluginError, match="missing.* is not registered"):
        host.unregister({"pair": missing, "list": [missing], "half": [there, missing]}[shape])
    assert bench.state(host) == before
    host.unregister(there)
    assert host.names == {}


@pytest.mark.parametrize("plugins", ["-user", "trig"])
def test_bare_pairs_without_the_family_user(bench: Any, with_user: Any, refuses: Any, plugins: str) -> None:
    host = with_user(bench.family("trig", bench.plugin(bench.pair("sine"))), plugins=plugins)
    text = refuses(host, bench.pair("it"), PluginError, bench)
    assert "family 'user', which is disabled; register a plugin instead" in text
    host.register(bench.plugin(bench.pair("it")))
    assert "which is missing" in refuses(bench.host(), bench.pair("it"), PluginError, bench)


def test_numpy_functions_as_overloads_of_a_plugin(bench: Any) -> None:
    host = bench.host()
    targets = [np.sin, np.sum, np.linalg.solve, "numpy:cos"]
    pair = bench.pair("it", *targets)
    host.register(bench.plugin(pair))
    assert host.overloads == dict.fromkeys([np.sin, np.sum, np.linalg.solve, np.cos], pair)


# The tables while families come and go.


def test_the_tables_are_never_empty_for_those_who_read_them(bench: Any) -> None:
    sine = bench.pair("sine", math.sin)
    host = bench.host(bench.family("trig", bench.plugin(sine, kinds=[kind("base", Base)])))
    host.load_all()
    stop = threading.Event()
    wrong: list[Any] = []

    def read() -> None:
        while not stop.is_set():
            found = host.overloads.get(math.sin), host.names.get("sine"), host.kinds.get(Base)
            if found[0] is None or found[1] is None or found[2] is None:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for n in range(200):
            with host.plugins(
                bench.plugin(bench.pair("sine", math.sin, bench.function(), override=True), name=f"p{n}")
            ):
                pass
    finally:
        stop.set()
        sys.setswitchinterval(before)
        for thread in threads:
            thread.join()
    assert not wrong


def test_kinds_come_and_go_while_others_ask_for_them(bench: Any) -> None:
    class Derived(Base):
        pass

    host = bench.host()
    plugin = bench.plugin(kinds=[kind("base", Base)])
    stop = threading.Event()
    wrong: list[Any] = []

    def read() -> None:
        try:
            while not stop.is_set():
                found = [host.kinds.find(cls) for cls in (Base, Derived)] + [host.kinds.leading((Derived, float))]
                wrong.extend(each for each in found if each is not None and each.name != "base")
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for _ in range(100):
            with host.plugins(plugin):
                for cls in (Base, Derived):
                    found = host.kinds.find(cls), host.kinds.leading((cls,))
                    if None in found:
                        wrong.append(found)
            found = host.kinds.find(Derived), host.kinds.leading((Derived,))
            if found != (None, None):
                wrong.append(found)
    finally:
        stop.set()
        sys.setswitchinterval(before)
        for thread in threads:
            thread.join()
    assert not wrong


def test_finding_calls_no_hook_once_a_family_is_loaded(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    host = bench.host(bench.family("trig", bench.plugin(bench.pair("sine", math.sin))))
    host.load_all()

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a hook was called")

    monkeypatch.setattr(host._manager, "_inner_hookexec", refuse)  # pytest has hooks too: no others
    assert host.find_overload(math.sin)
    assert host.find_name("sine")
    assert not host.find_overload(math.cos)
    with pytest.raises(PullbackError, match="a hook was called"):
        host.register(bench.plugin(bench.pair("other")))


def test_the_host_of_the_process_uses_the_tables_of_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    from pullback import tables
    from pullback.host.default import default_host

    host = default_host()
    assert (host.overloads, host.names, host.kinds) == (tables.overloads, tables.names, tables.kinds)
    assert host.overloads is tables.overloads
    assert pb.grad(lambda x: x * x)(3.0) == 6.0
