"""Bytes per recorded scalar operation, and how deep a chain of operations may be."""

from __future__ import annotations

import argparse
import gc
import json
import math
import subprocess
import sys
import tracemalloc
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from _harness import arguments, header, number, peak_rss, save, table
from _peers import OWN, PEERS, TAPE, Gradient, Way, installed

from pullback import core

BUDGETS = {"compiled": 120, "pure Python": 350}
DEPTH = 10_000_000
PEER_DEPTHS = (2_000, 100_000)
OPERATIONS = 20_000
QUICK_DEPTH, QUICK_OPERATIONS = 20_000, 2_000
TIME_LIMIT = 1800.0

# What the tracer of Python sees; PyTorch and JAX keep their graphs elsewhere.
TRACEABLE = ("micrograd", "HIPS autograd", "MyGrad")
START = 0.9999


def chain(x: Any, operations: int) -> Any:
    """Return the end of a chain of `operations`: products of two variables and sums with a constant, in turns."""
    y = x
    for _ in range(operations // 2):
        y = y * x + 1.0
    return y


def chain_gradient(x: float, operations: int) -> float:
    """Return the derivative of `chain` by the recurrence of its product rule."""
    y, slope = x, 1.0
    for _ in range(operations // 2):
        y, slope = y * x + 1.0, slope * x + y
    return slope


@dataclass(frozen=True, slots=True)
class Bytes:
    """What one operation costs: recorded and waiting, and at the peak of recording and sweep."""

    recorded: float
    peak: float


def measure_bytes(gradient: Gradient, operations: int) -> Bytes:
    """Return the bytes that each operation of a chain allocates, by Python's tracer."""
    recorded = []

    def watched(x: Any) -> Any:
        before = tracemalloc.get_traced_memory()[0]
        end = chain(x, operations)
        recorded.append(tracemalloc.get_traced_memory()[0] - before)
        return end

    gradient(lambda x: chain(x, 10), START)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        gradient(watched, START)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    return Bytes(recorded[0] / operations, peak / operations)


@dataclass(frozen=True, slots=True)
class Descent:
    """How a chain of some depth ended in a process of its own: `outcome` is ``ok`` or what happened instead."""

    name: str
    depth: int
    outcome: str
    peak_mib: float | None = None
    bytes_each: float | None = None


def descend(way: Way, depth: int) -> Descent:
    """Differentiate a chain of `depth` in a fresh process, whose end counts: it has to let go of the graph, too."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", way.name, str(depth)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return Descent(way.name, depth, f"not done in {TIME_LIMIT:.0f} s")
    if done.returncode < 0:
        return Descent(way.name, depth, f"killed by signal {-done.returncode}")
    if done.returncode > 0:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Descent(way.name, depth, last.partition(":")[0])
    return Descent(way.name, depth, "ok", **json.loads(done.stdout))


def child(name: str, depth: int) -> int:
    """Be the process of one descent: print the peak, or fail as the library fails, with Python's own recursion limit."""
    way = next(way for way in (TAPE, *OWN, *PEERS) if way.name == name)
    gradient = way.prepare()
    gradient(lambda x: chain(x, 10), START)
    before = peak_rss()
    _, (slope,) = gradient(lambda x: chain(x, depth), START)
    gc.collect()
    peak = peak_rss()
    expected = chain_gradient(START, depth)
    if not math.isclose(slope, expected, rel_tol=1e-9):
        print(f"WrongGradient: {slope!r} where {expected!r} was expected", file=sys.stderr)
        return 1
    print(json.dumps({"peak_mib": peak / 2**20, "bytes_each": (peak - before) / depth}))
    return 0


def main() -> int:
    """Measure bytes and depth and print both tables; return 1 when pullback did not reach its depth."""
    options = parse()
    if options.child:
        return child(options.child[0], int(options.child[1]))
    facts = header(way.distribution for way in PEERS if way.distribution)
    operations = QUICK_OPERATIONS if options.quick else OPERATIONS
    depth = options.depth or (QUICK_DEPTH if options.quick else DEPTH)
    peer_depths = PEER_DEPTHS[:1] if options.quick else PEER_DEPTHS

    # micrograd orders its graph by recursion; only the measurement of depth leaves the limit as it is.
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)
    found = installed((TAPE, *OWN, *PEERS))
    weights = {
        way.name: measure_bytes(gradient, operations)
        for way, gradient in found
        if way not in PEERS or way.name in TRACEABLE
    }
    sys.setrecursionlimit(limit)
    table(
        [f"bytes per operation, {operations:,} operations", "recorded", "peak with the sweep"],
        [[name, number(each.recorded), number(each.peak)] for name, each in weights.items()],
    )
    print(f"budget: {BUDGETS[core()]} bytes recorded, core: {core()}\n", flush=True)

    ways = [way for way, _ in found]
    own = [descend(way, depth) for way in ways if way in OWN]
    descents = own + [descend(way, each) for each in peer_depths for way in ways if way in PEERS]
    rows = [
        [
            each.name,
            f"{each.depth:,}",
            each.outcome,
            "" if each.peak_mib is None else number(each.peak_mib),
            "" if each.bytes_each is None else number(each.bytes_each),
        ]
        for each in descents
    ]
    table(["depth, a process each", "operations", "outcome", "peak RSS MiB", "bytes/operation"], rows)
    if options.quick:
        print("--quick: these figures mean little")
    save(
        options.results,
        "memory",
        facts,
        quick=options.quick,
        operations=operations,
        bytes={name: asdict(each) for name, each in weights.items()},
        depths=[asdict(each) for each in descents],
    )
    return 0 if all(each.outcome == "ok" for each in own) else 1


def parse() -> argparse.Namespace:
    """Return the options."""
    parser = arguments(__doc__)
    parser.add_argument("--depth", type=int, help=f"the depth that pullback has to reach, {DEPTH:,} if not given")
    parser.add_argument("--child", nargs=2, metavar=("WAY", "DEPTH"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
