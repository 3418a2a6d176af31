"""What importing pullback and taking a first gradient cost, in fresh processes, over `import numpy`."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from _families import install_families
from _harness import Case, arguments, header, interleaved, number, save, table

FAMILIES = 20
BUDGET = 50.0
NUMPY = "numpy"
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
    Start(f"the same, {FAMILIES} families installed", f"import numpy; {FIRST}", needs="pullback", families=True),
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


def main() -> int:
    """Start every program in turns and print the milliseconds and the modules."""
    options = arguments(__doc__, rounds=21).parse_args()
    facts = header(["numpy", "pluggy", "pydantic", "autograd", "mygrad", "torch", "jax"])
    starts = []
    for start in STARTS:
        if importlib.util.find_spec(start.needs) is None:
            print(f"{start.name}: skipped, no module named {start.needs!r}", flush=True)
        else:
            starts.append(start)

    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        modules = install_families(directory, FAMILIES)
        check_families(directory, modules)
        # The first run of each also writes its bytecode; the timed ones find it.
        counts = {start.name: count_modules(start, directory) for start in starts}
        cases = [Case(start.name, partial(run, start, directory)) for start in starts]
        timings = interleaved(cases, 1 if options.quick else options.rounds, least=0.0)

    base, base_modules = timings[NUMPY].median, counts[NUMPY]
    rows = []
    for each in timings.values():
        milliseconds, modules_over = (each.median - base) * 1e3, counts[each.name] - base_modules
        rows.append(
            [each.name, number(each.median * 1e3), f"{milliseconds:+.1f}", str(counts[each.name]), f"{modules_over:+d}"]
        )
    table(["a fresh process", "ms", "over numpy", "modules", "over numpy"], rows)
    print(
        f"budget: {BUDGET:+g} ms over numpy with {FAMILIES} families installed; medians of {len(timings[NUMPY].seconds)} processes each"
    )
    if options.quick:
        print("--quick: these figures mean nothing")
    save(
        options.results,
        "startup",
        facts,
        quick=options.quick,
        families=FAMILIES,
        modules=counts,
        seconds={each.name: each.seconds for each in timings.values()},
    )
    return 0


def run(start: Start, directory: Path, extra: str = "") -> str:
    """Run the program of `start` in a fresh process and return what it prints; raise where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULLBACK_")}
    if start.families:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(directory), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", start.program + extra],
        env=environment,
        cwd=directory.parent,
        stdout=subprocess.PIPE,
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


if __name__ == "__main__":
    raise SystemExit(main())
