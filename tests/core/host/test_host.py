"""The host: which families there are, when they are loaded, and what the tables hold meanwhile."""

from __future__ import annotations

import math
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import pullback as pb
from pullback import ConflictError, PluginWarning, PullbackError, ScalarVariable
from pullback.kind import ScalarKind


def messages(caught: Any) -> list[str]:
    return [str(each.message) for each in caught]


def row(host: Any, name: str) -> dict[str, Any]:
    (found,) = [each for each in host.rows() if each["family"] == name]
    return found  # type: ignore[no-any-return]


def statuses(host: Any) -> dict[str, str]:
    return {each["family"]: each["status"] for each in host.rows()}


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
