"""Bytes for each recorded scalar operation, as Python's tracer sees them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from ..figure import Figure, Table
from ..options import Options
from ..peers import BY_HAND, PLAIN, UnableError, find, installed
from ..problems.chain import chain
from ..process import once
from ..timing import progress

__all__ = ["memory"]

BUDGETS = {"compiled": 120.0, "pure Python": 350.0}
OPERATIONS = 20_000
ELSEWHERE = ("PyTorch eager", "JAX eager", "JAX jit")


def memory(options: Options) -> Iterator[Table]:
    """Measure every way, each in a process of its own; yield what is recorded, and what it is at the peak of the sweep."""
    operations = 2_000 if options.small else OPERATIONS
    recorded, peaks = [], []
    for peer in installed():
        if peer in (PLAIN, BY_HAND):
            continue
        progress(f"memory: {peer.name}")
        try:
            if peer.name in ELSEWHERE:
                raise UnableError("keeps its graph where Python's tracer does not look")
            one, other = once(_trace, peer.name, operations, environment=peer.environment, limit=options.limit)
        except UnableError as reason:
            recorded.append(Figure(peer.name, reason=str(reason)))
        else:
            recorded.append(Figure(peer.name, (one,), budget=BUDGETS.get(peer.core)))
            peaks.append(Figure(peer.name, (other,)))
    progress("")
    yield Table("memory", f"recorded for each of {operations:,} operations", "byte", tuple(recorded))
    yield Table("memory-peak", "the same, at the peak of the sweep", "byte", tuple(peaks))


def _trace(name: str, operations: int) -> Generator[tuple[float, float], None, None]:
    """Yield the bytes of an operation when all are recorded, and at the peak of recording and sweep."""
    recorded = []
    problem = chain(operations)

    def loss(namespace: Any, primals: Any, constants: Any) -> Any:
        before = tracemalloc.get_traced_memory()[0]
        end = problem.loss(namespace, primals, constants)
        recorded.append(tracemalloc.get_traced_memory()[0] - before)
        return end

    find(name).run(chain(10))()
    run = find(name).run(replace(problem, loss=loss))
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        run()
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    yield recorded[0] / operations, peak / operations
