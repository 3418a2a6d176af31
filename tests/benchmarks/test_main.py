"""The one command runs and says what it should; nothing here looks at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.__main__ import main
from benchmarks.catalogue import TABLES
from benchmarks.figure import Figure, Table
from benchmarks.process import ROOT
from benchmarks.tables.gradients import WRONG

import pullback as pb

from . import canned

pytestmark = pytest.mark.slow

PEERS = ("autograd", "jax", "micrograd", "mygrad", "torch")
OWN = {"pullback": "compiled", "pullback, pure Python": "pure Python"}


@pytest.fixture
def without_peers(tmp_path: Path) -> Path:
    """A directory for PYTHONPATH in which every peer fails to import, installed or not."""
    directory = tmp_path / "absent"
    for name in PEERS:
        (directory / name).mkdir(parents=True)
        (directory / name / "__init__.py").write_text(f"raise ImportError('{name} is hidden')\n")
    return directory


def run(*words: str, path: Path | None = None, code: int = 0) -> str:
    environment = dict(os.environ)
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    command = [sys.executable, "-m", "benchmarks", *words]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def cells(output: str, title: str) -> dict[str, list[str]]:
    """Return the rows under the line that starts with `title`, by their first column."""
    lines = iter(output.splitlines())
    assert any(line.startswith(title) for line in lines), output
    width = len(next(lines).split("  ")[0])
    rows = {}
    for line in lines:
        if not line.strip():
            break
        rows[line[:width].strip()] = line[width:].split()
    return rows


def test_scalar(without_peers: Path) -> None:
    rows = cells(run("--quick", "--only", "rosenbrock", path=without_peers), "Rosenbrock, 4 variables")
    assert list(rows)[:9] == [
        "plain, value only",
        "by hand",
        "flat tape",
        "pullback",
        "pullback, pure Python",
        "pullback Variable",
        "pullback float_var",
        "pullback Variable, pure Python",
        "pullback float_var, pure Python",
    ]
    assert rows["plain, value only"][1] == "1.00"
    assert rows["pullback, pure Python"][2] == "1"
    assert " ".join(rows["MyGrad"]) == "ImportError: mygrad is hidden"


def test_arrays(without_peers: Path) -> None:
    output = run("--quick", "--only", "arrays/elementwise-10", "--only", "network", path=without_peers)
    rows = cells(output, "elementwise, 10 numbers")
    assert rows["by hand"][1] == "1.00"
    assert rows["pullback, pure Python"][2] == "5.00"
    assert " ".join(rows["flat tape"]) == "it knows floats only"
    assert "pullback" in cells(output, "network 5-4-3-2")
    assert "pullback" in cells(output, "memory of network 5-4-3-2")


def test_dispatch() -> None:
    output = run("--quick", "--only", "dispatch")
    for core in {pb.core(), "pure Python"}:
        rows = cells(output, f"a call on plain floats, {core} core")
        assert {"trig.sin", "a plugin's own, in Python", "pluggy hook, 1 plugin"} <= rows.keys()
        assert rows["trig.sin"][2] == "0.200"


def test_zeros() -> None:
    rows = cells(run("--quick", "--only", "zeros"), "value and gradient, by indeterminate =")
    assert rows["elementwise, 10 numbers, nan"][1] == "1.00"
    assert float(rows["elementwise, 10 numbers, zero"][1]) > 0.0


def test_startup() -> None:
    rows = cells(run("--quick", "--only", "startup"), "a fresh process")
    modules = {name: int(row[-2]) for name, row in rows.items() if row[-2].isdigit()}
    # Families that are merely installed are not imported; loading all of them imports each one's module.
    assert modules["the same, 20 families installed"] == modules["numpy, pullback, first gradient"]
    assert modules["the same, 20 families loaded too"] >= modules["the same, 20 families installed"] + 20
    assert rows["the same, 20 families installed"][2] == "50.0"


def test_memory_and_depth(without_peers: Path) -> None:
    output = run("--quick", "--only", "memory", "--only", "depth", "--depth", "3000", path=without_peers)
    assert cells(output, "recorded for each of 2,000 operations")["pullback, pure Python"][1] == "350"
    assert "pullback, pure Python" in cells(output, "the same, at the peak of the sweep")
    rows = cells(output, "depth reached")
    assert rows["pullback, pure Python, 3,000"][0] == "3,000"
    assert rows["pullback Variable, 3,000"][0] == "3,000"


def test_results_are_written_and_read(tmp_path: Path, without_peers: Path) -> None:
    pytest.importorskip("pyperf")
    pytest.importorskip("matplotlib")
    figures, plot = tmp_path / "figures.json", tmp_path / "plot.svg"
    first = run("--quick", "--only", "product", "--json", str(figures), "--plot", str(plot), path=without_peers)
    assert plot.read_text().count("Speelpenning") == 1
    again = run("--read", str(figures), "--plot", str(tmp_path / "again.png"))
    title = "Speelpenning's product, 10 inputs"
    assert cells(again, title) == cells(first, title)
    assert "written to" in again


def test_the_tables_are_listed() -> None:
    assert run("--list").split() == list(TABLES)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--only", "quantum"], "is no part of any"),
        (["--rounds", "0"], "0 is not a positive number"),
        (["--plot", "plot.gif"], "neither PNG nor SVG"),
        (["--plot", "/nowhere/plot.svg"], "there is no directory /nowhere"),
        (["--read", "a.json", "--json", "b.json"], "with --read nothing is"),
    ],
)
def test_a_mistake_is_said_before_anything_is_measured(words: list[str], message: str) -> None:
    if "--plot" in words:
        pytest.importorskip("matplotlib")
    assert message in run(*words, code=2)


def test_a_wrong_gradient_is_the_only_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither a budget overrun nor a peer that could not is one."""
    wrong = Table("scalar/wrong", "t", "second", (Figure("micrograd", reason=f"{WRONG}, not timed: the value"),))
    monkeypatch.setitem(TABLES, "canned", lambda options: iter(canned.TABLES))
    assert main(["--only", "canned"]) == 0
    printed = capsys.readouterr().out
    assert "1.25" in printed
    assert "RecursionError: too deep" in printed
    monkeypatch.setitem(TABLES, "canned", lambda options: iter([*canned.TABLES, wrong]))
    assert main(["--only", "canned"]) == 1


def test_nothing_to_draw_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setitem(TABLES, "canned", lambda options: iter([canned.DEPTH]))
    assert main(["--only", "canned", "--plot", str(tmp_path / "plot.svg")]) == 0
    assert "not drawn: no table has ratios" in capsys.readouterr().out
