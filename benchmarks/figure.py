"""What was measured: a figure for each way, in a table with one unit and one way of comparing."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Figure", "Table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """The `values` of one way, one a round, or the `reason` why there are none.

    `base` is the way in the same table that it is compared with. `budget` is what the design allows, in terms of the comparison.
    """

    way: str
    values: tuple[float, ...] = ()
    reason: str = ""
    base: str = ""
    budget: float | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """The largest value over the smallest: what the machine added of its own."""
        return max(self.values) / min(self.values)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures side by side. `comparison` titles the column in which a figure is divided by its base, or has it taken off."""

    key: str
    title: str
    unit: Literal["second", "byte", "integer"]
    figures: tuple[Figure, ...]
    comparison: str = ""
    operator: Literal["ratio", "difference"] = "ratio"

    def compared(self, figure: Figure) -> float | None:
        """Return a figure as a multiple of its base, or over it; None where there is nothing to compare."""
        bases = [base for base in self.figures if base.way == figure.base and base.values]
        if not bases or not figure.values:
            return None
        (base,) = bases
        if self.operator == "ratio":
            return figure.median / base.median
        # Round by round, so that what is subtracted is a neighbour in time.
        return statistics.median(one - other for one, other in zip(figure.values, base.values, strict=False))

    def of_budget(self, figure: Figure) -> float | None:
        """Return how much of its budget a figure takes up, as a ratio; None without one."""
        if figure.budget is None or not figure.values:
            return None
        spent = self.compared(figure) if self.comparison else figure.median
        return None if spent is None else spent / figure.budget
