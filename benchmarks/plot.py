"""Plot the comparisons: a panel for each table, a bar for each way, a line for the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .figure import Figure, Table
from .report import number

__all__ = ["draw"]

COLUMNS = 3
OURS, THEIRS, BUDGET = "#0b6e4f", "#b8bec5", "#c1272d"


def draw(tables: Sequence[Table], path: Path) -> None:
    """Draw the ratios of `tables` into a file, in the format of its suffix; raise `ValueError` if there are none."""
    panels = [(table, figures) for table in tables if (figures := drawn(table))]
    if not panels:
        raise ValueError("no table has ratios to draw")
    from matplotlib.figure import Figure as Canvas

    columns = min(COLUMNS, len(panels))
    rows = math.ceil(len(panels) / columns)
    tallest = max(len(figures) for _, figures in panels)
    canvas = Canvas(figsize=(5.0 * columns, rows * (0.9 + 0.24 * tallest)), layout="constrained")
    axes = canvas.subplots(rows, columns, squeeze=False)
    for place, (table, figures) in zip(axes.flat, panels, strict=False):
        _panel(place, table, figures)
    for place in axes.flat[len(panels) :]:
        place.set_axis_off()
    canvas.savefig(path, dpi=150)


def drawn(table: Table) -> list[tuple[Figure, float]]:
    """Return the figures of a table that have a ratio, each with its ratio."""
    if table.operator != "ratio":
        return []
    pairs = [(figure, table.compared(figure)) for figure in table.figures]
    return [(figure, ratio) for figure, ratio in pairs if ratio is not None]


def _panel(axes: Any, table: Table, figures: list[tuple[Figure, float]]) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    ratios = [ratio for _, ratio in figures]
    names = [figure.way for figure, _ in figures]
    colours = [OURS if name.startswith("pullback") else THEIRS for name in names]
    # A logarithmic axis has no zero, so bars start at one. Bars of faster ways extend to the left.
    axes.axvline(1.0, color="black", linewidth=0.8)
    axes.barh(range(len(figures)), [ratio - 1.0 for ratio in ratios], left=1.0, color=colours, height=0.7)
    for place, (figure, ratio) in enumerate(figures):
        end = max(1.0, ratio, figure.budget or 1.0)
        axes.annotate(number(ratio), (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7)
        if figure.budget is not None:
            # Each core has its own budget, which is drawn on its bar.
            axes.plot([figure.budget] * 2, [place - 0.45, place + 0.45], color=BUDGET, linewidth=2)
    axes.set_xscale("log")
    low, high = min(0.9, *ratios) / 1.1, max(2.0, *ratios)
    # Leave room for the number after the longest bar.
    axes.set_xlim(low, high * (high / low) ** 0.18)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 50.0 else (1.0,)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(range(len(figures)), names, fontsize=7)
    axes.invert_yaxis()
    axes.tick_params(axis="x", labelsize=7)
    axes.set_title(table.title, fontsize=9)
    axes.set_xlabel(table.comparison, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
