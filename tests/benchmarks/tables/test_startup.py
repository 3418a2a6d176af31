"""What is started runs in a clean environment, and families that are not loaded are an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.tables.families import install_families
from benchmarks.tables.startup import BUDGETED, NUMPY, STARTS, Start, check_families, count_modules, run


def test_the_programs_see_no_settings_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLBACK_PURE", "1")
    folder = tmp_path / "families"
    folder.mkdir()
    program = "import os; print([name for name in os.environ if name.startswith('PULLBACK_')])"
    assert run(Start("s", program), folder) == "[]\n"


def test_only_those_with_families_find_them(tmp_path: Path) -> None:
    (tmp_path / "families").mkdir()
    (module,) = install_families(tmp_path / "families", 1)
    program = f"from importlib.util import find_spec; print(find_spec({module!r}) is not None)"
    assert run(Start("with", program, families=True), tmp_path / "families") == "True\n"
    assert run(Start("without", program), tmp_path / "families") == "False\n"


def test_modules_are_counted(tmp_path: Path) -> None:
    (tmp_path / "families").mkdir()
    (tmp_path / "this_one.py").write_text("")
    nothing, one = (
        count_modules(Start("s", program), tmp_path / "families") for program in ("pass", "import this_one")
    )
    assert one == nothing + 1 > 10


def test_families_that_are_not_loaded_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "families").mkdir()
    modules = install_families(tmp_path / "families", 2)
    check_families(tmp_path / "families", modules)
    with pytest.raises(RuntimeError, match="pullback_bench_77"):
        check_families(tmp_path / "families", [*modules, "pullback_bench_77"])


def test_names_are_unique_and_the_one_with_a_budget_is_there() -> None:
    names = [start.name for start in STARTS]
    assert len(set(names)) == len(names)
    assert {BUDGETED, NUMPY} <= set(names)
