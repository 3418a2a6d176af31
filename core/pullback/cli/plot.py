"""``pullback grad --plot``: a function and its derivative, along each of its numeric arguments."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pullback.cli.messages import InputError, one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

Differentiated: TypeAlias = Callable[[dict[str, Any]], tuple[Any, dict[str, Any]]]
_POINTS = 401
_COLUMNS = 3


def draw(
    path: Path,
    title: str,
    function: Differentiated,
    variables: dict[str, Any],
    interval: tuple[float, float] | None,
) -> None:
    """Draw `function` and its derivative into `path`, one panel per numeric variable while the others are held fixed.

    The suffix of `path` gives the format; without one it is PNG. Raises `InputError` if the plot cannot be made.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError('--plot needs matplotlib; pip install "pullback[plot]"') from None
    names = [name for name, value in variables.items() if isinstance(value, float)]
    if not names:
        raise InputError("--plot draws along numbers, and none of the arguments is one")
    columns = min(len(names), _COLUMNS)
    lines = -(-len(names) // columns)
    figure = Figure(figsize=(1.5 + 5.0 * columns, 1.0 + 3.8 * lines), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    figure.suptitle("\n".join(textwrap.wrap(one_line(title), 60 * columns)), parse_math=False)
    for number, name in enumerate(names):
        low, high = interval or _around(name, variables[name])
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError(f"--range takes two finite numbers, the lower first, not {low} {high}")
        _draw_along(figure.add_subplot(lines, columns, number + 1), name, function, variables, low, high)
    written = BytesIO()
    try:
        canvas.print_figure(written, format=path.suffix.removeprefix(".") or "png", dpi=120)
    except ValueError as error:
        raise InputError(f"cannot draw {path.name}: {one_line(error)}") from None
    try:
        path.write_bytes(written.getvalue())
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def _around(name: str, value: float) -> tuple[float, float]:
    if not math.isfinite(value):
        raise InputError(f"{name} is {value}; say where to draw with --range LOW HIGH")
    width = 2.0 * max(1.0, abs(value))
    return value - width, value + width


def _draw_along(
    axes: Axes, name: str, function: Differentiated, variables: dict[str, Any], low: float, high: float
) -> None:
    places = [low + (high - low) * step / (_POINTS - 1) for step in range(_POINTS)]
    points = [_tried(function, {**variables, name: place}, name) for place in places]
    values, slopes = [value for value, _ in points], [slope for _, slope in points]
    if not any(math.isfinite(value) for value in values):
        raise InputError(f"nothing to draw: it is not defined for {name} from {low:g} to {high:g}")
    bottom, top = _window([*values, *slopes])
    axes.plot(places, [_within(value, bottom, top) for value in values], label="value", color="C0", linewidth=2)
    axes.plot(places, [_within(slope, bottom, top) for slope in slopes], label=f"d/d{name}", color="C1", linewidth=1.5)
    at = variables[name]
    if low <= at <= high:
        value, slope = _tried(function, variables, name)
        axes.plot([at], [value], "o", color="C0", label=f"{name} = {at:g}")
        axes.plot([at], [slope], "o", color="C1")
        if math.isfinite(value) and math.isfinite(slope):
            reach = (high - low) / 8
            axes.plot(
                [at - reach, at + reach], [value - slope * reach, value + slope * reach],
                linestyle="--", color="C0", alpha=0.6, linewidth=1, label="tangent",
            )  # fmt: skip
    axes.axhline(0.0, color="0.6", linewidth=0.8)
    margin = 0.05 * (top - bottom) or 1.0
    axes.set_ylim(bottom - margin, top + margin)
    axes.set_xlim(low, high)
    others = [f"{other} = {value:g}" for other, value in variables.items() if other != name and type(value) is float]
    if others:
        axes.set_title(f"along {name}, {', '.join(others)}", fontsize="medium", parse_math=False)
    axes.set_xlabel(name, parse_math=False)
    axes.grid(alpha=0.3)
    axes.legend()


def _tried(function: Differentiated, variables: dict[str, Any], name: str) -> tuple[float, float]:
    """Return the value and the derivative, nan where the function is not defined."""
    try:
        value, gradient = function(variables)
    except InputError:
        return math.nan, math.nan
    return float(value), float(gradient[name])


def _window(values: list[float]) -> tuple[float, float]:
    """Return the lowest and the highest value to show: next to a pole, everything else would be a flat line."""
    finite = sorted(filter(math.isfinite, values))
    low, high = finite[len(finite) // 10], finite[-1 - len(finite) // 10]
    reach = high - low
    far = 8.0 * reach or math.inf
    return (
        low - reach if finite[0] < low - far else finite[0],
        high + reach if finite[-1] > high + far else finite[-1],
    )


def _within(value: float, bottom: float, top: float) -> float:
    """Return `value`, or nan if it is outside, so that no line joins the two sides of a pole."""
    return value if bottom <= value <= top else math.nan
