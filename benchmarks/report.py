"""Format tables as text."""

from __future__ import annotations

from collections.abc import Sequence

from .figure import Table

__all__ = ["number", "render"]

UNITS = {
    "second": (("s", 1.0), ("ms", 1e3), ("us", 1e6)),
    "byte": (("MiB", 2.0**-20), ("bytes", 1.0)),
    "integer": (("number", 1.0),),
}


def number(value: float, digits: int = 3) -> str:
    """Return `value` with about `digits` significant digits, never in powers of ten."""
    if value == 0:
        return "0"
    places = max(0, digits - len(str(int(abs(value)))) if abs(value) >= 1 else digits)
    return f"{value:,.{places}f}"


def unit_of(table: Table) -> tuple[str, float]:
    """Return the unit in which a table is shown, and its scale: the largest unit in which every figure is at least one."""
    least = min((figure.median for figure in table.figures if figure.values), default=0.0)
    units = UNITS[table.unit]
    return next(((name, scale) for name, scale in units if least * scale >= 1.0), units[-1])


def render(table: Table) -> str:
    """Return a table as text: names aligned left, figures aligned right. A row without figures gives the reason."""
    unit, scale = unit_of(table)
    notes = list(dict.fromkeys(note for figure in table.figures for note in figure.notes))
    budgets = any(figure.budget is not None for figure in table.figures)
    several = any(len(figure.values) > 1 for figure in table.figures)
    titles = [
        table.title,
        unit,
        *([table.comparison] if table.comparison else []),
        *(["budget", "of budget"] if budgets else []),
        *(["max/min"] if several else []),
        "rounds",
        *notes,
    ]
    rows = []
    for figure in table.figures:
        if not figure.values:
            rows.append([figure.way, figure.reason or "not measured"])
            continue
        shift = scale if table.operator == "difference" and table.comparison else 1.0
        rows.append(
            [
                figure.way,
                number(figure.median * scale),
                *([_optional(table.compared(figure), shift)] if table.comparison else []),
                *([_optional(figure.budget, shift), _optional(table.of_budget(figure))] if budgets else []),
                *([number(figure.spread, 2)] if several else []),
                str(len(figure.values)),
                *(figure.notes.get(note, "") for note in notes),
            ]
        )
    return _columns(titles, rows)


def _optional(value: float | None, scale: float = 1.0) -> str:
    return "" if value is None else number(value * scale)


def _columns(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    full = [row for row in rows if len(row) == len(titles)]
    widths = [max(len(row[column]) for row in (titles, *(full if column else rows))) for column in range(len(titles))]
    lines = []
    for row in (titles, ["-" * width for width in widths], *rows):
        # A row without figures has only a name and a reason, which does not affect the widths of the columns.
        cells = row[1:]
        if len(row) == len(titles):
            cells = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines) + "\n"
