"""Both settings are timed on the same gradient, and the setting is as before afterwards."""

from __future__ import annotations

import numpy as np
from benchmarks.options import Options
from benchmarks.tables.zeros import CHOICES, _turn, zeros

import pullback as pb
from pullback.strong_zero import policy


def test_a_turn_runs_under_its_setting() -> None:
    before = policy()
    seen = []
    for choice in CHOICES:
        assert _turn(lambda: seen.append(policy()), choice, 0.0) >= 0.0
    assert seen == list(CHOICES)
    assert policy() == before


def test_every_setting_is_compared_with_nan() -> None:
    (table,) = zeros(Options(rounds=1, small=True))
    assert [figure.way.rpartition(", ")[2] for figure in table.figures] == list(CHOICES)
    for figure in table.figures:
        assert figure.base.endswith(", nan")
        assert table.compared(figure) is not None


def test_the_settings_differ_where_a_zero_meets_an_infinity() -> None:
    x = np.array([0.0])
    with np.errstate(all="ignore"):
        answers = []
        for choice in CHOICES:
            with pb.indeterminate(choice):
                answers.append(pb.grad(lambda x: np.sum(np.sqrt(x) ** 2))(x)[0])
    assert np.isnan(answers[0])
    assert answers[1] == 0.0
