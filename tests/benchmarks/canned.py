"""Timings that nobody took, of which it is known what the tables, the file and the picture have to say."""

from __future__ import annotations

from benchmarks.figure import Figure, Table
from benchmarks.machine import Machine

RATIOS = Table(
    "scalar/canned",
    "a canned problem",
    "second",
    (
        Figure("plain", (0.002, 0.001, 0.003), base="plain"),
        Figure("pullback", (0.01, 0.009, 0.03), base="plain", budget=4.0, notes={"first, ms": "12.00"}),
        Figure("pullback, pure Python", (0.1, 0.2, 0.12), base="plain", budget=80.0),
        Figure("micrograd", reason="RecursionError: too deep"),
    ),
    "x plain",
)
DIFFERENCES = Table(
    "startup",
    "a process",
    "second",
    (
        Figure("numpy", (0.1, 0.2, 0.3), base="numpy"),
        # Each round 40 ms more than its neighbour, whose median is another's round.
        Figure("ours", (0.14, 0.24, 0.34), base="numpy", budget=0.05),
    ),
    "over numpy",
    "difference",
)
BYTES = Table("memory", "recorded", "byte", (Figure("pullback", (60.0,), budget=120.0),))
DEPTH = Table("depth", "depth", "integer", (Figure("pullback", (1e7,), budget=1e7), Figure("peer", reason="too deep")))
TABLES = [RATIOS, DIFFERENCES, BYTES, DEPTH]
MACHINE = Machine("CPython 3.11", "Linux", "a processor", 2, "compiled", {"pullback": "1.0"}, ("JAX jit",), 0.0)
