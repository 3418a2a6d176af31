"""The hook that keeps subjects of commits short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "commit_subject.py"


def check(folder: Path, message: str) -> subprocess.CompletedProcess[str]:
    file = folder / "COMMIT_EDITMSG"
    file.write_text(message, encoding="utf-8")
    return subprocess.run([sys.executable, str(TOOL), str(file)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "message",
    [
        "One thought\n",
        "x" * 71,
        "One thought\n\nThe why, which may be as long as it wants to be, in lines of " + "x" * 200,
        "# Git's own words\n\nOne thought\n# and more of them\n",
        "Merge branch 'of a name that somebody could not bring himself to shorten before it was pushed'\n",
    ],
    ids=["subject", "limit", "body", "comments", "merge"],
)
def test_good_messages_pass(tmp_path: Path, message: str) -> None:
    done = check(tmp_path, message)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("x" * 72 + "\n\nbody\n", "72 characters"),
        ("é" * 80, "80 characters"),
        ("One thought\nand another\n", "second line"),
        ("# nothing\n\n", "empty"),
    ],
    ids=["limit", "not bytes", "no gap", "empty"],
)
def test_bad_messages_are_refused_in_one_line(tmp_path: Path, message: str, why: str) -> None:
    done = check(tmp_path, message)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert why in line
