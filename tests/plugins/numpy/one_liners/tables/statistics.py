"""Covariances, histograms, interpolation, regression and likelihoods."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import M, N, P, Row, U, X, Y, spread

_K = np.array([3.0, 1.0, 0.0, 2.0, 4.0])
_XP, _FP = np.array([-2.0, -0.5, 0.4, 2.5]), np.array([1.0, -1.0, 2.0, 0.5])
_DATA = spread(5, 2, seed=8)


def linear_regression_loss(w: Any, b: Any) -> Any:
    return np.mean((_DATA @ w + b - X) ** 2)


def logistic_loss(w: Any) -> Any:
    p = 1 / (1 + np.exp(-(_DATA @ w)))
    y = np.array([0, 1, 1, 0, 1])
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def principal_variance(a: Any) -> Any:
    centred = a - a.mean(axis=0)
    return np.linalg.svd(centred, compute_uv=False)[0] ** 2 / (len(a) - 1)


def gaussian_mixture(m: Any) -> Any:
    densities = np.exp(-0.5 * (X[:, None] - m[None, :]) ** 2) / np.sqrt(2 * np.pi)
    return np.sum(np.log(densities @ np.array([0.3, 0.5, 0.2])))


def kernel_density(x: Any, h: Any) -> Any:
    u = (Y[:, None] - x) / h
    return np.mean(np.exp(-0.5 * u**2) / (h * np.sqrt(2 * np.pi)), axis=1)


def histogram_of_weights(w: Any) -> Any:
    return np.histogram(X, bins=[-2, 0, 1, 3], weights=w)[0] ** 2


def histogram_mean_of_bins(x: Any) -> Any:
    counts, edges = np.histogram(x, bins=4)
    return np.sum(counts * 0.5 * (edges[1:] + edges[:-1])) / counts.sum()


ROWS = [
    Row("cov", lambda a: np.cov(a), (M,)),
    Row("cov_two_vectors", lambda x, y: np.cov(x, y), (X, Y)),
    Row("cov_entry", lambda x, y: np.cov(x, y)[0, 1] / np.var(x, ddof=1), (X, Y)),
    Row("cov_columns", lambda a: np.cov(a, rowvar=False), (_DATA,)),
    Row("cov_bias_ddof", lambda a: np.cov(a, bias=True) + np.cov(a, ddof=0), (M,)),
    Row("cov_fweights", lambda a: np.cov(a, fweights=[1, 2, 1, 3]), (M,)),
    Row("cov_aweights", lambda a: np.cov(a, aweights=P[:4]), (M,)),
    Row("cov_one_vector", lambda x: np.cov(x), (X,)),
    Row("corrcoef", lambda a: np.corrcoef(a), (M,)),
    Row("corrcoef_pair", lambda x, y: np.corrcoef(x, y)[0, 1], (X, Y)),
    Row("corrcoef_columns", lambda a: np.corrcoef(a, rowvar=False)[0, 1] ** 2, (_DATA,)),
    Row("pearson_by_hand", lambda x, y: np.mean((x - x.mean()) * (y - y.mean())) / (x.std() * y.std()), (X, Y)),
    Row("skewness", lambda x: np.mean(((x - np.mean(x)) / np.std(x)) ** 3), (X,)),
    Row("kurtosis", lambda x: np.mean((x - x.mean()) ** 4) / np.var(x) ** 2 - 3, (X,)),
    Row("histogram_weights", histogram_of_weights, (X,)),
    Row("histogram_of_values_is_constant", lambda x: np.sum(np.histogram(x, bins=[-2, 0, 1, 3])[0] * x[:3]), (X,)),
    Row("histogram_edges", lambda x: np.histogram(x, bins=4)[1] ** 2, (X,)),
    Row("histogram_edges_of_range", lambda r: np.histogram(X, bins=4, range=(-r, r))[1] ** 2, (2.5,)),
    Row("histogram_mean_of_bins", histogram_mean_of_bins, (X,)),
    Row("histogram_bin_edges", lambda x: np.histogram_bin_edges(x, bins="sturges") ** 2, (X,)),
    Row("histogram2d_edges", lambda x, y: np.histogram2d(x, y, bins=3)[1:], (X, Y)),
    Row("histogram_density_of_weights", lambda w: np.histogram(X, [-2, 0, 1, 3], density=True, weights=w)[0], (P,)),
    Row("bincount_weights", lambda w: np.bincount([0, 2, 2, 1, 0], weights=w) ** 2, (X,)),
    Row("bincount_minlength", lambda w: np.bincount([0, 2, 2, 1, 0], w, minlength=5) ** 2, (X,)),
    Row("histogram2d_weights", lambda w: np.histogram2d(X, Y, bins=2, weights=w)[0] ** 2, (P,), may_refuse=True),
    Row("interp_at", lambda x: np.interp(x, _XP, _FP) ** 2, (X,)),
    Row("interp_values", lambda f: np.interp(X, _XP, f) ** 2, (_FP,)),
    Row("interp_nodes", lambda p: np.interp(X, p, _FP), (_XP,)),
    Row("interp_all", lambda x, p, f: np.interp(x, p, f), (X, _XP, _FP)),
    Row("interp_outside", lambda x: np.interp(x, [-0.6, 0.4], [1.0, 2.0]), (X,)),
    Row("interp_left_right", lambda f: np.interp(X, [-0.6, 0.0, 0.4], f, left=0.0, right=9.0) ** 2, (P[:3],)),
    Row("interp_period", lambda x: np.interp(x, [0.2, 1.0, 2.5], [1.0, -1.0, 2.0], period=3.0), (X,)),
    Row("interp_scalar", lambda x: np.interp(x, _XP, _FP) ** 2, (0.1,)),
    Row("linear_regression_loss", linear_regression_loss, (np.array([0.3, -0.7]), 0.2)),
    Row("logistic_loss", logistic_loss, (np.array([0.3, -0.7]),)),
    Row("poisson_loss", lambda w: np.sum(np.exp(_DATA @ w) - _K * (_DATA @ w)), (np.array([0.3, -0.7]),)),
    Row("gaussian_nll", lambda m, s: np.sum(0.5 * np.log(2 * np.pi * s**2) + (X - m) ** 2 / (2 * s**2)), (0.3, 1.2)),
    Row("gaussian_mixture", gaussian_mixture, (np.array([-1.0, 0.2, 1.4]),)),
    Row("kernel_density", kernel_density, (X, 0.6)),
    Row("principal_variance", principal_variance, (_DATA,)),
    Row("effective_sample_size", lambda w: np.sum(w) ** 2 / np.sum(w**2), (P,)),
    Row("softmax_temperature", lambda t: np.sum(np.exp(X / t) / np.sum(np.exp(X / t)) * Y), (0.8,)),
    Row("portfolio_variance", lambda w: np.sqrt(w @ np.cov(N.T) @ w), (np.array([0.4, 0.6]),)),
    Row("exponential_moving_average", lambda a: np.sum(a * (1 - a) ** np.arange(5) * X), (0.3,)),
    Row("ols_slope", lambda x, y: np.sum((x - np.mean(x)) * y) / np.sum((x - np.mean(x)) ** 2), (X, Y)),
    Row("brier", lambda p: np.mean((p - np.array([0, 1, 1, 0, 1])) ** 2), (U,)),
    Row("log_returns", lambda p: np.std(np.diff(np.log(p))) * np.sqrt(252), (P,)),
    Row("jensen_shannon", lambda p: 0.5 * np.sum(p * np.log(2 * p / (p + 0.2))), (P / P.sum(),)),
]
