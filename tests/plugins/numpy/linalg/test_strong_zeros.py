"""Zeros within the rule of a pair absorb an infinite cotangent or tangent, as those of an elementwise one do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import grad, jvp, vjp

INF = np.inf


def test_a_cotangent_that_is_infinite_reaches_what_the_rule_says() -> None:
    a = np.array([[1.0, 0.0, -2.0], [0.0, 0.0, 1.0]])
    pull = vjp(lambda x: np.sqrt(a @ x), np.zeros(3))[1]
    assert pull(np.array([1.0, 0.0]))[0].tolist() == [INF, 0.0, -INF]
    assert pull(np.array([-1.0, 0.0]))[0].tolist() == [-INF, 0.0, INF]
    assert pull(np.zeros(2))[0].tolist() == [0.0, 0.0, 0.0]


def test_infinities_of_both_signs_at_one_place_have_no_sum() -> None:
    pull = vjp(lambda x: np.sqrt(np.ones((2, 2)) @ x), np.zeros(2))[1]
    assert np.isnan(pull(np.array([1.0, -1.0]))[0]).all()
    assert pull(np.array([1.0, 1.0]))[0].tolist() == [INF, INF]


def test_what_is_finite_stays_beside_what_is_infinite() -> None:
    pull = vjp(lambda x: np.sqrt(np.einsum("ij,ij->i", x, x)), np.array([[0.0, 0.0], [3.0, 4.0]]))[1]
    np.testing.assert_allclose(pull(np.ones(2))[0], [[0.0, 0.0], [0.6, 0.8]], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward(dtype: Any) -> None:
    root = lambda x: np.dot(np.sqrt(x), np.array([0.0, 1.0], dtype=dtype))  # noqa: E731
    x = np.array([0.0, 4.0], dtype=dtype)
    _, tangent = jvp(root, (x,), (np.ones_like(x),))
    assert tangent == 0.25
    assert tangent.dtype == dtype
    assert grad(root)(x).tolist() == [0.0, 0.25]


def test_the_setting_asks_for_ieee() -> None:
    with pb.indeterminate("nan"):
        assert np.isnan(grad(lambda x: np.sqrt(x @ x))(np.zeros(2))).all()


def test_second_order_beside_a_singular_point() -> None:
    def norms(a: Any) -> Any:
        return np.sqrt(np.einsum("ij,ij->i", a, a)).sum()

    at = np.array([[0.0, 0.0], [3.0, 4.0]])
    _, found = jvp(grad(norms), (at,), (np.array([[0.0, 0.0], [1.0, 0.0]]),))
    np.testing.assert_allclose(found[1], [16 / 125, -12 / 125], rtol=1e-14)
