"""The types of `pullback.math` are those of every function that `math` has."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from pullback import math

NEWER = (3, 15)
"""From this Python on, `math` has names that the types do not know yet."""


@pytest.mark.skipif(sys.version_info >= NEWER, reason="the types know the names up to Python 3.14")
def test_the_types_name_every_function_of_math() -> None:
    tree = ast.parse(Path(str(math.__file__)).with_suffix(".pyi").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            names |= {each.asname for each in node.names if each.asname}
    assert not set(math.__all__) - names
