"""Reductions and running sums: values, gradients, and axes that must be given."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api.array import unwrap

from .points import VECTOR, WIDE, Case, check_gradients, check_single_precision


def words(text: str) -> list[str]:
    return text.split()


CASES: dict[str, Case] = {
    **{name: (getattr(xp, name), WIDE) for name in words("max mean min prod std sum var")},
    "var corrected": (lambda x: xp.var(x, axis=1, correction=1, keepdims=True), WIDE),
    "cumulative_sum": (lambda x: xp.cumulative_sum(x, axis=1, include_initial=True), WIDE),
    "cumulative_prod": (lambda x: xp.cumulative_prod(x), VECTOR),
    "diff": (lambda x: xp.diff(x, n=2, append=x[:1]), VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize("name", ["mean", "cumulative_sum"])
def test_single_precision_stays(name: str) -> None:
    check_single_precision(*CASES[name])


def test_an_axis_must_be_given_for_what_runs_along_several() -> None:
    for function in (xp.cumulative_sum, xp.cumulative_prod):
        with pytest.raises(ValueError, match="axis must be given"):
            function(xp.asarray(WIDE))
        with pytest.raises(ValueError, match="none to run along"):
            function(xp.asarray(1.0))


def test_what_runs_may_start_from_its_neutral_element() -> None:
    x = xp.asarray([2.0, 3.0])
    np.testing.assert_array_equal(np.asarray(xp.cumulative_sum(x, include_initial=True)), [0.0, 2.0, 5.0])
    np.testing.assert_array_equal(np.asarray(xp.cumulative_prod(x, include_initial=True)), [1.0, 2.0, 6.0])
    assert xp.cumulative_sum(xp.asarray(WIDE), axis=1, include_initial=True, dtype=xp.float32).dtype == xp.float32


def test_truth_and_counts_are_plain_also_of_a_variable() -> None:
    x = pb.Variable(np.array([[0.0, 1.0], [2.0, 3.0]]))
    for answer in (xp.all(x), xp.any(x), xp.count_nonzero(x), xp.count_nonzero(x, axis=0, keepdims=True)):
        assert not isinstance(unwrap(answer), pb.Variable)
    assert (bool(xp.all(x)), bool(xp.any(x)), int(xp.count_nonzero(x))) == (False, True, 3)
    assert xp.count_nonzero(x).shape == ()


def test_a_corrected_variance_divides_by_fewer() -> None:
    x = xp.asarray(WIDE)
    np.testing.assert_allclose(np.asarray(xp.var(x, correction=1)), np.var(WIDE, ddof=1))
    np.testing.assert_allclose(np.asarray(xp.std(x, axis=0, correction=0.5)), np.std(WIDE, axis=0, ddof=0.5))


def test_differences_with_ends() -> None:
    x = xp.asarray([1.0, 4.0, 9.0])
    np.testing.assert_array_equal(np.asarray(xp.diff(x, prepend=xp.zeros(1))), [1.0, 3.0, 5.0])
    np.testing.assert_array_equal(np.asarray(xp.diff(x, n=2)), [2.0])


def test_sums_of_small_integers_do_not_overflow() -> None:
    n = xp.asarray([100, 100], dtype=xp.int8)
    assert int(xp.sum(n)) == 200
    assert xp.sum(n).dtype == xp.int64
    assert xp.prod(n, dtype=xp.float32).dtype == xp.float32
