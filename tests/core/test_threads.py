"""Threads: levels nest in each of them, and one level may be shared."""

from __future__ import annotations

import contextvars
import math
import operator
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp
from pullback.chain.tape import Tape
from pullback.math import sin

from ..threads import restless, together

THREADS = 8

pytestmark = pytest.mark.usefixtures(restless.__name__)


def test_eight_threads_of_four_hundred_nested_gradients() -> None:
    wrong: list[Any] = []
    raised: list[BaseException] = []
    start = threading.Barrier(THREADS)

    def work(n: int) -> None:
        start.wait()
        try:
            for k in range(400):
                x = 0.5 + n + k / 1000.0

                def f(v: Any) -> Any:
                    return v * grad(lambda y: v * y + sin(v) * y * y)(1.0)  # v (v + 2 sin v)

                found = grad(f)(x)
                wanted = 2.0 * x + 2.0 * math.sin(x) + 2.0 * x * math.cos(x)
                if not math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12):
                    wrong.append((n, k, found, wanted))
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not raised
    assert not wrong


def test_a_shared_level_gives_each_number_once_and_writes_each_entry_after_those_it_came_from() -> None:
    for _ in range(5):
        tape = Tape()
        x = tape.variable(1.0)

        def work(x: Any = x) -> None:
            y = x
            for _ in range(300):
                y = y * x + x

        together(*[work] * THREADS)
        numbers = [entry[0] for entry in tape.entries]
        assert sorted(numbers) == list(range(1, 600 * THREADS + 1))
        written = {0}
        for k, i, _, j, _ in tape.entries:
            assert {i, j} <= written
            written.add(k)


def test_a_shared_level_loses_nothing() -> None:
    """All numbers are whole, so that sums are exact in whichever order they are taken."""

    def piece(x: Any, n: int) -> Any:
        y = x * 0.0
        for _ in range(300):
            y = y + x * n
        return y

    def f(x: Any) -> Any:
        return sum(together(*[lambda n=n: piece(x, n) for n in range(1, THREADS + 1)]))  # type: ignore[misc]

    wanted = 300.0 * sum(range(1, THREADS + 1))
    for _ in range(5):
        assert grad(f)(2.0) == wanted
        assert jvp(f, (2.0,), (1.0,)) == (2.0 * wanted, wanted)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_one_level_shared_by_several_threads(mode: str) -> None:
    with ThreadPoolExecutor(THREADS) as pool:

        def piece(n: int, x: Any) -> Any:
            y = x
            for _ in range(50):
                y = y * 1.0 + sin(x) * 0.01
            return y * n

        def f(x: Any) -> Any:
            return sum(pool.map(lambda n: piece(n, x), range(1, 17)))

        for _ in range(5):
            found = grad(f)(0.7) if mode == "reverse" else jvp(f, (0.7,), (1.0,))[1]
            assert found == pytest.approx(136.0 * (1.0 + 0.5 * math.cos(0.7)))


def test_one_level_shared_with_calls_that_wait_for_the_sweep() -> None:
    square = pb.primitive(lambda x: x * x, lambda x, out, g: 2.0 * x * g, name="square")
    with ThreadPoolExecutor(THREADS) as pool:

        def f(x: Any) -> Any:
            return sum(pool.map(lambda n: square(sin(square(x) * n)) if n % 2 else square(x) * n, range(40)))

        alone = grad(lambda x: sum(square(sin(square(x) * n)) if n % 2 else square(x) * n for n in range(40)))(0.3)
        for _ in range(5):
            assert grad(f)(0.3) == pytest.approx(alone)


def test_levels_that_nest_in_threads_of_an_outer_level() -> None:
    with ThreadPoolExecutor(THREADS) as pool:

        def f(x: Any) -> Any:
            return sum(pool.map(lambda n: grad(lambda y: y * y * x)(x) * n, range(20)))

        assert grad(f)(3.0) == 4.0 * 3.0 * sum(range(20))
        assert jvp(f, (3.0,), (1.0,))[1] == 12.0 * sum(range(20))


def test_a_pull_may_run_in_many_threads_at_once() -> None:
    _, pull = pb.vjp(lambda x, y: (sin(x) * y, pb.math.hypot(x, y)), 0.3, 0.4)
    wanted = pull((1.0, 2.0))
    with ThreadPoolExecutor(THREADS) as pool:
        assert all(each == wanted for each in pool.map(lambda _: pull((1.0, 2.0)), range(200)))


def test_one_gradient_function_called_by_many_threads() -> None:
    gradient = grad(lambda p: sin(p["a"]) * p["b"])
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda n: gradient({"a": 0.0, "b": float(n)}), range(200)))
    assert found == [{"a": float(n), "b": 0.0} for n in range(200)]


def test_a_work_item_that_runs_on_after_its_level_has_ended() -> None:
    go = threading.Event()
    found: list[Any] = []

    def late(x: Any) -> None:
        go.wait(10)
        try:
            x * 2.0
        except pb.ChainBrokenError as error:
            found.append(error)

    threads: list[threading.Thread] = []

    def f(x: Any) -> Any:
        threads.append(threading.Thread(target=late, args=(x,)))
        threads[0].start()
        return x * x

    assert grad(f)(3.0) == 6.0
    go.set()
    threads[0].join()
    assert "escaped" in str(found[0])


def test_free_variables_of_many_threads() -> None:
    def work(n: int) -> bool:
        x = pb.float_var(float(n))
        y = x
        for _ in range(100):
            y = y * 1.0
        (y * y).backprop()
        return x.grad == 2.0 * n

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(work, range(64)))


def test_graphs_of_many_threads_add_to_the_gradient_of_a_variable_that_they_share() -> None:
    x, shared = pb.Variable(2.0), pb.Variable(3.0)
    y = shared * 5.0

    def work() -> None:
        for _ in range(1000):
            (x * 3.0 + y).backprop()

    together(*[work] * THREADS)
    assert (x.grad, y.grad, shared.grad) == (3000.0 * THREADS, 1000.0 * THREADS, 5000.0 * THREADS)


def test_a_pair_answers_from_when_it_is_registered_until_it_is_unregistered() -> None:
    """Whatever other threads look up and remember meanwhile."""
    loud = pb.elementwise(
        operator.mul,
        derivative=(lambda x, y, out: 100.0, lambda x, y, out: 100.0),
        name="loud_mul",
        overloads=[operator.mul],
        override=True,
    )
    stop = threading.Event()

    def slope() -> Any:
        return grad(lambda x: x * 7.0)(1.0)

    def register() -> list[Any]:
        try:
            found = []
            for _ in range(30):
                with pb.plugins([loud]):
                    found += [slope() for _ in range(5)]
                found += [slope() + 93.0 for _ in range(5)]
            return found
        finally:
            stop.set()

    def work() -> set[Any]:
        found = set()
        while not stop.is_set():
            found.add(slope())
        return found

    first, *others = together(register, *[work] * 3)
    assert set(first) == {100.0}
    assert set().union(*others) <= {7.0, 100.0}


def test_registering_while_others_differentiate() -> None:
    stop = threading.Event()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                assert grad(lambda x: pb.math.sin(x) * x + x**3)(1.0) == pytest.approx(
                    math.sin(1.0) + math.cos(1.0) + 3.0
                )
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for n in range(30):
            pair = pb.elementwise(lambda x: x, derivative=lambda x, out: 1.0, name=f"passing_{n}")
            with pb.plugins([pair]):
                pass
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not raised


def test_a_copied_context_carries_the_choice_for_indeterminate_products() -> None:
    def f() -> float:
        found: float = grad(lambda x: pb.math.sqrt(x) ** 2)(0.0)
        return found

    with pb.indeterminate("nan"):
        context = contextvars.copy_context()
    with ThreadPoolExecutor(1) as pool:
        assert math.isnan(pool.submit(context.run, f).result())
        assert pool.submit(f).result() == 0.0
