"""Everybody who is installed finds our gradient of every problem; who cannot says why."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from benchmarks.peers import BY_HAND, LIBRARIES, OWN, PLAIN, TAPE, Peer, UnableError, flat, installed
from benchmarks.peers.peer import scalar_namespace
from benchmarks.problems import PROBLEMS, make
from benchmarks.tables.gradients import WRONG, disagreement, wrong

import pullback as pb
import pullback.math

HERE = [peer for peer in installed() if peer.core in ("", pb.core()) and peer is not PLAIN]


@pytest.fixture(autouse=True)
def _recursion_limit() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("key", PROBLEMS)
@pytest.mark.parametrize("peer", HERE, ids=lambda peer: peer.name)
def test_all_agree(peer: Peer, key: str) -> None:
    problem = make(key, small=True)
    if problem.kind in peer.unable:
        with pytest.raises(UnableError, match="it"):
            peer.run(problem)
        return
    function = problem.function(np if problem.kind == "array" else scalar_namespace(pullback.math.sin))
    ours = pb.value_and_grad(function, tuple(range(len(problem.primals))))
    expected_value, expected = ours(*problem.primals)
    run = peer.run(problem)
    for _ in range(2):  # The second run starts from what the first one left.
        value, grads = run()
        assert not disagreement((float(value), flat(grads)), (float(expected_value), flat(expected)))


def test_the_core_that_is_asked_for_is_the_core_that_runs() -> None:
    other = next(peer for peer in OWN if peer.core not in ("", pb.core()))
    with pytest.raises(UnableError, match=pb.core()):
        other.run(make("scalar/rosenbrock", small=True))


def test_names_are_unique() -> None:
    names = [peer.name for peer in (PLAIN, BY_HAND, TAPE, *OWN, *LIBRARIES)]
    assert len(set(names)) == len(names) == 13


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
