"""All tables by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from .figure import Table
from .options import Options
from .problems import PROBLEMS
from .tables.depth import depth
from .tables.dispatch import dispatch
from .tables.gradients import gradients
from .tables.memory import memory
from .tables.network_memory import network_memory
from .tables.recorded import recorded
from .tables.startup import startup
from .tables.zeros import zeros

__all__ = ["TABLES", "chosen"]

TABLES: dict[str, Callable[[Options], Iterator[Table]]] = {
    **{key: partial(gradients, key) for key in PROBLEMS},
    "arrays/network-memory": network_memory,
    "dispatch": dispatch,
    "recorded": recorded,
    "startup": startup,
    "zeros": zeros,
    "memory": memory,
    "depth": depth,
}


def chosen(names: list[str]) -> list[str]:
    """Return the keys that contain any of `names`, or all keys if there are no names; raise `ValueError` if a name matches no key."""
    for name in names:
        if not any(name in key for key in TABLES):
            raise ValueError(f"{name!r} is no part of any of {', '.join(TABLES)}")
    return [key for key in TABLES if not names or any(name in key for name in names)]
