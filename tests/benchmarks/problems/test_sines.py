"""The chain of sines: short ones in closed form."""

from __future__ import annotations

from math import cos, sin

from benchmarks.problems.sines import sines


def test_two_sines() -> None:
    value, (slope,) = sines(2).by_hand((1.0,), (2,))
    assert value == sin(sin(1.0))
    assert slope == cos(1.0) * cos(sin(1.0))


def test_no_sine_is_the_identity() -> None:
    assert sines(0).by_hand((1.0,), (0,)) == (1.0, (1.0,))
