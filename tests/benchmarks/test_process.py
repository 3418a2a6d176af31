"""A process of its own: what is said comes back, and how it went wrong is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from benchmarks.peers import UnableError
from benchmarks.process import Process, once
from tests.benchmarks import misbehaving


def test_a_generator_is_talked_to() -> None:
    process = Process(misbehaving.echoes, 7)
    try:
        assert process.receive() == 7
        answer, number = process.ask("hello")
        assert answer == "hello"
        assert number != os.getpid()
        assert process.ask([1.5]) == ([1.5], number)
        process.finish()
    finally:
        process.close()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (misbehaving.raises, "RecursionError: too deep$"),
        (misbehaving.crashes, "killed by SIGSEGV"),
        (misbehaving.sleeps, "not done in 0.5 s"),
    ],
)
def test_why_there_is_no_answer(function: Callable[..., Any], reason: str) -> None:
    process = Process(function)
    assert process.receive(60) == 1
    with pytest.raises(UnableError, match=reason):
        process.ask(None, 0.5 if function is misbehaving.sleeps else 60)


def test_a_bad_end_is_no_success() -> None:
    with pytest.raises(UnableError, match="killed by SIGSEGV"):
        once(misbehaving.crashes_when_let_go)


def test_the_environment_is_given() -> None:
    assert once(misbehaving.environment, "PULLBACK_BENCH", environment={"PULLBACK_BENCH": "1"}) == "1"
    assert once(misbehaving.environment, "PULLBACK_BENCH") is None
