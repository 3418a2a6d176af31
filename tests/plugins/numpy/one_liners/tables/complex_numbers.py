"""Complex numbers: holomorphic functions, moduli, conjugates and phases."""

from __future__ import annotations

import numpy as np

from ..row import A, B, P, Row, S, X, Y, Z

_W = Z[::-1] * (0.4 - 0.9j)
_CM = A + 0.5j * B
_H = S + 1j * np.array([[0, 0.4, -0.2], [-0.4, 0, 0.3], [0.2, -0.3, 0]])

ROWS = [
    Row("complex_product", lambda z, w: z * w + z / w, (Z, _W)),
    Row("complex_exp_log", lambda z: np.exp(z) * np.log(z), (Z,)),
    Row("complex_powers", lambda z: z**3 - z**-1 + z**2.5, (Z,)),
    Row("complex_sqrt", lambda z: np.sqrt(z), (Z,)),
    Row("complex_trig", lambda z: np.sin(z) * np.cosh(z) + np.tan(z) - np.tanh(z), (Z,)),
    Row("complex_inverse_trig", lambda z: np.arctan(z) + np.arcsinh(z / 3), (Z,)),
    Row("complex_abs", lambda z: np.abs(z), (Z,)),
    Row("complex_abs_squared", lambda z: np.abs(z) ** 2, (Z,)),
    Row("complex_modulus_by_conj", lambda z: (z * np.conj(z)).real, (Z,)),
    Row("complex_real_imag", lambda z: np.real(z) * np.imag(z) ** 2, (Z,)),
    Row("complex_attributes", lambda z: z.real**2 - 3 * z.imag, (Z,)),
    Row("complex_angle", lambda z: np.angle(z), (Z,)),
    Row("complex_angle_degrees", lambda z: np.angle(z, deg=True), (Z,)),
    Row("complex_conj", lambda z: np.conj(z) ** 2 + np.conjugate(z), (Z,)),
    Row("complex_from_parts", lambda x, y: np.abs(x + 1j * y) ** 3, (X, Y)),
    Row("complex_polar", lambda r, t: (r * np.exp(1j * t)).imag, (P, X)),
    Row("complex_phase_factor", lambda x: np.exp(1j * x), (X,)),
    Row("complex_sum_mean", lambda z: np.sum(z**2) * np.mean(z), (Z,)),
    Row("complex_prod", lambda z: np.prod(z), (Z,)),
    Row("complex_cumsum", lambda z: np.cumsum(z) ** 2, (Z,)),
    Row("complex_var", lambda z: np.var(z), (Z,)),
    Row("complex_std", lambda z: np.std(z), (Z,)),
    Row("complex_where", lambda z: np.where(np.abs(z) > 1, z**2, np.conj(z)), (Z,)),
    Row("complex_indexing", lambda z: z[1:3] * z[::-2], (Z,)),
    Row("complex_matmul", lambda a, b: a @ b, (_CM, _CM.T.copy())),
    Row("complex_hermitian_form", lambda z, a: (z[:3].conj() @ a @ z[:3]).real, (Z, _CM)),
    Row("complex_vdot", lambda z, w: np.vdot(z, w), (Z, _W)),
    Row("complex_vecdot", lambda z, w: np.vecdot(z, w), (Z, _W), needs="vecdot"),
    Row("complex_inner_outer", lambda z, w: np.outer(z, w) * np.inner(z, w), (Z, _W)),
    Row("complex_einsum", lambda a, z: np.einsum("ij,j->i", a, z), (_CM, Z[:3])),
    Row("complex_norm", lambda z: np.linalg.norm(z), (Z,)),
    Row("complex_inv", lambda a: np.linalg.inv(a), (_CM,)),
    Row("complex_solve", lambda a, z: np.linalg.solve(a, z), (_CM, Z[:3])),
    Row("complex_det", lambda a: np.linalg.det(a), (_CM,)),
    Row("complex_slogdet", lambda a: np.linalg.slogdet(a)[1], (_CM,)),
    Row("complex_eigvalsh", lambda a: np.linalg.eigvalsh((a + a.conj().T) / 2), (_H,)),
    Row("complex_cholesky", lambda a: np.linalg.cholesky(a @ a.conj().T), (_CM,)),
    Row("complex_svd_values", lambda a: np.linalg.svd(a, compute_uv=False), (_CM,)),
    Row("complex_and_real_operands", lambda x, z: x[:4] * z + np.sum(x), (X, Z)),
    Row("complex_scalar", lambda z: z**2 / (1 + z), (0.7 - 0.4j,)),
    Row("complex_scalar_abs", lambda z: abs(z) * 2, (0.7 - 0.4j,)),
    Row("complex64_abs", lambda z: np.abs(z) ** 2, (Z.astype(np.complex64),), order=1),
    Row("complex_assignment", lambda x: _spectrum(x), (X,)),
    Row("complex_concatenate", lambda x, z: np.concatenate([x, z]) ** 2, (X, Z)),
    Row("complex_transfer_function", lambda p: np.abs(p[0] / (1 + 1j * np.arange(4) * p[1])), (P[:2],)),
    Row("complex_impedance", lambda r, c: np.angle(r + 1 / (1j * 2.0 * c)), (1.3, 0.7)),
    Row("complex_polyval", lambda z: np.polyval([1.0, -2.0, 0.5j], z), (Z,)),
    Row("complex_astype", lambda x: (x.astype(complex) * 1j).imag ** 2, (X,)),
    Row("complex_square_reciprocal", lambda z: np.square(z) * np.reciprocal(z + 2), (Z,)),
    Row(
        "complex_quantum_fidelity",
        lambda z, w: np.abs(np.vdot(z, w)) ** 2 / (np.linalg.norm(z) * np.linalg.norm(w)) ** 2,
        (Z, _W),
    ),
]


def _spectrum(x):  # type: ignore[no-untyped-def]
    y = x * (1 + 0j)
    y[1:] *= 1j
    return y.sum() * np.conj(y[0] + y[1])
