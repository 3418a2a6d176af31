"""Singular points and ties: the exact gradient of the sum of the output, from the design's table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import Row

_0 = np.array([0.0, 4.0])
_INF = np.inf


def masked_root_by_assignment(x: Any) -> Any:
    y = np.zeros_like(x)
    y[x > 0] = np.sqrt(x[x > 0])
    return y


def quotient_of_where(x: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.where(x != 0, np.sin(x) / x, 1.0)


def log_of_where(x: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, x * np.log(x), 0.0)


def overflowing_branch(x: Any) -> Any:
    with np.errstate(over="ignore"):
        return np.where(x > 100, x, np.exp(x))


_0_TO_2 = np.array([0.0, 2.0])
_SINC_SLOPE = (np.cos(2.0) * 2 - np.sin(2.0)) / 4

ROWS = [
    Row(
        "where_sqrt_at_0",
        lambda x: np.where(x > 0, np.sqrt(x), 0),
        (_0,),
        gradients=([0, 0.25],),
        curvature=[0, -1 / 32],
    ),
    Row("masked_sqrt_at_0", masked_root_by_assignment, (_0,), gradients=([0, 0.25],), curvature=[0, -1 / 32]),
    Row("where_quotient_at_0", quotient_of_where, (_0_TO_2,), gradients=([0, _SINC_SLOPE],)),
    Row("where_xlogx_at_0", log_of_where, (np.array([0.0, 1.0]),), gradients=([0, 1],), curvature=[0, 1]),
    Row(
        "where_overflowing_branch",
        overflowing_branch,
        (np.array([1000.0, 0.0]),),
        gradients=([1, 1],),
        curvature=[0, 1],
    ),
    Row("sqrt_at_0", lambda x: np.sqrt(x), (_0,), gradients=([_INF, 0.25],), curvature=[-_INF, -1 / 32]),
    Row("sqrt_at_0_with_zero_weight", lambda x: np.array([0.0, 1.0]) * np.sqrt(x), (_0,), gradients=([0, 0.25],)),
    Row("cbrt_at_0", lambda x: np.cbrt(x), (np.array([0.0, 8.0]),), gradients=([_INF, 1 / 12],)),
    Row("abs_squared_at_0", lambda x: np.abs(x) ** 2, (np.array([0.0, -2.0]),), gradients=([0, -4],), curvature=[2, 2]),
    Row(
        "power_spectrum_at_0",
        lambda x: np.abs(np.fft.fft(x)) ** 2,
        (np.zeros(2),),
        gradients=([0, 0],),
        curvature=[4, 4],
    ),
    Row("abs_at_0", lambda x: np.abs(x), (np.array([0.0, -2.0]),), gradients=([0, -1],), curvature=[0, 0]),
    Row("absolute_operator_at_0", lambda x: abs(x), (np.array([0.0, 2.0]),), gradients=([0, 1],)),
    Row("fabs_at_0", lambda x: np.fabs(x), (np.array([0.0, -2.0]),), gradients=([0, -1],)),
    Row("complex_abs_at_0", lambda z: np.abs(z), (np.array([0.0, 2.0]),), gradients=([0, 1],)),
    Row("sign", lambda x: np.sign(x), (np.array([0.0, -2.0]),), gradients=([0, 0],)),
    Row(
        "round_floor",
        lambda x: np.round(x) + np.floor(x) + np.ceil(x) + np.rint(x) + np.trunc(x),
        (np.array([0.0, 1.5]),),
        gradients=([0, 0],),
    ),
    Row("heaviside_at_0", lambda x: np.heaviside(x, 0.5), (np.array([0.0, 2.0]),), gradients=([0, 0],)),
    Row("maximum_tie", lambda x: np.maximum(x, 1.0), (np.array([1.0, 2.0, 0.0]),), gradients=([0.5, 1, 0],)),
    Row(
        "maximum_tie_both",
        lambda x, y: np.maximum(x, y),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
        gradients=([0.5, 0], [0.5, 1]),
    ),
    Row("maximum_of_itself", lambda x: np.maximum(x, x), (np.array([1.0, 2.0]),), gradients=([1, 1],)),
    Row("minimum_tie", lambda x: np.minimum(x, 1.0), (np.array([1.0, 2.0, 0.0]),), gradients=([0.5, 0, 1],)),
    Row(
        "fmax_fmin_tie", lambda x: np.fmax(x, 1.0) + 2 * np.fmin(x, 1.0), (np.array([1.0, 2.0]),), gradients=([1.5, 1],)
    ),
    Row("relu_at_0", lambda x: np.maximum(x, 0), (np.array([0.0, 2.0, -1.0]),), gradients=([0.5, 1, 0],)),
    Row("max_tie", lambda x: np.max(x), (np.array([1.0, 1.0]),), gradients=([0.5, 0.5],)),
    Row(
        "max_tie_of_three", lambda x: x.max(), (np.array([2.0, 1.0, 2.0, 2.0]),), gradients=([1 / 3, 0, 1 / 3, 1 / 3],)
    ),
    Row(
        "max_tie_axis",
        lambda a: np.max(a, axis=1),
        (np.array([[1.0, 1.0], [2.0, 1.0]]),),
        gradients=([[0.5, 0.5], [1, 0]],),
    ),
    Row("min_tie", lambda x: np.min(x), (np.array([1.0, 1.0, 3.0]),), gradients=([0.5, 0.5, 0],)),
    Row("maximum_reduce_tie", lambda x: np.maximum.reduce(x), (np.array([1.0, 1.0]),), gradients=([0.5, 0.5],)),
    Row("ptp_of_constant", lambda x: np.ptp(x), (np.array([1.0, 1.0]),), gradients=([0, 0],)),
    Row("nanmax_tie", lambda x: np.nanmax(x), (np.array([1.0, 1.0]),), gradients=([0.5, 0.5],)),
    Row("norm_of_zero", lambda x: np.linalg.norm(x), (np.zeros(3),), gradients=([0, 0, 0],)),
    Row(
        "norm_of_zero_row",
        lambda a: np.linalg.norm(a, axis=1),
        (np.array([[0.0, 0.0], [3.0, 4.0]]),),
        gradients=([[0, 0], [0.6, 0.8]],),
    ),
    Row(
        "norm_squared_of_zero",
        lambda x: np.linalg.norm(x) ** 2,
        (np.zeros(3),),
        gradients=([0, 0, 0],),
        curvature=[2, 2, 2],
    ),
    Row(
        "distance_to_itself",
        lambda x: np.linalg.norm(x - np.array([1.0, 2.0])),
        (np.array([1.0, 2.0]),),
        gradients=([0, 0],),
    ),
    Row("frobenius_of_zero", lambda a: np.linalg.norm(a, "fro"), (np.zeros((2, 2)),), gradients=(np.zeros((2, 2)),)),
    Row("norm_one_at_0", lambda x: np.linalg.norm(x, 1), (np.array([0.0, -2.0]),), gradients=([0, -1],)),
    Row(
        "norm_infinity_tie",
        lambda x: np.linalg.norm(x, np.inf),
        (np.array([2.0, -2.0, 1.0]),),
        gradients=([0.5, -0.5, 0],),
    ),
    Row("std_of_constant", lambda x: np.std(x), (np.array([3.0, 3.0]),), gradients=([0, 0],)),
    Row(
        "std_of_constant_axis",
        lambda a: a.std(axis=1),
        (np.array([[3.0, 3.0], [1.0, 3.0]]),),
        gradients=([[0, 0], [-0.5, 0.5]],),
    ),
    Row("var_of_constant", lambda x: np.var(x), (np.array([3.0, 3.0]),), gradients=([0, 0],), curvature=[0, 0]),
    Row(
        "hypot_at_0",
        lambda x, y: np.hypot(x, y),
        (np.array([0.0, 3.0]), np.array([0.0, 4.0])),
        gradients=([0, 0.6], [0, 0.8]),
    ),
    Row(
        "arctan2_at_0",
        lambda y, x: np.arctan2(y, x),
        (np.array([0.0, 0.0]), np.array([0.0, 2.0])),
        gradients=([0, 0.5], [0, 0]),
    ),
    Row("angle_at_0", lambda x: np.angle(x * (1 + 0j)), (np.array([0.0, 2.0]),), gradients=([0, 0],)),
    Row(
        "prod_one_zero",
        lambda x: np.prod(x),
        (np.array([0.0, 3.0, 5.0]),),
        gradients=([15, 0, 0],),
        curvature=[8, 5, 3],
    ),
    Row(
        "prod_two_zeros",
        lambda x: np.prod(x),
        (np.array([0.0, 0.0, 5.0]),),
        gradients=([0, 0, 0],),
        curvature=[5, 5, 0],
    ),
    Row("prod_three_zeros", lambda x: x.prod(), (np.zeros(3),), gradients=([0, 0, 0],), curvature=[0, 0, 0]),
    Row(
        "prod_zero_axis",
        lambda a: np.prod(a, axis=0),
        (np.array([[0.0, 2.0], [3.0, 4.0]]),),
        gradients=([[3, 4], [0, 2]],),
    ),
    Row("multiply_reduce_zero", lambda x: np.multiply.reduce(x), (np.array([0.0, 3.0, 5.0]),), gradients=([15, 0, 0],)),
    Row("cumprod_zero", lambda x: np.cumprod(x), (np.array([2.0, 0.0, 5.0]),), gradients=([1, 12, 0],)),
    Row("cumprod_two_zeros", lambda x: np.cumprod(x), (np.array([0.0, 0.0, 5.0]),), gradients=([1, 0, 0],)),
    Row("nanprod_zero", lambda x: np.nanprod(x), (np.array([0.0, 3.0, 5.0]),), gradients=([15, 0, 0],)),
    Row("power_zero_at_0", lambda x: x**0, (np.array([0.0, 2.0]),), gradients=([0, 0],)),
    Row("power_one_at_0", lambda x: x**1, (np.array([0.0, 2.0]),), gradients=([1, 1],)),
    Row("power_two_at_0", lambda x: x**2, (np.array([0.0, 2.0]),), gradients=([0, 4],), curvature=[2, 2]),
    Row(
        "power_float_two_at_0",
        lambda x: np.power(x, 2.0),
        (np.array([0.0, -2.0]),),
        gradients=([0, -4],),
        curvature=[2, 2],
    ),
    Row("power_three_at_0", lambda x: x**3.0, (np.array([0.0, -2.0]),), gradients=([0, 12],), curvature=[0, -12]),
    Row("power_half_at_0", lambda x: x**0.5, (_0,), gradients=([_INF, 0.25],)),
    Row(
        "power_array_exponent_at_0",
        lambda x: x ** np.array([2, 3]),
        (np.array([0.0, 2.0]),),
        gradients=([0, 12],),
        curvature=[2, 12],
    ),
    Row("zero_to_the_x", lambda x: 0.0**x, (np.array([0.0, 1.0]),), gradients=([-_INF, 0],)),
    Row("x_to_the_x_at_0", lambda x: x**x, (np.array([0.0, 1.0]),), gradients=([-_INF, 1],)),
    Row("negative_base_integer_exponent", lambda x: x**3, (np.array([-2.0]),), gradients=([12],)),
    Row(
        "sinc_at_0", lambda x: np.sinc(x), (np.array([0.0, 1.0]),), gradients=([0, -1],), curvature=[-(np.pi**2) / 3, 2]
    ),
    Row(
        "logaddexp_minus_infinity",
        lambda x, y: np.logaddexp(x, y),
        (np.array([-_INF, 0.0]), np.array([-_INF, 0.0])),
        gradients=([0.5, 0.5], [0.5, 0.5]),
    ),
    Row(
        "logaddexp_infinity",
        lambda x, y: np.logaddexp(x, y),
        (np.array([_INF, 0.0]), np.array([_INF, 0.0])),
        gradients=([0.5, 0.5], [0.5, 0.5]),
    ),
    Row(
        "logaddexp_one_minus_infinity",
        lambda x, y: np.logaddexp(x, y),
        (np.array([1.0]), np.array([-_INF])),
        gradients=([1], [0]),
    ),
    Row(
        "clip_at_edges",
        lambda x: np.clip(x, 0.0, 1.0),
        (np.array([-1.0, 0.0, 0.5, 1.0, 2.0]),),
        gradients=([0, 1, 1, 1, 0],),
    ),
    Row(
        "clip_method_at_edges",
        lambda x: x.clip(0.0, 1.0),
        (np.array([-1.0, 0.0, 0.5, 1.0, 2.0]),),
        gradients=([0, 1, 1, 1, 0],),
    ),
    Row(
        "clip_bounds",
        lambda x, lo, hi: np.clip(x, lo, hi),
        (np.array([-1.0, 0.0, 2.0]), np.zeros(3), np.ones(3)),
        gradients=([0, 1, 0], [1, 0, 0], [0, 0, 1]),
    ),
    Row("root_of_sum_of_squares_at_0", lambda x: np.sqrt(np.sum(x**2)), (np.zeros(2),), gradients=([0, 0],)),
    Row("root_of_mean_square_at_0", lambda x: np.sqrt(np.mean(x**2)), (np.zeros(2),), gradients=([0, 0],)),
    Row(
        "root_of_rows_at_0",
        lambda a: np.sqrt((a**2).sum(axis=1)),
        (np.array([[0.0, 0], [3, 4]]),),
        gradients=([[0, 0], [0.6, 0.8]],),
    ),
    Row("root_of_dot_at_0", lambda x: np.sqrt(np.dot(x, x)), (np.zeros(2),), gradients=([0, 0],)),
    Row("root_of_matmul_at_0", lambda x: np.sqrt(x @ x), (np.zeros(2),), gradients=([0, 0],)),
    Row("root_of_vdot_at_0", lambda x: np.sqrt(np.vdot(x, x)), (np.zeros(2),), gradients=([0, 0],)),
    Row("root_of_inner_at_0", lambda x: np.sqrt(np.inner(x, x)), (np.zeros(2),), gradients=([0, 0],)),
    Row("root_of_einsum_at_0", lambda x: np.sqrt(np.einsum("i,i->", x, x)), (np.zeros(2),), gradients=([0, 0],)),
    Row(
        "root_of_einsum_rows_at_0",
        lambda a: np.sqrt(np.einsum("ij,ij->i", a, a)),
        (np.array([[0.0, 0], [3, 4]]),),
        gradients=([[0, 0], [0.6, 0.8]],),
    ),
    Row("root_of_trace_at_0", lambda a: np.sqrt(np.trace(a.T @ a)), (np.zeros((2, 2)),), gradients=(np.zeros((2, 2)),)),
    Row(
        "root_of_quadratic_form_at_0",
        lambda x: np.sqrt(x @ np.array([[2.0, 0.5], [0.5, 1.0]]) @ x),
        (np.zeros(2),),
        gradients=([0, 0],),
    ),
    Row("root_of_max_at_0", lambda x: np.sqrt(np.max(x)), (np.array([0.0, -1.0]),), gradients=([_INF, 0],)),
    Row("root_of_clip_below", lambda x: np.sqrt(np.clip(x, 0, 1)), (np.array([-1.0, 0.25]),), gradients=([0, 1],)),
    Row("root_of_relu_below", lambda x: np.sqrt(np.maximum(x, 0)), (np.array([-1.0, 0.25]),), gradients=([0, 1],)),
    Row(
        "root_of_where_below", lambda x: np.sqrt(np.where(x > 0, x, 0)), (np.array([-1.0, 0.25]),), gradients=([0, 1],)
    ),
    Row("root_of_prod_at_0", lambda x: np.sqrt(np.prod(x)), (np.array([0.0, 4.0]),), gradients=([_INF, 0],)),
    Row("root_then_mask", lambda x: np.sqrt(x)[x > 0].sum(), (_0,), gradients=([0, 0.25],)),
    Row("root_then_slice", lambda x: np.sqrt(x)[1:].sum(), (_0,), gradients=([0, 0.25],)),
    Row("root_then_sort_and_top", lambda x: np.sort(np.sqrt(x))[-1], (_0,), gradients=([0, 0.25],)),
    Row("root_then_weights_by_dot", lambda x: np.dot(np.sqrt(x), [0.0, 1.0]), (_0,), gradients=([0, 0.25],)),
    Row("root_then_max", lambda x: np.max(np.sqrt(x)), (_0,), gradients=([0, 0.25],)),
    Row("root_then_median", lambda x: np.median(np.sqrt(x)), (np.array([0.0, 4.0, 9.0]),), gradients=([0, 0.25, 0],)),
    Row("root_then_where_sum", lambda x: np.sum(np.sqrt(x), where=x > 0), (_0,), gradients=([0, 0.25],)),
    Row("root_then_select", lambda x: np.select([x > 0], [np.sqrt(x)], 0.0), (_0,), gradients=([0, 0.25],)),
    Row(
        "root_then_diff_tail",
        lambda x: np.diff(np.sqrt(x))[1:],
        (np.array([0.0, 4.0, 1.0]),),
        gradients=([0, -0.25, 0.5],),
    ),
    Row("root_then_overwritten", lambda x: _overwritten(np.sqrt(x)), (_0,), gradients=([0, 0.25],)),
    Row("root_squared_at_0", lambda x: np.sqrt(x) ** 2, (_0,), gradients=([0, 1],)),
    Row("eigvalsh_equal", lambda a: np.linalg.eigvalsh((a + a.T) / 2).sum(), (np.eye(2),), gradients=(np.eye(2),)),
    Row(
        "eigh_equal_smooth",
        lambda a: (lambda w, v: np.trace((v * w**2) @ v.T))(*np.linalg.eigh((a + a.T) / 2)),
        (2 * np.eye(2),),
        gradients=(4 * np.eye(2),),
    ),
    Row(
        "svd_equal_frobenius",
        lambda a: np.sum(np.linalg.svd(a, compute_uv=False) ** 2),
        (2 * np.eye(2),),
        gradients=(4 * np.eye(2),),
    ),
    Row(
        "det_of_singular",
        lambda a: np.linalg.det(a),
        (np.array([[1.0, 2.0], [2.0, 4.0]]),),
        gradients=([[4, -2], [-2, 1]],),
    ),
    Row("det_of_rank_zero", lambda a: np.linalg.det(a), (np.zeros((2, 2)),), gradients=(np.zeros((2, 2)),)),
    Row("mod_by_constant", lambda x: x % 2.0, (np.array([0.0, 3.0]),), gradients=([1, 1],)),
    Row("sort_with_ties", lambda x: np.sort(x), (np.array([1.0, 1.0, 0.0]),), gradients=([1, 1, 1],)),
    Row("median_of_three_different", lambda x: np.median(x), (np.array([3.0, 1.0, 2.0]),), gradients=([0, 0, 1],)),
    Row("arcsin_at_edge", lambda x: np.arcsin(x), (np.array([1.0, 0.0]),), gradients=([_INF, 1],)),
    Row("log_at_0", lambda x: _quiet_log(x), (np.array([0.0, 2.0]),), gradients=([_INF, 0.5],)),
    Row("tanh_saturated", lambda x: np.tanh(x), (np.array([400.0, 0.0]),), gradients=([0, 1],)),
    Row("softplus_large", lambda x: np.logaddexp(0, x), (np.array([800.0, -800.0]),), gradients=([1, 0],)),
    Row("nansum_skips", lambda x: np.nansum(x**2), (np.array([np.nan, 3.0]),), gradients=([0, 6],)),
    Row("nanmean_skips", lambda x: np.nanmean(x), (np.array([np.nan, 3.0, 1.0]),), gradients=([0, 0.5, 0.5],)),
    Row("where_masks_nan", lambda x: np.where(np.isnan(x), 0.0, x**2), (np.array([np.nan, 3.0]),), gradients=([0, 6],)),
    Row(
        "interp_at_node_inside",
        lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 2.0]),
        (np.array([1.0, 0.5]),),
        gradients=([1, 1],),
    ),
    Row("repeated_index", lambda x: x[[0, 0, 0]], (np.array([2.0, 5.0]),), gradients=([3, 0],)),
    Row("empty_mask", lambda x: np.sum(x[x > 10] ** 2) + np.sum(x), (np.array([2.0, 5.0]),), gradients=([1, 1],)),
    Row(
        "power_of_negative_by_x",
        lambda x: np.sum(np.where(x > 0, np.abs(x) ** x, 0.0)),
        (np.array([-2.0, 1.0]),),
        gradients=([0, 1],),
    ),
]


def _quiet_log(x: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.log(x)


def _overwritten(y: Any) -> Any:
    y[0] = 1.0
    return y
