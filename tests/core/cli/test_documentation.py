"""What the page on the command line shows is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "command_line.md"
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
EXAMPLES = [
    (line.strip(), shown)
    for block in BLOCKS
    for line, _, shown in (each.partition("\n") for each in re.split(r"^\$ ", block, flags=re.MULTILINE) if each)
]
SHOWN = [example for example in EXAMPLES if example[1]]


def test_there_are_examples() -> None:
    assert len(SHOWN) >= 4


@pytest.mark.parametrize(("line", "shown"), SHOWN)
def test_an_example(run, line: str, shown: str) -> None:
    name, *words = shlex.split(line)
    assert name == "pullback"
    result = run(*words)
    # Newer Pythons explain a domain error in other words.
    expected = shown.replace("math domain error\n", "")
    assert (result.stdout + result.stderr).startswith(expected)
    assert result.exit_code == (2 if shown.startswith("pullback: ") else 0)
