"""What the benchmarks share: interleaved timing, the header that says on what they ran, tables and files of results."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["Case", "Timing", "arguments", "header", "interleaved", "number", "peak_rss", "save", "table"]

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Case:
    """Something to time: a name and a function without arguments."""

    name: str
    run: Callable[[], object]


@dataclass(slots=True)
class Timing:
    """The seconds that one run of a case took, one figure for each round."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """The slowest round over the fastest: what the machine added of its own."""
        return max(self.seconds) / min(self.seconds)


def interleaved(
    cases: Sequence[Case], rounds: int, *, least: float = 0.05, patience: float = 10.0, patient_rounds: int = 3
) -> dict[str, Timing]:
    """Time `cases` in turns, `rounds` times each, so that a change of the machine's pace meets all of them.

    In each round a case runs until `least` seconds have passed, and its figure is the mean of those runs. One that
    took longer than `patience` seconds has `patient_rounds` rounds only. The garbage collector stays on: what a
    library leaves to it is part of its price. Before each turn the garbage of the turn before is collected, untimed, so
    that nobody pays for a neighbour.
    """
    timings = {case.name: Timing(case.name) for case in cases}
    for turn in range(rounds):
        for case in cases:
            timing = timings[case.name]
            if turn >= patient_rounds and timing.median > patience:
                continue
            _progress(f"round {turn + 1} of {rounds}: {case.name}")
            gc.collect()
            timing.seconds.append(_turn(case.run, least))
    _progress("")
    return timings


def _turn(run: Callable[[], object], least: float) -> float:
    runs = 0
    elapsed = 0.0
    start = time.perf_counter()
    while runs == 0 or elapsed < least:
        run()
        runs += 1
        elapsed = time.perf_counter() - start
    return elapsed / runs


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def arguments(description: str | None, *, rounds: int | None = None) -> argparse.ArgumentParser:
    """Return the command line that every benchmark has, with `rounds` for those that time; a benchmark may add to it."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small problem, one round: shows that it runs")
    if rounds is not None:
        parser.add_argument("--rounds", type=_positive, default=rounds, help="how often each case is timed")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the directory that the JSON file is written to")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def header(distributions: Iterable[str] = ()) -> dict[str, Any]:
    """Print and return what the benchmark runs on: the machine, the interpreter, the versions of `distributions`."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    found = {name: _version(name) for name in ("pullback", *distributions)}
    facts: dict[str, Any] = {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": cores,
        "load": load,
        "versions": {name: number for name, number in found.items() if number is not None},
    }
    print(f"{facts['python']} on {facts['system']}, {facts['processor']}, {cores} cores")
    print(", ".join(f"{name} {number}" for name, number in facts["versions"].items()))
    if load is not None and load > cores / 2:
        print(f"note: the machine is busy (load {load:.1f} on {cores} cores); these figures will not repeat")
    print(flush=True)
    return facts


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def number(value: float, digits: int = 3) -> str:
    """Return `value` with about `digits` significant digits, never in powers of ten."""
    if value == 0:
        return "0"
    places = max(0, digits - len(str(int(abs(value)))) if abs(value) >= 1 else digits)
    return f"{value:,.{places}f}"


def peak_rss() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        import resource  # Unix only

        # Kilobytes, except on macOS; on Linux it may include what the parent was before the program started.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, figures to the right."""
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(len(titles))]
    for row in (titles, ["-" * width for width in widths], *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())
    print(flush=True)


def save(directory: Path, name: str, facts: dict[str, Any], **findings: Any) -> Path:
    """Write what was found to a new JSON file in `directory`, say so, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps({"benchmark": name, **facts, **findings}, indent=2) + "\n")
    print(f"written to {path}")
    return path
