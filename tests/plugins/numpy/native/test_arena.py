"""Memory of large arrays that goes from one to the next: never shared, always given back."""

from __future__ import annotations

import gc
import pickle
import threading
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins.numpy.array.kind import LARGE, array_kind

try:
    from numpy._core.multiarray import get_handler_name
except ImportError:
    from numpy.core.multiarray import get_handler_name

SIZE = LARGE // 8 + 1

compiled_only = pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")


def loss(x: Any) -> Any:
    return np.sum(np.tanh(x) * np.exp(-(x**2)) + np.log1p(x**2))


def current() -> str:
    """Return the name of the allocator that arrays get their memory from here."""
    return str(get_handler_name(np.empty(SIZE)))


@compiled_only
def test_a_run_has_its_memory_from_the_arena_and_nothing_else_has() -> None:
    default = current()
    names = []

    def f(x: Any) -> Any:
        names.append(current())
        return loss(x)

    pb.grad(f)(np.ones(SIZE))
    pb.grad(f)(np.ones(3))
    pb.vjp(f, np.ones(SIZE))[1](1.0)
    pb.jvp(f, (np.ones(SIZE),), (np.ones(SIZE),))
    assert names == ["pullback", default, "pullback", "pullback"]
    assert current() == default
    with pytest.raises(ZeroDivisionError):
        pb.grad(lambda x: 1 / 0)(np.ones(SIZE))
    assert current() == default


def test_results_are_the_same_and_stay_what_they_are() -> None:
    rng = np.random.default_rng(1)
    value_and_grad = pb.value_and_grad(loss)
    kept = []
    for _ in range(6):
        x = rng.normal(size=SIZE)
        value, grad = value_and_grad(x)
        t, q = np.tanh(x), x**2
        wanted = (1 - t * t) * np.exp(-q) - 2 * x * t * np.exp(-q) + 2 * x / (1 + q)
        np.testing.assert_allclose(grad, wanted, rtol=1e-9, atol=1e-12)
        kept.append((grad, grad.copy()))
    del value_and_grad, grad
    gc.collect()
    junk = [np.full(SIZE, 7.0) for _ in range(20)]
    for grad, copy in kept:
        np.testing.assert_array_equal(grad, copy)
        assert not any(np.may_share_memory(grad, other) for other in junk)
        grad[:] = 0.0
    assert all((each == 7.0).all() for each in junk)


def test_what_the_function_keeps_for_itself_is_never_taken_away() -> None:
    stash: list[Any] = []

    def f(x: Any) -> Any:
        stash.append(np.full(SIZE, float(len(stash))))
        stash[-1].resize(2 * SIZE, refcheck=False)
        stash.append(np.zeros(SIZE))
        return loss(x) + np.sum(np.zeros(SIZE) + x)

    grad = pb.grad(f)
    for _ in range(5):
        grad(np.ones(SIZE))
    del grad
    for n, each in enumerate(stash):
        np.testing.assert_array_equal(each[:SIZE], 0.0 if n % 2 else float(n))
        np.testing.assert_array_equal(each[SIZE:], 0.0)


def test_zeros_are_zero_in_memory_that_was_used() -> None:
    def f(x: Any) -> Any:
        for fill in (1.0, np.nan):
            junk = np.full(SIZE, fill)
            del junk
            assert not np.zeros(SIZE).any()
            assert not np.zeros((SIZE, 1), dtype=np.complex64).any()
        return loss(x)

    pb.grad(f)(np.ones(SIZE))


@compiled_only
def test_what_is_kept_is_bounded_and_goes_with_the_function() -> None:
    from pullback_plugins.numpy.native.arena import Arena

    arena = Arena(LARGE, 3 * LARGE)
    before = arena.enter()
    arrays = [np.empty(LARGE, np.uint8) for _ in range(8)]
    nested = arena.enter()
    assert nested is None
    arena.leave(nested)
    assert get_handler_name(np.empty(LARGE, np.uint8)) == "pullback"
    arena.leave(before)
    assert current() != "pullback"
    assert arena.kept == LARGE
    places = {each.ctypes.data for each in arrays}
    arrays.clear()
    assert arena.kept == 3 * LARGE
    before = arena.enter()
    again = [np.empty(LARGE, np.uint8) for _ in range(3)]
    smaller = np.empty(LARGE - 1, np.uint8)
    other = np.empty(LARGE + 1, np.uint8)
    arena.leave(before)
    assert arena.kept == 0
    assert len({each.ctypes.data for each in again} & places) == 2
    smaller[:] = other[: LARGE - 1] = 1
    del arena
    again[0][:] = 1
    del again, smaller, other


@compiled_only
def test_no_more_is_kept_than_is_in_use() -> None:
    from pullback_plugins.numpy.native.arena import Arena

    arena = Arena(LARGE, 1 << 30)
    before = arena.enter()
    arrays = [np.empty(LARGE, np.uint8) for _ in range(8)]
    arena.leave(before)
    most = 0
    while arrays:
        arrays.pop()
        most = max(most, arena.kept)
    assert most <= 4 * LARGE


def test_threads_share_a_function() -> None:
    grad = pb.grad(loss)
    rng = np.random.default_rng(2)
    inputs = [rng.normal(size=SIZE) for _ in range(4)]
    wanted = [pb.grad(loss)(x) for x in inputs]
    wrong: list[Any] = []
    names: list[str] = []
    plain = current()

    def work(n: int) -> None:
        wrong.extend(n for _ in range(15) if not np.array_equal(grad(inputs[n]), wanted[n]))
        names.append(current())

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert names == [plain] * 4


def test_nested_derivatives_share_the_outer_memory() -> None:
    x, v = np.linspace(-2.0, 2.0, SIZE), np.ones(SIZE)
    found = pb.hvp(lambda x: np.sum(x**3 / 3.0), x, v)
    np.testing.assert_allclose(found, 2.0 * x)
    with pytest.raises(pb.ChainBrokenError):
        pb.grad(lambda x: np.sum(pb.grad(lambda y: np.sum(x * y * float(y[0])))(x)))(x)
    assert current() != "pullback"


def test_a_function_that_has_run_is_pickled_without_its_memory() -> None:
    grad = pb.grad(loss)
    grad(np.ones(SIZE))
    copy = pickle.loads(pickle.dumps(grad))
    np.testing.assert_array_equal(copy(np.ones(3)), grad(np.ones(3)))
    assert len(pickle.dumps(grad)) < 1_000


def test_the_kind_says_where() -> None:
    arena = array_kind.arena()
    arena.leave(arena.enter())
    default = pb.ValueKind().arena()
    assert default.enter() is None
    default.leave(None)
