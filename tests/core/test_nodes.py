"""The nodes of free-standing variables: what they hold, the order in which they were made, and how they end. Alike on both cores."""

from __future__ import annotations

import gc
import math
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import ScalarVariable, Variable, float_var
from pullback._core import Call, FloatVarCore, Node, ancestry, start, swept_floats
from pullback.chain.graph import FREE
from pullback.math import exp, sin
from pullback.runtime import RUNTIME
from pullback.tables import kinds
from pullback.variable import float_kind

compiled_only = pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")

MAKE = [Variable, float_var]

double = pb.primitive(lambda x: x * 2.0, lambda x, out, grad: grad * 2.0, name="double")
"""A pair whose rule waits for the sweep."""
fma = pb.elementwise(
    lambda x, y, z: x * y + z,
    derivative=(lambda x, y, z, out: y, lambda x, y, z, out: x, 1),
    name="fma",
)
"""A pair of three inputs: its rules wait where all three are variables."""
holding = pb.primitive(lambda x, *, by: x * 2.0, lambda x, out, grad, *, by: grad * 2.0, name="holding")


@pytest.fixture(autouse=True)
def learned() -> None:
    """The operators ask their kernels only after a first call."""
    x = Variable(2.0)
    x * x + x - x / x
    x**x, -x, abs(x), sin(x), double(x), fma(x, x, x)


# What a node holds.


def test_a_leaf_comes_from_nowhere() -> None:
    node = Node()
    assert (node.parents, node.partials, node.call, node.grad) == ((), (), None, None)


@pytest.mark.parametrize("make", MAKE)
def test_an_operation_holds_its_parents_and_the_partial_derivatives(make: Any) -> None:
    x, y = make(3.0), make(5.0)
    for z, parents, partials in [
        (x * y, (x, y), (5.0, 3.0)),
        (y * x, (y, x), (3.0, 5.0)),
        (x * x, (x, x), (3.0, 3.0)),
        (x * 4.0, (x,), (4.0,)),
        (4 * x, (x,), (4.0,)),
        (-x, (x,), (-1.0,)),
        (sin(x), (x,), (pb.math.cos(3.0),)),
        (double(x), (x,), ()),
    ]:
        assert z._tape is FREE
        assert z._entry.parents == tuple(v._entry for v in parents)
        assert z._entry.partials == partials
        assert (z._entry.call is not None) == (not partials)


def test_the_call_of_a_rule_that_waits() -> None:
    x, y = Variable(3.0), float_var(5.0)
    for z, pair, args, parents in [
        (double(x), double, (3.0,), (x._entry,)),
        (fma(x, y, x), fma, (3.0, 5.0, 3.0), (x._entry, y._entry, x._entry)),
        (holding(y, by=7), holding, (5.0,), (y._entry,)),
    ]:
        call = z._entry.call
        assert type(call) is Call
        assert call.primitive is pair
        assert (call.args, call.output, call.parents) == (args, pb.stop_gradient(z), parents)
        assert call.kind is float_kind
    assert holding(y, by=7)._entry.call.params == {"by": 7}


def test_the_class_of_a_result() -> None:
    v, f = Variable(2.0), float_var(2.0)
    for operation in (lambda a, b: a * b, lambda a, b: a**b, pb.math.hypot, lambda a, b: fma(a, b, 1.0)):
        assert type(operation(f, f)) is type(operation(f, 2.0)) is type(operation(2, f)) is float_var
        for left, right in [(v, v), (v, f), (f, v), (v, 2.0), (2, v)]:
            assert type(operation(left, right)) is ScalarVariable


def test_an_integer_that_no_float_holds_is_python_s() -> None:
    x = Variable(1.5)
    y = x * (2**53 + 1)
    assert pb.stop_gradient(y) == 1.5 * (2**53 + 1)
    y.backprop()
    assert x.grad == float(2**53 + 1)
    with pytest.raises(OverflowError):
        x * 10**400


@pytest.mark.parametrize("make", MAKE)
def test_an_integer_that_no_float_holds_has_one_derivative(make: Any) -> None:
    def gradient() -> Any:
        x = make(1.5)
        (x / (2**53 + 1)).backprop()
        return x.grad

    kinds.renew()
    before = gradient()
    make(1.5) / 2.0  # from here on, the operator has a fast path
    assert gradient() == before == pb.grad(lambda x: x / (2**53 + 1))(1.5)


@pytest.mark.parametrize("make", MAKE)
def test_a_gradient_is_not_deleted(make: Any) -> None:
    with pytest.raises(AttributeError, match="has no deleter"):
        del make(1.0).grad


def test_a_failing_operation_leaves_nothing_behind() -> None:
    def fail(x: Any) -> int:
        failed = 0
        for wrong in (lambda: 1.0 / x, lambda: x * "a", lambda: pb.math.log(x), lambda: fma(x, None, x)):
            try:
                wrong()
            except (TypeError, ValueError, ArithmeticError):
                failed += 1
        return failed

    for make in MAKE:
        x = make(0.0)
        assert fail(x) == 4
        gc.collect()
        references = sys.getrefcount(x._entry)
        for _ in range(10):
            assert fail(x) == 4
        gc.collect()
        left = sys.getrefcount(x._entry)
        assert left == references
        (x + 1.0).backprop()
        assert x.grad == 1.0


@compiled_only
def test_a_node_is_made_once_and_of_nodes() -> None:
    node = Node((Node(),), (2.0,))
    with pytest.raises(TypeError):
        node.__init__()  # type: ignore[misc]
    for wrong in ((None,), (1.0,), ("a", "b")):
        with pytest.raises(TypeError):
            Node(wrong, (1.0,) * len(wrong))  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            Node(wrong, ("no float",) * len(wrong))  # type: ignore[arg-type]


@compiled_only
def test_a_float_keeps_its_value_and_its_graph() -> None:
    x = float_var(2.0)
    x._value = 2.0
    x._tape = FREE
    with pytest.raises(TypeError):
        x._value = 3.0
    with pytest.raises(TypeError):
        x._tape = None
    with pytest.raises(TypeError):
        x._entry = 5
    assert (x * x)._value == 4.0


@compiled_only
def test_only_a_class_of_the_same_layout_is_installed() -> None:
    class WithDictionary(float_var):
        pass

    for cls in (FloatVarCore, WithDictionary, float, Variable):
        with pytest.raises(TypeError):
            start(RUNTIME._replace(float_variable=cls))
    x = WithDictionary(3.0)
    y = x * x
    assert type(y) is WithDictionary
    y.backprop()
    assert x.grad == 6.0


# Order.


def test_ancestors_come_in_the_order_in_which_they_were_made() -> None:
    old = [Variable(float(n)) for n in range(5)]
    for _ in range(3000):
        Variable(1.0) * 2.0  # numbers that are not in the graph
    a = old[3] * old[1]
    b = old[4] + a
    c = b * b - old[1] + np.float64(2.0)
    nodes = ancestry(c._entry)
    assert [node.order for node in nodes] == sorted(node.order for node in nodes)
    assert len(nodes) == len(set(nodes))
    assert {v._entry for v in (old[1], old[3], old[4], a, b, c)} < set(nodes)
    assert nodes[-1] is c._entry
    assert ancestry(c._entry) == nodes


# The sweep.


def test_what_a_sweep_adds_is_added_when_it_is_called() -> None:
    x = Variable(3.0)
    y = x * x
    add = swept_floats(y._entry, 1.0)
    assert add is not None
    assert x.grad == 0.0
    add()
    add()
    assert (x.grad, y.grad) == (12.0, 2.0)


def test_a_nan_asks_for_the_general_path() -> None:
    x = Variable(2.0)
    y = x * 3.0
    assert swept_floats(y._entry, math.nan) is None
    z = (y * 1e200) * 1e200 - (y * 1e200) * 1e200
    assert swept_floats(y._entry, 1.0) is not None
    assert swept_floats(z._entry, 1.0) is None  # infinity less infinity


def test_other_values_ask_for_the_general_path() -> None:
    x = Variable(np.ones(2))
    assert swept_floats((x * x)._entry, 1.0) is None
    assert swept_floats(holding(Variable(1.0), by=3)._entry, 1.0) is None


def test_a_rule_may_run_a_sweep_of_its_own() -> None:
    shared = Variable(3.0)

    def backward(x: float, out: float, grad: float) -> float:
        (shared * 5.0).backprop()
        return grad * 2.0

    nested = pb.primitive(lambda x: x * 2.0, backward, name="nested")
    z = nested(shared) * shared
    z.backprop()
    assert shared.grad == 5.0 + 2.0 * 3.0 + 6.0


def test_a_negative_zero_that_arrives_first_stays_one() -> None:
    """Where the rule of a call waits, a first contribution is taken as it is; nothing is not a negative zero."""
    x, y = Variable(1.0), Variable(1.0)
    quiet = pb.primitive(lambda x, y: x + y, lambda x, y, out, grad: (-0.0, None), name="quiet")
    quiet(x, y).backprop()
    assert (str(x.grad), str(y.grad)) == ("-0.0", "0.0")


def test_gradients_that_are_variables() -> None:
    x, w = Variable(3.0), Variable(2.0)
    y = x * x
    y.backprop(w)
    assert isinstance(x.grad, Variable)
    x.grad.backprop()
    assert w.grad == 6.0
    y.backprop()
    assert pb.stop_gradient(x.grad) == 18.0


# How it ends.


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize(
    "operation",
    [lambda y, x: y * 1.0, lambda y, x: y + x, lambda y, x: double(y) * 0.5, lambda y, x: fma(y, x, x)],
    ids=["one", "two", "waiting", "three"],
)
def test_a_deep_graph_dies_without_recursion(make: Any, operation: Callable[[Any, Any], Any]) -> None:
    def build() -> None:
        x = y = make(1.0)
        for _ in range(60_000):
            y = operation(y, x)
        y.backprop()
        done.append(x.grad)
        del y

    done: list[float] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert done


def test_a_deep_graph_of_arrays_dies_without_recursion() -> None:
    y = Variable(np.ones(2))
    for _ in range(30_000):
        y = y * y
    del y


@pytest.mark.parametrize("make", MAKE)
def test_gradients_that_hold_one_another_die_without_deep_recursion(make: Any) -> None:
    def build() -> None:
        held = make(1.0)
        for _ in range(100_000):
            v = make(1.0)
            v.grad, held = held, v
        died.append(held.grad is not None)
        del v, held

    died: list[bool] = []
    # Without C it is Python that frees them, which from 3.13 on goes as deep as a stack of the usual size allows.
    before = threading.stack_size(256 * 1024 if pb.core() == "compiled" else 0)
    try:
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert died == [True]


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("make", MAKE)
def test_reference_counting_frees_a_graph(make: Any) -> None:
    gone = []

    class Witness:
        def __del__(self) -> None:
            gone.append(True)

    x = make(1.0)
    y = sin(holding(x * 2.0, by=Witness()) + x) * x
    y.backprop()
    kept = exp(y)
    del y
    assert not gone
    del kept
    assert gone == [True]


@compiled_only
@pytest.mark.parametrize("make", MAKE)
def test_a_graph_of_floats_is_nothing_for_the_garbage_collector(make: Any) -> None:
    gc.collect()
    x = make(1.0)
    y = x
    before = len(gc.get_objects())
    for _ in range(1000):
        y = y * x + sin(y)
    assert len(gc.get_objects()) - before < 20
    assert not gc.is_tracked(y)
    assert gc.is_tracked(holding(y, by=[])._entry)
    assert gc.is_tracked((holding(y, by=[]) * 2.0 + y)._entry)


class Loop:
    """What closes a cycle."""


def through_a_variable(loop: Any, x: Any) -> None:
    loop.held, loop.itself = x * x + 1.0, loop


def through_a_parameter(loop: Any, x: Any) -> None:
    loop.held = sin(holding(x, by=loop)) * x


def through_a_pair(loop: Any, x: Any) -> None:
    loop.pair = pb.primitive(lambda v: v * 1.0, lambda v, out, grad: (loop, grad)[1], name="looping")
    loop.held = loop.pair(x) * 2.0


def through_a_gradient(loop: Any, x: Any) -> None:
    y = x * 2.0 + x
    z = y * y
    x.grad = holding(z, by=loop)


def through_a_gradient_of_floats(loop: Any, x: Any) -> None:
    class Own(float_var):
        __slots__ = ("loop",)
        loop: Any

    y = x * 2.0 + Own(1.0)
    x.grad = y * y
    loop.x, loop.itself = x, loop


@pytest.mark.parametrize("make", MAKE)
@pytest.mark.parametrize(
    "close",
    [through_a_variable, through_a_parameter, through_a_pair, through_a_gradient, through_a_gradient_of_floats],
    ids=lambda close: close.__name__,
)
def test_the_cycle_of_a_user_is_collected(make: Any, close: Callable[[Any, Any], None]) -> None:
    def build() -> Any:
        loop = Loop()
        close(loop, make(0.5))
        return weakref.ref(loop)

    made = build()
    gc.collect()
    assert made() is None


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("make", MAKE)
def test_cycles_through_gradients_that_are_variables_do_not_add_up(make: Any) -> None:
    class Witness:
        def __init__(self, *held: Any) -> None:
            self.held = held
            alive.append(True)

        def __del__(self) -> None:
            alive.pop()

    def close() -> None:
        x = make(1.0)
        y = x * 2.0
        x.grad = holding(y, by=Witness(x, y))

    alive: list[bool] = []
    for _ in range(20):
        close()
    gc.collect()
    assert len(alive) <= 1  # that from before there was such a gradient


@compiled_only
def test_memory_is_given_back() -> None:
    def work() -> None:
        x, f = Variable(1.0), float_var(2.0)
        for _ in range(400):
            z = (x * f + sin(x) - fma(x, f, x)) * double(f)
            z.backprop()
            x.grad = 0.0
            for close in (through_a_variable, through_a_parameter, through_a_gradient):
                close(Loop(), Variable(0.5))
        gc.collect()

    work()
    before = sys.getallocatedblocks()
    for _ in range(4):
        work()
    assert sys.getallocatedblocks() - before < 200


@compiled_only
def test_an_operation_costs_less_than_a_hundred_bytes() -> None:
    import tracemalloc

    x = Variable(1.0)
    y = x * 1.0
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20_000):
            y = y * 1.0
        assert (tracemalloc.get_traced_memory()[0] - before) / 20_000 < 100.0
    finally:
        tracemalloc.stop()


def test_threads_share_a_graph() -> None:
    """All numbers are whole, so that sums are exact in whichever order they are taken."""
    x = Variable(1.0)
    base = double(x * 3.0)

    def work() -> None:
        for n in range(50):
            y = base
            for _ in range(20):
                y = y * 1.0 + x
            (fma(y, 1.0, x) * float(n % 3)).backprop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x.grad == 6 * sum(n % 3 for n in range(50)) * (6.0 + 20.0 + 1.0)
