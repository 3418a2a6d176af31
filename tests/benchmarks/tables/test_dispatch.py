"""What is compared on plain floats is the same function, bare and dressed."""

from __future__ import annotations

import pytest
from benchmarks.figure import Figure
from benchmarks.tables.dispatch import BESIDE, BUDGET, PAIRINGS, Pairing, _figures


@pytest.mark.parametrize("pairing", PAIRINGS, ids=lambda pairing: pairing.name)
def test_bare_and_dressed_give_the_same(pairing: Pairing) -> None:
    assert pairing.bare(*pairing.inputs) == pairing.dressed(*pairing.inputs)
    for timer in pairing.timers():
        assert timer.timeit(1) > 0.0


@pytest.mark.parametrize(("pairing", "plugins"), [(BESIDE[0], 1), (BESIDE[1], 20)])
def test_a_hook_calls_every_plugin(pairing: Pairing, plugins: int) -> None:
    (x,) = pairing.inputs
    assert pairing.dressed(x=x) == [pairing.bare(x)] * plugins
    assert all(timer.timeit(1) > 0.0 for timer in pairing.timers())


def test_only_what_is_ours_has_a_budget() -> None:
    figures = list(_figures({"trig.sin": [(1.0, 2.0), (3.0, 5.0)], "pluggy hook, 1 plugin": [(1.0, 9.0)]}))
    assert figures == [
        Figure("trig.sin, bare", (1.0, 3.0)),
        Figure("trig.sin", (2.0, 5.0), base="trig.sin, bare", budget=BUDGET),
        Figure("pluggy hook, 1 plugin, bare", (1.0,)),
        Figure("pluggy hook, 1 plugin", (9.0,), base="pluggy hook, 1 plugin, bare"),
    ]
