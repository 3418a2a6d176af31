"""The command, run in this process or in a fresh one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("click")
pytest.importorskip("rich")

from click.testing import CliRunner, Result

Run = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """Return a function that runs the command here."""
    from pullback.cli.command import command

    try:
        runner = CliRunner(mix_stderr=False)  # before click 8.2
    except TypeError:
        runner = CliRunner()
    return lambda *words, **variables: runner.invoke(command, list(words), env=variables)


@pytest.fixture
def fails(run: Run) -> Callable[..., str]:
    """Return a function that holds that the command fails with exit code 2 and one line, which it returns."""

    def fail(*words: str) -> str:
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.startswith("pullback: ")
        return line.removeprefix("pullback: ")

    return fail


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a function that runs the command in a fresh interpreter, in a folder of its own, or some `code` instead."""

    def run_it(*words: str, code: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        bare = {
            name: value
            for name, value in os.environ.items()
            if name == "PULLBACK_PURE" or (not name.startswith(("PULLBACK_", "PYTHON")) and name != "FORCE_COLOR")
        }
        start = ["-m", "pullback.cli"] if code is None else ["-c", code]
        return subprocess.run(
            [sys.executable, *start, *words],
            cwd=tmp_path,
            env=bare | {"PYTHONDONTWRITEBYTECODE": "1"} | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_it


@pytest.fixture
def answer(run: Run) -> Callable[..., dict[str, Any]]:
    """Return a function that runs `pullback grad`, and returns what it prints as JSON."""

    def ask(*words: str) -> dict[str, Any]:
        result = run("grad", *words, "--json")
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        assert list(found) == ["value", "gradient"]
        return found

    return ask


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., None]:
    """Return a function that leaves behind what an installer does, in the folder that `python -m` runs in."""

    def distribution(name: str, source: str, index: str | None = None) -> None:
        folder = tmp_path / f"acme_{name}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.2\n")
        points = f"[pullback.families]\n{name} = acme_{name}\n"
        if index is not None:
            points += f"[pullback.index]\nindex = acme_{name}:acme_{name}.txt\n"
            (tmp_path / f"acme_{name}.txt").write_text(index, encoding="utf-8")
        (folder / "entry_points.txt").write_text(points, encoding="utf-8")
        (tmp_path / f"acme_{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")

    return distribution


MODULE = """
import math
from pullback.math import exp, sin

def loss(p, n=3):
    return sum((p["a"] * k - p["b"][0]) ** 2 for k in range(n))

def wave(x: float, y: float = 2.0, *, kind="up"):
    return sin(x * y) * (1.0 if kind == "up" else -1.0)

def square(x, /):
    return x * x

def anything(**values):
    return values["u"] * values["v"]

def repeated(x, times: int):
    for _ in range(times):
        x = x * x
    return x

def broken(x):
    return math.sqrt(x)

def variadic(*xs):
    return xs[0]

def raising(x):
    raise KeyError("lost\\nkey")

def pair(x):
    return x, x

class Model:
    @staticmethod
    def area(r):
        return math.pi * r ** 2

CONSTANT = 3
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "acme_functions.py").write_text(MODULE, encoding="utf-8")
    yield "acme_functions"
    sys.modules.pop("acme_functions", None)
