"""The cases take turns; nothing here looks at a time but at those that were handed in."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.peers import UnableError
from benchmarks.timing import Case, interleaved, turn


def test_cases_take_turns_and_the_slow_ones_fewer() -> None:
    order: list[str] = []

    def takes(name: str, seconds: float) -> Callable[[], float]:
        return lambda: (order.append(name), seconds)[1]

    cases = [Case("a", takes("a", 1.0)), Case("slow", takes("slow", 5.0)), Case("b", takes("b", 1.0))]
    timings = interleaved(cases, 4, patience=2.0, patient_rounds=2)
    assert order == ["a", "slow", "b"] * 2 + ["a", "b"] * 2
    assert timings.seconds == {"a": [1.0] * 4, "slow": [5.0] * 2, "b": [1.0] * 4}
    assert timings.reasons == {}


def test_who_fails_in_a_later_round_has_no_times_and_a_reason() -> None:
    left = iter([1.0])

    def fails() -> float:
        for seconds in left:
            return seconds
        raise UnableError("killed by SIGSEGV")

    timings = interleaved([Case("a", lambda: 1.0), Case("fails", fails)], 3)
    assert timings.seconds == {"a": [1.0] * 3, "fails": []}
    assert timings.reasons == {"fails": "killed by SIGSEGV"}


def test_a_turn_runs_at_least_once() -> None:
    runs: list[int] = []
    assert turn(lambda: runs.append(1), 0.0) >= 0.0
    assert runs == [1]
