"""Run tests of the compiled core under a memory checker: ``python tools/memory.py asan`` or ``... valgrind``, then arguments for pytest.

`tox -e asan` and `tox -e valgrind` build and install such a core, and call this. It fails if a test fails, if the checker reports
anything, and if nothing would be checked: no compiled core, a core built without the sanitizers, a checker that misses a known error.

By hand, on the source tree (rebuild with `python tools/build_core.py` afterwards: a core with sanitizers does not load without them):

    $ CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined" LDFLAGS="-fsanitize=address,undefined" python tools/build_core.py
    $ python tools/memory.py asan tests/core/test_compiled_memory.py
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "tests" / "core"
MODULES = [
    "pullback._compiled",
    "pullback_plugins._kernels",
    "pullback_plugins.numpy.native.arena",
    "pullback_plugins.numpy.native.kernels",
]
SUPPRESSIONS = ROOT / "tools" / "valgrind.supp"
ARRAYS = [
    ROOT / "tests" / "plugins" / "numpy" / name
    for name in (
        "native/test_arena.py",
        "array/test_objects.py",
        "native/test_dispatch.py",
        "native/test_kernels.py",
        "test_programs.py",
    )
]
TESTS = {
    "asan": [str(CORE), *map(str, ARRAYS), "-m", "not slow"],
    # Everything takes thirty times as long, and child processes are not followed.
    "valgrind": [
        *(
            str(CORE / name)
            for name in ("test_compiled_memory.py", "test_compiled.py", "chain/test_sweep.py", "chain/test_tape.py")
        ),
        *(
            "-m",
            "not slow",
            "-k",
            "not (interpreter or core_runs or environment or without_the or random_programs or refused)",
        ),
    ],
}

# A deliberate error that the sanitizers must find.
OVERFLOW = "import ctypes; c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p; c.memset(ctypes.c_void_p(c.malloc(8)), 0, 9)"

# Everything that allocates, with and without errors; leaks are attributed by their stacks.
WORK = """
import gc
import numpy as np
import pullback as pb
from pullback.chain.tape import Tape
from pullback.math import exp, hypot, sin

broken = pb.elementwise(lambda x: x * 1.0, derivative=lambda x, y: 1 / 0, name="broken")

def of_arrays(x):
    return np.sum(np.tanh(x) * np.exp(-x ** 2) + 2.0 / (x + np.ones((3, 2))) - x * np.ones(2)) + x.sum() * x[0]

def f(x, y):
    return sin(x * y) / exp(y) - x ** 2 + abs(-y) + hypot(x, y) * (2 ** 60 + 1)

for _ in range(200):
    assert len(pb.grad(f, argnums=(0, 1))(0.3, 0.4)) == 2
    pb.jvp(f, (0.3, 0.4), (1.0, 0.0)), pb.grad(pb.grad(sin))(1.0), pb.vjp(f, 0.3, 0.4)[1](1.0)
    x = pb.Variable(0.3)
    f(x, x * x).backprop()
    tape = Tape()
    y = tape.variable(1.0) * 2.0
    cycle = [y, tape.entries, reversed(tape.entries)]
    cycle.append(cycle)
    pb.value_and_grad(of_arrays)(np.ones(2)), pb.jvp(of_arrays, (np.ones(2),), (np.ones(2),))
    pb.grad(lambda z: np.sum(np.real(2.0 - z * z)))(np.ones(2) + 1j), pb.hvp(of_arrays, np.ones(2), np.ones(2))
    try:
        pb.grad(lambda x: np.sum(broken(x) * x))(np.ones(2))
    except ZeroDivisionError:
        pass
    for wrong in ((), (1, 2), (2 ** 70, 0, 1.0, None, None)):
        try:
            tape.append(wrong)
        except (ValueError, OverflowError):
            pass
    tape.close()
    try:
        y * 2.0
    except pb.ChainBrokenError:
        pass
del cycle, tape, x, y
gc.collect()
"""

LEAK = """
import ctypes
tape = Tape()
x = tape.variable(1.0)
for n in range(5000):
    x * 2.0
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(tape.entries[n][0]))
"""


def main(checker: str, arguments: Sequence[str]) -> int:
    """Run pytest under a checker; return its exit status, or 1 if the checker reported anything."""
    if checker == "valgrind":
        return valgrind(arguments)
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        environment = {**os.environ, **sanitized(reports)}
        demand_instruments(environment)
        status = pytest([sys.executable], arguments or TESTS["asan"], environment)
        complaints = "".join(file.read_text(errors="replace") for file in sorted(reports.iterdir()))
    print(complaints, end="", file=sys.stderr)
    if status == 0 and not arguments:
        demand_no_leaks()
    return status or int(bool(complaints))


def valgrind(arguments: Sequence[str]) -> int:
    """Run pytest under valgrind, which detects uses of uninitialised memory that the sanitizers miss."""
    if shutil.which("valgrind") is None:
        raise SystemExit("there is no valgrind")
    if sys.version_info < (3, 12):
        raise SystemExit(
            "`int.from_bytes` of Python 3.11 hands out zeros that valgrind takes for uninitialised; use a newer one"
        )
    command = [
        "valgrind",
        "--error-exitcode=9",
        "--leak-check=no",
        "--num-callers=30",
        f"--suppressions={SUPPRESSIONS}",
    ]
    return pytest([*command, sys.executable], arguments or TESTS["valgrind"], {**os.environ, "PYTHONMALLOC": "malloc"})


def pytest(python: Sequence[str], arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run pytest on the compiled core, uncaptured: a process that the checker kills would lose captured output."""
    command = [
        *python,
        "-m",
        "pytest",
        "--capture=sys",
        "-p",
        "no:cacheprovider",
        str(CORE / "test_compiled.py") + f"::{HELD}",
    ]
    variables = {**environment, "PULLBACK_PURE": "0", "PULLBACK_TEST_CORE": "compiled"}
    return subprocess.run([*command, *arguments], env=variables, check=False).returncode


HELD = "test_the_core_that_should_run_runs"


def sanitized(reports: Path, *, leaks: bool = False) -> dict[str, str]:
    """Return the environment in which Python loads modules built with the sanitizers; reports are written to a folder."""
    asan = ["halt_on_error=1", f"detect_leaks={int(leaks)}", f"log_path={reports / 'report'}"]
    if leaks:
        asan += ["fast_unwind_on_malloc=0", "malloc_context_size=50"]  # CPython has no frame pointers, and leaks itself
    return {
        "PYTHONMALLOC": "malloc",
        "LD_PRELOAD": f"{library('libasan.so')} {library('libstdc++.so.6')}",  # the second for the exceptions of C++ in other modules
        "ASAN_OPTIONS": ":".join(asan),
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }


def library(name: str) -> str:
    """Return the path of a library of the compiler."""
    compiler = os.environ.get("CC", "gcc")
    path = subprocess.run(
        [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if not Path(path).is_absolute():
        raise SystemExit(f"{compiler} has no {name}")
    return path


def demand_instruments(environment: Mapping[str, str]) -> None:
    """Exit unless all compiled modules are there, have both sanitizers, and a deliberate error is reported."""
    script = f"import importlib\nfor name in {MODULES}: print(importlib.import_module(name).__file__)"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"there is no compiled core to check:\n{done.stderr}")
    for file in done.stdout.splitlines():
        for sign in (b"__asan_report_load8", b"__asan_init", b"__ubsan_handle_type_mismatch"):
            if sign not in Path(file).read_bytes():
                raise SystemExit(f"{file} was built without the sanitizers: {sign.decode()} is not in it")
    with tempfile.TemporaryDirectory() as folder:
        deliberate = {**environment, **sanitized(Path(folder))}
        if subprocess.run([sys.executable, "-c", OVERFLOW], env=deliberate, check=False).returncode == 0:
            raise SystemExit("the address sanitizer does not see a deliberate overflow")


def demand_no_leaks() -> None:
    """Exit if memory allocated in our modules is leaked, or if a deliberate leak is not found."""
    for script, deliberate in ((WORK, False), (WORK + LEAK, True)):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, **sanitized(Path(folder), leaks=True)}
            command = [sys.executable, "-c", script + "\nprint('done')"]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
            reports = "".join(file.read_text(errors="replace") for file in Path(folder).iterdir())
        ours = [
            leak
            for leak in re.split(r"\n\n", reports)
            if " leak of " in leak and re.search(r"/(_compiled|_kernels|native/arena|native/kernels)\.", leak)
        ]
        # The exit status does not tell: CPython leaks, too, and that makes it nonzero.
        if done.stdout != "done\n" or "ERROR: AddressSanitizer" in reports:
            raise SystemExit(f"the work that should not leak fails\n{reports}")
        if deliberate and not ours:
            raise SystemExit("the leak sanitizer does not see a deliberate leak")
        if ours and not deliberate:
            raise SystemExit("\n\n".join(ours))
    print("no leaks of ours")


if __name__ == "__main__":
    if sys.argv[1:2] not in (["asan"], ["valgrind"]):
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
