"""The families that are made up for the start-up table are found and loaded as installed ones are."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

from benchmarks.tables.families import PAIRS, install_families


def test_they_are_distributions_with_an_entry_point_each(tmp_path: Path) -> None:
    modules = install_families(tmp_path, 3)
    assert modules == ["pullback_bench_00", "pullback_bench_01", "pullback_bench_02"]
    found = {dist.metadata["Name"]: dist for dist in distributions(path=[str(tmp_path)])}
    assert set(found) == {"pullback-bench-00", "pullback-bench-01", "pullback-bench-02"}
    for dist in found.values():
        (point,) = dist.entry_points
        assert (point.group, point.value in modules) == ("pullback.families", True)
        assert all((tmp_path / file).exists() for file in dist.files or ())
        assert len(dist.files or ()) == 5


def test_their_pairs_differentiate(tmp_path: Path) -> None:
    install_families(tmp_path, 2)
    program = (
        "import pullback as pb; pb.load_plugins(); squash = pb.tables.names.find('squash_01_2');"
        "pb.check_grads(squash, (0.3,)); print(sum(name.startswith('squash_') for name in pb.tables.names))"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{2 * PAIRS}\n"), done.stderr
