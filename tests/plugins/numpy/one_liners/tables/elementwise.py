"""Ufuncs and what is made of them: formulas, operators, ufunc methods and their special arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import A, B, M, P, Row, T, U, X, Y

_F32 = X.astype(np.float32)
_MASK = np.array([True, False, True, True, False])


def _out_of_a_variable(x: Any) -> Any:
    out = np.zeros_like(x)
    np.multiply(x, x, out=out)
    return out


def _where_into_a_variable(x: Any) -> Any:
    out = np.zeros_like(x)
    np.sqrt(x, out=out, where=np.asarray([True, False, True, True, False]))
    return out


def _positional_out(x: Any, y: Any) -> Any:
    out = np.empty_like(x)
    np.add(x, y, out)
    return out * x


def _tuple_out(x: Any) -> Any:
    out = np.ones_like(x)
    np.exp(x, out=(out,))
    return out


def _gelu(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


ROWS = [
    # Formulas.
    Row("sigmoid", lambda x: 1 / (1 + np.exp(-x)), (X,)),
    Row("softplus", lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0), (X,)),
    Row("logaddexp_softplus", lambda x: np.logaddexp(0, x), (X,)),
    Row("logaddexp2", lambda x, y: np.logaddexp2(x, y), (X, Y)),
    Row("gelu", _gelu, (X,)),
    Row("swish", lambda x: x / (1 + np.exp(-x)), (X,)),
    Row("leaky_relu", lambda x: np.where(x > 0, x, 0.01 * x), (X,)),
    Row("elu", lambda x: np.where(x > 0, x, np.expm1(x)), (X,)),
    Row("relu6", lambda x: np.minimum(np.maximum(x, 0), 6), (X,)),
    Row("hard_sigmoid", lambda x: np.clip(0.2 * x + 0.5, 0, 1), (X,)),
    Row("soft_sign", lambda x: x / (1 + np.abs(x)), (X,)),
    Row("gaussian_bump", lambda x, y: np.exp(-(x**2 + y**2) / 2) / (2 * np.pi), (X, Y)),
    Row("damped_oscillator", lambda x: np.exp(-0.3 * x) * np.cos(2 * np.pi * x + 0.1), (X,)),
    Row("planck", lambda x: x**3 / np.expm1(x), (P,)),
    Row("lennard_jones", lambda x: 4 * ((1 / x) ** 12 - (1 / x) ** 6), (P + 0.6,)),
    Row("morse", lambda x: (1 - np.exp(-1.2 * (x - 1.1))) ** 2, (P,)),
    Row("michaelis_menten", lambda x, y: x * P / (y + P), (P, P[::-1].copy())),
    Row("black_scholes_d1", lambda s, k: (np.log(s / k) + 0.5 * 0.04) / 0.2, (P, P[::-1].copy())),
    Row("huber", lambda x: np.where(np.abs(x) < 1, 0.5 * x**2, np.abs(x) - 0.5), (X,)),
    Row("log_cosh", lambda x: np.log(np.cosh(x)), (X,)),
    Row("haversine", lambda x, y: np.sin(x / 2) ** 2 + np.cos(x) * np.cos(y) * np.sin(y / 2) ** 2, (X, Y)),
    Row("entropy_terms", lambda x: -x * np.log(x) - (1 - x) * np.log1p(-x), (np.array([0.2, 0.5, 0.7]),)),
    Row("logit", lambda x: np.log(x / (1 - x)), (np.array([0.2, 0.55, 0.7]),)),
    Row("angle_wrap", lambda x: (x + np.pi) % (2 * np.pi) - np.pi, (3 * X,)),
    # Every ufunc that has a derivative.
    Row("sin_cos_tan", lambda x: np.sin(x) + np.cos(x) * np.tan(x), (U,)),
    Row("arcsin_arccos", lambda x: np.arcsin(x) * np.arccos(x), (U,)),
    Row("arctan", np.arctan, (X,)),
    Row("arctan2", np.arctan2, (X, Y)),
    Row("hypot", np.hypot, (X, Y)),
    Row("sinh_cosh_tanh", lambda x: np.sinh(x) - np.cosh(x) * np.tanh(x), (X,)),
    Row("arcsinh", np.arcsinh, (X,)),
    Row("arccosh", np.arccosh, (P + 1,)),
    Row("arctanh", np.arctanh, (U,)),
    Row("exp2", np.exp2, (X,)),
    Row("expm1_log1p", lambda x: np.expm1(x) * np.log1p(x**2), (X,)),
    Row("log_log2_log10", lambda x: np.log(x) + np.log2(x) * np.log10(x), (P,)),
    Row("sqrt_cbrt", lambda x: np.sqrt(x) * np.cbrt(x), (P,)),
    Row("cbrt_of_negative", np.cbrt, (X,)),
    Row("square_reciprocal", lambda x: np.square(x) + np.reciprocal(x), (X,)),
    Row("power_scalar", lambda x: np.power(x, 3), (X,)),
    Row("power_float_exponent", lambda x: x**2.5, (P,)),
    Row("power_negative_exponent", lambda x: x**-2, (X,)),
    Row("power_of_two_arrays", lambda x, y: x**y, (P, Y)),
    Row("power_scalar_base", lambda x: 2.0**x, (X,)),
    Row("float_power", lambda x, y: np.float_power(x, y), (P, Y)),
    Row("abs_fabs", lambda x: np.abs(x) * np.fabs(x + 0.1), (X,)),
    Row("absolute_cubed", lambda x: np.absolute(x) ** 3, (X,)),
    Row("negative_positive", lambda x: np.negative(x) * np.positive(x), (X,)),
    Row("sign_times", lambda x: np.sign(x) * x**2, (X,)),
    Row("copysign", lambda x, y: np.copysign(x, y), (X, Y)),
    Row("heaviside", lambda x: np.heaviside(x, 0.5) * x, (X,)),
    Row("floor_ceil_times", lambda x: np.floor(x) * x + np.ceil(x) * x**2, (X + 0.06,)),
    Row("rint_trunc", lambda x: (x - np.rint(x)) * np.trunc(x), (X + 0.06,)),
    Row("round_decimals", lambda x: np.round(x, 1) * x, (X + 0.02,)),
    Row("mod_two_arrays", lambda x, y: np.mod(x, y), (X, P)),
    Row("remainder_operator", lambda x: x % 0.45, (X,)),
    Row("fmod", lambda x, y: np.fmod(x, y), (X, P)),
    Row("floor_divide", lambda x: (x // 0.3) * x, (X + 0.06,)),
    Row("divmod_function", lambda x: np.divmod(x, 0.45)[1] * x, (X,)),
    Row("divmod_operator", lambda x: divmod(x, 0.45)[1], (X,)),
    Row("modf", lambda x: np.modf(x)[0] * np.modf(x)[1], (X + 0.06,)),
    Row("frexp_ldexp", lambda x: np.ldexp(x, 3), (X,)),
    Row("frexp_mantissa", lambda x: np.frexp(x)[0], (X + 0.06,)),
    Row("maximum_minimum", lambda x, y: np.maximum(x, y) * np.minimum(x, y), (X, Y)),
    Row("fmax_fmin", lambda x, y: np.fmax(x, y) - 2 * np.fmin(x, y), (X, Y)),
    Row("clip_both", lambda x: np.clip(x, -0.6, 0.4) * x, (X,)),
    Row("clip_one_side", lambda x: np.clip(x, None, 0.4) ** 2, (X,)),
    Row("clip_keywords", lambda x: np.clip(x, a_min=-0.6, a_max=None), (X,)),
    Row("clip_array_bounds", lambda x, y: np.clip(x, y - 0.5, y + 0.5), (X, Y)),
    Row("degrees_radians", lambda x: np.sin(np.deg2rad(x)) + np.rad2deg(x) * np.radians(x) * np.degrees(x), (X,)),
    Row("sinc", np.sinc, (X,)),
    Row("i0", np.i0, (X,), order=1),
    Row("nan_to_num", lambda x: np.nan_to_num(x) ** 2, (X,)),
    Row("real_if_close", lambda x: np.real_if_close(x) * x, (X,), may_refuse=True),
    Row("spacing_is_constant", lambda x: np.spacing(x) + x, (X,), may_refuse=True),
    Row("nextafter_shifts", lambda x: np.nextafter(x, 10.0) * 2, (X,), may_refuse=True),
    Row("subtract_divide", lambda x, y: np.subtract(x, y) / np.divide(y, x), (X, Y)),
    Row("true_divide", lambda x, y: np.true_divide(x, y), (X, Y)),
    # Operands of every kind.
    Row("list_operand", lambda x: x * [1, 2, 3, 4, 5], (X,)),
    Row("tuple_operand", lambda x: (1.0, 2.0, 3.0, 4.0, 5.0) - x, (X,)),
    Row("integer_array_operand", lambda x: np.arange(5) * x, (X,)),
    Row("boolean_array_operand", lambda x: x * _MASK, (X,)),
    Row("numpy_scalar_operand", lambda x: np.float64(2.0) * x / np.float32(0.5), (X,)),
    Row("plain_array_first", lambda x: P - x, (X,)),
    Row("ufunc_of_plain_and_variable", lambda x: np.multiply(P, x) + np.power(P, x), (X,)),
    Row("broadcast_row_and_column", lambda x, y: x[:, None] * y[None, :], (X, Y)),
    Row("broadcast_scalar_variable", lambda a, x: a * x + a**2, (1.3, X)),
    Row("broadcast_matrix_row", lambda a, x: np.exp(a - x), (A, np.array([0.2, -0.4, 0.9]))),
    Row("broadcast_three_axes", lambda t, m: t * m[0] + m[:2, None, :], (T, M)),
    Row("scalar_float", lambda x: np.sin(x) * x**2, (0.7,)),
    Row("numpy_scalar", lambda x: np.exp(x) / x, (np.float64(0.7),)),
    Row("zero_dimensional", lambda x: np.tanh(x) + x, (np.array(0.7),)),
    Row("one_element", lambda x: np.sum(x * x), (np.array([0.7]),)),
    Row("empty", lambda x: np.sum(np.exp(x)) + 1.0, (np.zeros(0),)),
    Row("empty_rows", lambda x: np.sin(x).sum(axis=0), (np.zeros((0, 3)),)),
    Row("float32_formula", lambda x: np.exp(-x * x) * np.sin(2 * x), (_F32,), order=1),
    Row("float32_sum", lambda x: np.sum(x**2 / np.float32(2)), (_F32,), order=1),
    Row("float32_and_float64", lambda x, y: np.sum(x * y), (_F32, Y), order=1),
    Row("float32_scalar_operand", lambda x: 0.5 * np.sqrt(np.abs(x)) + 1, (_F32,), order=1),
    Row("comparison_as_weight", lambda x: (x > 0) * x + (x <= 0) * x**2, (X,)),
    Row("logical_mask", lambda x: np.where(np.logical_and(x > -1, x < 1), x**2, x), (X,)),
    Row("isfinite_mask", lambda x: np.where(np.isfinite(x), x, 0.0) * x, (X,)),
    Row("bitwise_masks", lambda x: np.where((x > 0.4) | ~(x > -0.5), x**3, x), (X,)),
    Row("constant_function", lambda x: np.sum(x * 0.0) + 3.0, (X,)),
    # Ufuncs with out=, where=, dtype= and their methods.
    Row("out_is_a_variable", _out_of_a_variable, (X,)),
    Row("out_positional", _positional_out, (X, Y)),
    Row("out_tuple", _tuple_out, (X,)),
    Row("where_and_out", _where_into_a_variable, (P,)),
    Row("dtype_argument", lambda x: np.add(x, 1, dtype=np.float64) * x, (X,)),
    Row("add_reduce", lambda x: np.add.reduce(x * x), (X,)),
    Row("add_reduce_axis", lambda a: np.add.reduce(np.sin(a), axis=1), (M,)),
    Row("add_reduce_keepdims", lambda a: a / np.add.reduce(np.exp(a), axis=0, keepdims=True), (M,)),
    Row("add_reduce_all_axes", lambda t: np.add.reduce(t**2, axis=None), (T,)),
    Row("multiply_reduce", lambda x: np.multiply.reduce(x), (X,)),
    Row("multiply_reduce_axis", lambda a: np.multiply.reduce(a, axis=1), (M,)),
    Row("maximum_reduce", lambda a: np.maximum.reduce(a, axis=1) ** 2, (M,)),
    Row("minimum_reduce", lambda a: np.minimum.reduce(a), (M,)),
    Row("logaddexp_reduce", lambda x: np.logaddexp.reduce(x), (X,)),
    Row("logaddexp_reduce_axis", lambda a: np.logaddexp.reduce(a, axis=1), (M,)),
    Row("add_accumulate", lambda x: np.add.accumulate(x) ** 2, (X,)),
    Row("multiply_accumulate", lambda x: np.multiply.accumulate(x), (X,)),
    Row("maximum_accumulate", lambda x: np.maximum.accumulate(x) ** 2, (X,)),
    Row("minimum_accumulate_axis", lambda a: np.minimum.accumulate(a, axis=1) ** 2, (M,)),
    Row("multiply_outer", lambda x, y: np.multiply.outer(x, y), (X, Y)),
    Row("subtract_outer", lambda x: np.abs(np.subtract.outer(x, Y)).sum(), (X,)),
    Row("add_outer_matrix", lambda a, x: np.exp(np.add.outer(a, x)), (A[:2], X[:3])),
    Row("add_reduceat", lambda x: np.add.reduceat(x**2, [0, 2, 3]), (X,)),
    Row("add_at_variable", lambda x, y: _add_at(x, y), (X, Y[:3])),
    Row("add_reduce_initial", lambda x: np.add.reduce(x, initial=5.0) ** 2, (X,)),
    Row("add_reduce_where", lambda x: np.add.reduce(x**2, where=_MASK), (X,)),
    Row("divide_where_positive", lambda x: np.divide(1.0, x, out=np.zeros_like(x), where=x > 0), (X,)),
    Row("matmul_ufunc", lambda a, b: np.matmul(a, b), (A, B)),
]


def _add_at(x: Any, y: Any) -> Any:
    out = x * x
    np.add.at(out, [0, 2, 2], y)
    return out
