"""Prints how much code there is: statements of Python files, and lines of Cython files that are neither blank nor comment.

``python tools/statements.py FILE_OR_FOLDER ...``, a line per file, then the totals of both languages. A **statement** is what the
abstract syntax tree calls one, nested ones and definitions included; docstrings and other expressions that are a constant alone are
not counted, since they do nothing. In a ``.pyx``, ``.pxi`` or ``.pxd``, which ``ast`` cannot read, lines are counted; those of a
docstring are not.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

CYTHON = (".pyx", ".pxi", ".pxd")


def statements(text: str) -> int:
    """Return the number of statements of a Python program."""
    return sum(isinstance(node, ast.stmt) and not _is_constant(node) for node in ast.walk(ast.parse(text)))


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def lines(text: str) -> int:
    """Return the number of lines of a Cython program that are neither blank, nor comment, nor docstring."""
    count, in_docstring = 0, False
    for line in map(str.strip, text.splitlines()):
        if in_docstring:
            in_docstring = not line.endswith('"""')
        elif line.startswith('"""'):
            in_docstring = not (line.endswith('"""') and len(line) > 3)
        elif line and not line.startswith("#"):
            count += 1
    return count


def sources(paths: list[Path]) -> Iterator[Path]:
    """Yield the files that are named, and those of the folders that are named."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".py", *CYTHON))
        else:
            yield path


def main(*arguments: str) -> int:
    """Print the counts."""
    if not arguments:
        print(__doc__)
        return 2
    totals = {"statements": 0, "lines": 0}
    for path in sources([Path(argument) for argument in arguments]):
        text = path.read_text(encoding="utf-8")
        count, unit = (lines(text), "lines") if path.suffix in CYTHON else (statements(text), "statements")
        totals[unit] += count
        print(f"{count:>6} {unit:<10} {path.as_posix()}")
    print(f"{totals['statements']:>6} statements of Python, {totals['lines']} lines of Cython")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
