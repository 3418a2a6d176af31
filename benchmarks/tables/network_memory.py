"""What the gradient of a network takes at its peak, in a fresh process."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from ..figure import Figure, Table
from ..options import Options
from ..peers import BY_HAND, PLAIN, UnableError, find, installed
from ..problems import make
from ..process import once
from ..resident import peak_rss
from ..timing import progress

__all__ = ["network_memory"]

KEY = "arrays/network"


def network_memory(options: Options) -> Iterator[Table]:
    """Weigh every way, each in a process of its own; yield the table."""
    title = f"memory of {make(KEY, small=options.small).title}"
    figures = []
    for peer in installed():
        if peer is PLAIN:
            continue
        progress(f"{title}: {peer.name}")
        try:
            rise = once(_weigh, peer.name, options.small, environment=peer.environment, limit=options.limit)
        except UnableError as reason:
            figures.append(Figure(peer.name, reason=str(reason)))
        else:
            values, nothing = ((float(rise),), "") if rise else ((), "the peak did not rise")
            figures.append(Figure(peer.name, values, nothing, BY_HAND.name))
    progress("")
    yield Table("arrays/network-memory", title, "byte", tuple(figures), "x by hand")


def _weigh(name: str, small: bool) -> Generator[int, None, None]:
    """Yield how far three gradients raise the peak over imports, inputs and a first small gradient."""
    peer = find(name)
    first, run = (peer.run(make(KEY, small=each)) for each in (True, small))
    first()
    before = peak_rss()
    for _ in range(3):
        run()
    yield peak_rss() - before
