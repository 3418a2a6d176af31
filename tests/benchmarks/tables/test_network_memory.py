"""The rise of the peak is one figure each; where it did not rise, or somebody could not, that is said."""

from __future__ import annotations

import pytest
from benchmarks.options import Options
from benchmarks.peers import BY_HAND, PLAIN, TAPE, UnableError, find
from benchmarks.tables import network_memory as module


def test_every_way_is_weighed_but_the_function_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(_: object, name: str, small: bool, **__: object) -> int:
        if name == "flat tape":
            raise UnableError("it knows floats only")
        return {"by hand": 2_000, "pullback": 0}[name]

    monkeypatch.setattr(module, "installed", lambda: [PLAIN, BY_HAND, TAPE, find("pullback")])
    monkeypatch.setattr(module, "once", once)
    (table,) = module.network_memory(Options(small=True))
    by_hand, tape, ours = table.figures
    assert (by_hand.way, by_hand.values, table.compared(by_hand)) == ("by hand", (2_000.0,), 1.0)
    assert (tape.values, tape.reason) == ((), "it knows floats only")
    assert (ours.values, ours.reason) == ((), "the peak did not rise")


def test_a_rise_is_no_less_than_nothing() -> None:
    (rise,) = module._weigh("by hand", True)
    assert rise >= 0
