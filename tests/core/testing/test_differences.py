"""A numerical derivative that knows how good it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pullback.testing.differences import ridders


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (math.sin, 1.0),
        (math.cos, 0.0),
        (math.exp, 1.0),
        (lambda t: 3.0, 0.0),
        (lambda t: 2.0 * t + 1.0, 2.0),
        (lambda t: t**5 - 4.0 * t, -4.0),
        (lambda t: 1.0 / (1.0 + t), -1.0),
        (lambda t: math.exp(t) * 1e9, 1e9),
        (lambda t: math.sin(30.0 * t), 30.0),
    ],
)
def test_the_derivative_and_its_error(function: object, wanted: float) -> None:
    for step in (1e-1, 1e-2, 1e-3):
        found, error = ridders(function, step)  # type: ignore[arg-type]
        assert abs(found - wanted) <= 10.0 * error + 1e-9 * max(1.0, abs(wanted))
        assert error < 1e-3 * max(1.0, abs(wanted))


@given(a=st.floats(-5.0, 5.0), b=st.floats(-5.0, 5.0), c=st.floats(-5.0, 5.0))
def test_polynomials(a: float, b: float, c: float) -> None:
    found, error = ridders(lambda t: a + b * t + c * t * t * t, 0.1)
    assert found == pytest.approx(b, abs=1e-9)
    assert error < 1e-6


def test_a_kink_shows_in_the_error_or_is_symmetric() -> None:
    found, _ = ridders(abs, 0.1)
    assert found == 0.0
    found, error = ridders(lambda t: max(t, 0.0), 0.1)
    assert found == pytest.approx(0.5)


def test_a_function_that_is_undefined_is_no_good() -> None:
    found, error = ridders(lambda t: math.nan, 0.1)
    assert math.isnan(found)
    assert error == math.inf
