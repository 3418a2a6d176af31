"""pullback itself: the core that was asked for, and the variables of the tutorial."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from benchmarks.peers import OWN, Peer, UnableError, flat
from benchmarks.peers.own import COMPILED, FLOAT_VAR, PURE
from benchmarks.problems import make

import pullback as pb
import pullback.math


@pytest.fixture(autouse=True)
def _recursion_limit() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(limit)


def test_the_core_that_is_asked_for_is_the_core_that_runs() -> None:
    other = next(peer for peer in OWN if peer.core not in ("", pb.core()))
    with pytest.raises(UnableError, match=pb.core()):
        other.run(make("scalar/rosenbrock", small=True))


FREE = [peer for peer in OWN if peer.name.startswith(("pullback Variable", "pullback float_var"))]


def test_there_are_free_standing_variables_on_either_core() -> None:
    assert sorted(peer.core for peer in FREE) == ["compiled", "compiled", "pure Python", "pure Python"]


@pytest.mark.parametrize("peer", [peer for peer in FREE if peer.core == pb.core()], ids=lambda peer: peer.name)
def test_free_standing_variables(peer: Peer) -> None:
    problem = make("scalar/rosenbrock", small=True)
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    run = peer.run(problem)
    for _ in range(2):
        value, grads = run()
        assert value == pytest.approx(expected)
        assert grads == pytest.approx(flat(by_hand))


def test_each_core_is_asked_for_by_the_environment() -> None:
    assert (COMPILED.environment["PULLBACK_PURE"], PURE.environment["PULLBACK_PURE"]) == ("0", "1")
    assert (COMPILED.core, PURE.core) == ("compiled", "pure Python")
    with pytest.raises(UnableError, match="it is a float"):
        FLOAT_VAR.run(make("arrays/network", small=True))
