"""Who reaches the depth has it as a figure, who does not a reason; a wrong gradient is not a depth."""

from __future__ import annotations

import sys

import pytest
from benchmarks.options import Options
from benchmarks.peers import UnableError, find
from benchmarks.tables import depth as module
from benchmarks.tables.depth import BUDGET, PATIENCE, depth


def test_ours_are_tried_as_deep_as_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def once(_: object, name: str, operations: int, limit: float, **__: object) -> tuple[int, int]:
        tried.append((name, operations, limit))
        if name == "pullback Variable":
            raise UnableError("RecursionError: too deep")
        return 3 * 2**20, 5 * operations

    monkeypatch.setattr(module, "once", once)
    (table,) = depth(Options(small=True, depth=700, limit=1.0))
    ours = {figure.way: figure for figure in table.figures if figure.way.startswith("pullback")}
    assert ours["pullback, 700"].values == (700.0,)
    assert ours["pullback, 700"].budget == BUDGET
    assert ours["pullback, 700"].notes == {"peak MiB": "3.00", "bytes/operation": "5.00"}
    assert ours["pullback Variable, 700"].reason == "RecursionError: too deep"
    assert all(limit == PATIENCE for name, _, limit in tried if name.startswith("pullback"))


def test_a_chain_is_descended_with_pythons_own_recursion_limit() -> None:
    limit = sys.getrecursionlimit()
    ((peak, rise),) = module._descend(find("flat tape").name, 3 * limit)
    assert peak > rise >= 0
    assert sys.getrecursionlimit() == limit


def test_a_wrong_gradient_is_no_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.peers import TAPE

    class Twisted:
        def run(self, problem: object) -> object:
            run = TAPE.run(problem)  # type: ignore[arg-type]
            return lambda: (run()[0], [2.0 * run()[1][0]])

    monkeypatch.setattr(module, "find", lambda name: Twisted())
    with pytest.raises(UnableError):
        next(module._descend("twisted", 50))
