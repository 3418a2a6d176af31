"""The functions of an expression are found by their names, NumPy's included, and the extremes share ties evenly."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pullback import Variable, grad
from pullback.cli.functions import function_names, known_function
from pullback.cli.messages import InputError
from pullback.tables import names


@pytest.mark.parametrize(
    ("numpys", "ours"), [("arcsin", "asin"), ("arctan2", "atan2"), ("absolute", "abs"), ("sin", "sin")]
)
def test_numpys_names_are_synonyms(numpys: str, ours: str) -> None:
    assert known_function(numpys) is names.find(ours)


@pytest.mark.parametrize(("name", "hint"), [("sine", "did you mean 'sin'?"), ("qqqqqq", "(see pullback plugins list)")])
def test_an_unknown_name_is_an_error_that_helps(name: str, hint: str) -> None:
    with pytest.raises(InputError, match="no primitive is called") as raised:
        known_function(name)
    assert hint in str(raised.value)


def test_every_name_that_is_listed_is_found() -> None:
    listed = function_names()
    assert {"sin", "arcsin", "max", "min", "round", "hypot"} <= listed
    for name in ("arcsin", "hypot", "max", "round", "tanh"):
        assert callable(known_function(name))


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("name", ["max", "min"])
def test_ties_share_the_gradient_evenly(name: str, count: int) -> None:
    slopes = grad(lambda xs: known_function(name)(*xs))([2.0] * count)
    assert slopes == pytest.approx([1.0 / count] * count, rel=1e-15)
    assert sum(slopes) == pytest.approx(1.0)


def test_an_extreme_of_a_list_is_one_of_numbers() -> None:
    largest = known_function("max")
    assert largest((1.0, 3.0, 2.0)) == largest(1.0, 3.0, 2.0) == 3.0
    assert math.isnan(largest(1.0, math.nan, 2.0))
    assert largest(math.inf, math.inf, math.inf, 1.0) == math.inf


@pytest.mark.parametrize("args", [(), (1.0,), ((),)])
def test_an_extreme_of_nothing_to_choose_from_is_an_error(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="min takes two numbers or more"):
        known_function("min")(*args)


def test_rounding_takes_a_whole_number_of_digits() -> None:
    rounded = known_function("round")
    assert rounded(2.625, 2) == round(2.625, 2)
    assert rounded(1234.0, -2) == 1200.0
    assert grad(lambda x: rounded(x, 1) * x)(0.26) == pytest.approx(0.3)
    with pytest.raises(TypeError, match="whole number of digits"):
        rounded(Variable(1.0), 0.5)
