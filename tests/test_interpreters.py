"""What `.ci/run` asks at its end: whether the tests ran on every version of Python that it demands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from . import interpreters

HERE = "{}.{}".format(*sys.version_info[:2]) + ("t" if "free-threading build" in sys.version else "")


def test_a_version_counts_when_it_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "ran"
    assert interpreters.main("demand", str(notes), HERE) == 1
    assert interpreters.main("ran", str(notes)) == 0
    assert interpreters.main("demand", str(notes), HERE) == 0
    assert interpreters.main("demand", str(notes), HERE, "3.1") == 1
    assert capsys.readouterr().err.splitlines()[-1] == "error: they did not run on Python 3.1"
