"""What free-standing variables are made of, in Python: each node holds on to the nodes that it came from.

`in_c/nodes.pxi` has the same in C; `_core` chooses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from operator import attrgetter
from typing import Any

__all__ = ["FloatVarCore", "Node", "ancestry", "swept_floats"]

# Atomic, so that threads share it without seeing each other: only the order of numbers matters, not their values.
_next_order = count().__next__

# How many nodes may die inside one another. Python's own limit suits the stack of the main thread, not a small one (3.13).
_NESTED_DEATHS = 50


class Node:
    """One value: the nodes it came from, with the partial derivatives, or the call whose rule waits for the sweep.

    `run` counts the nodes on the longest way to the nearest landing.
    """

    __slots__ = ("call", "grad", "order", "parents", "partials", "run")

    run: int

    def __init__(self, parents: tuple[Node, ...] = (), partials: tuple[Any, ...] = (), call: Any = None):
        run = 0
        for node in parents:
            if node.run >= run:
                run = node.run + 1
        if run > _NESTED_DEATHS:
            run = 0
            self.__class__ = _Landing
        self.run = run
        self.order = _next_order()
        self.parents = parents
        self.partials = partials
        self.call = call
        self.grad: Any = None


class _Landing(Node):
    """A node that hands on what it came from when it dies, so that a deep graph dies in short flights, one after the other."""

    __slots__ = ()

    def __del__(self) -> None:
        _dying.waiting.append((self.parents, self.call))
        self.parents, self.call = (), None
        if not _dying.busy:
            _dying.busy = True
            while _dying.waiting:
                _dying.waiting.pop()
            _dying.busy = False


class _Dying(threading.local):
    """What landings of this thread have handed on, and whether it is being dropped already."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.busy = False


_dying = _Dying()


def ancestry(root: Node) -> list[Node]:
    """Return `root` and all that it came from, in the order in which they were made."""
    nodes = [root]
    seen = {root}
    for node in nodes:
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                nodes.append(parent)
    nodes.sort(key=attrgetter("order"))
    return nodes


def swept_floats(root: Node, grad: float) -> Callable[[], None] | None:
    """The fast path of `reverse_entries`: floats only. Return what adds the gradients found to those of the nodes.

    None, for anything else or a nan, asks for the general path.
    """
    nodes = ancestry(root)
    grads: dict[Node, Any] = dict.fromkeys(nodes, 0.0)
    grads[root] = grad
    for node in reversed(nodes):
        if node.call is not None:
            return None
        cotangent = grads[node]
        if cotangent:
            for parent, slope in zip(node.parents, node.partials, strict=True):
                grads[parent] += cotangent * slope
    if all(type(found) is float and found == found for found in grads.values()):
        return partial(_add_floats, grads)
    return None


def _add_floats(grads: dict[Node, float]) -> None:
    for node, grad in grads.items():
        node.grad = grad if node.grad is None else node.grad + grad


class FloatVarCore(float):
    """The storage of a free-standing variable that is a float."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any
