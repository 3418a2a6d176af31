"""Fit the Lotka-Volterra equations to 21 years of lynx and hare pelts.

    hares' = (alpha - beta lynx) hares
    lynx'  = (delta hares - gamma) lynx

The equations and the Runge-Kutta loop that solves them use plain Python floats. `value_and_grad` differentiates through
the loop, SciPy's BFGS uses the gradient, and `hessian` gives the uncertainty of the parameters.

    python -m pip install ".[examples]"
    python examples/lynx_hare.py
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

try:
    import matplotlib as mpl
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.patheffects import withStroke
    from scipy.optimize import minimize

    from pullback import hessian, value_and_grad
    from pullback.math import exp, log
except ModuleNotFoundError as missing:
    sys.exit(f'{Path(__file__).name} needs {missing.name}: python -m pip install ".[examples]" installs it')

HERE = Path(__file__).parent
STEPS_PER_YEAR = 20
HARE, LYNX, INK, FAINT = "#b5561c", "#1f5f8b", "#33332f", "#c9c8c0"
FIRST, SECOND = "#3d8361", "#8a4f9e"


class Parameters(NamedTuple):
    """The rates in the equations, and the initial populations in thousands of pelts."""

    alpha: float
    beta: float
    gamma: float
    delta: float
    hares: float
    lynx: float


MEANINGS = {
    "alpha": "births of hares, per year",
    "beta": "deaths of hares, per year and 1000 lynx",
    "gamma": "deaths of lynx, per year",
    "delta": "births of lynx, per year and 1000 hares",
    "hares": "hares in the first year, in thousands",
    "lynx": "lynx in the first year, in thousands",
}
# Posterior means: B. Carpenter (2018), Predator-Prey Population Dynamics: the Lotka-Volterra model in Stan.
PUBLISHED = Parameters(alpha=0.55, beta=0.028, gamma=0.80, delta=0.024, hares=33.9, lynx=5.9)


class Pelts(NamedTuple):
    """The observations, one per year, in thousands."""

    years: list[int]
    hares: list[float]
    lynx: list[float]


class Fit(NamedTuple):
    """The best parameters, the covariance of their logarithms, and how the optimization ended."""

    parameters: Parameters
    covariance_of_logs: Any
    scatter: float
    iterations: int
    calls: int
    trouble: str


def rates(hares: float, lynx: float, p: Parameters) -> tuple[float, float]:
    """Return the time derivatives of hares and lynx: the Lotka-Volterra equations."""
    return (p.alpha - p.beta * lynx) * hares, (p.delta * hares - p.gamma) * lynx


def step(hares: float, lynx: float, p: Parameters, h: float) -> tuple[float, float]:
    """Return the populations after a time `h`, by one step of the classical Runge-Kutta method."""
    u1, v1 = rates(hares, lynx, p)
    u2, v2 = rates(hares + h / 2 * u1, lynx + h / 2 * v1, p)
    u3, v3 = rates(hares + h / 2 * u2, lynx + h / 2 * v2, p)
    u4, v4 = rates(hares + h * u3, lynx + h * v3, p)
    return hares + h / 6 * (u1 + 2 * u2 + 2 * u3 + u4), lynx + h / 6 * (v1 + 2 * v2 + 2 * v3 + v4)


def trajectory(p: Parameters, years: int) -> list[tuple[float, float]]:
    """Return the populations at the start and after every step, for the given number of years."""
    hares, lynx = p.hares, p.lynx
    states = [(hares, lynx)]
    for _ in range(years * STEPS_PER_YEAR):
        hares, lynx = step(hares, lynx, p, 1 / STEPS_PER_YEAR)
        states.append((hares, lynx))
    return states


def misfit(logs: Sequence[float], pelts: Pelts) -> float:
    """Return the sum of squared log ratios between the model and the pelts.

    The errors of animal counts are relative, so the misfit compares ratios. The parameters are given as logarithms, so that none of
    them can become negative.
    """
    p = Parameters(*[exp(value) for value in logs])
    yearly = trajectory(p, len(pelts.years) - 1)[::STEPS_PER_YEAR]
    total = 0.0
    for (hares, lynx), seen_hares, seen_lynx in zip(yearly, pelts.hares, pelts.lynx, strict=True):
        total = total + log(hares / seen_hares) ** 2 + log(lynx / seen_lynx) ** 2
    return total


def first_guess(pelts: Pelts) -> Parameters:
    """Return a guess from the data: the populations oscillate around their averages with a period of about ten years.

    The fixed point of the equations is ``(gamma / delta, alpha / beta)``, and small oscillations around it have the
    frequency ``sqrt(alpha * gamma)``. A guess with a different frequency leads to a fit that misses half of the peaks.
    """
    frequency = 2 * math.pi / 10
    mean_hares = sum(pelts.hares) / len(pelts.hares)
    mean_lynx = sum(pelts.lynx) / len(pelts.lynx)
    return Parameters(
        alpha=frequency,
        beta=frequency / mean_lynx,
        gamma=frequency,
        delta=frequency / mean_hares,
        hares=pelts.hares[0],
        lynx=pelts.lynx[0],
    )


def fit(pelts: Pelts, report: Callable[[int, float], None]) -> Fit:
    """Minimise the misfit with BFGS and our gradient; call `report` with the iteration and the misfit after each iteration."""
    misfit_and_grad = value_and_grad(misfit)

    def objective(logs: Any) -> tuple[float, Any]:
        value, gradient = misfit_and_grad(logs.tolist(), pelts)
        return value, np.array(gradient)

    iteration = 0

    def callback(intermediate_result: Any) -> None:
        nonlocal iteration
        iteration += 1
        report(iteration, float(intermediate_result.fun))

    start = np.log(first_guess(pelts))
    result = minimize(objective, start, jac=True, method="BFGS", callback=callback, options={"gtol": 1e-6})
    logs = result.x.tolist()
    # With scatter s the log likelihood is -misfit / (2 s^2); minus the inverse of its Hessian is the covariance.
    variance = result.fun / (2 * len(pelts.years) - len(logs))
    covariance = 2 * variance * np.linalg.inv(np.array(hessian(misfit)(logs, pelts)))
    return Fit(
        parameters=Parameters(*[math.exp(value) for value in logs]),
        covariance_of_logs=covariance,
        scatter=math.sqrt(variance),
        iterations=int(result.nit),
        calls=int(result.nfev),
        trouble="" if result.success else str(result.message),
    )


@contextmanager
def progress() -> Iterator[Callable[[int, float], None]]:
    """Yield a function that reports an iteration: in a live line on a terminal, or iterations 1, 2, 4, 8, ... in a log."""

    def words(iteration: int, value: float) -> str:
        return f"iteration {iteration:>3}   misfit {value:12.6f}"

    def into_log(iteration: int, value: float) -> None:
        if iteration & (iteration - 1) == 0:
            print(words(iteration, value), flush=True)

    def over_line(iteration: int, value: float) -> None:
        print("\r" + words(iteration, value), end="", flush=True)

    if not sys.stdout.isatty():
        yield into_log
        return
    try:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    except ImportError:
        yield over_line
        print()
        return
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as live:
        task = live.add_task("starting", total=None)
        yield lambda iteration, value: live.update(task, description=words(iteration, value))


def read_pelts(path: Path) -> Pelts:
    """Read the table of pelts, whose comment lines start with #."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return Pelts(
        years=[int(row["year"]) for row in rows],
        hares=[float(row["hare"]) for row in rows],
        lynx=[float(row["lynx"]) for row in rows],
    )


def cycle(p: Parameters) -> float:
    """Return the years from one peak of the hares to the next, averaged over a century."""
    hares = [state[0] for state in trajectory(p, 100)]
    peaks = [n for n in range(1, len(hares) - 1) if hares[n - 1] < hares[n] >= hares[n + 1]]
    return (peaks[-1] - peaks[0]) / (len(peaks) - 1) / STEPS_PER_YEAR


def print_years(p: Parameters, pelts: Pelts) -> None:
    """Print the observed and the fitted pelts of each year."""
    print("            hares, thousands      lynx, thousands")
    print("year      observed    fitted    observed    fitted")
    yearly = trajectory(p, len(pelts.years) - 1)[::STEPS_PER_YEAR]
    for year, seen_hares, seen_lynx, (hares, lynx) in zip(*pelts, yearly, strict=True):
        print(f"{year} {seen_hares:13.1f} {hares:9.1f} {seen_lynx:11.1f} {lynx:9.1f}")


def print_parameters(result: Fit) -> None:
    """Print the parameters with a 90% interval, next to the published ones."""
    print(f"{'':<10} {'fit':>8}   {'90% interval':<18} {'published':>9}   meaning")
    spread = np.exp(1.645 * np.sqrt(np.diag(result.covariance_of_logs)))
    for name, value, factor, published in zip(Parameters._fields, result.parameters, spread, PUBLISHED, strict=True):
        interval = f"{value / factor:.4g} to {value * factor:.4g}"
        print(f"{name:<10} {value:>8.4g}   {interval:<18} {published:>9.4g}   {MEANINGS[name]}")


def plot(result: Fit, pelts: Pelts) -> Figure:
    """Plot the pelts and the fit against time, their ratios, and the phase portrait."""
    style: Any = {
        "font.size": 10,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(13, 6.6), layout="constrained")
        grid = figure.add_gridspec(2, 2, width_ratios=[1.35, 1], height_ratios=[3, 1])
        populations = figure.add_subplot(grid[0, 0])
        ratios = figure.add_subplot(grid[1, 0], sharex=populations)
        portrait = figure.add_subplot(grid[:, 1])
        years = cycle(result.parameters)
        figure.suptitle(
            f"Hares and lynx chase each other round a cycle of {years:.1f} years", fontsize=15, weight="bold"
        )
        draw_populations(populations, result, pelts)
        draw_ratios(ratios, result, pelts)
        draw_portrait(portrait, result, pelts)
    return figure


def draw_populations(axes: Any, result: Fit, pelts: Pelts) -> None:
    """Draw pelts as points, the fit as curves, and the band in which 90% of the fits would lie."""
    span = len(pelts.years) - 1
    times = pelts.years[0] + np.arange(span * STEPS_PER_YEAR + 1) / STEPS_PER_YEAR
    draws = np.random.default_rng(1).multivariate_normal(np.log(result.parameters), result.covariance_of_logs, size=400)
    curves = np.array([trajectory(Parameters(*np.exp(draw).tolist()), span) for draw in draws])
    low, high = np.quantile(curves, [0.05, 0.95], axis=0)
    best = np.array(trajectory(result.parameters, span))
    for n, (name, colour, seen) in enumerate([("hares", HARE, pelts.hares), ("lynx", LYNX, pelts.lynx)]):
        axes.fill_between(times, low[:, n], high[:, n], color=colour, alpha=0.15, linewidth=0)
        axes.plot(times, best[:, n], color=colour, linewidth=2)
        axes.plot(pelts.years, seen, "o", color=colour, markersize=6, markeredgecolor="white")
        peak = int(np.argmax(best[:, n]))
        top = (times[peak], high[peak, n])
        axes.annotate(name, top, (0, 6), textcoords="offset points", color=colour, ha="center", weight="bold")
    axes.set_ylabel("pelts, thousands")
    axes.set_ylim(0, 1.1 * high.max())
    axes.set_title("Pelts of the Hudson's Bay Company (points), the fit, and its 90% band", loc="left", fontsize=11)
    axes.tick_params(labelbottom=False)


def draw_ratios(axes: Any, result: Fit, pelts: Pelts) -> None:
    """Plot the ratios of the pelts to the fit."""
    yearly = trajectory(result.parameters, len(pelts.years) - 1)[::STEPS_PER_YEAR]
    for n, (shift, colour, seen) in enumerate([(-0.15, HARE, pelts.hares), (0.15, LYNX, pelts.lynx)]):
        years = [year + shift for year in pelts.years]
        ratio = [observed / state[n] for observed, state in zip(seen, yearly, strict=True)]
        axes.vlines(years, 1, ratio, color=colour, linewidth=2)
        axes.plot(years, ratio, "o", color=colour, markersize=4)
    factor = math.exp(result.scatter)
    axes.axhspan(1 / factor, factor, color=FAINT, alpha=0.35, linewidth=0)
    axes.axhline(1, color=INK, linewidth=0.8)
    axes.set_yscale("log")
    axes.set_yticks([0.5, 1, 2], ["half", "equal", "double"])
    axes.minorticks_off()
    axes.set_ylim(0.42, 2.4)
    axes.set_xticks(range(pelts.years[0], pelts.years[-1] + 1, 2))
    axes.set_title(f"Observed over fitted; the typical scatter is a factor {factor:.2f}", loc="left", fontsize=11)


def energy(hares: Any, lynx: Any, p: Parameters) -> Any:
    """Return what stays constant along every solution, so that its contours are the orbits; it is lowest at rest."""
    return p.delta * hares - p.gamma * np.log(hares) + p.beta * lynx - p.alpha * np.log(lynx)


def draw_portrait(axes: Any, result: Fit, pelts: Pelts) -> None:
    """Draw lynx against hares: the orbits that the equations allow, the fitted one, and the pelts' way along it."""
    p = result.parameters
    rest = (p.gamma / p.delta, p.alpha / p.beta)
    hares, lynx = np.meshgrid(np.linspace(0.5, 105, 300), np.linspace(0.5, 75, 300))
    levels = energy(*rest, p) + np.array([0.05, 0.2, 0.85, 1.3, 1.9])
    axes.contour(hares, lynx, energy(hares, lynx, p), levels=levels, colors=FAINT, linewidths=0.9, linestyles="solid")

    years = cycle(p)
    orbit = np.array(trajectory(p, math.ceil(years)))
    axes.plot(orbit[:, 0], orbit[:, 1], color=INK, linewidth=2.2)
    for year in range(1, int(years), 2):
        n = year * STEPS_PER_YEAR
        axes.annotate("", orbit[n + 1], orbit[n], arrowprops={"arrowstyle": "-|>", "color": INK, "mutation_scale": 18})
    axes.plot(*rest, "+", color=INK, markersize=12, markeredgewidth=2)
    axes.annotate("at rest", rest, (8, 6), textcoords="offset points")

    # The pelts go round about twice: one colour for each time round.
    middle = round(years)
    for part, colour in [(slice(0, middle + 1), FIRST), (slice(middle, None), SECOND)]:
        label = f"{pelts.years[part][0]} to {pelts.years[part][-1]}"
        line = axes.plot(pelts.hares[part], pelts.lynx[part], "o-", color=colour, linewidth=0.9, zorder=3, label=label)
        line[0].set_markeredgecolor("white")
    for year, x, y in zip(*pelts, strict=True):
        if year in (pelts.years[0], pelts.years[-1]) or x > 35 or y > 15:
            outward = np.array([x - rest[0], y - rest[1]]) / math.dist((x, y), rest)
            side = 1 if energy(x, y, p) > energy(p.hares, p.lynx, p) else -1
            text = axes.annotate(str(year), (x, y), 15 * side * outward, textcoords="offset points", fontsize=8.5)
            text.set(ha="center", va="center", zorder=4, path_effects=[withStroke(linewidth=2.5, foreground="white")])
    axes.legend(loc="upper right", framealpha=1, edgecolor="white")
    axes.set(xlim=(0, 95), ylim=(0, 68), xlabel="hares, thousands", ylabel="lynx, thousands")
    axes.set_title("The same years as an orbit; thin lines are other solutions", loc="left", fontsize=11)


def main() -> None:
    """Fit, print the tables, save the plot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=HERE / "output" / "lynx_hare.png", help="where the plot goes")
    output = parser.parse_args().output
    formats = Figure().canvas.get_supported_filetypes()
    if output.suffix.lstrip(".").lower() not in formats:
        parser.error(f"--output {output} must end in one of {', '.join(sorted(formats))}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"--output {output}: {error.strerror}")

    pelts = read_pelts(HERE / "data" / "lynx_hare.csv")
    with progress() as report:
        result = fit(pelts, report)
    ending = result.trouble or "converged"
    print(f"{ending} after {result.iterations} iterations, {result.calls} calls of the misfit and its gradient\n")
    print_years(result.parameters, pelts)
    print()
    print_parameters(result)
    plot(result, pelts).savefig(output, dpi=150)
    print(f"\nThe plot is in {output}")


if __name__ == "__main__":
    main()
