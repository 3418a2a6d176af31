"""Statements and lines are counted as the tool says."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "statements.py"

PYTHON = '''"""A docstring."""

import math  # 1


class Circle:  # 2
    """Another."""

    radius = 2.0  # 3

    def area(self):  # 4
        """A third."""
        # a comment
        if self.radius > 0:  # 5
            return (  # 6
                math.pi
                * self.radius**2
            )
        x = 1; y = 2  # 7, 8
        return 0.0  # 9

    def nothing(self): ...  # 10
'''
CYTHON = '''# cython: language_level=3
"""A docstring
of two lines."""

cdef class Node:
    """One line."""

    cdef double value  # a field

    cdef int size(self):
        """
        Three lines.
        """
        return 1
'''


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = spec_from_file_location("statements", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_statements_are_counted_by_the_syntax_tree(tool: ModuleType) -> None:
    assert tool.statements(PYTHON) == 10


def test_neither_comments_nor_layout_change_the_count(tool: ModuleType) -> None:
    assert tool.statements("x = [\n1,\n\n2]\n# a comment\n'text'\n") == tool.statements("x = [1, 2]") == 1


def test_lines_of_cython_are_counted_without_blanks_comments_and_docstrings(tool: ModuleType) -> None:
    assert tool.lines(CYTHON) == 4


def test_it_prints_each_file_and_the_totals(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, text in (
        ("folder/b.py", PYTHON),
        ("folder/a.pyx", CYTHON),
        ("folder/c.txt", "no code"),
        ("d.pxd", CYTHON),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(TOOL), "folder", "d.pxd"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["4", "lines", "folder/a.pyx"],
        ["10", "statements", "folder/b.py"],
        ["4", "lines", "d.pxd"],
        ["10", "statements", "of", "Python,", "8", "lines", "of", "Cython"],
    ]


def test_nothing_named_is_an_error() -> None:
    assert subprocess.run([sys.executable, str(TOOL)], capture_output=True, check=False).returncode == 2
