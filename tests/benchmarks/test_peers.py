"""Everybody who is installed finds our gradient of every problem; who cannot says why."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from benchmarks.peers import BY_HAND, LIBRARIES, OWN, PLAIN, TAPE, Peer, UnableError, find, flat, installed
from benchmarks.peers.peer import scalar_namespace
from benchmarks.problems import PROBLEMS, make
from benchmarks.process import ROOT
from benchmarks.tables.gradients import disagreement

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


def test_names_are_unique() -> None:
    names = [peer.name for peer in (PLAIN, BY_HAND, TAPE, *OWN, *LIBRARIES)]
    assert len(set(names)) == len(names) == 15


def test_no_library_is_imported_before_it_is_measured() -> None:
    """An import costs memory and time, which would be somebody else's."""
    modules = {peer.module for peer in LIBRARIES} | {"torch"}
    program = f"import sys, benchmarks.peers; print(sorted({modules!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_peer_is_found_by_its_name() -> None:
    assert find("by hand") is BY_HAND
    with pytest.raises(StopIteration):
        find("by foot")
