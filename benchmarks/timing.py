"""Interleaved timing: the cases take turns in every round, so that a change in the speed of the machine affects all of them."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .peers import UnableError

__all__ = ["Case", "Timings", "interleaved", "progress", "turn"]


PAUSE = 0.1
"""Seconds of rest before a turn."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case to time: a name, and a function that runs one turn and returns the seconds per run."""

    name: str
    turn: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Timings:
    """The seconds of every round for each case, and the reasons why cases have none."""

    seconds: dict[str, list[float]]
    reasons: dict[str, str]


def interleaved(cases: Sequence[Case], rounds: int, *, patience: float = 2.0, patient_rounds: int = 3) -> Timings:
    """Run `rounds` turns of each case; a case that takes more than `patience` seconds gets only `patient_rounds`."""
    timings = Timings({case.name: [] for case in cases}, {})
    for number in range(rounds):
        for case in cases:
            seconds = timings.seconds[case.name]
            slow = number >= patient_rounds and statistics.median(seconds) > patience
            if slow or case.name in timings.reasons:
                continue
            progress(f"round {number + 1} of {rounds}: {case.name}")
            try:
                seconds.append(case.turn())
            except UnableError as reason:
                timings.reasons[case.name] = str(reason)
                seconds.clear()
    progress("")
    return timings


def turn(run: Callable[[], object], least: float) -> float:
    """Return the mean seconds of as many runs as fill `least` seconds.

    The garbage collector stays on, because its work is part of the cost of a library. Before the timing starts, the garbage of the
    previous turn is collected, and a pause lets its threads go to sleep: those of OpenBLAS and OpenMP spin while they wait.
    """
    gc.collect()
    time.sleep(PAUSE)
    runs = 0
    elapsed = 0.0
    start = time.perf_counter()
    while runs == 0 or elapsed < least:
        run()
        runs += 1
        elapsed = time.perf_counter() - start
    return elapsed / runs


def progress(text: str) -> None:
    """Show the progress if standard error is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
