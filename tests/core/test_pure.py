"""The core in Python, whichever core runs: the storage of a tape, and the choice of the fast path for floats."""

from __future__ import annotations

import math
from typing import Any

import pytest

import pullback as pb
from pullback import _pure
from pullback.chain.tape import Tape


def tape_of(*entries: tuple[Any, ...], size: int) -> Any:
    tape = _pure.TapeCore()
    for entry in entries:
        tape.append(entry)
    for _ in range(size):
        tape.next()
    tape.end(lambda *_: pytest.fail("the tape has ended"))
    return tape


def test_entries_are_numbered_and_read_back_as_tuples() -> None:
    tape = _pure.TapeCore()
    assert [tape.next() for _ in range(3)] == [0, 1, 2]
    tape.append((2, 0, 3.0, 1, 4.0))
    tape.append((3, 2, 5.0, None, None))
    assert tape.entries == [(2, 0, 3.0, 1, 4.0), (3, 2, 5.0, None, None)]
    tape.clear()
    assert tape.entries == []


def test_nothing_is_written_on_a_tape_that_has_ended() -> None:
    class EscapedError(Exception):
        pass

    def escaped(*_: Any) -> Any:
        raise EscapedError

    tape = _pure.TapeCore()
    tape.next()
    tape.end(escaped)
    assert tape.size == 1
    for write in (tape.next, lambda: tape.append((1, 0, 1.0, None, None))):
        with pytest.raises(EscapedError):
            write()


# z = x * y at x = 3, y = 2, then w = 5 z.
ENTRIES = ((2, 0, 2.0, 1, 3.0), (3, 2, 5.0, None, None))


def test_both_sweeps_over_floats() -> None:
    tape = tape_of(*ENTRIES, size=4)
    assert _pure.reverse_floats(tape, {3: 1.0}, [0, 1, 2]) == [10.0, 15.0, 5.0]
    assert _pure.forward_floats(tape, {0: 1.0, 1: 10.0}, [2, 3]) == [32.0, 160.0]


def test_a_cotangent_that_is_zero_is_not_multiplied() -> None:
    tape = tape_of((1, 0, math.inf, None, None), (2, 0, 7.0, None, None), size=3)
    assert _pure.reverse_floats(tape, {2: 1.0}, [0]) == [7.0]


@pytest.mark.parametrize("sweep", [_pure.reverse_floats, _pure.forward_floats])
def test_a_nan_or_a_longer_entry_asks_for_the_general_path(sweep: Any) -> None:
    tape = tape_of((1, 0, math.nan, None, None), size=2)
    assert sweep(tape, {0: 1.0, 1: 1.0}, [0, 1]) is None
    tape = tape_of(*ENTRIES, size=4)
    tape.short = False
    assert sweep(tape, {3: 1.0}, [0]) is None


def test_infinities_that_cancel_in_a_sum_are_no_nan() -> None:
    tape = tape_of((2, 0, math.inf, 1, -math.inf), size=3)
    assert _pure.reverse_floats(tape, {2: 1.0}, [0, 1]) == [math.inf, -math.inf]


class Sub(float):
    """A float of a subclass, which may mean anything."""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0], True),
        ([], False),
        ([1.0, 2], False),
        ([1.0, True], False),
        (iter([1.0]), True),
        ([Sub(1.0)], False),
    ],
)
def test_floats_are_floats_and_of_no_subclass(values: Any, expected: bool) -> None:
    assert _pure.all_floats(values) is expected


def test_a_pair_is_called_on_floats_by_its_forward_and_on_the_rest_by_dispatch() -> None:
    class Pair(_pure.PairCore):
        def _on_floats(self, *args: Any) -> Any:
            return "floats", args

        def _dispatch(self, args: Any, params: Any) -> Any:
            return "dispatch", args, params

    pair = Pair()
    assert pair(1.0, 2.0) == ("floats", (1.0, 2.0))
    assert pair(1.0, 2) == ("dispatch", (1.0, 2), {})
    assert pair(1.0, n=2) == ("dispatch", (1.0,), {"n": 2})


def test_a_call_on_floats_writes_its_entry_itself() -> None:
    """On whichever core runs, calls of pairs leave what operators leave."""
    pair = pb.elementwise(
        lambda x, y: x * y + y, derivative=(lambda x, y, out: y, lambda x, y, out: x + 1.0), name="times_plus"
    )
    square = pb.elementwise(lambda x: x * x, derivative=lambda x, out: 2.0 * x, name="square")
    tape = Tape()
    x, y = tape.variable(3.0), tape.variable(2.0)
    for call in (lambda: pair(x, y), lambda: pair(x, 5.0), lambda: pair(5.0, y), lambda: pair(x, x), lambda: square(x)):
        call()
    assert tape.entries[0] == (2, 0, 2.0, 1, 4.0)
    assert tape.entries[1] == (3, 0, 5.0, None, None)
    assert tape.entries[2] == (4, 1, 6.0, None, None)
    assert tape.entries[3] == (5, 0, 3.0, 0, 4.0)
    assert tape.entries[4] == (6, 0, 6.0, None, None)
    assert tape.short


@pytest.mark.parametrize("slope", [lambda x, y, out: 1 / (x - x), lambda x, y, out: 2])
def test_a_partial_derivative_that_is_no_float_is_left_to_the_general_path(slope: Any) -> None:
    calls = []

    def forward(x: float, y: float) -> float:
        calls.append((x, y))
        return x + y

    pair = pb.elementwise(forward, derivative=(slope, 1.0), name="odd_slope")
    tape = Tape()
    x, y = tape.variable(3.0), tape.variable(2.0)
    assert pair(x, y).primal == 5.0
    assert calls == [(3.0, 2.0)]  # once
    ((_, i, _, _, _),) = tape.entries
    assert (i is None) is not tape.short
