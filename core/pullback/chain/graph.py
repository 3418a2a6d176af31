"""The graph of free-standing variables: no scope says when they end, so each result holds on to what it came from.

The reverse sweep collects what the root depends on, puts it in the order in which it ran, and is from there on
the sweep of a tape. Nothing points forward, so a graph is gone when its last variable is; nothing recurses, so its depth
does not matter.
"""

from __future__ import annotations

import threading
from itertools import count
from operator import attrgetter
from typing import Any

from pullback._core import Call
from pullback.chain.outputs import Outputs, unpack
from pullback.chain.rules import partials
from pullback.chain.sweep import reverse_entries
from pullback.chain.tape import Entry, call_of, outcome
from pullback.kind import TupleKind, kind_of
from pullback.plan import Plan
from pullback.primitive import Primitive
from pullback.product import policy
from pullback.tracked import Tracked

__all__ = ["FREE", "Node"]

# Atomic, so that threads share it without seeing each other: only the order of numbers matters, not their values.
_next_order = count().__next__

_adding = threading.RLock()
"""Held while gradients are added up: graphs of several threads may share a variable."""

# How many nodes may die inside one another. Python's own limit suits the stack of the main thread, not a small one (3.13).
_NESTED_DEATHS = 50


class Node:
    """One value: the nodes it came from, with the partial derivatives, or the call whose rule waits for the sweep.

    `run` counts the nodes on the longest way to the nearest landing.
    """

    __slots__ = ("call", "grad", "order", "parents", "partials", "run")

    run: int

    def __init__(self, parents: tuple[Node, ...] = (), partials: tuple[Any, ...] = (), call: Call | None = None):
        if not parents:
            self.run = 0
        elif len(parents) == 1:
            self.run = parents[0].run + 1
        else:
            self.run = max([node.run for node in parents]) + 1
        if self.run > _NESTED_DEATHS:
            self.run = 0
            self.__class__ = _Landing
        self.order = _next_order()
        self.parents = parents
        self.partials = partials
        self.call = call
        self.grad: Any = None

    def entry(self, number: dict[Node, int]) -> Entry:
        """Return this node as an entry of a tape, nodes being numbered by `number`."""
        k = number[self]
        if self.call is not None:
            call = self.call
            parents = tuple(None if node is None else number[node] for node in call.parents)
            return k, None, call._replace(parents=parents), None, None
        i = number[self.parents[0]]
        if len(self.parents) == 1:
            return k, i, self.partials[0], None, None
        return k, i, self.partials[0], number[self.parents[1]], self.partials[1]


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


class _Graph:
    """The recorder of level 0, to which all free-standing variables belong. It holds nothing."""

    __slots__ = ()
    level = 0
    floats = False

    def operation(self, plan: Plan | None, left: Any, right: Any, cls: type[Any]) -> Any:
        """Do what `record` does for an operator on floats, one operand a variable of `cls` or both; None where that is not for it.

        `plan` is that of the pair on floats, if it is known already.
        """
        if plan is None:
            return None
        x_varies, y_varies = type(left) is cls, type(right) is cls
        if (x_varies and left._tape is not self) or (y_varies and right._tape is not self):
            return None
        x = left._value if x_varies else left
        y = right._value if y_varies else right
        if type(x) is not float and (x_varies or type(x) is not int):
            return None
        if type(y) is not float and (y_varies or type(y) is not int):
            return None
        d_x, d_y = plan.slopes  # type: ignore[misc]
        try:
            output = plan.forward(x, y)
            if type(output) is not float:
                return None
            if x_varies:
                d_x = d_x if type(d_x) is float else d_x(x, y, output)
            if y_varies:
                d_y = d_y if type(d_y) is float else d_y(x, y, output)
        except ArithmeticError:
            return None
        if x_varies and y_varies:
            node = Node((left._entry, right._entry), (d_x, d_y))
        else:
            node = Node((left._entry,), (d_x,)) if x_varies else Node((right._entry,), (d_y,))
        return cls._new(output, self, node)

    def record(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` on the values of `args` and return its output as a free-standing variable."""
        classes = {
            arg._made_from if isinstance(arg, Outputs) else type(arg) for arg in args if isinstance(arg, Tracked)
        }
        values = tuple([arg._value if isinstance(arg, Tracked) else arg for arg in args])
        parents = tuple([arg._entry if isinstance(arg, Tracked) else None for arg in args])
        output, kind = outcome(primitive, values, params, True)
        found = partials(primitive, values, output, params, parents, kind)
        if found is None:
            ancestors = tuple([node for node in parents if node is not None])
            node = Node(ancestors, (), call_of(primitive, values, output, params, parents, kind))
        else:
            came_from, slopes = zip(*found, strict=True)
            node = Node(came_from, slopes)
        own = classes.pop() if len(classes) == 1 else Tracked
        if isinstance(kind, TupleKind):
            whole = Outputs._new(output, self, node)
            whole._made_from = own
            return unpack(self, whole, output)
        # A variable class that is itself a type of value (`float_var`) stays, unless another one takes part.
        if issubclass(own, type(output)):
            return own._new(output, self, node)
        return kind.wrap(output, self, node, primitive, args, params)


FREE = _Graph()


def backprop(root: Node, grad: Any) -> None:
    """Run every backward that `root` depends on, in the reverse order of the forwards, and add to the gradients."""
    nodes = _ancestry(root)
    swept = _swept_floats(nodes, root, grad)
    if swept is None:
        number = {node: k for k, node in enumerate(nodes)}
        entries = [node.entry(number) for node in nodes if node.parents]
        swept = reverse_entries(entries, len(nodes), {number[root]: grad}, range(len(nodes)), kind_of(grad))
    held = {id(grad)}
    kinds = [None if found is None else kind_of(found) for found in swept]
    with _adding:
        for node, found, kind in zip(nodes, swept, kinds, strict=True):
            if kind is not None:
                node.grad = kind.release(found, held) if node.grad is None else kind.add(node.grad, found)


def _swept_floats(nodes: list[Node], root: Node, grad: Any) -> list[Any] | None:
    """The fast path of `reverse_entries`: floats only. None, for anything else or a nan, asks for the general path."""
    if type(grad) is not float or policy() != "zero":
        return None
    grads = dict.fromkeys(nodes, 0.0)
    grads[root] = grad
    for node in reversed(nodes):
        if node.call is not None:
            return None
        grad = grads[node]
        if grad:
            for parent, partial in zip(node.parents, node.partials, strict=True):
                grads[parent] += grad * partial
    swept = list(grads.values())
    return swept if all(type(grad) is float and grad == grad for grad in swept) else None


def _ancestry(root: Node) -> list[Node]:
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
