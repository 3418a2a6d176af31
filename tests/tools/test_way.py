"""The way of a gradient through the house is counted as the tool says, and is short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import pullback as pb

TOOL = Path(__file__).parents[2] / "tools" / "way.py"
CORE = "compiled" if pb.core() == "compiled" else "pure"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = spec_from_file_location("way", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), *arguments], capture_output=True, text=True, check=False)


# A small house of two rooms, whose way is counted by hand.

HALL = """
def open_door(room):
    peek(room)
    total = sum(room.things())
    peek(room)
    return total

def peek(room):
    return abs(room.height())
"""
ROOM = """
def height():
    return 3

def things():
    yield 1
    yield 2
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "house_of_two").mkdir()
    for name, text in (("hall", HALL), ("room", ROOM)):
        (tmp_path / "house_of_two" / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "house_of_two"
    for name in [name for name in sys.modules if name.startswith("house_of_two")]:
        del sys.modules[name]


def test_calls_are_noted_in_their_order_and_generators_each_time_they_are_resumed(
    tool: ModuleType, house: Path
) -> None:
    from house_of_two import hall, room  # type: ignore[import-not-found]

    made = tool.calls(lambda: hall.open_door(room), {str(house): "two"})
    assert made == [
        ("two/hall.py", "open_door"),
        ("two/hall.py", "peek"),
        ("two/room.py", "height"),
        ("two/room.py", "things"),
        ("two/room.py", "things"),
        ("two/room.py", "things"),
        ("two/hall.py", "peek"),
        ("two/room.py", "height"),
    ]
    assert sys.getprofile() is None


def test_a_way_counts_files_and_changes(tool: ModuleType) -> None:
    rooms = ["hall", "hall", "room", "room", "room", "hall", "room"]
    way = tool.Way("pure", [tool.Call(room, "f") for room in rooms], {"hall": 9, "room": 7})
    assert way.files == ["hall", "room"]
    assert way.changes == 4  # into the hall, to the room, to the hall, to the room
    assert way.functions("room") == {"f": 4}


@pytest.mark.parametrize(
    ("files", "rounds", "length", "words"),
    [
        (12, 1, 500, []),
        (13, 1, 500, ["13 files entered, at most 12"]),
        (12, 4, 500, ["48 changes of file, at most 40"]),
        (1, 1, 501, ["file_0 has 501 lines, at most 500"]),
    ],
)
def test_what_exceeds_a_limit_is_said(tool: ModuleType, files: int, rounds: int, length: int, words: list[str]) -> None:
    names = [f"file_{number}" for number in range(files)]
    way = tool.Way("pure", [tool.Call(name, "f") for name in names * rounds], dict.fromkeys(names, length))
    excesses = list(way.excesses())
    assert len(excesses) == len(words)
    for excess, text in zip(excesses, words, strict=True):
        assert text in excess


def test_it_prints_the_way_on_a_core() -> None:
    done = run("--core", CORE)
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    assert head.startswith(f"{CORE} core: {len(lines)} files entered, ")
    assert any(line.startswith("  pullback/transforms/reverse.py ") for line in lines)
    assert any(line.startswith("  pullback_plugins/numpy/") for line in lines)


def test_the_figures_are_those_of_the_calls(tool: ModuleType) -> None:
    core, calls, lengths = json.loads(run("--json").stdout)
    assert core == CORE
    files = {file for file, _ in calls}
    assert files == set(lengths)
    folders = {name: Path(folder) for folder, name in tool.roots().items()}
    for file, length in lengths.items():
        package, _, rest = file.partition("/")
        with (folders[package] / rest).open(encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == length
    way = tool.Way(core, [tool.Call(*call) for call in calls], lengths)
    assert f"{CORE} core: {len(files)} files entered, {way.changes} changes" in run("--core", CORE).stdout


@pytest.mark.parametrize("core", ["pure", "compiled"])
def test_the_way_is_short(core: str) -> None:
    if core == "compiled" and CORE == "pure" and os.environ.get("PULLBACK_PURE") != "1":
        pytest.skip("no compiled core here")
    done = run("--core", core, "--check")
    assert done.returncode == 0, done.stderr
