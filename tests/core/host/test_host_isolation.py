"""Families that are broken: left out with one warning, and nobody else is harmed."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import pytest

from pullback import PluginWarning, PullbackError, ScalarVariable, hookimpl, primitive
from pullback.kind import ScalarKind


def messages(caught: Any) -> list[str]:
    return [str(each.message) for each in caught]


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


def statuses(host: Any) -> dict[str, str]:
    return {each["family"]: each["status"] for each in host.rows()}


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
