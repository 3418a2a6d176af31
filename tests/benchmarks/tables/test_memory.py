"""Bytes for each operation are those that are recorded, and no fewer at the peak."""

from __future__ import annotations

import tracemalloc

import pytest
from benchmarks.options import Options
from benchmarks.tables import memory as module
from benchmarks.tables.memory import ELSEWHERE, _trace, memory

import pullback as pb


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("flat tape", 100, 500),
        ("pullback, pure Python", 50, 400) if pb.core() == "pure Python" else ("pullback", 30, 150),
    ],
)
def test_what_an_operation_takes(name: str, least: float, most: float) -> None:
    (recorded, peak), *rest = _trace(name, 2_000)
    assert least < recorded < most
    assert peak >= recorded
    assert rest == []
    assert not tracemalloc.is_tracing()


def test_who_keeps_memory_elsewhere_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.peers import PEERS

    asked = []
    monkeypatch.setattr(module, "installed", lambda: [peer for peer in PEERS if peer.name in (*ELSEWHERE, "flat tape")])
    monkeypatch.setattr(module, "once", lambda _, name, *__, **___: asked.append(name) or (10.0, 12.0))
    recorded, peaks = memory(Options(small=True))
    assert asked == ["flat tape"]
    assert [figure.way for figure in peaks.figures] == ["flat tape"]
    for figure in recorded.figures:
        assert (figure.values == (10.0,)) == (figure.way == "flat tape")
        assert bool(figure.reason) == (figure.way in ELSEWHERE)
