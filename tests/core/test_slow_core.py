"""The warning that the core in pure Python runs, where nobody chose it: once, at first use, with the cure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pullback as pb

FREE_THREADED = "free-threading build" in sys.version
with_a_choice = pytest.mark.skipif(FREE_THREADED, reason="free-threaded Pythons have the pure core only")

NOT_BUILT = "import sys; sys.modules['pullback._compiled'] = None\n"
STALE = "import sys, types; old = sys.modules['pullback._compiled'] = types.ModuleType('old'); old.__all__ = []\n"
USE = """
import pullback as pb
square = pb.grad(lambda x: x * x)
print(square(3.0))
"""


def run(folder: Path, script: str, *options: str, pure: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script from a file in a fresh interpreter that does not know what the tests have chosen."""
    path = folder / "program.py"
    path.write_text(script, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("PULLBACK_PURE", "PYTHONWARNINGS")}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(pb.__file__).parents[1]), *sys.path[1:]])
    if pure is not None:
        environment["PULLBACK_PURE"] = pure
    return subprocess.run(
        [sys.executable, *options, str(path)], env=environment, capture_output=True, text=True, check=False, cwd=folder
    )


@with_a_choice
def test_the_first_use_warns_at_the_line_of_the_user(tmp_path: Path) -> None:
    done = run(tmp_path, NOT_BUILT + USE)
    assert (done.returncode, done.stdout) == (0, "6.0\n"), done.stderr
    where, line = done.stderr.splitlines()
    assert where.startswith(f"{tmp_path / 'program.py'}:5: PullbackWarning: pullback runs its core in pure Python")
    assert line.strip() == "print(square(3.0))"


@with_a_choice
@pytest.mark.parametrize(
    ("start", "cure"),
    [(NOT_BUILT, "PULLBACK_BUILD=compiled pip install"), (STALE, "python tools/build_core.py")],
    ids=["not built", "stale"],
)
def test_it_names_the_cure_and_the_way_to_choose(tmp_path: Path, start: str, cure: str) -> None:
    text = run(tmp_path, start + USE).stderr
    assert text.count(cure) == 1
    assert text.count("PULLBACK_PURE=1") == 1


@with_a_choice
def test_it_warns_once_in_a_process_whatever_is_used_next(tmp_path: Path) -> None:
    many = """
import threading, warnings
import pullback as pb
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    def work():
        pb.math.sin(1.0), pb.grad(lambda x: x * pb.math.exp(x) / 3.0)(1.0), pb.float_var(2.0) * 3.0
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    work()
print(*[warning.category.__name__ for warning in caught])
"""
    done = run(tmp_path, NOT_BUILT + many)
    assert done.stdout == "PullbackWarning\n", done.stderr


@with_a_choice
def test_as_an_error_it_comes_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    script = """
import pullback as pb
square = pb.grad(lambda x: x * x)
try:
    square(3.0)
except pb.PullbackWarning:
    print(square(3.0))
"""
    done = run(tmp_path, NOT_BUILT + script, "-W", "error")
    assert (done.stdout, done.stderr) == ("6.0\n", "")


@with_a_choice
@pytest.mark.parametrize(
    "use",
    [
        "pb.float_var(2.0) * 3.0",
        "pb.Variable(2.0) * 3.0",
        "pb.jvp(pb.math.sin, (1.0,), (1.0,))",
        "(lambda x: pb.math.sin(x) * x)(pb.float_var(2.0)).backprop()",
        "import numpy as np; pb.grad(np.sum)(np.ones(2))",
    ],
)
def test_whatever_is_used_first(tmp_path: Path, use: str) -> None:
    done = run(tmp_path, f"{NOT_BUILT}import pullback as pb\n{use}\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("PullbackWarning") == 1
    assert f"{tmp_path / 'program.py'}:3: PullbackWarning" in done.stderr


@pytest.mark.parametrize("statement", ["import pullback.math", "from pullback.math import sin; sin(1.0)"])
def test_functions_of_plain_numbers_need_no_core(tmp_path: Path, statement: str) -> None:
    done = run(tmp_path, NOT_BUILT + statement, "-W", "error")
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("start", [NOT_BUILT, STALE], ids=["not built", "stale"])
def test_the_import_says_nothing(tmp_path: Path, start: str) -> None:
    done = run(tmp_path, start + "import pullback; print(pullback.core())", "-W", "error")
    assert (done.stdout, done.stderr) == ("pure Python\n", "")


def test_who_has_chosen_the_pure_core_is_not_warned(tmp_path: Path) -> None:
    done = run(tmp_path, USE, "-W", "error", pure="1")
    assert (done.stdout, done.stderr) == ("6.0\n", "")


def test_a_free_threaded_python_has_no_other_core(tmp_path: Path) -> None:
    free = "import sys; sys.version = '3.13.5 experimental free-threading build (main)'\n"
    done = run(tmp_path, free + USE, "-W", "error")
    assert (done.stdout, done.stderr) == ("6.0\n", "")


@pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")
def test_the_compiled_core_has_nothing_to_say(tmp_path: Path) -> None:
    script = USE + "import sys; print('pullback.slow_core' in sys.modules)"
    done = run(tmp_path, script, "-W", "error", pure="0")
    assert (done.stdout, done.stderr) == ("6.0\nFalse\n", "")


@with_a_choice
def test_whatever_a_table_asks_is_handed_on(tmp_path: Path) -> None:
    script = """
import warnings; warnings.simplefilter("ignore")
import pullback as pb
from pullback.extend import KindForward, find_kind
from fractions import Fraction
pb.register(pb.ScalarKind("fraction", (Fraction,), pb.ScalarVariable))
print(find_kind("fraction") is find_kind(Fraction), find_kind("nobody's"))
try:
    pb.math.sin(pb.Variable(Fraction(1)))
except pb.UnknownPrimitiveError as error:
    print("no forward" in str(error))
pb.register([KindForward("sin", "fraction", lambda x: x + 1), KindForward("cos", "fraction", lambda x: x)])
print(pb.math.sin(pb.Variable(Fraction(1))).primal)
"""
    done = run(tmp_path, NOT_BUILT + script)
    assert (done.returncode, done.stdout) == (0, "True None\nTrue\n2\n"), done.stderr
