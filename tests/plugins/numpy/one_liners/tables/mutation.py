"""Plain buffers that the function changes after it used them: the derivative is that of the moment of use."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import A, P, Row, X


def reused_factor(x: Any) -> Any:
    factor = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    y = x * factor
    factor[:] = 99.0
    return y


def reused_factor_of_a_ufunc(x: Any) -> Any:
    factor = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    y = np.multiply(factor, x)
    factor *= 0.0
    return y


def reused_exponent(x: Any) -> Any:
    exponent = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    y = x**exponent
    exponent[:] = 7.0
    return y


def growing_factor(x: Any) -> Any:
    factor = np.ones(5)
    total = np.zeros(5)
    for _ in range(4):
        factor *= 1.5
        total = total + np.sin(factor * x)
    return total


def reused_mask(x: Any) -> Any:
    mask = np.array([True, False, True, False, True])
    y = np.where(mask, x**2, x)
    mask[:] = False
    return y


def reused_mask_of_an_index(x: Any) -> Any:
    mask = np.array([True, False, True, False, True])
    y = x[mask] ** 2
    mask[:] = ~mask
    return y


def reused_index(x: Any) -> Any:
    index = np.array([0, 2, 2])
    y = x[index] ** 2
    index[:] = 4
    return y


def reused_index_of_take(x: Any) -> Any:
    index = np.array([0, 2, 2])
    y = np.take(x, index) ** 2
    index[:] = 4
    return y


def reused_index_list(x: Any) -> Any:
    index = [0, 2, 2]
    y = x[index] ** 2
    index[0] = 4
    return y


def reused_index_of_assignment(x: Any) -> Any:
    y = x * 1.0
    index = np.array([0, 2])
    y[index] = x[1] ** 2
    index[:] = 4
    return y


def reused_matrix(x: Any) -> Any:
    matrix = A.copy()
    y = matrix @ x
    matrix[:] = np.eye(3)
    return y


def reused_matrix_of_dot(x: Any) -> Any:
    matrix = A.copy()
    y = np.dot(matrix, x)
    matrix[:] = 0.0
    return y


def reused_matrix_of_solve(x: Any) -> Any:
    matrix = A.copy()
    y = np.linalg.solve(matrix, x)
    matrix[:] = np.eye(3)
    return y


def reused_operand_of_einsum(x: Any) -> Any:
    matrix = A.copy()
    y = np.einsum("ij,j->i", matrix, x)
    matrix[:] = 0.0
    return y


def reused_kernel(x: Any) -> Any:
    kernel = np.array([1.0, -2.0, 0.5])
    y = np.convolve(x, kernel, mode="same")
    kernel[:] = 0.0
    return y


def reused_weights(x: Any) -> Any:
    weights = P.copy()
    y = np.average(x**2, weights=weights)
    weights[:] = 1.0
    return y


def reused_sum_mask(x: Any) -> Any:
    mask = np.array([True, False, True, False, True])
    y = np.sum(x**2, where=mask)
    mask[:] = True
    return y


def reused_conditions(x: Any) -> Any:
    condition = np.array([True, False, True, False, True])
    y = np.select([condition], [x**2], x)
    condition[:] = False
    return y


def reused_bounds(x: Any) -> Any:
    low = np.full(5, -0.6)
    y = np.clip(x, low, 0.4) * x
    low[:] = -9.0
    return y


def reused_repeats(x: Any) -> Any:
    repeats = np.array([1, 0, 2, 1, 1])
    y = np.repeat(x, repeats) ** 2
    repeats[:] = [2, 1, 1, 1, 0]
    return y


def reused_buffer_as_a_term(x: Any) -> Any:
    buffer = np.zeros(5)
    total = 0.0
    for k in range(3):
        buffer[:] = k + 1.0
        total = total + np.sum(buffer * x**2)
    return total


def buffer_joined(x: Any) -> Any:
    buffer = np.ones(2)
    y = np.concatenate([buffer, x]) ** 2
    buffer[:] = 5.0
    return y


def buffer_of_interp(x: Any) -> Any:
    xp, fp = np.array([-2.0, 0.0, 3.0]), np.array([1.0, -1.0, 4.0])
    y = np.interp(x, xp, fp) ** 2
    xp += 1.0
    fp[:] = 0.0
    return y


def buffer_of_polyval(x: Any) -> Any:
    p = np.array([1.0, -2.0, 0.5])
    y = np.polyval(p, x)
    p[:] = 0.0
    return y


ROWS = [
    Row("reused_factor", reused_factor, (X,)),
    Row("reused_factor_of_a_ufunc", reused_factor_of_a_ufunc, (X,)),
    Row("reused_exponent", reused_exponent, (P,)),
    Row("growing_factor", growing_factor, (X,)),
    Row("reused_mask", reused_mask, (X,)),
    Row("reused_mask_of_an_index", reused_mask_of_an_index, (X,)),
    Row("reused_index", reused_index, (X,)),
    Row("reused_index_of_take", reused_index_of_take, (X,)),
    Row("reused_index_list", reused_index_list, (X,)),
    Row("reused_index_of_assignment", reused_index_of_assignment, (X,)),
    Row("reused_matrix", reused_matrix, (X[:3],)),
    Row("reused_matrix_of_dot", reused_matrix_of_dot, (X[:3],)),
    Row("reused_matrix_of_solve", reused_matrix_of_solve, (X[:3],)),
    Row("reused_operand_of_einsum", reused_operand_of_einsum, (X[:3],)),
    Row("reused_kernel", reused_kernel, (X,)),
    Row("reused_weights", reused_weights, (X,)),
    Row("reused_sum_mask", reused_sum_mask, (X,)),
    Row("reused_conditions", reused_conditions, (X,)),
    Row("reused_bounds", reused_bounds, (X,)),
    Row("reused_repeats", reused_repeats, (X,)),
    Row("reused_buffer_as_a_term", reused_buffer_as_a_term, (X,)),
    Row("buffer_joined", buffer_joined, (X,)),
    Row("buffer_of_interp", buffer_of_interp, (X,)),
    Row("buffer_of_polyval", buffer_of_polyval, (X,)),
]
