"""The same measurement runs on each core, in a process of its own; a core that is not there has no table."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from benchmarks.cores import on_each_core
from benchmarks.options import Options
from benchmarks.peers import UnableError

import pullback as pb


def rounds(start: float) -> Generator[Any, Any, None]:
    import pullback

    yield pullback.core()
    while True:
        yield {"one": (start, start + 1.0), "pure": (float(os.environ["PULLBACK_PURE"]), 0.0)}
        start += 1.0


def broken() -> Generator[Any, Any, None]:
    import pullback

    yield pullback.core()
    raise ArithmeticError("out of order")


def test_the_pairs_of_seconds_of_every_round_by_name() -> None:
    found = dict(on_each_core("test", rounds, Options(rounds=3, small=True), 2.0))
    assert {pb.core(), "pure Python"} <= set(found) <= {"compiled", "pure Python"}
    for core, seconds in found.items():
        assert seconds["one"] == [(2.0, 3.0), (3.0, 4.0), (4.0, 5.0)]
        if len(found) == 2:
            assert seconds["pure"] == [(float(core == "pure Python"), 0.0)] * 3


def test_what_goes_wrong_in_a_core_is_told() -> None:
    with pytest.raises(UnableError, match="ArithmeticError: out of order"):
        list(on_each_core("test", broken, Options(rounds=1, small=True)))
