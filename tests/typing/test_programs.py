"""Typed programs are right for mypy and pyright, and wrong ones wrong, line by line."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS, WRONG = HERE / "programs.py", HERE / "wrong.py"
COMMANDS = {
    "mypy": ["-m", "mypy", "--strict", "--config-file=", "--no-error-summary", "--python-executable", sys.executable],
    "pyright": ["-m", "pyright", "--pythonpath", sys.executable],
}
ERROR = re.compile(r"(?:programs|wrong)\.py:(\d+):(?:\d+ -)? error")


@pytest.fixture(params=sorted(COMMANDS))
def checker(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed; the tox environment `types` has it")
    return name


def errors(checker: str, path: Path, folder: Path) -> tuple[set[int], str]:
    """Return the numbers of the lines of `path` that a checker refuses, and what it prints."""
    environment = os.environ | {"MYPY_CACHE_DIR": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, *COMMANDS[checker], str(path)],
        cwd=folder,  # no configuration but the user's
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return set(map(int, ERROR.findall(done.stdout))), done.stdout


def marked() -> set[int]:
    """Return the numbers of the lines that say that they are wrong."""
    lines = WRONG.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("  # error")}


def test_right_programs_are_right(checker: str, tmp_path: Path) -> None:
    found, printed = errors(checker, PROGRAMS, tmp_path)
    assert not found, printed


def test_each_wrong_line_is_refused_and_no_other(checker: str, tmp_path: Path) -> None:
    wanted = marked()
    assert len(wanted) > 40
    found, printed = errors(checker, WRONG, tmp_path)
    assert found == wanted, printed


def test_right_programs_run() -> None:
    runpy.run_path(str(PROGRAMS))
