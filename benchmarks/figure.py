"""The results: a figure for each way to solve a problem, in a table with one unit and one kind of comparison."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Figure", "Table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """The `values` of one way, one per round, or the `reason` why there are none.

    `base` is the way in the same table that it is compared with. `budget` is the limit from the design, in the unit of the comparison.
    """

    way: str
    values: tuple[float, ...] = ()
    reason: str = ""
    base: str = ""
    budget: float | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """The largest value divided by the smallest, which shows the noise of the machine."""
        return max(self.values) / min(self.values)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures. `comparison` is the title of the column with the ratio of a figure to its base, or the difference."""

    key: str
    title: str
    unit: Literal["second", "byte", "integer"]
    figures: tuple[Figure, ...]
    comparison: str = ""
    operator: Literal["ratio", "difference"] = "ratio"

    def compared(self, figure: Figure) -> float | None:
        """Return the ratio of a figure to its base, or the difference; None if either has no values."""
        bases = [base for base in self.figures if base.way == figure.base and base.values]
        if not bases or not figure.values:
            return None
        (base,) = bases
        if self.operator == "ratio":
            return figure.median / base.median
        # Subtract round by round, because values of the same round were measured close together in time.
        return statistics.median(one - other for one, other in zip(figure.values, base.values, strict=False))

    def of_budget(self, figure: Figure) -> float | None:
        """Return the ratio of a figure to its budget, or None if it has no budget."""
        if figure.budget is None or not figure.values:
            return None
        cost = self.compared(figure) if self.comparison else figure.median
        return None if cost is None else cost / figure.budget
