"""The checkers of memory are run on what there is, and fail where there is nothing to check; no checker is needed here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import pullback as pb

TOOLS = Path(__file__).parents[2] / "tools"


def load(name: str) -> ModuleType:
    spec = spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tool() -> ModuleType:
    return load("memory")


def test_it_checks_every_module_that_is_compiled(tool: ModuleType) -> None:
    assert set(tool.MODULES) == set(load("build_core").MODULES)


def test_the_stacks_of_every_module_are_recognised_as_ours(tool: ModuleType) -> None:
    pattern = re.search(r're\.search\(r"(.*)", leak\)', (TOOLS / "memory.py").read_text(encoding="utf-8"))
    assert pattern is not None
    for source in load("build_core").MODULES.values():
        assert re.search(pattern[1], f"#1 0x7f in f (/site/{source.with_suffix('.cpython-311.so').as_posix()}+0x1)"), (
            source
        )
    assert not re.search(pattern[1], "#1 0x7f in f (/usr/lib/libpython3.11.so+0x1)")


@pytest.mark.parametrize("checker", ["asan", "valgrind"])
def test_the_tests_that_it_runs_are_there(tool: ModuleType, checker: str) -> None:
    paths = [Path(word) for word in tool.TESTS[checker] if word.startswith(str(tool.ROOT))]
    assert len(paths) >= 4
    assert [path for path in paths if not path.exists()] == []
    assert tool.SUPPRESSIONS.exists()
    assert f"def {tool.HELD}(" in (tool.CORE / "test_compiled.py").read_text(encoding="utf-8")


@pytest.mark.skipif(pb.core() != "compiled", reason="it is the compiled core that is checked")
def test_the_work_that_should_not_leak_runs(tool: ModuleType) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", tool.WORK + "\nprint('done')"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_the_environment_of_the_sanitizers(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tool, "library", lambda name: f"/lib/{name}")
    environment = tool.sanitized(tmp_path)
    assert environment["LD_PRELOAD"].split() == ["/lib/libasan.so", "/lib/libstdc++.so.6"]
    options = dict(option.split("=", 1) for option in environment["ASAN_OPTIONS"].split(":"))
    assert (options["detect_leaks"], options["halt_on_error"]) == ("0", "1")
    assert Path(options["log_path"]).parent == tmp_path
    assert "detect_leaks=1" in tool.sanitized(tmp_path, leaks=True)["ASAN_OPTIONS"]


def test_a_compiler_without_the_library_is_named(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "acme-cc")
    monkeypatch.setattr(tool.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="libasan.so\n"))
    with pytest.raises(SystemExit, match=r"acme-cc has no libasan\.so"):
        tool.library("libasan.so")


@pytest.mark.parametrize(
    ("code", "output", "said"),
    [(1, "", "there is no compiled core to check"), (0, str(Path(os.__file__)), "built without the sanitizers")],
)
def test_it_fails_where_there_is_nothing_to_check(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, code: int, output: str, said: str
) -> None:
    done = SimpleNamespace(returncode=code, stdout=output, stderr="no module")
    monkeypatch.setattr(tool.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(SystemExit, match=said):
        tool.demand_instruments({})


@pytest.mark.parametrize(
    ("of_ours", "deliberate", "said"),
    [(True, False, r"_compiled\."), (False, True, "does not see a deliberate leak"), (False, False, None)],
)
def test_only_leaks_of_ours_count_and_a_deliberate_one_has_to_be_found(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, of_ours: bool, deliberate: bool, said: str | None
) -> None:
    module = "/site/pullback/_compiled.so"
    leak = "Direct leak of 16 byte(s)\n  #0 malloc\n  #1 f ({})\n\n"

    def run(command: list[str], env: dict[str, str], **_: Any) -> Any:
        (log,) = [option for option in env["ASAN_OPTIONS"].split(":") if option.startswith("log_path=")]
        leaks = tool.LEAK in command[-1]
        mine = of_ours or (leaks and not deliberate)
        Path(f"{log.removeprefix('log_path=')}.1").write_text(
            leak.format("/usr/lib/libpython.so") + (leak.format(module) if mine else "")
        )
        return SimpleNamespace(stdout="done\n", returncode=23)

    monkeypatch.setattr(tool, "library", lambda name: name)
    monkeypatch.setattr(tool.subprocess, "run", run)
    if said is None:
        tool.demand_no_leaks()
    else:
        with pytest.raises(SystemExit, match=said):
            tool.demand_no_leaks()


def test_without_a_checker_it_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOLS / "memory.py"), "lint"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "python tools/memory.py asan" in done.stderr
