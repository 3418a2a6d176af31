"""Losses of NumPy arrays and their gradients, side by side: ratios to the gradient written by hand, and peak memory."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _array_peers import BY_HAND, OWN, PEERS, Prepared, Way, by_hand, installed
from _array_problems import Arrays, Problem, chain_of_rotations, elementwise, logistic_regression, network
from _harness import Case, arguments, header, interleaved, number, peak_rss, save, table

PLAIN = "plain NumPy, value only"
TOLERANCE = 1e-9
TIME_LIMIT = 600.0
BUDGETS = {"elementwise, 10": 5.0, "elementwise, 1,000,000": 1.15}


def problems(*, quick: bool) -> list[Problem]:
    """Return what is measured; small ones where it only has to run."""
    sizes = (10, 1000) if quick else (10, 1000, 100_000, 1_000_000)
    regression = (50, 5) if quick else (1000, 50)
    return [
        *map(elementwise, sizes),
        logistic_regression(*regression),
        layers(quick=quick),
        chain_of_rotations(7),
    ]


def layers(*, quick: bool) -> Problem:
    """Return the network, whose memory is measured too."""
    return network((12, 8, 8, 3), 4) if quick else network((784, 512, 512, 10), 128)


def main() -> int:
    """Check every gradient, time it, print the ratios; return 1 when a gradient was wrong."""
    options = parse()
    if options.child is not None:
        return child(options.child, quick=options.quick)
    facts = header(("numpy", *(way.distribution for way in PEERS)))
    found = installed((*OWN, *PEERS))
    print(f"every gradient below agrees to {TOLERANCE:g} with the one written by hand\n")

    wrong: list[str] = []
    timed: dict[str, dict[str, list[float]]] = {}
    ratios: dict[str, dict[str, float]] = {}
    for problem in problems(quick=options.quick):
        cases, mistaken = checked(problem, found)
        wrong += mistaken
        timings = interleaved(cases, 1 if options.quick else options.rounds, least=0.0 if options.quick else 0.05)
        base = timings[BY_HAND].median
        rows = [
            [
                each.name,
                number(each.median * 1e6),
                number(each.median / base),
                number(each.spread, 2),
                str(len(each.seconds)),
            ]
            for each in timings.values()
        ]
        table([problem.name, "us", "x by hand", "max/min", "rounds"], rows)
        if problem.name in BUDGETS:
            print(f"budget: pullback value_and_grad within {BUDGETS[problem.name]:g} x by hand\n")
        timed[problem.name] = {each.name: each.seconds for each in timings.values()}
        ratios[problem.name] = {each.name: each.median / base for each in timings.values()}

    memory = {name: weigh(name, quick=options.quick) for name in (BY_HAND, *(way.name for way, _ in found))}
    table(
        [f"{layers(quick=options.quick).name}, a process each", "MiB over its import"],
        [[name, "failed" if mib is None else number(mib)] for name, mib in memory.items()],
    )
    if options.quick:
        print("--quick: these figures mean nothing")
    save(
        options.results,
        "arrays",
        facts,
        quick=options.quick,
        wrong=wrong,
        seconds=timed,
        ratios=ratios,
        peak_mib=memory,
    )
    return 1 if wrong else 0


def checked(problem: Problem, found: list[tuple[Way, Prepared]]) -> tuple[list[Case], list[str]]:
    """Return what to time of `problem`, and the names of those whose gradient was wrong, which are left out."""
    expected = by_hand(problem)()
    wrong = []
    if not agrees(f"{problem.name}: {BY_HAND}", expected, numerically(problem, expected), 1e-6):
        wrong.append(f"{problem.name}: {BY_HAND}")
    cases = [
        Case(PLAIN, partial(problem.loss, np, problem.primals, problem.constants)),
        Case(BY_HAND, by_hand(problem)),
    ]
    for way, prepared in found:
        run = prepared.on(problem)
        if agrees(f"{problem.name}: {way.name}", run(), expected, TOLERANCE):
            cases.append(Case(way.name, run))
        else:
            wrong.append(f"{problem.name}: {way.name}")
    return cases, wrong


def numerically(problem: Problem, expected: tuple[float, Arrays]) -> tuple[float, Arrays]:
    """Return value and gradient of the loss, the latter corrected along one random direction by a central difference."""
    chooser = np.random.default_rng(7)
    direction = [chooser.standard_normal(p.shape) for p in problem.primals]
    length = np.sqrt(sum(np.sum(d * d) for d in direction))
    direction = [d / length for d in direction]
    step = 1e-5
    above, below = (
        problem.loss(np, tuple(p + s * d for p, d in zip(problem.primals, direction, strict=True)), problem.constants)
        for s in (step, -step)
    )
    claimed = sum(np.sum(g * d) for g, d in zip(expected[1], direction, strict=True))
    excess = (above - below) / (2 * step) - claimed
    grads = tuple(g + excess * d for g, d in zip(expected[1], direction, strict=True))
    return float(problem.loss(np, problem.primals, problem.constants)), grads


def agrees(name: str, found: tuple[float, Arrays], expected: tuple[float, Arrays], tolerance: float) -> bool:
    """Return whether value and gradients agree, by the largest number of each; print where they do not."""
    agree = True
    pairs = zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True)
    for place, (one, other) in enumerate(pairs):
        what = f"the gradient by input {place - 1}" if place else "the value"
        scale = np.max(np.abs(other), initial=1e-300)
        if np.shape(one) != np.shape(other):
            print(f"{name}: WRONG, not timed: {what} has shape {np.shape(one)}, not {np.shape(other)}", flush=True)
            agree = False
        elif not np.max(np.abs(np.asarray(one) - other), initial=0.0) <= tolerance * scale:
            print(f"{name}: WRONG, not timed: {what}", flush=True)
            agree = False
    return agree


def weigh(name: str, *, quick: bool) -> float | None:
    """Return the MiB that the gradient of the network takes in a fresh process, over what that has after its imports."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", name, *(["--quick"] if quick else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    if done.returncode:
        print(f"{name}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}", flush=True)
        return None
    return float(json.loads(done.stdout)["mib"])


def child(name: str, *, quick: bool) -> int:
    """Be the process of one measurement of memory: print the rise of the peak over imports, inputs and a first small gradient."""
    small, whole = layers(quick=True), layers(quick=quick)
    if name == BY_HAND:
        first, run = by_hand(small), by_hand(whole)
    else:
        prepared = next(way for way in (*OWN, *PEERS) if way.name == name).prepare()
        first, run = prepared.on(small), prepared.on(whole)
    first()
    before = peak_rss()
    result: Any = None
    for _ in range(3):
        result = run()
    print(json.dumps({"mib": (peak_rss() - before) / 2**20, "value": result[0]}))
    return 0


def parse() -> argparse.Namespace:
    """Return the options."""
    parser = arguments(__doc__, rounds=15)
    parser.add_argument("--child", metavar="WAY", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
