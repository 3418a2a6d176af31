"""What the doctor finds in families that are wrong, each in one way, and that it finds nothing in those that are right."""

from __future__ import annotations

import operator
import sys
import types
from typing import Any

import pytest
from pluggy import HookspecMarker

from pullback import ScalarKind, ScalarVariable, composite, elementwise, hookimpl, nondifferentiable
from pullback.cli.doctor import Finding, diagnose
from pullback.host import hookspecs
from pullback.host.entrypoints import FoundFamily, FoundIndex
from pullback.host.host import Host
from pullback.host.index import IndexEntry
from pullback.host.settings import Settings
from pullback.tables import KindTable, NameTable, OverloadTable

pytestmark = pytest.mark.filterwarnings("ignore::pullback.PluginWarning")


def pair(name: str, *overloads: Any, forward: Any = None, **options: Any) -> Any:
    return elementwise(
        forward or (lambda x: x), derivative=lambda x, out: 1.0, name=name, overloads=overloads, **options
    )


def family(name: str, *pairs: Any, distribution: str | None = None, module: str | None = None) -> FoundFamily:
    plugin: Any = types.ModuleType(module or name)
    plugin.pullback_register_primitives = hookimpl(lambda: list(pairs))

    def load() -> Any:
        if pairs and isinstance(pairs[0], Exception):
            raise pairs[0]
        sys.modules[plugin.__name__] = plugin
        return plugin

    return FoundFamily(name, module or name, distribution or f"acme-{name}", "1.2", load)


@pytest.fixture(autouse=True)
def _no_module_stays() -> Any:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("acme_"):
            del sys.modules[name]


def host(*families: FoundFamily, index: list[IndexEntry] | None = None, **settings: Any) -> Host:
    tables = (OverloadTable(), NameTable(), KindTable())
    return Host(list(families), index or [], settings=Settings(**settings), tables=tables)


def found(*families: FoundFamily, **options: Any) -> list[Finding]:
    return diagnose(host(*families, **options))


def test_what_is_right_has_no_findings() -> None:
    entries = [
        IndexEntry("it", "it", "acme-it"),
        IndexEntry("math.gcd", "it", "acme-it"),
        IndexEntry("builtins.complex", "kind", "acme-kind"),
    ]
    it = pair("it", "math:gcd", forward="math:gcd")
    right = family("it", it, nondifferentiable("math:isqrt"), composite(lambda x: x, name="plain"), module="acme_it")

    class Kinds:
        @hookimpl
        def pullback_register_value_kinds(self) -> list[Any]:
            return [ScalarKind("complex", (complex,), ScalarVariable)]

    brought = Kinds()
    kind = FoundFamily("kind", "acme_kind", "acme-kind", "1.2", lambda: brought)
    checked = host(right, kind, index=entries)
    checked.load_all()
    sys.modules["acme_it"].it = it  # type: ignore[attr-defined]
    assert diagnose(checked) == []
    assert {each.status for each in checked.families} == {"active"}


@pytest.mark.parametrize("strict", [False, True])
def test_a_family_that_fails_is_a_row_and_the_rest_is_looked_at(strict: bool) -> None:
    families = (
        family("bad", ImportError("no\nlicence")),
        family("worse", RuntimeError("no luck")),
        family("good", pair("good")),
    )
    checked = host(*families, strict=strict)
    rows = diagnose(checked)
    assert [(row.severity, row.what, row.family, row.distribution, row.version) for row in rows] == [
        ("problem", "failed", "bad", "acme-bad", "1.2"),
        ("problem", "failed", "worse", "acme-worse", "1.2"),
    ]
    assert "ImportError: no licence" in rows[0].detail
    assert [each.status for each in checked.families] == ["failed", "failed", "active"]


def test_two_families_of_one_name() -> None:
    (row,) = found(family("same", pair("a"), distribution="acme-one"), family("same", pair("b")))
    assert (row.what, row.distribution) == ("duplicate name", "acme-same")
    assert "is taken by acme-one 1.2" in row.detail


def test_two_families_that_answer_for_the_same() -> None:
    (row,) = found(family("one", pair("a", "math:gcd")), family("two", pair("b", "math:gcd")))
    assert (row.severity, row.what, row.family) == ("problem", "conflict", "two")
    assert "both answer for the overload math.gcd" in row.detail


def test_two_names_of_one_function_are_a_conflict_once_their_module_is_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "acme_late.py").write_text("from math import gcd\nalias = gcd\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (row,) = found(family("one", pair("a", "acme_late:gcd")), family("two", pair("b", "acme_late:alias")))
    assert (row.what, row.family) == ("conflict", "two")
    assert "acme-one 1.2" in row.detail


def test_an_override_is_a_note() -> None:
    (row,) = found(family("one", pair("a", "math:gcd")), family("two", pair("b", "math:gcd", override=True)))
    assert (row.severity, row.what, row.family) == ("note", "override", "two")
    assert "acme-one 1.2" in row.detail


def test_a_missing_target_is_a_problem_of_others_and_a_note_of_ours() -> None:
    (row,) = found(family("bad", pair("it", "math:nosuch")))
    assert (row.severity, row.what, row.family) == ("problem", "missing overload", "bad")
    assert "it: math:nosuch is missing" in row.detail
    (row,) = found(family("bad", pair("it", forward="math:nosuch")))
    assert (row.severity, row.what) == ("problem", "missing forward")
    (row,) = found(family("bad", pair("it", forward={"float": "math:nosuch", "array": "math:nosuch"})))
    assert row.what == "missing forward"
    (row,) = found(family("bad", nondifferentiable("math:nosuch")))
    assert row.what == "missing forward"
    (row,) = found(family("ours", pair("it", "math:nosuch", forward="math:nosuch"), distribution="pullback"))
    assert (row.severity, row.what) == ("note", "missing overload")


def test_a_library_that_is_not_installed_is_one_note() -> None:
    (row,) = found(family("far", pair("a", "acme_absent.sub:f", "acme_absent:g"), pair("b", "acme_absent:h")))
    assert (row.severity, row.what) == ("note", "not installed")
    assert "acme_absent is not installed, to which a, b would answer" in row.detail


def test_a_library_that_breaks_on_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "acme_breaks.py").write_text("1 / 0", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (row,) = found(family("bad", pair("it", "acme_breaks:f")))
    assert (row.severity, row.what) == ("problem", "missing overload")
    assert "importing acme_breaks raised ZeroDivisionError" in row.detail


def test_an_overload_that_nobody_calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Only when its module is imported can it be seen: at registration it was not."""
    (tmp_path / "acme_plain.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (row,) = found(family("bad", pair("it", "acme_plain:f")))
    assert (row.severity, row.what) == ("problem", "unreachable overload")
    assert "acme_plain.f is an ordinary function" in row.detail
    assert "fix: " in row.detail


def test_a_deprecated_hook() -> None:
    specifications: Any = types.ModuleType("specifications")
    marker = HookspecMarker(hookspecs.PROJECT)

    @marker(warn_on_impl=DeprecationWarning("write the\nother"))
    def pullback_register_primitives() -> None:
        """Deprecated here."""

    specifications.pullback_register_primitives = pullback_register_primitives
    specifications.pullback_register_value_kinds = hookspecs.pullback_register_value_kinds
    tables = (OverloadTable(), NameTable(), KindTable())
    old = Host([family("old", pair("a"))], [], settings=Settings(), tables=tables, specifications=specifications)
    with pytest.warns(DeprecationWarning, match="write the"):
        (row,) = diagnose(old)
    assert (row.severity, row.what, row.family) == ("problem", "deprecated hook", "old")
    assert row.detail == "pullback_register_primitives: write the other"


def test_forwards_for_pairs_that_exist() -> None:
    class Symbol:
        pass

    def bringing(*forwards: Any, **options: Any) -> FoundFamily:
        made = family("it", **options)
        plugin = made.load()
        plugin.pullback_register_primitives = hookimpl(lambda: [pair("it")])
        plugin.pullback_register_value_kinds = hookimpl(lambda: [ScalarKind("symbol", (Symbol,), ScalarVariable)])
        plugin.pullback_register_forwards = hookimpl(lambda: list(forwards))
        return made

    index = [IndexEntry("it[symbol]", "it", "acme-it")]
    assert found(bringing(("it", "symbol", "math:sin")), index=index) == []
    rows = found(
        bringing(
            ("nosuch", "symbol", lambda x: x),
            ("it", "nosuch", lambda x: x),
            ("it", "third", "math:nosuch"),
        ),
        index=index,
    )
    assert [(row.severity, row.what, row.detail) for row in rows] == [
        ("problem", "forward for nobody", "nosuch[symbol]: no primitive is called 'nosuch'"),
        ("problem", "forward for nobody", "it[nosuch]: no value kind is called 'nosuch'"),
        ("problem", "forward for nobody", "it[third]: no value kind is called 'third'"),
        ("problem", "missing forward", rows[3].detail),
        ("problem", "stale index", "it[symbol] = it, but the family does not answer for it[symbol]"),
    ]
    assert rows[3].detail.startswith("it[third]: math:nosuch is missing from the installed version")


def test_an_index_that_leads_nowhere() -> None:
    (row,) = found(family("it", pair("it")), index=[IndexEntry("it", "elsewhere", "acme-it")])
    assert (row.severity, row.what, row.distribution, row.version) == (
        "problem",
        "index leads nowhere",
        "acme-it",
        "1.2",
    )
    assert row.detail == "it = elsewhere, but this distribution declares no family 'elsewhere'"
    (row,) = found(family("it", pair("it")), index=[IndexEntry("it", "it", "acme-other")])
    assert (row.what, row.distribution, row.version) == ("index leads nowhere", "acme-other", "")


@pytest.mark.parametrize("key", ["gone", "math.gone", "math.lcm", "builtins.complex", "acme_absent.gone"])
def test_a_stale_index(key: str) -> None:
    entries = [IndexEntry(each, "it", "acme-it") for each in ("it", key, "math.gcd")]
    (row,) = found(family("it", pair("it", "math:gcd")), index=entries)
    assert (row.severity, row.what, row.family) == ("problem", "stale index", "it")
    assert row.detail == f"{key} = it, but the family does not answer for {key}"


def test_an_index_may_name_a_function_by_another_of_its_names() -> None:
    it = pair("it", operator.mul, "numpy:absolute")
    entries = [IndexEntry(key, "it", "acme-it") for key in ("it", "operator.mul", "_operator.mul", "numpy.abs")]
    assert found(family("it", it), index=entries) == []


def test_the_index_of_what_is_disabled_or_failed_is_not_looked_at() -> None:
    entries = [IndexEntry("gone", "bad", "acme-bad"), IndexEntry("gone", "off", "acme-off")]
    rows = found(family("bad", ImportError("no")), family("off", pair("it")), index=entries, plugins="-off")
    assert [row.what for row in rows] == ["failed"]


def test_an_index_that_cannot_be_read() -> None:
    checked = host(family("it", pair("it")))
    checked.unread[FoundIndex("acme_it", "index.txt", "acme-it", "1.2")] = "it was left out:\nno luck"
    (row,) = diagnose(checked)
    assert (row.severity, row.what, row.distribution, row.version) == ("problem", "broken index", "acme-it", "1.2")
    assert row.detail == "it was left out: no luck"
