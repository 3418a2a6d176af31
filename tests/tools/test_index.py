"""The file of our index names everything that our families answer for, and nothing else.

`tests/core/host/test_indexfile.py` asks what is installed; this asks the source, so that an old file fails in an editable install too,
whose metadata may be old.
"""

from __future__ import annotations

import operator
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "plugins" / "pullback_plugins" / "index.txt"
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
FAMILIES: dict[str, str] = GROUPS["pullback.families"]
LINES = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
INDEX = dict(line.split(" = ") for line in LINES)
NOT_INDEXED = {"user"}  # starts empty, and is filled at run time
MODULES = {name: value.partition(":")[0] for name, value in FAMILIES.items() if name not in NOT_INDEXED}


def _key(target: Any) -> str:
    if isinstance(target, str):
        return target.replace(":", ".")
    if target in vars(operator).values():
        return f"operator.{target.__name__.strip('_')}"
    return f"{target.__module__}.{target.__qualname__}"


def answers(module: Any) -> Iterator[str]:
    """Everything that a family answers for."""
    for pair in module.pullback_register_primitives():
        yield pair.name
        yield from map(_key, pair.overloads)
    if hasattr(module, "pullback_register_value_kinds"):
        for kind in module.pullback_register_value_kinds():
            yield from (f"{cls.__module__}.{cls.__qualname__}" for cls in kind.types)


def test_every_family_of_ours_is_declared() -> None:
    declared = {value.partition(":")[0] for value in FAMILIES.values()}
    folder = ROOT / "plugins" / "pullback_plugins"
    families = {
        ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in folder.rglob("*.py")
        if "def pullback_register_primitives" in path.read_text(encoding="utf-8")
    }
    assert families == declared


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_family_is_indexed_as_a_whole(name: str) -> None:
    known = set(answers(import_module(MODULES[name])))
    missing = [key for key in known if INDEX.get(key) != name]
    assert not missing, f"run python tools/index.py: {missing} are not of {name} in {FILE.name}"
    left = [key for key, family in INDEX.items() if family == name and key not in known]
    assert not left, f"run python tools/index.py: {left} are not what {name} answers for"


def test_the_index_names_no_family_that_is_not_declared() -> None:
    assert set(INDEX.values()) <= set(MODULES)


def test_the_file_is_sorted_and_names_each_key_once() -> None:
    assert sorted(LINES) == LINES
    assert len(INDEX) == len(LINES)


def test_the_metadata_says_only_where_the_file_is() -> None:
    assert GROUPS["pullback.index"] == {"index": "pullback_plugins:index.txt"}


def test_what_is_installed_declares_what_the_source_does() -> None:
    for group, wanted in GROUPS.items():
        found = {point.name: point.value for point in distribution("pullback").entry_points if point.group == group}
        assert found == wanted, f"{group}: install pullback again, its metadata is old"


# The tool that writes the file.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the tool reads and writes."""
    for path in ("tools/index.py", "pyproject.toml", "plugins/pullback_plugins/index.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def tool(copy: Path, *arguments: str) -> int:
    done = subprocess.run([sys.executable, copy / "tools" / "index.py", *arguments], check=False, cwd=copy)
    return done.returncode


def test_the_tool_finds_nothing_to_do(copy: Path) -> None:
    assert tool(copy, "--check") == 0


@pytest.mark.parametrize("damage", ["line", "extra", "conflict", "gone"])
def test_the_tool_writes_an_old_file_anew(copy: Path, damage: str) -> None:
    file = copy / "plugins" / "pullback_plugins" / "index.txt"
    text = file.read_text(encoding="utf-8")
    if damage == "gone":
        file.unlink()
    else:
        damages = {
            "line": text.replace("math.sin = trig\n", ""),
            "extra": text + "zzz = trig\n",
            "conflict": text.replace("math.sin = trig\n", "<<<<<<< HEAD\nmath.sin = trig\n=======\n>>>>>>> other\n"),
        }
        assert damages[damage] != text
        file.write_text(damages[damage], encoding="utf-8")
    assert tool(copy, "--check") == 1
    assert tool(copy) == 0
    assert file.read_bytes() == FILE.read_bytes()
    assert tool(copy, "--check") == 0


@pytest.mark.parametrize("form", ["{old}", "<<<<<<< HEAD\n{line}=======\n{old}>>>>>>> other\n", "{line}{old}"])
def test_the_tool_drops_what_older_branches_have_in_the_metadata(copy: Path, form: str) -> None:
    pyproject = copy / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    line = 'index = "pullback_plugins:index.txt"\n'
    old = '"abs" = "pullback_plugins.arithmetic:abs"\n"math.sin" = "pullback_plugins.trig:sin"\n'
    assert line in text
    pyproject.write_text(text.replace(line, form.format(line=line, old=old)), encoding="utf-8")
    assert tool(copy, "--check") == 1
    assert tool(copy) == 0
    assert pyproject.read_text(encoding="utf-8") == text
