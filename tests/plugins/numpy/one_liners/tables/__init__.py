"""The rows, by topic."""

from __future__ import annotations

from ..row import Row
from . import (
    algorithms,
    assignment,
    complex_numbers,
    elementwise,
    fourier,
    functional,
    indexing,
    linear_algebra,
    methods,
    mutation,
    polynomials,
    products,
    programs,
    reductions,
    refusals,
    shaping,
    singular,
    sorting,
    statistics,
)

__all__ = ["ROWS"]

ROWS: list[Row] = [
    *algorithms.ROWS,
    *elementwise.ROWS,
    *reductions.ROWS,
    *shaping.ROWS,
    *indexing.ROWS,
    *assignment.ROWS,
    *mutation.ROWS,
    *methods.ROWS,
    *products.ROWS,
    *linear_algebra.ROWS,
    *fourier.ROWS,
    *complex_numbers.ROWS,
    *sorting.ROWS,
    *statistics.ROWS,
    *polynomials.ROWS,
    *functional.ROWS,
    *programs.ROWS,
    *singular.ROWS,
    *refusals.ROWS,
]
