"""The policy of memory: by default, values are small and nobody changes them."""

from __future__ import annotations

from pullback.kind import Arena, MemoryPolicy


def test_by_default_nothing_is_copied_and_nothing_left_out() -> None:
    policy, value = MemoryPolicy(), object()
    assert not policy.eager
    assert not policy.large(value)
    assert policy.keep(value) is policy.shape_placeholder(value) is policy.release(value, set()) is value
    arena = policy.arena()
    assert type(arena) is Arena
    assert arena.leave(arena.enter()) is None  # type: ignore[func-returns-value]
