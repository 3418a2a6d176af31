"""Tests mirror the sources: every module has a test file in the same place, and every test file has a module.

``core/pullback/chain/tape.py`` has ``tests/core/chain/test_tape.py``. A long one may be several, whose names go on after the module's:
``test_tape_entries.py``. A package whose `__init__` holds code may have a test file of its own name beside the folder, or none.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "core/pullback": "tests/core",
    "plugins/pullback_plugins": "tests/plugins",
    "tools": "tests/tools",
    "benchmarks": "tests/benchmarks",
}

MIRRORED_ELSEWHERE = {
    # Compared with the pairs that they are the kernels of.
    "plugins/pullback_plugins/_kernels.pyx": "tests/core/test_compiled.py",
    # What only type checkers read: typed programs, under mypy and pyright.
    "core/pullback/signatures.py": "tests/typing/test_programs.py",
    "core/pullback/transforms/signatures.py": "tests/typing/test_programs.py",
}
OF_THE_WHOLE = {
    "tests/test_mirrors.py",
    "tests/test_installed.py",
    # The helpers that several tests use.
    "tests/test_imports.py",
    "tests/test_interpreters.py",
    # The rules of the house.
    "tests/core/test_imports.py",
    "tests/core/test_layers.py",
    "tests/plugins/test_layers.py",
    # Both cores, all levels and all families at once.
    "tests/core/test_threads.py",
    "tests/plugins/test_pairs.py",
    "tests/plugins/test_singular_points.py",
    "tests/plugins/numpy/one_liners/test_one_liners.py",
    "tests/plugins/numpy/test_holomorphic.py",
    "tests/plugins/numpy/test_programs.py",
    "tests/plugins/numpy/test_singular_points.py",
    "tests/plugins/numpy/test_threads.py",
    # What the namespace of arrays promises, to whom.
    "tests/plugins/array_api/test_libraries.py",
    "tests/plugins/array_api/test_namespace.py",
    # What a page shows of the command line.
    "tests/core/cli/test_documentation.py",
}
"""What tests no module alone. Whoever adds a line says what it is of the whole of."""
WHOLE_FOLDERS = ("tests/docs/", "tests/examples/", "tests/hips/", "tests/packaging/", "tests/typing/")


def sources() -> dict[str, tuple[PurePosixPath, str]]:
    """Return the modules of all folders, each with the folder and the name of its mirror."""
    found = {}
    for folder, mirror in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*.py*")):
            if path.suffix in (".py", ".pyx"):
                inside = PurePosixPath(path.relative_to(ROOT / folder).as_posix())
                found[f"{folder}/{inside}"] = (PurePosixPath(mirror) / inside.parent, inside.stem.strip("_"))
    return found


def files_of_tests() -> dict[str, tuple[PurePosixPath, str]]:
    """Return the test files, each with its folder and the name after ``test_``."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = PurePosixPath(path.relative_to(ROOT).as_posix())
        if not str(name).startswith(WHOLE_FOLDERS):
            found[str(name)] = (name.parent, name.stem.removeprefix("test_"))
    return found


SOURCES, TESTS = sources(), files_of_tests()
MODULES = [name for name in SOURCES if not name.endswith("__init__.py")]
PACKAGES = {(folder.parent, folder.name) for name, (folder, _) in SOURCES.items() if name.endswith("__init__.py")}


def mirrors(test: tuple[PurePosixPath, str], module: tuple[PurePosixPath, str]) -> bool:
    """Whether a test file is the mirror of a module, or a part of it."""
    (test_folder, test_name), (folder, name) = test, module
    return test_folder == folder and (test_name == name or test_name.startswith(f"{name}_"))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_mirror(module: str) -> None:
    folder, name = SOURCES[module]
    mirror = MIRRORED_ELSEWHERE.get(module, f"{folder}/test_{name}.py")
    assert (ROOT / mirror).is_file(), f"{module} has no tests: write {mirror}"


@pytest.mark.parametrize("test", [test for test in TESTS if test not in OF_THE_WHOLE])
def test_every_test_file_mirrors_a_module(test: str) -> None:
    known = [*(SOURCES[module] for module in MODULES), *PACKAGES]
    assert any(mirrors(TESTS[test], module) for module in known), (
        f"{test} mirrors nothing: move it to the tests of what it tests, or say in {Path(__file__).name} what it is of the whole of"
    )


def test_the_exceptions_are_there_and_are_exceptions() -> None:
    known = [SOURCES[module] for module in MODULES]
    for test in OF_THE_WHOLE:
        assert (ROOT / test).is_file(), test
        assert not any(TESTS[test] == module for module in known), f"{test} mirrors a module: take it off the list"
    for module, test in MIRRORED_ELSEWHERE.items():
        assert (ROOT / module).is_file(), module
        assert (ROOT / test).is_file(), test


def test_what_is_looked_at_is_there() -> None:
    """An empty folder would have no test that fails."""
    for folder in FOLDERS:
        assert sum(name.startswith(f"{folder}/") for name in MODULES) >= 4, folder
    assert "core/pullback/errors.py" in MODULES
    assert "plugins/pullback_plugins/numpy/native/kernels.pyx" in MODULES


def test_a_name_that_only_begins_like_a_module_is_no_mirror() -> None:
    folder = PurePosixPath("tests/core")
    assert mirrors((folder, "tape"), (folder, "tape"))
    assert mirrors((folder, "tape_entries"), (folder, "tape"))
    assert not mirrors((folder, "tapes"), (folder, "tape"))
    assert not mirrors((folder / "chain", "tape"), (folder, "tape"))
