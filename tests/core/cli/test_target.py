"""Functions that are named by their place, and called with arguments by name."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest


def test_the_place_in_an_error_is_the_users_line_or_none(fails, module: str) -> None:
    assert "acme_functions.py" in fails("grad", "acme_functions:broken", "x=1")
    assert ".py" not in fails("grad", "math:sin", "x=1")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nosuch_dependency", "raised ModuleNotFoundError: No module named 'nosuch_dependency'"),
        ("1 / 0", "raised ZeroDivisionError: division by zero (acme_broken.py:1)"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("def f(:", "raised SyntaxError"),
        ("x = (", "raised SyntaxError: '(' was never closed (acme_broken.py, line 1)"),
    ],
)
def test_a_module_that_cannot_be_imported_gives_one_line(fails, tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "acme_broken.py").write_text(source, encoding="utf-8")
    line = fails("grad", "acme_broken:f", "x=1")
    assert said in line
    assert "__init__.py" not in line  # of importlib


def test_functions_take_arguments_by_name(answer, module: str) -> None:
    found = answer(f"{module}:wave", "y=0.5", "x=3", "kind=down")
    assert found["value"] == pytest.approx(-math.sin(1.5))
    assert found["gradient"] == pytest.approx({"y": -3.0 * math.cos(1.5), "x": -0.5 * math.cos(1.5)})
    assert answer(f"{module}:square", "x=3") == {"value": 9.0, "gradient": {"x": 6.0}}
    assert answer(f"{module}:anything", "u=3", "v=5") == {"value": 15.0, "gradient": {"u": 5.0, "v": 3.0}}
    found = answer(f"{module}:Model.area", "r=2")
    assert found["gradient"] == pytest.approx({"r": 4.0 * math.pi})
    assert answer("pullback.math:exp", "x=0") == {"value": 1.0, "gradient": {"x": 1.0}}


def test_an_argument_that_is_a_whole_number_stays_one(answer, module: str) -> None:
    assert answer(f"{module}:repeated", "x=3", "times=2") == {"value": 81.0, "gradient": {"x": 108.0}}


def test_the_module_is_found_in_the_current_directory_and_the_path_is_restored(answer, module: str) -> None:
    before = list(sys.path)
    assert answer(f"{module}:square", "x=1")["value"] == 1.0
    assert sys.path == before
