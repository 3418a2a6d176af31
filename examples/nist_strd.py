"""Fit five of NIST's certified nonlinear least-squares problems with exact Jacobians and with finite differences.

Each model below is the formula of the data sheet in plain Python. `jacobian` differentiates the residuals exactly, and SciPy's
trust-region solver uses the result. The same solver with the same settings then runs on SciPy's own two-point differences. The script
compares how many digits of the parameters agree with those that NIST certified, from each of NIST's two starting points.

    python -m pip install ".[examples]"
    python examples/nist_strd.py
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

try:
    import numpy as np
    from scipy.optimize import least_squares

    from pullback import jacobian
    from pullback.math import exp
except ModuleNotFoundError as missing:
    sys.exit(f'{Path(__file__).name} needs {missing.name}: python -m pip install ".[examples]" installs it')

DATA = Path(__file__).parent / "data" / "nist_strd"
CERTIFIED_DIGITS = 11
WANTED_DIGITS = 6
# Tolerances near the rounding error of a float, so that each fit continues for as long as the solver makes progress.
SETTINGS: dict[str, Any] = {
    "method": "trf",
    "x_scale": "jac",
    "ftol": 1e-15,
    "xtol": 1e-15,
    "gtol": 1e-15,
    "max_nfev": 5000,
}

Model = Callable[[Sequence[Any], float], Any]


def misra1a(b: Sequence[Any], x: float) -> Any:
    b1, b2 = b
    return b1 * (1 - exp(-b2 * x))


def mgh17(b: Sequence[Any], x: float) -> Any:
    b1, b2, b3, b4, b5 = b
    return b1 + b2 * exp(-x * b4) + b3 * exp(-x * b5)


def thurber(b: Sequence[Any], x: float) -> Any:
    b1, b2, b3, b4, b5, b6, b7 = b
    return (b1 + b2 * x + b3 * x**2 + b4 * x**3) / (1 + b5 * x + b6 * x**2 + b7 * x**3)


def rat43(b: Sequence[Any], x: float) -> Any:
    b1, b2, b3, b4 = b
    return b1 / (1 + exp(b2 - b3 * x)) ** (1 / b4)


def eckerle4(b: Sequence[Any], x: float) -> Any:
    b1, b2, b3 = b
    return b1 / b2 * exp(-0.5 * ((x - b3) / b2) ** 2)


MODELS: dict[str, Model] = {
    "Misra1a": misra1a,
    "MGH17": mgh17,
    "Thurber": thurber,
    "Rat43": rat43,
    "Eckerle4": eckerle4,
}


class Problem(NamedTuple):
    """One data sheet: the observations, NIST's starting points, and the certified parameters."""

    name: str
    difficulty: str
    starts: list[list[float]]
    certified: list[float]
    certified_ssr: float
    x: list[float]
    y: list[float]


class Fit(NamedTuple):
    """The result of one fit, and the number of calls that it took."""

    parameters: list[float]
    ssr: float
    model_calls: int
    jacobians: int
    stopped: str


def read_problem(path: Path) -> Problem:
    """Read a NIST data sheet; its header gives the lines of the parameters and of the observations."""
    text = path.read_text(encoding="ascii")
    lines = text.splitlines()

    def section(title: str) -> list[str]:
        match = re.search(rf"{title}\s+\(lines\s+(\d+)\s+to\s+(\d+)\)", text)
        if match is None:
            raise ValueError(f"{path.name} does not give the lines of its {title.lower()}")
        first, last = map(int, match.groups())
        return lines[first - 1 : last]

    def labelled(pattern: str) -> str:
        match = re.search(pattern, text)
        if match is None:
            raise ValueError(f"{path.name} has no line that matches {pattern!r}")
        return match.group(1)

    # Each line reads: b1 = start1 start2 certified deviation
    parameters = [[float(word) for word in line.split("=")[1].split()] for line in section("Starting Values")]
    observations = [[float(word) for word in line.split()] for line in section("Data")]
    return Problem(
        name=labelled(r"Dataset Name:\s+(\w+)"),
        difficulty=labelled(r"(\w+) Level of Difficulty").lower(),
        starts=[[row[0] for row in parameters], [row[1] for row in parameters]],
        certified=[row[2] for row in parameters],
        certified_ssr=float(labelled(r"Residual Sum of Squares:\s+(\S+)")),
        x=[x for _, x in observations],
        y=[y for y, _ in observations],
    )


def residuals(b: Sequence[float], problem: Problem) -> list[float]:
    """Return the differences between the model with parameters `b` and the observations."""
    model = MODELS[problem.name]
    return [model(b, x) - y for x, y in zip(problem.x, problem.y, strict=True)]


exact_jacobian = jacobian(residuals)


def fit(problem: Problem, start: Sequence[float], *, exact: bool) -> Fit:
    """Fit `problem` from `start`, with our Jacobian if `exact`, else with SciPy's two-point differences."""
    calls = 0

    def objective(b: Any) -> Any:
        nonlocal calls
        calls += 1
        try:
            return np.array(residuals(b.tolist(), problem))
        except ArithmeticError:  # exp overflows for a very large trial step; the solver then tries a shorter one
            return np.full(len(problem.y), np.inf)

    def derivative(b: Any) -> Any:
        return np.array(exact_jacobian(b.tolist(), problem))

    with np.errstate(over="ignore"):  # the squares of residuals after such steps
        result = least_squares(objective, start, jac=derivative if exact else "2-point", **SETTINGS)
    return Fit(result.x.tolist(), 2 * float(result.cost), calls, int(result.njev or 0), result.message)


def digits(value: float, certified: float) -> float:
    """Return how many significant digits of `value` agree with `certified`, at most the 11 that are certified."""
    if value == certified:
        return CERTIFIED_DIGITS
    return min(CERTIFIED_DIGITS, max(0.0, -math.log10(abs(value - certified) / abs(certified))))


def agreement(result: Fit, problem: Problem) -> float:
    """Return the number of digits of the parameter that agrees least."""
    return min(digits(b, certified) for b, certified in zip(result.parameters, problem.certified, strict=True))


HEADER = """\
                                 digits agreed     model calls      Jacobians
data set  difficulty  start      exact  2-point   exact  2-point   exact  2-point   sum of squares (certified)"""


def row(problem: Problem, number: int, exact: Fit, differences: Fit) -> str:
    """Return the row of the table for one data set and one starting point."""
    return (
        f"{problem.name:<9} {problem.difficulty:<11} {number:>5}"
        f" {agreement(exact, problem):>10.1f} {agreement(differences, problem):>8.1f}"
        f" {exact.model_calls:>7} {differences.model_calls:>8}"
        f" {exact.jacobians:>7} {differences.jacobians:>8}"
        f"   {exact.ssr:.10E} ({problem.certified_ssr:.10E})"
    )


def main() -> None:
    """Fit every data set from both starting points, and print the table row by row."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"data sets to fit; all of {', '.join(MODELS)} if none"
    )
    names = parser.parse_args().names or list(MODELS)
    for name in names:
        if name not in MODELS:
            parser.error(f"no data set {name!r}; there are {', '.join(MODELS)}")

    print(HEADER)
    short = []
    for name in names:
        problem = read_problem(DATA / f"{name}.dat")
        for number, start in enumerate(problem.starts, 1):
            exact, differences = (fit(problem, start, exact=kind) for kind in (True, False))
            print(row(problem, number, exact, differences), flush=True)
            if agreement(exact, problem) < WANTED_DIGITS:
                short.append(f"{name} from start {number} falls short of {WANTED_DIGITS} digits: {exact.stopped}")
    print()
    print("\n".join(short) or f"Every fit with exact Jacobians agrees with NIST's to {WANTED_DIGITS} digits or more.")
    print(
        "Model calls: runs over all observations, on plain floats; two-point differences take one more for each parameter."
    )
    print(
        "Jacobians: one at the start and one after each step that the solver accepted. An exact one runs the model once, recorded."
    )


if __name__ == "__main__":
    main()
