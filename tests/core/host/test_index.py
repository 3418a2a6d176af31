"""What the index finds by key and by function, and what it does not do to find it."""

from __future__ import annotations

import math
import operator
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from pullback.host.claims import claims
from pullback.host.index import Index, IndexEntry


def entry(key: str, family: str = "trig", distribution: str = "acme") -> IndexEntry:
    return IndexEntry(key, family, distribution)


def test_what_is_said_of_a_key_by_anybody() -> None:
    said = [entry("sin"), entry("math.sin"), entry("sin", "other", "zeta"), entry("cos")]
    index = Index(said)
    assert index.named("sin") == [said[0], said[2]]
    assert index.named("cos", "tan", "math.sin") == [said[3], said[1]]
    assert index.named() == index.named("tan") == []
    assert sorted(index) == sorted(said)
    assert list(Index()) == []


def test_a_function_is_found_by_all_of_its_names() -> None:
    said = [entry("numpy.abs"), entry("numpy.absolute", "other", "zeta"), entry("numpy.sin"), entry("math.sin")]
    index = Index(said)
    assert index.of_function(np.abs) == said[:2]
    assert index.of_function(math.sin) == [said[3]]
    assert index.of_function(math.cos) == []
    assert index.of_function([]) == index.of_function(None) == []


def test_methods_and_their_equals() -> None:
    said = [entry("numpy.add.at"), entry("numpy.ndarray.astype"), entry("builtins.float")]
    index = Index(said)
    assert index.of_function(np.add.at) == [said[0]]
    assert index.of_function(np.ndarray.astype) == [said[1]]
    assert index.of_function(float) == [said[2]]


def test_a_module_that_is_imported_later(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [entry("acme_later.sine"), entry("acme_later.cosine"), entry("acme_later.Thing.method")]
    index = Index(said)
    assert index.of_function(math.sin) == []
    late: Any = ModuleType("acme_later")
    monkeypatch.setitem(sys.modules, "acme_later", late)
    late.sine = math.sin
    assert index.of_function(math.sin) == [said[0]]
    # A module may be in the middle of its import.
    late.cosine = math.cos
    late.Thing = type("Thing", (), {"method": math.tan})
    assert index.of_function(math.cos) == [said[1]]
    assert index.of_function(math.tan) == [said[2]]


def test_what_cannot_be_a_key_of_a_dict_is_no_function(monkeypatch: pytest.MonkeyPatch) -> None:
    odd: Any = ModuleType("acme_odd")
    odd.thing, odd.sine = [], math.sin
    monkeypatch.setitem(sys.modules, "acme_odd", odd)
    index = Index([entry("acme_odd.thing"), entry("acme_odd.sine")])
    assert index.of_function(odd.thing) == []
    assert index.of_function(math.sin) == [entry("acme_odd.sine")]


def test_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(sys.modules)
    index = Index([entry("acme_never.sine"), entry("xml.dom.minidom.parse"), entry("numpy.nothing.sine")])
    assert index.of_function(math.sin) == []
    assert set(sys.modules) == before


def test_what_speaks_of_a_claim(bench: Any) -> None:
    class Kind:
        types = (Index,)

    said = {
        "sin": entry("sin"),
        "operator.mul": entry("operator.mul"),
        "acme_never.sine": entry("acme_never.sine"),
        "type": entry("pullback.host.index.Index"),
        "other": entry("other"),
        "math.cos": entry("math.cos"),
    }
    pair = bench.pair("sin", operator.mul, "acme_never:sine")
    found = Index(said.values()).spoken_of(claims([pair], [Kind()]))  # type: ignore[list-item]
    assert set(found) == {said[key] for key in ("sin", "operator.mul", "acme_never.sine", "type")}


def test_threads_that_look_up_at_once_all_find(monkeypatch: pytest.MonkeyPatch) -> None:
    late: Any = ModuleType("acme_threads")
    functions = [np.frompyfunc(lambda x: x, 1, 1) for _ in range(200)]
    for place, function in enumerate(functions):
        setattr(late, f"f{place}", function)
    monkeypatch.setitem(sys.modules, "acme_threads", late)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            index = Index([entry(f"acme_threads.f{place}") for place in range(200)])
            start = threading.Barrier(4)

            def find(thread: int, index: Index = index, start: threading.Barrier = start) -> list[set[IndexEntry]]:
                start.wait()
                return [set(index.of_function(functions[place])) for place in range(thread, 200, 4)]

            with ThreadPoolExecutor(4) as pool:
                for thread, found in enumerate(pool.map(find, range(4))):
                    assert found == [{entry(f"acme_threads.f{place}")} for place in range(thread, 200, 4)]
    finally:
        sys.setswitchinterval(interval)
