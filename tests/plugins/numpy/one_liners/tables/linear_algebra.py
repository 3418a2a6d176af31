"""`np.linalg`: norms, solutions, decompositions, determinants and inverses."""

from __future__ import annotations

import numpy as np

from ..row import A, B, C, M, N, Row, S, T, U, X, Y, spread

_R = np.array([0.4, -1.1, 0.7])
_BATCH = np.stack([A, C])
_TALL = spread(5, 3, seed=7) + np.eye(5, 3)


def _symmetric(a):  # type: ignore[no-untyped-def]
    return (a + a.T) / 2


ROWS = [
    Row("norm", lambda x: np.linalg.norm(x), (X,)),
    Row("norm_of_differences", lambda a, b: np.linalg.norm(a - b, axis=1).sum(), (A, B)),
    Row("norm_keepdims", lambda a: a / np.linalg.norm(a, axis=1, keepdims=True), (M,)),
    Row("norm_one", lambda x: np.linalg.norm(x, 1) ** 2, (X,)),
    Row("norm_infinity", lambda x: np.linalg.norm(x, np.inf) ** 2 + np.linalg.norm(x, -np.inf), (X,)),
    Row("norm_p", lambda x: np.linalg.norm(x, 3), (X,)),
    Row("norm_frobenius", lambda a: np.linalg.norm(a, "fro"), (M,)),
    Row("norm_flattens", lambda a: np.linalg.norm(a), (M,)),
    Row("norm_nuclear", lambda a: np.linalg.norm(a, "nuc"), (A,)),
    Row("norm_spectral", lambda a: np.linalg.norm(a, 2), (A,)),
    Row("norm_smallest_singular", lambda a: np.linalg.norm(a, -2), (A,)),
    Row("norm_matrix_one", lambda a: np.linalg.norm(a, 1) * np.linalg.norm(a, np.inf), (B,)),
    Row("norm_matrix_axes", lambda t: np.linalg.norm(t, axis=(1, 2)) ** 2, (T,)),
    Row("vector_norm", lambda a: np.linalg.vector_norm(a, axis=1), (M,), needs="linalg.vector_norm"),
    Row("matrix_norm", lambda t: np.linalg.matrix_norm(t), (T,), needs="linalg.matrix_norm"),
    Row("norm_zero_order_is_constant", lambda x: np.linalg.norm(x, 0) * x, (X,)),
    Row("inv", lambda a: np.linalg.inv(a), (A,)),
    Row("inv_batch", lambda a: np.linalg.inv(a), (_BATCH,)),
    Row("solve_vector", lambda a, b: np.linalg.solve(a, b), (A, _R)),
    Row("solve_matrix", lambda a, b: np.linalg.solve(a, b), (A, B)),
    Row("solve_batch", lambda a, b: np.linalg.solve(a, b), (_BATCH, np.stack([B, A]))),
    Row("solve_broadcast", lambda a, b: np.linalg.solve(a, b), (_BATCH, B[None])),
    Row("solve_plain_matrix", lambda b: np.linalg.solve(A, b) ** 2, (_R,)),
    Row("det", lambda a: np.linalg.det(a), (A,)),
    Row("det_batch", lambda a: np.linalg.det(a), (_BATCH,)),
    Row("slogdet", lambda a: np.linalg.slogdet(a)[1], (A,)),
    Row("slogdet_attribute", lambda a: np.linalg.slogdet(a).logabsdet * 0.5, (S,), needs="linalg.vecdot"),
    Row("slogdet_negative", lambda a: np.linalg.slogdet(a)[0] * np.linalg.slogdet(a)[1], (A[[1, 0, 2]],)),
    Row("log_det", lambda a: np.log(np.linalg.det(a @ a.T)), (A,)),
    Row("cholesky", lambda a: np.linalg.cholesky(_symmetric(a)), (S,)),
    Row("cholesky_log_det", lambda a: 2 * np.sum(np.log(np.diag(np.linalg.cholesky(a @ a.T)))), (A,)),
    Row("cholesky_batch", lambda a: np.linalg.cholesky(a @ np.swapaxes(a, -1, -2)), (_BATCH,)),
    Row("cholesky_upper", lambda a: np.linalg.cholesky(a @ a.T, upper=True), (A,), needs="vecdot"),
    Row("cholesky_sample", lambda a: np.linalg.cholesky(a @ a.T + np.eye(3)) @ _R, (B,)),
    Row(
        "gaussian_log_likelihood",
        lambda m, a: -0.5 * (_R - m) @ np.linalg.solve(a @ a.T, _R - m) - 0.5 * np.linalg.slogdet(a @ a.T)[1],
        (U[:3], A),
    ),
    Row("eigvalsh", lambda a: np.linalg.eigvalsh(_symmetric(a)), (S,)),
    Row("eigh_values", lambda a: np.linalg.eigh(_symmetric(a))[0] ** 2, (S,)),
    Row("eigh_projector", lambda a: np.outer(*[np.linalg.eigh(_symmetric(a))[1][:, 2]] * 2), (S,)),
    Row("eigh_vectors", lambda a: np.linalg.eigh(_symmetric(a)).eigenvectors ** 2, (S,), needs="linalg.vecdot"),
    Row("eigh_reconstruct", lambda a: (lambda w, v: (v * np.exp(w)) @ v.T)(*np.linalg.eigh(a + a.T)), (A,)),
    Row("eigh_batch", lambda a: np.linalg.eigh(a @ np.swapaxes(a, -1, -2))[0], (_BATCH,)),
    Row("eigh_upper", lambda a: np.linalg.eigvalsh(_symmetric(a), UPLO="U"), (S,)),
    Row("largest_eigenvalue", lambda a: np.linalg.eigvalsh(a.T @ a)[-1], (M,), order=1),
    Row("eigvals_real", lambda a: np.sort(np.linalg.eigvals(a @ a.T).real), (A,)),
    Row("eigvals_power_sum", lambda a: np.sum(np.linalg.eigvals(a) ** 3).real, (A,)),
    Row("eig_values", lambda a: np.sum(np.abs(np.linalg.eig(a)[0]) ** 2), (B,)),
    Row("eig_reconstruct", lambda a: (lambda w, v: (v * w**2) @ np.linalg.inv(v))(*np.linalg.eig(a)).real, (A @ A.T,)),
    Row("svd_values", lambda a: np.linalg.svd(a, compute_uv=False), (A,)),
    Row("svdvals", lambda a: np.linalg.svdvals(a) ** 2, (M,), needs="linalg.svdvals"),
    Row("svd_nuclear_norm", lambda a: np.linalg.svd(a)[1].sum(), (A,)),
    Row("svd_thin", lambda a: (lambda u, s, vt: (u * s**2) @ vt)(*np.linalg.svd(a, full_matrices=False)), (_TALL,)),
    Row(
        "svd_wide",
        lambda a: (lambda u, s, vt: (u * np.log(s)) @ vt)(*np.linalg.svd(a, full_matrices=False)),
        (_TALL.T.copy(),),
    ),
    Row("svd_polar", lambda a: (lambda u, s, vt: u @ vt)(*np.linalg.svd(a)), (A,)),
    Row("svd_low_rank", lambda a: (lambda u, s, vt: s[0] * np.outer(u[:, 0], vt[0]))(*np.linalg.svd(a)), (B,)),
    Row("svd_squared_vectors", lambda a: np.linalg.svd(a, full_matrices=False)[0] ** 2, (_TALL,)),
    Row("qr_r", lambda a: np.linalg.qr(a)[1], (A,)),
    Row("qr_q", lambda a: np.linalg.qr(a)[0], (_TALL,)),
    Row("qr_mode_r", lambda a: np.linalg.qr(a, mode="r"), (_TALL,)),
    Row("qr_attributes", lambda a: np.linalg.qr(a).Q @ np.linalg.qr(a).R * a, (A,), needs="linalg.vecdot"),
    Row("qr_log_det", lambda a: np.sum(np.log(np.abs(np.diag(np.linalg.qr(a).R)))), (A,), needs="linalg.vecdot"),
    Row("pinv_tall", lambda a: np.linalg.pinv(a), (_TALL,)),
    Row("pinv_wide", lambda a: np.linalg.pinv(a) @ _R, (_TALL.T.copy(),)),
    Row("lstsq", lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0], (_TALL, X)),
    Row("lstsq_residuals", lambda a, b: np.linalg.lstsq(a, b, rcond=None)[1], (_TALL, X)),
    Row("lstsq_matrix", lambda b: np.linalg.lstsq(_TALL, b, rcond=None)[0], (spread(5, 2, seed=9),)),
    Row("normal_equations", lambda a, b: np.linalg.solve(a.T @ a + 0.1 * np.eye(3), a.T @ b), (_TALL, Y)),
    Row("hat_matrix", lambda a: a @ np.linalg.inv(a.T @ a) @ a.T, (_TALL,)),
    Row(
        "tensorsolve",
        lambda a, b: np.linalg.tensorsolve(a, b),
        (np.eye(4).reshape(2, 2, 2, 2) + spread(2, 2, 2, 2) / 9, U[:4].reshape(2, 2)),
    ),
    Row(
        "tensorinv", lambda a: np.linalg.tensorinv(a, ind=2), (np.eye(4).reshape(2, 2, 2, 2) + spread(2, 2, 2, 2) / 9,)
    ),
    Row("cond", lambda a: np.linalg.cond(a), (A,)),
    Row("cond_frobenius", lambda a: np.linalg.cond(a, "fro"), (A,)),
    Row("matrix_rank_is_constant", lambda a: np.linalg.matrix_rank(a) * a, (A,)),
    Row(
        "linalg_diagonal_trace",
        lambda t: np.linalg.diagonal(t) * np.linalg.trace(t)[:, None],
        (_BATCH,),
        needs="linalg.diagonal",
    ),
    Row("linalg_matrix_transpose", lambda t: np.linalg.matrix_transpose(t) ** 2, (T,), needs="linalg.matrix_transpose"),
    Row(
        "rotation_loss",
        lambda t: np.linalg.norm(np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) @ N.T) ** 2 + t**2,
        (0.4,),
    ),
    Row("kalman_gain", lambda p: p @ M[:2, :3].T @ np.linalg.inv(M[:2, :3] @ p @ M[:2, :3].T + np.eye(2)), (S,)),
    Row("whitening", lambda a: np.linalg.solve(np.linalg.cholesky(np.cov(a)), a), (_TALL.T.copy(),)),
    Row(
        "float32_solve",
        lambda a, b: np.linalg.solve(a, b).sum(),
        (A.astype(np.float32), _R.astype(np.float32)),
        order=1,
    ),
    Row("float32_norm", lambda x: np.linalg.norm(x), (X.astype(np.float32),), order=1),
]
