"""A peer says what it cannot do, and arguments are wrapped and laid out in a row."""

from __future__ import annotations

import pytest
from benchmarks.peers.peer import Peer, UnableError, flat, relu, scalar_namespace, wrapped
from benchmarks.problems import make


def test_a_peer_that_is_unable_says_why_and_prepares_nothing() -> None:
    prepared: list[object] = []
    peer = Peer(
        "p", lambda problem: prepared.append(problem) or (lambda: None), unable={"array": "it knows floats only"}
    )
    with pytest.raises(UnableError, match="floats only"):
        peer.run(make("arrays/elementwise-10", small=True))
    assert prepared == []
    peer.run(make("scalar/sines", small=True))
    assert len(prepared) == 1


def test_every_float_of_a_list_is_wrapped_and_found_again() -> None:
    arguments = wrapped(str, (1.0, [2.0, 3.0]))
    assert arguments == ["1.0", ["2.0", "3.0"]]
    assert flat(arguments) == ["1.0", "2.0", "3.0"]
    assert flat(([1], (2, 3), 4)) == [1, 2, 3, 4]


def test_a_loss_of_floats_computes_with_what_a_library_brings() -> None:
    namespace = scalar_namespace(abs)
    assert namespace.sin(-2.0) == 2.0
    assert namespace.relu is relu
    assert (relu(-1.0), relu(0.0), relu(2.0)) == (0.0, 0.0, 2.0)
