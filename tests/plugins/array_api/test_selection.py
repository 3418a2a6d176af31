"""Taking, choosing, searching and sorting: values, gradients, and the order of equal elements."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp
from pullback_plugins.array_api.array import unwrap

from .points import VECTOR, WIDE, C, Case, check_gradients, check_single_precision

CASES: dict[str, Case] = {
    "sort": (lambda x: xp.sort(x) * C + xp.sort(x, descending=True) * x, VECTOR),
    "take": (lambda x: xp.take(x, xp.asarray([2, 0, 0]), axis=1), WIDE),
    "take_along_axis": (lambda x: xp.take_along_axis(x, xp.argsort(x, axis=1, descending=True), axis=1), WIDE),
    "unique_values": (lambda x: xp.unique_values(xp.concat([x, x])), VECTOR),
    "where": (lambda x: xp.where(x > 0.5, x * x, C), VECTOR),
    "boolean mask": (lambda x: x[xp.asarray([True, False, True, True])], VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize("name", ["where", "sort"])
def test_single_precision_stays(name: str) -> None:
    check_single_precision(*CASES[name])


@pytest.mark.parametrize("descending", [False, True])
def test_equal_elements_keep_their_order(descending: bool) -> None:
    x = xp.asarray([2.0, 1.0, 2.0, 1.0, 3.0])
    order = np.asarray(xp.argsort(x, descending=descending))
    np.testing.assert_array_equal(order, [4, 0, 2, 1, 3] if descending else [1, 3, 0, 2, 4])
    np.testing.assert_array_equal(np.asarray(xp.sort(x, descending=descending)), np.asarray(x)[order])


def test_every_nan_is_a_value_of_its_own() -> None:
    x = xp.asarray([[np.nan, 2.0], [2.0, np.nan]])
    unique = xp.unique_all(x)
    assert unique.values.shape == (3,)
    assert unique.inverse_indices.shape == x.shape
    np.testing.assert_array_equal(np.asarray(unique.counts), [2, 1, 1])
    np.testing.assert_array_equal(np.asarray(xp.unique_counts(x).counts), np.asarray(unique.counts))
    rebuilt = np.asarray(unique.values)[np.asarray(xp.unique_inverse(x).inverse_indices)]
    np.testing.assert_array_equal(rebuilt, np.asarray(x))


def test_values_of_an_empty_array() -> None:
    assert xp.unique_values(xp.zeros((0, 2))).shape == (0,)


def test_the_gradient_of_a_value_that_occurs_twice_goes_to_the_first() -> None:
    np.testing.assert_array_equal(pb.grad(lambda x: xp.sum(xp.unique_values(x)))(np.array([2.0, 1.0, 2.0])), [1, 1, 0])


def test_indices_are_plain_integers_also_of_a_variable() -> None:
    x = pb.Variable(np.array([[3.0, 1.0], [0.0, 7.0]]))
    for index in (
        xp.argmax(x),
        xp.argmin(x, axis=1),
        xp.argsort(x),
        *xp.nonzero(x),
        xp.searchsorted(xp.arange(9.0), x),
    ):
        assert not isinstance(unwrap(index), pb.Variable)
        assert xp.isdtype(index.dtype, "signed integer")
    assert int(xp.argmax(x)) == 3
    assert xp.argmin(x, axis=1, keepdims=True).shape == (2, 1)


def test_what_has_no_order_or_no_axis_is_refused() -> None:
    for function, message in ((xp.nonzero, "has no indices"), (xp.sort, "is not sorted")):
        with pytest.raises(ValueError, match=message):
            function(xp.asarray(1.0))
    with pytest.raises(ValueError, match="axis must be given"):
        xp.take(xp.asarray(WIDE), xp.asarray([0]))
