"""HIPS autograd's own tests against pullback, from a checkout of theirs that the variable HIPS names."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest

from .listed import exceptions

HERE = Path(__file__).parent
AT_LEAST = 560


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return how each test of theirs ended, by its name."""
    suite = Path(os.environ["HIPS"]).resolve() / "tests"
    report = tmp_path_factory.mktemp("hips") / "report.xml"
    command = [sys.executable, "-m", "pytest", str(suite), f"--rootdir={suite}", "-c", os.devnull]
    command += ["-q", "-p", "no:cacheprovider", "-p", "listed", f"--junitxml={report}"]
    path = os.pathsep.join([str(HERE), str(HERE / "shim")])
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert report.exists(), run.stdout + run.stderr
    ends = {}
    for case in ElementTree.parse(report).iter("testcase"):
        end = next(iter(case), None)
        kind = "passed" if end is None or end.tag not in ("failure", "error", "skipped") else end.tag
        if end is not None and end.get("type") == "pytest.xfail":
            kind = "listed"
        ends[f"{case.get('classname')}.py::{case.get('name')}"] = kind
    return ends


@pytest.mark.slow
@pytest.mark.skipif("HIPS" not in os.environ, reason="HIPS names no checkout of HIPS autograd")
class TestSuite:
    def test_what_does_not_pass_is_listed(self, outcomes: dict[str, str]) -> None:
        assert [name for name, end in outcomes.items() if end in ("failure", "error")] == []

    def test_what_is_listed_was_run_and_does_not_pass(self, outcomes: dict[str, str]) -> None:
        assert {name for name, end in outcomes.items() if end == "listed"} == set(exceptions()["fails"])

    def test_what_is_left_out_was_not_run(self, outcomes: dict[str, str]) -> None:
        assert not set(exceptions()["private"]) & set(outcomes)

    def test_enough_pass(self, outcomes: dict[str, str]) -> None:
        assert Counter(outcomes.values())["passed"] >= AT_LEAST, Counter(outcomes.values())
