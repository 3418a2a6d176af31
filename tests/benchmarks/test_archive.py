"""The file is one that pyperf itself reads, and holds all that the tables say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.archive import read, write
from benchmarks.figure import Figure, Table
from benchmarks.report import render

from .canned import MACHINE, RATIOS, TABLES

pytest.importorskip("pyperf")


def commands(*words: Any) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pyperf", *map(str, words)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    write(path, TABLES, MACHINE)
    machine, tables = read(path)
    assert machine == MACHINE.describe()
    assert tables == TABLES
    assert list(map(render, tables)) == list(map(render, TABLES))


def test_pyperf_shows_and_compares_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    write(old, TABLES, MACHINE)
    figures = [Figure(each.way, tuple(10 * value for value in each.values), each.reason) for each in RATIOS.figures]
    write(new, [Table(RATIOS.key, RATIOS.title, "second", tuple(figures))], MACHINE)
    shown = commands("show", "--quiet", old)
    assert "scalar/canned: pullback, pure Python: Mean +- std dev: 140 ms +- 53 ms" in shown
    assert "memory: pullback: 60 bytes" in shown.lower().replace("60.0", "60")
    assert "scalar/canned: plain: Mean +- std dev: 2.00 ms" in shown
    compared = commands("compare_to", "--quiet", old, new)
    assert "scalar/canned: plain: Mean +- std dev: [old] 2.00 ms" in compared
    assert "10.00x slower" in compared


def test_the_reasons_and_the_machine_are_in_it_but_not_its_name(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    write(path, TABLES, MACHINE)
    told = json.loads(path.read_text())["metadata"]
    assert told["not measured: scalar/canned: micrograd"] == "RecursionError: too deep"
    assert told["version pullback"] == "1.0"
    assert {"python_version", "cpu_count", "platform"} <= told.keys()
    assert not {"hostname", "python_executable"} & told.keys()


def test_nothing_is_written_where_nothing_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    write(path, [Table("k", "t", "second", (Figure("one", reason="why"),))], MACHINE)
    assert not path.exists()
