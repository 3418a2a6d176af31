"""Value and gradient of one problem by every way: checked against ours, then timed in turns."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..figure import Figure, Table
from ..options import Options
from ..peers import BY_HAND, OWN, PLAIN, UnableError, find, flat, installed
from ..problems import Problem, make
from ..process import Process
from ..timing import Case, interleaved, progress, turn

__all__ = ["WRONG", "disagreement", "gradients", "session"]

WRONG = "WRONG"
TOLERANCE = 1e-9


def gradients(key: str, options: Options) -> Iterator[Table]:
    """Check and time every way at a problem; yield the table."""
    problem = make(key, small=options.small)
    processes: dict[str, Process] = {}
    answers: dict[str, Any] = {}
    firsts: dict[str, float] = {}
    reasons: dict[str, str] = {}
    try:
        for peer in installed():
            progress(f"{problem.title}: {peer.name}")
            processes[peer.name] = Process(session, peer.name, key, options.small, environment=peer.environment)
            try:
                firsts[peer.name], answers[peer.name] = processes[peer.name].receive(options.limit)
            except UnableError as reason:
                reasons[peer.name] = str(reason)
        reasons |= wrong(answers)
        # A turn is a run as the first one was, and as many more as fill `least` seconds.
        cases = [
            Case(name, partial(processes[name].ask, options.least, 10 * options.limit))
            for name in answers
            if name not in reasons
        ]
        timings = interleaved(cases, options.rounds)
    finally:
        for process in processes.values():
            process.close()
    yield table(key, problem, timings.seconds, reasons | timings.reasons, firsts)


def session(name: str, key: str, small: bool) -> Generator[Any, float, None]:
    """Be the process of one way at one problem: yield the first run and its answer, then the seconds of every turn."""
    peer = find(name)
    run = peer.run(make(key, small=small))
    start = time.perf_counter()
    answer = run()
    first = time.perf_counter() - start
    value, grads = answer if peer.checked else (answer, ())
    least = yield first, (float(value), flat(grads))
    while True:
        least = yield turn(run, least)


def wrong(answers: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with whose answer, beside ours; beside the one by hand where there is none of ours."""
    reference = next((name for name in (*(peer.name for peer in OWN), BY_HAND.name) if name in answers), None)
    if reference is None:
        return {}
    expected = answers[reference]
    found = {}
    for name, (value, grads) in answers.items():
        difference = disagreement((value, grads if find(name).checked else expected[1]), expected)
        if difference:
            found[name] = f"{WRONG}, not timed: {difference} of {reference}"
    return found


def disagreement(found: tuple[float, Sequence[Any]], expected: tuple[float, Sequence[Any]]) -> str:
    """Return where a value and a gradient differ from those expected by more than rounding; nothing where they do not."""
    if len(found[1]) != len(expected[1]):
        return f"{len(found[1])} gradients, not the {len(expected[1])}"
    pairs = zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True)
    largest = max((float(np.max(np.abs(grad), initial=0.0)) for grad in expected[1]), default=0.0)
    for place, (one, other) in enumerate(pairs):
        what = f"the gradient by input {place - 1}" if place else "the value"
        one, other = np.asarray(one), np.asarray(other)
        if one.shape != other.shape:
            return f"{what} has shape {one.shape}, not the {other.shape}"
        # Small numbers among large ones, in a sum whose terms cancel, are as wrong as the large ones allow.
        scale = np.abs(other) + (1e-3 * largest if place else 0.0)
        if not np.all(np.abs(one - other) <= TOLERANCE * scale):
            return f"{what} is not that"
    return ""


def table(
    key: str, problem: Problem, seconds: dict[str, list[float]], reasons: dict[str, str], firsts: dict[str, float]
) -> Table:
    """Return the figures of a problem, as multiples of the plain function of floats or of the gradient of arrays by hand."""
    base = PLAIN.name if problem.kind == "scalar" else BY_HAND.name
    figures = []
    for peer in installed():
        if peer.name in reasons:
            figures.append(Figure(peer.name, reason=reasons[peer.name]))
        elif peer.name in seconds:
            notes = {"first, ms": f"{firsts[peer.name] * 1e3:,.2f}"}
            values = tuple(seconds[peer.name])
            figures.append(Figure(peer.name, values, base=base, budget=problem.budgets.get(peer.budget), notes=notes))
    comparison = "x plain" if problem.kind == "scalar" else "x by hand"
    return Table(key, problem.title, "second", tuple(figures), comparison)
