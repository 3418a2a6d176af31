"""The extension `linalg`: values against NumPy, gradients, and the shapes that it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback_plugins import array_api as xp

from .points import MATRIX, VECTOR, WIDE, C, Case, check_gradients, check_single_precision


def symmetric(x: Any) -> Any:
    return x @ x.mT + xp.eye(3)


CASES: dict[str, Case] = {
    "matmul": (lambda x: x @ MATRIX + xp.matmul(x, x), MATRIX),
    "tensordot": (lambda x: xp.tensordot(x, WIDE, axes=((1,), (1,))), WIDE),
    "vecdot": (lambda x: xp.vecdot(x, WIDE, axis=0), WIDE),
    "matrix_transpose": (lambda x: xp.matrix_transpose(x), WIDE),
    "cholesky": (lambda x: xp.linalg.cholesky(symmetric(x), upper=True), MATRIX),
    "cross": (lambda x: xp.linalg.cross(x, xp.asarray(WIDE[::-1])), WIDE),
    "det": (xp.linalg.det, MATRIX),
    "diagonal": (lambda x: xp.linalg.diagonal(x, offset=1), MATRIX),
    "eigh": (lambda x: xp.linalg.eigh(symmetric(x)).eigenvalues, MATRIX),
    "inv": (xp.linalg.inv, MATRIX),
    "matrix_norm": (xp.linalg.matrix_norm, MATRIX),
    "matrix_power": (lambda x: xp.linalg.matrix_power(x, 3), MATRIX),
    "outer": (lambda x: xp.linalg.outer(x, C), VECTOR),
    "pinv": (lambda x: xp.linalg.pinv(x), MATRIX),
    "qr": (lambda x: xp.linalg.qr(x).R, MATRIX),
    "slogdet": (lambda x: xp.linalg.slogdet(x).logabsdet, MATRIX),
    "solve": (lambda x: xp.linalg.solve(x, xp.ones(3)), MATRIX),
    "svdvals": (xp.linalg.svdvals, MATRIX),
    "trace": (xp.linalg.trace, MATRIX),
    "vector_norm": (lambda x: xp.linalg.vector_norm(x, axis=(0, 1), keepdims=True), WIDE),
    "vector_norm of order 3": (lambda x: xp.linalg.vector_norm(x, axis=0, ord=3), WIDE),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize("name", ["matmul"])
def test_single_precision_stays(name: str) -> None:
    check_single_precision(*CASES[name])


def test_factors_have_the_names_of_the_standard_and_their_product_is_the_matrix() -> None:
    a = xp.asarray(MATRIX)
    q, r = xp.linalg.qr(a).Q, xp.linalg.qr(a).R
    np.testing.assert_allclose(np.asarray(q @ r), MATRIX, atol=1e-14)
    u, s, vh = (getattr(xp.linalg.svd(a), name) for name in ("U", "S", "Vh"))
    np.testing.assert_allclose(np.asarray(u * s @ vh), MATRIX, atol=1e-14)
    values, vectors = xp.linalg.eigh(symmetric(a))
    np.testing.assert_allclose(np.asarray(vectors * values @ vectors.mT), np.asarray(symmetric(a)), atol=1e-13)
    sign, logabsdet = xp.linalg.slogdet(a)
    np.testing.assert_allclose(np.asarray(sign * xp.exp(logabsdet)), np.linalg.det(MATRIX))


def test_the_upper_factor_of_complex_matrices_is_the_conjugated_lower_one() -> None:
    a = np.array([[2.0, 1j], [-1j, 3.0]])
    upper = np.asarray(xp.linalg.cholesky(xp.asarray(a), upper=True))
    np.testing.assert_allclose(upper.conj().T @ upper, a, atol=1e-15)
    assert upper[1, 0] == 0.0


def test_the_first_of_two_complex_vectors_is_conjugated() -> None:
    x, y = np.array([1.0 + 2.0j, 3.0]), np.array([2.0j, 1.0])
    np.testing.assert_allclose(np.asarray(xp.vecdot(xp.asarray(x), xp.asarray(y))), np.vdot(x, y))


def test_ranks_of_stacks_with_a_tolerance_for_each() -> None:
    stack = xp.asarray(np.stack([np.diag([1.0, 1e-3, 1e-20]), np.eye(3)]))
    np.testing.assert_array_equal(np.asarray(xp.linalg.matrix_rank(stack)), [2, 3])
    np.testing.assert_array_equal(np.asarray(xp.linalg.matrix_rank(stack, rtol=xp.asarray([0.1, 0.1]))), [1, 3])


def test_norms_along_several_axes() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    ours = xp.asarray(x)
    expected = np.linalg.norm(x.transpose(1, 0, 2).reshape(3, 8), axis=1)
    np.testing.assert_allclose(np.asarray(xp.linalg.vector_norm(ours, axis=(0, 2))), expected)
    assert xp.linalg.vector_norm(ours, axis=(0, -1), keepdims=True).shape == (1, 3, 1)
    np.testing.assert_allclose(np.asarray(xp.linalg.vector_norm(ours, ord=1)), np.abs(x).sum())
    assert xp.linalg.vector_norm(xp.zeros((0, 3)), axis=(0,)).shape == (3,)
    np.testing.assert_allclose(np.asarray(xp.linalg.matrix_norm(ours, ord=1)), np.abs(x).sum(axis=1).max(axis=1))


def test_one_right_hand_side_or_matrices_of_them() -> None:
    a = xp.asarray(np.stack([MATRIX, 2.0 * MATRIX]))
    one = xp.linalg.solve(a, xp.ones(3))
    assert one.shape == (2, 3)
    np.testing.assert_allclose(np.asarray(a @ one[..., None])[..., 0], np.ones((2, 3)), atol=1e-14)
    assert xp.linalg.solve(a, xp.ones((3, 2))).shape == (2, 3, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: xp.matrix_transpose(xp.ones(2)), "a matrix is transposed"),
        (lambda: xp.vecdot(xp.ones(2), xp.ones(3)), "lengths 2 and 3"),
        (lambda: xp.vecdot(xp.ones(1), xp.ones(3)), "lengths 1 and 3"),
        (lambda: xp.linalg.cross(xp.ones(2), xp.ones(2)), "three elements"),
        (lambda: xp.linalg.outer(xp.ones((2, 2)), xp.ones(2)), "two vectors"),
        (lambda: xp.linalg.matrix_rank(xp.ones(2)), "has a rank"),
    ],
)
def test_shapes_that_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
