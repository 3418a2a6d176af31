"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import numpy as np

from ..row import A, B, C, M, N, Row, T, X, Y, spread

_U3, _V3 = np.array([0.4, -1.1, 0.7]), np.array([1.2, 0.3, -0.5])
_BATCH = spread(2, 3, 3, seed=5)

ROWS = [
    Row("dot_vectors", lambda x, y: np.dot(x, y), (X, Y)),
    Row("dot_matrix_vector", lambda a, x: np.dot(a, x), (A, _U3)),
    Row("dot_matrices", lambda a, b: np.dot(a, b), (M, N)),
    Row("dot_tensor_matrix", lambda t, n: np.dot(t, n), (T, N)),
    Row("dot_vector_tensor", lambda x, t: np.dot(x, t), (_U3, T)),
    Row("dot_scalar", lambda x, a: np.dot(a, x), (X, 1.3)),
    Row("matmul_vectors", lambda x, y: x @ y, (X, Y)),
    Row("matmul_list", lambda x: np.matmul(x, [[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]), (_U3,)),
    Row("matmul_list_operator", lambda x: [[1.0, 2.0, 0.5], [-1.0, 3.0, 0.0]] @ x, (_U3,)),
    Row("dot_list", lambda x: np.dot([1.0, 2.0, -0.5], x) * np.inner(x, [1, 2, 3]), (_U3,)),
    Row("dot_of_list_of_elements", lambda x: np.dot([x[0], x[1] * x[2]], [x[2], 3.0]), (_U3,)),
    Row("outer_list", lambda x: np.outer([1, 2], x) + np.multiply.outer([1.0, 2.0], x), (_U3,)),
    Row("matmul_vector_matrix", lambda x, a: x @ a, (_U3, A)),
    Row("matmul_batch", lambda t, n: t @ n, (T, N)),
    Row("matmul_batch_both", lambda t: t @ np.swapaxes(t, -1, -2), (T,)),
    Row("matmul_batch_vector", lambda t, x: t @ x, (T, np.array([0.3, 0.1, -0.5, 0.8]))),
    Row("matmul_broadcast_batch", lambda a, t: a @ t, (A, T)),
    Row("quadratic_form", lambda x, a: x @ a @ x, (_U3, A)),
    Row("quadratic_form_rows", lambda a, s: np.sum((a @ s) * a, axis=1), (A, B)),
    Row("gram", lambda m: m @ m.T, (M,)),
    Row("matrix_chain", lambda a, b, c: a @ b @ c, (A, B, C)),
    Row("multi_dot", lambda a, m, n: np.linalg.multi_dot([a, m, n]), (A, M, N)),
    Row("vdot", lambda a, b: np.vdot(a, b), (A, B)),
    Row("vecdot", lambda a, b: np.vecdot(a, b), (A, B), needs="vecdot"),
    Row("matvec", lambda t, x: np.matvec(t, x), (T, np.array([0.3, 0.1, -0.5, 0.8])), needs="matvec"),
    Row("vecmat", lambda x, t: np.vecmat(x, t), (_U3, T), needs="vecmat"),
    Row("inner", lambda a, b: np.inner(a, b), (A, B)),
    Row("inner_vectors", lambda x, y: np.inner(x, y), (X, Y)),
    Row("outer", lambda x, y: np.outer(x, y), (X, Y)),
    Row("outer_same", lambda x: np.outer(x, x), (X,)),
    Row("kron", lambda a, b: np.kron(a, b), (A[:2, :2], B[:2])),
    Row("kron_vectors", lambda x, y: np.kron(x, y), (X[:3], Y[:2])),
    Row("tensordot", lambda t, n: np.tensordot(t, n, axes=1), (T, N)),
    Row("tensordot_axes", lambda t, m: np.tensordot(t, m, axes=([1, 2], [0, 1])), (T, M)),
    Row("tensordot_zero", lambda x, y: np.tensordot(x, y, axes=0), (X[:3], Y[:2])),
    Row("cross", lambda x, y: np.cross(x, y), (_U3, _V3)),
    Row("cross_rows", lambda a, x: np.cross(a, x), (A, _V3)),
    Row("cross_axis", lambda a, b: np.cross(a, b, axis=0), (A, B)),
    Row("triple_product", lambda a, b, c: np.dot(a, np.cross(b, c)), (_U3, _V3, np.array([0.2, 0.9, -0.3]))),
    Row("einsum_matmul", lambda a, b: np.einsum("ij,jk->ik", a, b), (A, B)),
    Row("einsum_chain", lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c), (A, B, C)),
    Row("einsum_trace", lambda a: np.einsum("ii", a), (A,)),
    Row("einsum_diagonal", lambda a: np.einsum("ii->i", a) ** 2, (A,)),
    Row("einsum_transpose", lambda t: np.einsum("ijk->kij", t) ** 2, (T,)),
    Row("einsum_sum", lambda t: np.einsum("ijk->j", t) ** 2, (T,)),
    Row("einsum_implicit", lambda a, x: np.einsum("ij,j", a, x), (A, _U3)),
    Row("einsum_batch", lambda t, m: np.einsum("bij,bkj->bik", t, t * m), (T, M)),
    Row("einsum_ellipsis", lambda t, n: np.einsum("...j,jk->...k", t, n), (T, N)),
    Row("einsum_same_operand_twice", lambda x: np.einsum("i,i,i->", x, x, x), (X,)),
    Row("einsum_outer", lambda x, y: np.einsum("i,j->ij", x, y), (X, Y)),
    Row("einsum_bilinear", lambda x, t, y: np.einsum("i,kij,j->k", x, t[:, :, :3], y), (_U3, T, _V3)),
    Row("einsum_with_plain", lambda x: np.einsum("ij,i,j->", A, x, x), (_U3,)),
    Row("einsum_repeated_index", lambda a, b: np.einsum("ij,ij->i", a, b), (A, B)),
    Row("einsum_optimize", lambda a, b, c: np.einsum("ij,jk,kl->il", a, b, c, optimize=True), (A, B, C)),
    Row("einsum_sublists", lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]), (A, B)),
    Row("einsum_diagonal_of_product", lambda a, b: np.einsum("ij,ji->i", a, b), (A, B)),
    Row("einsum_levi_civita", lambda x, y: np.einsum("ijk,j,k", _levi_civita(), x, y), (_U3, _V3)),
    Row("attention_scores", lambda q, k: np.exp(np.einsum("id,jd->ij", q, k) / np.sqrt(4)).sum(axis=1), (M, M + 0.1)),
    Row("convolve_full", lambda x, w: np.convolve(x, w), (X, Y[:3])),
    Row("convolve_same", lambda x, w: np.convolve(x, w, mode="same"), (X, Y[:3])),
    Row("convolve_valid", lambda x, w: np.convolve(x, w, mode="valid"), (X, Y[:3])),
    Row("convolve_short_first", lambda w, x: np.convolve(w, x, "same"), (Y[:2], X)),
    Row("correlate_valid", lambda x, w: np.correlate(x, w), (X, Y[:3])),
    Row("correlate_full", lambda x, w: np.correlate(x, w, mode="full"), (X, Y[:3])),
    Row("correlate_same", lambda x: np.correlate(x, x, mode="same"), (X,)),
    Row("autocorrelation", lambda x: np.correlate(x - x.mean(), x - x.mean(), "full")[4:] / np.var(x), (X,)),
    Row("moving_average", lambda x: np.convolve(x, np.ones(3) / 3, mode="valid") ** 2, (X,)),
    Row("matrix_power", lambda a: np.linalg.matrix_power(a, 3), (A,)),
    Row("matrix_power_negative", lambda a: np.linalg.matrix_power(a, -2), (A,)),
    Row("batch_matmul_trace", lambda t: np.trace(t @ t, axis1=1, axis2=2), (_BATCH,)),
    Row("mahalanobis_rows", lambda a, s: np.einsum("ni,ij,nj->n", a, s, a), (B, A)),
    Row("linalg_matmul_outer", lambda a, x: np.linalg.matmul(a, np.linalg.outer(x, x)), (A, _U3), needs="linalg.outer"),
    Row("linalg_cross", lambda x, y: np.linalg.cross(x, y), (_U3, _V3), needs="linalg.cross"),
    Row(
        "linalg_tensordot_vecdot",
        lambda a, b: np.linalg.vecdot(a, b) * np.linalg.tensordot(a, b, axes=2),
        (A, B),
        needs="linalg.vecdot",
    ),
]


def _levi_civita():  # type: ignore[no-untyped-def]
    e = np.zeros((3, 3, 3))
    e[0, 1, 2] = e[1, 2, 0] = e[2, 0, 1] = 1.0
    e[0, 2, 1] = e[2, 1, 0] = e[1, 0, 2] = -1.0
    return e
