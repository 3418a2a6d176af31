"""The graph of free-standing variables."""

from __future__ import annotations

import gc
import os
import signal
import threading
import weakref
from typing import Any

import pytest

import pullback as pb
from pullback import Variable, float_var
from pullback.chain import graph
from pullback.math import exp, modf, sin


@pytest.mark.parametrize("make", [Variable, float_var])
def test_every_held_variable_has_its_gradient(make: Any) -> None:
    x, w = make(0.5), make(2.0)
    a = x * w
    b = sin(a)
    c = exp(b) + a
    c.backprop()
    slope = exp(b.primal)
    cosine = pb.math.cos(a.primal)
    assert c.grad == 1.0
    assert b.grad == pytest.approx(slope)
    assert a.grad == pytest.approx(slope * cosine + 1.0)
    assert x.grad == pytest.approx(2.0 * a.grad)
    assert w.grad == pytest.approx(0.5 * a.grad)


@pytest.mark.parametrize("make", [Variable, float_var])
def test_a_second_backprop_adds_once_more(make: Any) -> None:
    x = make(0.5)
    y = sin(x) * x
    y.backprop()
    once = x.grad
    y.backprop()
    assert x.grad == 2.0 * once
    assert y.grad == 2.0


def test_gradients_of_intermediates_do_not_feed_the_next_backprop() -> None:
    x = Variable(3.0)
    y = x * x
    y.grad = 100.0
    z = y * 2.0
    z.backprop()
    assert x.grad == 12.0
    assert y.grad == 102.0


def test_the_order_is_that_of_the_calls_and_not_of_their_use() -> None:
    x = Variable(2.0)
    late = x * 3.0
    early = x * 5.0
    z = late * early * late + early
    z.backprop()
    assert x.grad == 3 * 45.0 * 4.0 + 5.0
    assert late.grad == 2 * 6.0 * 10.0
    assert early.grad == 36.0 + 1.0


def test_parts_of_several_outputs() -> None:
    x = float_var(2.25)
    fraction, whole = modf(x)
    (fraction * fraction).backprop()
    assert x.grad == 0.5
    assert fraction.grad == 0.5
    assert whole.grad == 0.0


def test_no_variable_no_graph() -> None:
    assert type(sin(0.5)) is float


def test_what_is_no_longer_held_is_gone() -> None:
    class Witness:
        pass

    holds = pb.primitive(lambda x, *, by: x * 2.0, lambda x, out, g, *, by: 2.0 * g, name="holds")
    gc.disable()
    try:
        x = Variable(1.0)
        refs = []
        for _ in range(3):
            witness = Witness()
            refs.append(weakref.ref(witness))
            y = holds(x, by=witness)
            y.backprop()
        del witness
        assert [ref() is None for ref in refs] == [True, True, False]
        del y
        assert refs[-1]() is None
        assert x.grad == 6.0
    finally:
        gc.enable()


def test_deep_and_wide_graphs_neither_recurse_nor_repeat() -> None:
    x = Variable(1.0)
    y = x
    for _ in range(1000):
        y = (y + y) / 2.0
    y.backprop()
    assert x.grad == 1.0


def test_a_deep_graph_dies_without_recursion_in_a_thread_with_a_small_stack() -> None:
    def build() -> None:
        y = Variable(1.0)
        for _ in range(100_000):
            y = sin(y) + 1.0
        y.backprop()
        del y
        done.append(True)

    done: list[bool] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert done == [True]


def test_graphs_of_several_threads_share_an_input() -> None:
    x = Variable(2.0)
    results: list[Any] = []

    def work(factor: float) -> None:
        y = x
        for _ in range(200):
            y = y * 1.0
        results.append(y * factor)

    threads = [threading.Thread(target=work, args=(float(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sum(results).backprop()  # type: ignore[union-attr]
    assert x.grad == sum(range(8))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with graph._adding:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(10)
        x = Variable(2.0)
        (x * x).backprop()
        os._exit(0 if x.grad == 4.0 else 1)
    done.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_nothing_is_written_until_the_sweep_has_succeeded() -> None:
    def backward(v: Any, out: Any, g: Any) -> Any:
        raise ArithmeticError

    bad = pb.primitive(lambda v: v, backward, name="bad")
    x = Variable(2.0)
    y = bad(x) + x
    with pytest.raises(ArithmeticError):
        y.backprop()
    assert (x.grad, y.grad) == (0.0, 0.0)
