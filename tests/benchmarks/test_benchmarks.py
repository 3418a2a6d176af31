"""The benchmarks run, say what they should, and compare with a right answer; nothing here looks at a time."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import pullback as pb

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
PEERS = ("autograd", "jax", "micrograd", "mygrad", "torch")


@pytest.fixture
def without_peers(tmp_path: Path) -> Path:
    """A directory for PYTHONPATH in which every peer fails to import, installed or not."""
    directory = tmp_path / "absent"
    for name in PEERS:
        (directory / name).mkdir(parents=True)
        (directory / name / "__init__.py").write_text(f"raise ImportError('{name} is hidden')\n")
    return directory


def run(script: str, results: Path, *more: str, path: Path | None = None) -> str:
    environment = dict(os.environ)
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    command = [sys.executable, str(BENCHMARKS / script), "--quick", "--results", str(results), *more]
    done = subprocess.run(command, env=environment, cwd=results.parent, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def findings(results: Path) -> dict[str, Any]:
    (path,) = results.glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


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


def test_scalar(tmp_path: Path, without_peers: Path) -> None:
    results = tmp_path / "results"
    output = run("scalar.py", results, path=without_peers)
    rows = cells(output, "value and gradient")
    assert list(rows) == [
        "plain Python, value only",
        "gradient written by hand",
        "minimal flat tape",
        "pullback value_and_grad",
        "pullback Variable",
        "pullback float_var",
    ]
    assert rows["plain Python, value only"][1] == "1.00"
    assert output.count("is hidden") == len(PEERS)
    found = findings(results)
    assert found["wrong"] == []
    assert found["operations"] == 20 * 2 * 48 + 20 * 6 + 5
    assert found["versions"]["pullback"] == pb.__version__


def test_arrays(tmp_path: Path, without_peers: Path) -> None:
    results = tmp_path / "results"
    output = run("arrays.py", results, path=without_peers)
    found = findings(results)
    assert found["wrong"] == []
    assert list(found["ratios"]) == [
        "elementwise, 10",
        "elementwise, 1,000",
        "logistic regression, 50 x 5",
        "network 12-8-8-3, batch 4",
        "forward kinematics, 7 joints",
    ]
    ways = ["plain NumPy, value only", "gradient written by hand", "pullback value_and_grad"]
    for problem, ratios in found["ratios"].items():
        assert list(ratios) == ways == list(cells(output, problem))
        assert ratios["gradient written by hand"] == 1.0
    assert list(found["peak_mib"]) == ways[1:]
    assert all(mib is not None and mib >= 0 for mib in found["peak_mib"].values())


def test_dispatch(tmp_path: Path) -> None:
    rows = cells(run("dispatch.py", tmp_path / "results"), "call on plain floats, us")
    assert {"trig.sin", "a plugin's own, in Python", "pluggy hook, 1 plugin"} <= rows.keys()
    assert all(len(figures) in (3, 4) for figures in rows.values())
    assert findings(tmp_path / "results")["quick"] is True


def test_startup(tmp_path: Path) -> None:
    rows = cells(run("startup.py", tmp_path / "results"), "a fresh process")
    assert "numpy, pullback, first gradient" in rows
    modules = findings(tmp_path / "results")["modules"]
    # Families that are merely installed are not imported; loading all of them imports each one's module.
    assert modules["the same, 20 families installed"] == modules["numpy, pullback, first gradient"]
    assert modules["the same, 20 families loaded too"] >= modules["the same, 20 families installed"] + 20


def test_memory(tmp_path: Path, without_peers: Path) -> None:
    output = run("memory.py", tmp_path / "results", "--depth", "3000", path=without_peers)
    assert "pullback value_and_grad" in cells(output, "bytes per operation")
    outcomes = {row["name"]: row["outcome"] for row in findings(tmp_path / "results")["depths"]}
    assert outcomes == {"pullback value_and_grad": "ok", "pullback Variable": "ok", "pullback float_var": "ok"}


@pytest.fixture
def benchmark_modules(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of the scalar problem, with its neighbours importable as in a run of a script."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    import _lotka_volterra

    return _lotka_volterra


def test_the_gradient_written_by_hand_is_right(benchmark_modules: ModuleType) -> None:
    """Against 40-digit differences of the same loss: no rule is shared with what is tested."""
    from mpmath import mp, mpf

    loss, by_hand = benchmark_modules.make_loss(3), benchmark_modules.make_gradient(3)
    primals = benchmark_modules.PARAMETERS
    value, gradient = by_hand(*primals)
    assert value == loss(*primals)
    with mp.workdps(40):
        step = mpf(10) ** -12
        for place, partial in enumerate(gradient):
            shift = [step if k == place else mpf(0) for k in range(len(primals))]
            above = loss(*[mpf(p) + s for p, s in zip(primals, shift, strict=True)])
            below = loss(*[mpf(p) - s for p, s in zip(primals, shift, strict=True)])
            assert math.isclose(partial, (above - below) / (2 * step), rel_tol=1e-11)


@pytest.mark.parametrize("place", range(4))
def test_gradients_of_arrays_written_by_hand_are_right(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """Against central differences by every single number."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    import _array_problems as problems

    problem = (
        problems.elementwise(10),
        problems.logistic_regression(20, 4),
        problems.network((5, 4, 3, 2), 3),
        problems.chain_of_rotations(7),
    )[place]
    value, grads = problem.by_hand(problem.primals, problem.constants)
    assert value == pytest.approx(problem.loss(np, problem.primals, problem.constants), rel=1e-14)
    step = 1e-6
    for place, grad in enumerate(grads):
        primal = problem.primals[place]
        assert grad.shape == primal.shape
        for index in np.ndindex(primal.shape):
            values = []
            for sign in (1, -1):
                moved = [p.copy() for p in problem.primals]
                moved[place][index] += sign * step
                values.append(problem.loss(np, tuple(moved), problem.constants))
            assert grad[index] == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-6, abs=1e-8)


def test_a_wrong_gradient_of_arrays_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import arrays
    from _array_problems import elementwise

    problem = elementwise(10)
    value, (grad,) = right = problem.by_hand(problem.primals, problem.constants)
    assert arrays.agrees("peer", right, right, 1e-9)
    assert arrays.agrees("peer", right, arrays.numerically(problem, right), 1e-6)
    assert not arrays.agrees("peer", (value, (grad * (1 + 1e-6),)), right, 1e-9)
    assert not arrays.agrees("peer", (value, (grad[:1],)), right, 1e-9)
    assert not arrays.agrees("peer", (value, (grad * np.nan,)), right, 1e-9)
    twisted = (value, (grad + 0.1,))
    assert not arrays.agrees("by hand", twisted, arrays.numerically(problem, twisted), 1e-6)
    assert capsys.readouterr().out.count("WRONG") == 4


def test_the_minimal_tape_is_right(benchmark_modules: ModuleType) -> None:
    from _flat_tape import value_and_gradient

    primals = benchmark_modules.PARAMETERS
    value, gradient = value_and_gradient(benchmark_modules.make_loss(3), *primals)
    expected_value, expected = benchmark_modules.make_gradient(3)(*primals)
    assert value == expected_value
    assert gradient == pytest.approx(expected, rel=1e-12)
    assert value_and_gradient(lambda x: (3.0 - x) * (x - 1.0) + (2.0 + x) * 4.0, 5.0) == (20.0, (-2.0,))


def test_a_wrong_gradient_is_not_timed(benchmark_modules: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    import scalar

    right = (1.0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    assert scalar._agrees("peer", right, right)
    assert not scalar._agrees("peer", (1.0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.00001)), right)
    assert "peer: WRONG" in capsys.readouterr().out
