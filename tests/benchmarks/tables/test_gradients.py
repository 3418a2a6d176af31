"""Answers are compared before anything is timed, and whoever is wrong is named."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from benchmarks.problems import make
from benchmarks.tables.gradients import WRONG, disagreement, session, table, wrong


@pytest.fixture(autouse=True)
def _recursion_limit() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        ((1.0, [1.0, 2.0]), ""),
        ((1.0, [1.0, 2.0 * (1 + 1e-12)]), ""),
        ((1.0 + 1e-6, [1.0, 2.0]), "the value"),
        ((1.0, [1.0 + 1e-6, 2.0]), "input 0"),
        ((1.0, [1.0, float("nan")]), "input 1"),
        ((float("nan"), [1.0, 2.0]), "the value"),
        ((1.0, [1.0]), "1 gradients"),
        ((1.0, [1.0, np.array([2.0])]), "shape"),
    ],
)
def test_a_disagreement_is_found(found: tuple[float, list[object]], word: str) -> None:
    told = disagreement(found, (1.0, [1.0, 2.0]))
    assert word in told
    assert bool(told) == bool(word)


def test_small_numbers_among_large_ones_are_compared_too() -> None:
    assert "input 1" in disagreement((0.0, [1.0, 1e-6]), (0.0, [1.0, 1.1e-6]))


def test_whoever_is_wrong_beside_us_is_named() -> None:
    right, twisted = (1.0, [1.0, 2.0]), (1.0, [1.0, 2.1])
    answers = {"by hand": right, "pullback": right, "micrograd": twisted, "plain, value only": (1.0, [])}
    reasons = wrong(answers)
    assert list(reasons) == ["micrograd"]
    assert reasons["micrograd"].startswith(WRONG)
    assert list(wrong({"by hand": right, "micrograd": twisted})) == ["micrograd"]
    assert wrong({"micrograd": twisted}) == {}


def test_who_is_wrong_has_a_reason_and_the_rest_their_times() -> None:
    problem = make("scalar/rosenbrock", small=True)
    firsts = dict.fromkeys(["plain, value only", "by hand", "pullback"], 0.25)
    made = table(
        "scalar/rosenbrock",
        problem,
        {"plain, value only": [1.0], "by hand": [2.0], "pullback": [3.0]},
        {"flat tape": f"{WRONG}, not timed"},
        firsts,
    )
    figures = {figure.way: figure for figure in made.figures}
    assert list(figures) == ["plain, value only", "by hand", "flat tape", "pullback"]
    assert figures["flat tape"].reason.startswith(WRONG)
    assert figures["pullback"].notes == {"first, ms": "250.00"}
    assert made.compared(figures["pullback"]) == 3.0
    assert made.comparison == "x plain"


def test_a_session_answers_first_and_is_timed_then() -> None:
    talk = session("by hand", "scalar/product", True)
    seconds, (value, grads) = next(talk)
    assert seconds > 0.0
    assert value == pytest.approx(1.0 / 11.0)
    assert len(grads) == 10
    assert talk.send(0.0) > 0.0
