"""What importing pullback and taking a first gradient cost, in fresh processes, over `import numpy`."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..figure import Figure, Table
from ..options import Options
from ..timing import Case, interleaved, turn
from .families import install_families

__all__ = ["startup"]

FAMILIES = 20
BUDGET = 0.050
NUMPY = "numpy"
BUDGETED = f"the same, {FAMILIES} families installed"
FIRST = "from pullback import grad; from pullback.math import sin; assert grad(lambda x: x * sin(x))(0.5) > 0.9"


@dataclass(frozen=True, slots=True)
class Start:
    """A program that a fresh process runs; `needs` is the module without which it is left out."""

    name: str
    program: str
    needs: str = "numpy"
    families: bool = False


STARTS = (
    Start("Python alone", "pass", needs="sys"),
    Start(NUMPY, "import numpy"),
    Start("pullback, no numpy", "import pullback", needs="pullback"),
    Start("pullback, no numpy, first gradient", FIRST, needs="pullback"),
    Start("numpy, pullback", "import numpy; import pullback", needs="pullback"),
    Start("numpy, pullback, first gradient", f"import numpy; {FIRST}", needs="pullback"),
    Start(BUDGETED, f"import numpy; {FIRST}", needs="pullback", families=True),
    Start(
        f"the same, {FAMILIES} families loaded too",
        f"import numpy; {FIRST}; import pullback; pullback.load_plugins()",
        needs="pullback",
        families=True,
    ),
    Start(
        "HIPS autograd, first gradient",
        "from autograd import grad; from autograd.numpy import sin; assert grad(lambda x: x * sin(x))(0.5) > 0.9",
        needs="autograd",
    ),
    Start(
        "MyGrad, first gradient",
        "import mygrad; x = mygrad.tensor(0.5); (x * mygrad.sin(x)).backward(); assert x.grad > 0.9",
        needs="mygrad",
    ),
    Start(
        "PyTorch, first gradient",
        "import numpy, torch; x = torch.tensor(0.5, requires_grad=True); (x * torch.sin(x)).backward(); assert x.grad > 0.9",
        needs="torch",
    ),
    Start(
        "JAX, first gradient",
        "from jax import grad; from jax.numpy import sin; assert grad(lambda x: x * sin(x))(0.5) > 0.9",
        needs="jax",
    ),
)


def startup(options: Options) -> Iterator[Table]:
    """Start every program in turns; yield the table."""
    starts = [start for start in STARTS if importlib.util.find_spec(start.needs) is not None]
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        modules = install_families(directory, FAMILIES)
        check_families(directory, modules)
        # The first run of each also writes its bytecode; the timed ones find it. A start that fails has no time.
        counts: dict[str, int] = {}
        reasons: dict[str, str] = {}
        for start in starts:
            try:
                counts[start.name] = count_modules(start, directory)
            except subprocess.CalledProcessError as error:
                reasons[start.name] = f"ended with exit code {error.returncode}"
        cases = [
            Case(start.name, partial(turn, partial(run, start, directory), 0.0))
            for start in starts
            if start.name in counts
        ]
        seconds = interleaved(cases, options.rounds).seconds
    figures = []
    for start in starts:
        if start.name in reasons:
            figures.append(Figure(start.name, reason=reasons[start.name]))
            continue
        over = counts[start.name] - counts[NUMPY]
        figures.append(
            Figure(
                start.name,
                tuple(seconds[start.name]),
                base=NUMPY,
                budget=BUDGET if start.name == BUDGETED else None,
                notes={"modules": str(counts[start.name]), "over numpy's": f"{over:+d}"},
            )
        )
    yield Table("startup", "a fresh process", "second", tuple(figures), "over numpy", "difference")


def run(start: Start, directory: Path, extra: str = "") -> str:
    """Run the program of `start` in a fresh process and return what it prints; raise where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULLBACK_")}
    # An installed package has its bytecode; a source tree gets it here, in the first run of each, which only counts modules.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(directory.parent / "bytecode")
    if start.families:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(directory), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", start.program + extra],
        env=environment,
        cwd=directory.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def count_modules(start: Start, directory: Path) -> int:
    """Return how many modules are loaded when the program has run."""
    return int(run(start, directory, "; import sys; print(len(sys.modules))"))


def check_families(directory: Path, modules: list[str]) -> None:
    """Make sure that pullback finds and loads the families that were installed; raise where it does not."""
    missing = f"; import sys; print(*({set(modules)!r} - sys.modules.keys()))"
    start = Start("check", "import pullback; pullback.load_plugins()", families=True)
    left_out = run(start, directory, missing).split()
    if left_out:
        raise RuntimeError(f"pullback did not load {', '.join(left_out)}, although they are installed")
