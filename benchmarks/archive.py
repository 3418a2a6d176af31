"""Write tables to a pyperf file, which pyperf's commands (`show`, `stats`, `compare_to`) can read, and read them back."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from .figure import Figure, Table
from .machine import Machine

__all__ = ["read", "write"]

# pyperf's metadata that identify the machine rather than describe its speed.
PRIVATE = ("hostname", "python_executable", "python_config_args", "boot_time", "uptime")
# pyperf's metadata of the process that writes the file, which is not the process that was timed.
BESIDE_THE_POINT = ("mem_max_rss", "runnable_threads")
NOTE, REASON = "note ", "not measured: "
SEPARATOR = " | "


def write(path: Path, tables: Sequence[Table], machine: Machine) -> None:
    """Write a suite with a benchmark for each figure that has values. The reasons for figures without values are metadata of the suite.

    A suite of pyperf needs at least one benchmark, so nothing is written if no figure has values.
    """
    pyperf = import_module("pyperf")
    reasons = {
        f"{REASON}{table.key}: {figure.way}": figure.reason or "no values"
        for table in tables
        for figure in table.figures
        if not figure.values
    }
    versions = {f"version {name}": number for name, number in machine.versions.items()}
    described = machine.describe().replace("\n", SEPARATOR)
    common = {**_surroundings(), **versions, "machine": described, "pullback_core": machine.core, **reasons}
    benchmarks = [
        pyperf.Benchmark(
            [pyperf.Run(list(figure.values), metadata={**common, **_metadata(table, figure)}, collect_metadata=False)]
        )
        for table in tables
        for figure in table.figures
        if figure.values
    ]
    if benchmarks:
        pyperf.BenchmarkSuite(benchmarks).dump(str(path), replace=True)


def _surroundings() -> dict[str, Any]:
    pyperf = import_module("pyperf")
    metadata: dict[str, Any] = pyperf.Run([1.0], collect_metadata=True).get_metadata()
    return {name: value for name, value in metadata.items() if name not in PRIVATE + BESIDE_THE_POINT}


def _metadata(table: Table, figure: Figure) -> dict[str, Any]:
    metadata = {
        "name": f"{table.key}: {figure.way}",
        "unit": table.unit,
        "table": table.key,
        "title": table.title,
        "way": figure.way,
        "comparison": table.comparison,
        "operator": table.operator,
        "base": figure.base,
        "budget": figure.budget,
        "compared": table.compared(figure),
        "of_budget": table.of_budget(figure),
        **{f"{NOTE}{name}": text for name, text in figure.notes.items()},
    }
    return {name: value for name, value in metadata.items() if value is not None and value != ""}


def read(path: Path) -> tuple[str, list[Table]]:
    """Return the machine and the tables from a file that `write` wrote. Figures without values come last in their table."""
    pyperf = import_module("pyperf")
    suite = pyperf.BenchmarkSuite.load(str(path))
    figures: dict[str, list[Figure]] = {}
    metadata_by_table: dict[str, dict[str, Any]] = {}
    for benchmark in suite.get_benchmarks():
        metadata = benchmark.get_metadata()
        metadata_by_table[metadata["table"]] = metadata
        figures.setdefault(metadata["table"], []).append(
            Figure(
                metadata["way"],
                tuple(benchmark.get_values()),
                base=metadata.get("base", ""),
                budget=metadata.get("budget"),
                notes={name[len(NOTE) :]: str(text) for name, text in metadata.items() if name.startswith(NOTE)},
            )
        )
    common = suite.get_metadata()
    for name, reason in common.items():
        key, _, way = name.removeprefix(REASON).partition(": ")
        if name.startswith(REASON) and key in figures:
            figures[key].append(Figure(way, reason=str(reason)))
    tables = [
        Table(
            key,
            metadata["title"],
            metadata["unit"],
            tuple(figures[key]),
            metadata.get("comparison", ""),
            metadata["operator"],
        )
        for key, metadata in metadata_by_table.items()
    ]
    return str(common["machine"]).replace(SEPARATOR, "\n"), tables
