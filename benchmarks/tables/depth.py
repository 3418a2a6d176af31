"""How deep a chain of operations may be, with Python's own recursion limit and stack."""

from __future__ import annotations

import gc
import math
import sys
from collections.abc import Generator, Iterator

from ..figure import Figure, Table
from ..options import Options
from ..peers import LIBRARIES, OWN, Peer, UnableError, find, flat, installed
from ..problems.chain import chain
from ..process import once
from ..report import number
from ..resident import peak_rss
from ..timing import progress

__all__ = ["depth"]

BUDGET = 10_000_000
PATIENCE = 1800.0


def depth(options: Options) -> Iterator[Table]:
    """Differentiate deep chains, each in a process of its own; yield who came to the end."""
    shallow = (200,) if options.small else (2_000, 100_000)
    own = min(options.depth, 20_000) if options.small else options.depth
    tried = [(peer, own) for peer in OWN]
    tried += [(peer, each) for each in shallow for peer in LIBRARIES]
    there = installed()
    figures = [_figure(peer, each, options) for peer, each in tried if peer in there]
    progress("")
    yield Table("depth", "depth reached, a process each", "integer", tuple(figures))


def _figure(peer: Peer, operations: int, options: Options) -> Figure:
    way = f"{peer.name}, {operations:,}"
    progress(f"depth: {way}")
    limit = max(PATIENCE, options.limit) if peer in OWN else options.limit
    try:
        # The end of the process counts: a graph may overflow the stack while it is let go.
        peak, rise = once(_descend, peer.name, operations, environment=peer.environment, limit=limit)
    except UnableError as reason:
        return Figure(way, reason=str(reason))
    notes = {"peak MiB": number(peak / 2**20), "bytes/operation": number(rise / operations)}
    return Figure(way, (float(operations),), budget=float(BUDGET) if peer in OWN else None, notes=notes)


def _descend(name: str, operations: int) -> Generator[tuple[int, int], None, None]:
    """Yield the peak of resident memory, and how far above that of a small gradient it is; raise where the gradient is wrong."""
    peer, problem = find(name), chain(operations)
    limit = sys.getrecursionlimit()
    first, run = peer.run(chain(10)), peer.run(problem)
    sys.setrecursionlimit(limit)
    first()
    before = peak_rss()
    _, grads = run()
    gc.collect()
    peak = peak_rss()
    (slope,) = map(float, flat(grads))
    _, (expected,) = problem.by_hand(problem.primals, problem.constants)
    if not math.isclose(slope, expected, rel_tol=1e-9):
        raise UnableError(f"WRONG: {slope!r} where {expected!r} was expected")
    yield peak, peak - before
