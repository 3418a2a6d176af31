"""The graph of free-standing variables: no scope says when they end, so each result holds on to what it came from.

The reverse sweep collects what the root depends on, puts it in the order in which it ran, and is from there on
the sweep of a tape. Nothing points forward, so a graph is gone when its last variable is; nothing recurses, so its depth
does not matter.
"""

from __future__ import annotations

import os
import threading
from functools import partial
from typing import Any

from pullback._core import COMPILED, Node, ancestry, swept_floats
from pullback.chain.outputs import Outputs, unpack
from pullback.chain.rules import partials
from pullback.chain.sweep import reverse_entries
from pullback.chain.tape import Entry, call_of, converted_output
from pullback.kind import TupleKind, kind_of
from pullback.plan import Plan
from pullback.primitive import Primitive
from pullback.strong_zero import policy
from pullback.tracked import Tracked

__all__ = ["FREE", "Node", "backprop"]

_adding = threading.RLock()
"""Held while gradients are added up: graphs of several threads may share a variable."""


def _renew_lock() -> None:
    """Begin with a free lock in a forked process: the thread that may have held it is not there."""
    global _adding
    _adding = threading.RLock()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_renew_lock)


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
        # A float holds every integer up to ``1 << 53``; a longer one is left to the general path, which promotes it.
        if type(x) is not float and (x_varies or type(x) is not int or not -(1 << 53) <= x <= 1 << 53):
            return None
        if type(y) is not float and (y_varies or type(y) is not int or not -(1 << 53) <= y <= 1 << 53):
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

    def record(self, pair: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `pair` on the values of `args` and return its output as a free-standing variable."""
        if not COMPILED and len(args) == 1 and not params and type(args[0]._value) is float:
            return self._function(pair, args[0])
        values = tuple([arg._value if isinstance(arg, Tracked) else arg for arg in args])
        parents = tuple([arg._entry if isinstance(arg, Tracked) else None for arg in args])
        # The pair itself, if one of the values is a variable of a lower level.
        forward = pair.plan(tuple(map(type, values))).forward or pair
        return self.write(pair, args, values, parents, params, forward(*values, **params))

    def _function(self, pair: Primitive, arg: Any) -> Any:
        """Do what `record` does for one variable over a float: a fast path of the core in Python."""
        value, entry = arg._value, arg._entry
        output = pair(value)
        plan = pair.float_plan
        if plan is not None and plan.slopes is not None and len(plan.slopes) == 1 and type(output) is float:
            (slope,) = plan.slopes
            try:
                derivative = slope if slope is None or type(slope) is float else slope(value, output)
            except ArithmeticError:
                derivative = None  # it does not exist here, which matters only where a cotangent arrives
            if type(derivative) is float:
                cls: Any = type(arg) if isinstance(arg, float) else kind_of(output).variable
                return cls._new(output, self, Node((entry,), (derivative,)))
        return self.write(pair, (arg,), (value,), (entry,), {}, output)

    def write(
        self,
        pair: Primitive,
        args: tuple[Any, ...],
        values: tuple[Any, ...],
        parents: tuple[Any, ...],
        params: dict[str, Any],
        output: Any,
    ) -> Any:
        """Return `output`, which `pair` has made of `values`, as a free-standing variable; `parents` are their nodes."""
        classes = {
            arg._made_from if isinstance(arg, Outputs) else type(arg) for arg in args if isinstance(arg, Tracked)
        }
        output, kind = converted_output(pair, values, output)
        taken = partials(pair, values, output, params, parents, kind)
        if taken is None:
            ancestors = tuple([node for node in parents if node is not None])
            node = Node(ancestors, (), call_of(pair, values, output, params, parents, kind))
        else:
            came_from, slopes = zip(*taken, strict=True)
            node = Node(came_from, slopes)
        own = classes.pop() if len(classes) == 1 else Tracked
        if isinstance(kind, TupleKind):
            whole = Outputs._new(output, self, node)
            whole._made_from = own
            return unpack(self, whole, output)
        # A variable class that is itself a type of value (`float_var`) stays, unless another one takes part.
        if issubclass(own, type(output)):
            return own._new(output, self, node)
        return kind.wrap(output, self, node, pair, args, params)


FREE = _Graph()


def backprop(root: Node, grad: Any) -> None:
    """Run every backward that `root` depends on, in the reverse order of the forwards, and add to the gradients."""
    add = swept_floats(root, grad) if type(grad) is float and policy() == "zero" else None
    if add is None:
        add = _swept(root, grad)
    with _adding:
        add()


def _swept(root: Node, grad: Any) -> Any:
    """Return what adds the gradients that a general sweep finds to those of the nodes."""
    nodes = ancestry(root)
    number = {node: k for k, node in enumerate(nodes)}
    entries = [_entry(node, number) for node in nodes if node.parents]
    grads = reverse_entries(entries, len(nodes), {number[root]: grad}, range(len(nodes)), kind_of(grad))
    kinds_of_grads = [None if swept is None else kind_of(swept) for swept in grads]
    return partial(_add, nodes, grads, kinds_of_grads, {id(grad)})


def _add(nodes: list[Node], grads: list[Any], kinds_of_grads: list[Any], held: set[int]) -> None:
    for node, grad, kind in zip(nodes, grads, kinds_of_grads, strict=True):
        if kind is not None:
            node.grad = kind.release(grad, held) if node.grad is None else kind.add(node.grad, grad)


def _entry(node: Node, number: dict[Node, int]) -> Entry:
    """Return a node as an entry of a tape, nodes being numbered by `number`."""
    k, parents, call = number[node], node.parents, node.call
    if call is not None:
        came_from = tuple([None if parent is None else number[parent] for parent in call.parents])
        return k, None, call._replace(parents=came_from), None, None
    if len(parents) == 1:
        return k, number[parents[0]], node.partials[0], None, None
    return k, number[parents[0]], node.partials[0], number[parents[1]], node.partials[1]
