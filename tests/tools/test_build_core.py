"""What is compiled is all that there is to compile, lies beside its source, and is removed again; nothing is compiled here."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load(path: Path) -> ModuleType:
    spec = spec_from_file_location("build_core", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tool() -> ModuleType:
    return load(ROOT / "tools" / "build_core.py")


@pytest.fixture
def copy(tmp_path: Path, tool: ModuleType) -> ModuleType:
    """The tool in a tree of its own, with its sources."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "build_core.py", tmp_path / "tools")
    for source in tool.MODULES.values():
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, tmp_path / source)
    return load(tmp_path / "tools" / "build_core.py")


def test_every_cython_source_is_compiled_into_the_module_of_its_place(tool: ModuleType) -> None:
    sources = {path.relative_to(ROOT) for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.pyx")}
    assert set(tool.MODULES.values()) == sources
    for name, source in tool.MODULES.items():
        assert source.with_suffix("").parts[1:] == tuple(name.split("."))


def test_every_part_is_included_by_a_source_beside_it(tool: ModuleType) -> None:
    included = set()
    for source in tool.MODULES.values():
        text = (ROOT / source).read_text(encoding="utf-8")
        included |= {(ROOT / source).parent / part for part in re.findall(r'^include "(.+)"', text, re.MULTILINE)}
    assert included == {path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.pxi")}


@pytest.mark.skipif(sys.platform == "win32", reason="its compiler has other flags")
def test_no_flag_of_the_environment_makes_the_results_differ_from_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFLAGS", "-O3 -ffp-contract=fast '-DNAME=a b'")
    flags = load(ROOT / "tools" / "build_core.py").UNIX_FLAGS
    assert flags.index("-ffp-contract=off") > flags.index("-ffp-contract=fast")
    assert "-DNAME=a b" in flags
    assert "-ffast-math" not in flags


def test_what_was_built_is_removed_and_the_sources_stay(copy: ModuleType) -> None:
    built = []
    for source in copy.MODULES.values():
        for ending in (".cpython-311-x86_64-linux-gnu.so", ".pyd", ".so"):
            built.append((copy.ROOT / source).with_suffix(ending))
            built[-1].write_bytes(b"")
    other = built[0].with_name("_compiled_by_others.so")
    other.write_bytes(b"")
    copy.clean()
    assert not [path for path in built if path.exists()]
    assert other.exists()
    assert all((copy.ROOT / source).exists() for source in copy.MODULES.values())
    copy.clean()


def test_what_is_built_replaces_what_was_there(copy: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(target: Path) -> dict[str, Path]:
        files = {}
        for source in copy.MODULES.values():
            path = target / source.with_suffix(".so").name
            path.write_bytes(source.name.encode())
            files[path.name] = path
        return files

    old = (copy.ROOT / next(iter(copy.MODULES.values()))).with_suffix(".so")
    old.write_bytes(b"old")
    held = old.open("rb")
    monkeypatch.setattr(copy, "build", build)
    placed = copy.in_place()
    assert placed == [copy.ROOT / source.with_suffix(".so") for source in copy.MODULES.values()]
    assert [path.read_bytes() for path in placed] == [source.name.encode() for source in copy.MODULES.values()]
    # A process that runs has the old file open, and keeps it.
    assert held.read() == b"old"
    held.close()


def test_the_hook_of_the_build_needs_what_is_declared() -> None:
    hook = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["plugin"]
    needed = re.search(r"^NEEDED = (\[.*\])$", hook, re.MULTILINE)
    assert needed is not None
    assert all(
        f'"{requirement}"' in needed[1] for requirement in declared if requirement.startswith(("cython", "numpy"))
    )
