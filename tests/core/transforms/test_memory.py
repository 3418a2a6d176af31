"""The arena of a function is made where a run has large inputs, kept for the next, and not copied."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.kind import Arena, kind_of
from pullback.transforms.linearize import Linearized
from pullback.transforms.memory import NO_ARENA, Memory

LARGE = np.zeros(1 << 16)
SMALL = np.zeros(4)


def arena(memory: Memory, *args: Any) -> Arena:
    return Linearized(lambda *args: 0.0, args, memory=memory)._arena


@pytest.mark.parametrize("args", [(1.0,), (SMALL,), ([1.0, 2.0],), (), ("text", 3)])
def test_where_nothing_is_large_there_is_none(args: tuple[Any, ...]) -> None:
    assert arena(Memory(), *args) is NO_ARENA


@pytest.mark.parametrize("args", [(LARGE,), (1.0, SMALL, LARGE), ([SMALL, {"a": LARGE}],)])
def test_one_large_leaf_is_enough_and_the_arena_is_kept(args: tuple[Any, ...]) -> None:
    assert kind_of(LARGE).large(LARGE)
    memory = Memory()
    made = arena(memory, *args)
    assert made is not NO_ARENA
    assert arena(memory, LARGE) is made
    assert arena(memory, 1.0) is NO_ARENA
    assert arena(memory, LARGE) is made
    assert arena(Memory(), LARGE) is not made


def test_a_copy_begins_without_memory() -> None:
    memory = Memory()
    made = arena(memory, LARGE)
    for other in (copy.copy(memory), copy.deepcopy(memory), pickle.loads(pickle.dumps(memory))):
        assert arena(other, LARGE) is not made


def test_the_arena_does_nothing_where_there_is_none() -> None:
    NO_ARENA.leave(NO_ARENA.enter())


def test_what_a_function_has_returned_is_not_taken_for_its_next_call() -> None:
    value_and_grad = pb.value_and_grad(lambda x: np.sum(np.sin(x) * x))
    x = np.linspace(0.0, 1.0, LARGE.size)
    first = value_and_grad(x)[1]
    copied = first.copy()
    for _ in range(3):
        value_and_grad(x + 1.0)
    np.testing.assert_array_equal(first, copied)
