"""Plugins and pairs that are registered and taken away while the program runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pullback import ConflictError, PluginError, RuleError, hookimpl
from pullback_plugins.user import UserFamily


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


@pytest.fixture
def with_user(bench: Any) -> Callable[..., Any]:
    """Return a function that makes a host with the family `user`, and others."""

    def make(*families: Any, **settings: Any) -> Any:
        return bench.host(bench.family("user", UserFamily(), "pullback", "0.1"), *families, **settings)

    return make


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
