"""Functions of one element or of two: gradients, integers and what is asked of plain values."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api import elementwise as module
from pullback_plugins.array_api.array import unwrap

from .points import VECTOR, C, Case, check_gradients, check_single_precision


def words(text: str) -> list[str]:
    return text.split()


CASES: dict[str, Case] = {
    **{
        name: (getattr(xp, name), VECTOR)
        for name in words("""abs acos asin asinh atan atanh cos cosh exp expm1 log log1p log2 log10 negative positive reciprocal
        sin sinh square sqrt tan tanh real conj""")
    },
    **{
        name: (lambda x, function=getattr(xp, name): function(x, C) + function(C, x[::-1]), VECTOR)
        for name in words("add atan2 copysign divide hypot logaddexp maximum minimum multiply pow subtract")
    },
    "acosh": (lambda x: xp.acosh(x + 1), VECTOR),
    "clip": (lambda x: xp.clip(x, 0.4, 0.8) * x + xp.clip(x, max=0.6) + xp.clip(x, min=0.5), VECTOR),
    "remainder": (lambda x: xp.remainder(x * 5, C), VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize("name", ["sin", "add"])
def test_single_precision_stays(name: str) -> None:
    check_single_precision(*CASES[name])


def test_integers_stay_integers_where_they_are_rounded() -> None:
    n = xp.asarray([-3, 0, 7], dtype=xp.int32)
    for name in ("ceil", "floor", "round", "trunc"):
        rounded = getattr(xp, name)(n)
        assert rounded.dtype == xp.int32, name
        np.testing.assert_array_equal(np.asarray(rounded), [-3, 0, 7])
        assert not np.may_share_memory(np.asarray(rounded), np.asarray(n))


def test_questions_about_a_variable_have_plain_answers() -> None:
    x = pb.Variable(VECTOR)
    for name in module.NONDIFFERENTIABLE & set(module.ONE):
        answer = getattr(xp, name)(x)
        assert not isinstance(unwrap(answer), pb.Variable), name
        np.testing.assert_array_equal(np.asarray(answer), module.ONE[name](VECTOR))
    for name in module.NONDIFFERENTIABLE & set(module.TWO):
        np.testing.assert_array_equal(np.asarray(getattr(xp, name)(x, C)), module.TWO[name](VECTOR, np.asarray(C)))


def test_every_function_is_numpys_under_the_name_of_the_standard() -> None:
    assert set(module.functions()) == {"clip", *module.ONE, *module.TWO}
    for name, function in module.functions().items():
        assert function.__name__ == name


def test_a_clipped_edge_belongs_to_the_array() -> None:
    x = np.array([0.0, 0.5, 1.0])
    for bounds in ({"min": 0.0}, {"max": 1.0}, {"min": 0.0, "max": 1.0}, {}):
        np.testing.assert_array_equal(pb.grad(lambda x, b=bounds: xp.sum(xp.clip(x, **b)))(x), 1.0)
    np.testing.assert_array_equal(np.asarray(xp.clip(xp.asarray([1, 5, 9]), 2)), [2, 5, 9])
    np.testing.assert_array_equal(np.asarray(xp.clip(xp.asarray([1, 5, 9]), max=6)), [1, 5, 6])
    unbounded = xp.asarray([1.0])
    assert not np.may_share_memory(np.asarray(xp.clip(unbounded)), np.asarray(unbounded))
