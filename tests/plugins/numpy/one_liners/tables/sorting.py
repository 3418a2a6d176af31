"""Sorting, selecting, quantiles and sets, away from ties."""

from __future__ import annotations

import numpy as np

from ..row import M, P, Row, T, X, Y

_WEIGHTS = np.arange(5.0)

ROWS = [
    Row("sort", lambda x: np.sort(x) * _WEIGHTS, (X,)),
    Row("sort_axis", lambda a: np.sort(a, axis=0) * np.arange(4) ** 2, (M,)),
    Row("sort_axis_none", lambda a: np.sort(a, axis=None)[2:5] ** 2, (M,)),
    Row("sort_descending", lambda x: np.sort(x)[::-1] * _WEIGHTS, (X,)),
    Row("sort_kind", lambda x: np.sort(x, kind="stable")[1] ** 2, (X,)),
    Row("partition", lambda x: np.partition(x, 2)[:3].sum() ** 2, (X,)),
    Row("partition_axis", lambda a: np.partition(a, 1, axis=1)[:, 1] ** 2, (M,)),
    Row("argpartition_top", lambda x: x[np.argpartition(x, -2)[-2:]].sum() ** 2, (X,)),
    Row("median", lambda x: np.median(x) ** 2, (X,)),
    Row("median_even", lambda a: np.median(a, axis=1) ** 2, (M,)),
    Row("median_keepdims", lambda t: np.median(t, axis=(0, 1), keepdims=True) ** 2, (T,)),
    Row("median_absolute_deviation", lambda x: np.median(np.abs(x - np.median(x))), (X,)),
    Row("nanmedian", lambda x: np.nanmedian(x * np.array([1, np.nan, 1, 1, 1])) ** 2, (X,)),
    Row("quantile", lambda x: np.quantile(x, 0.3) ** 2, (X,)),
    Row("quantile_several", lambda x: np.quantile(x, [0.1, 0.5, 0.85]) ** 2, (X,)),
    Row("quantile_axis", lambda a: np.quantile(a, 0.4, axis=1, keepdims=True) * a, (M,)),
    Row("quantile_lower", lambda x: np.quantile(x, 0.3, method="lower") ** 2, (X,)),
    Row("quantile_hazen", lambda x: np.quantile(x, 0.37, method="hazen") ** 2, (X,)),
    Row("quantile_midpoint", lambda x: np.quantile(x, 0.3, method="midpoint") ** 2, (X,)),
    Row("percentile", lambda x: np.percentile(x, 75) - np.percentile(x, 25), (X,)),
    Row("percentile_axis_list", lambda a: np.percentile(a, [20, 60], axis=0) ** 2, (M,)),
    Row("nanquantile", lambda x: np.nanquantile(x, 0.6) ** 2, (X,)),
    Row("nanpercentile", lambda x: np.nanpercentile(x * np.array([1, 1, np.nan, 1, 1]), 40) ** 2, (X,)),
    Row("quantile_by_q", lambda q: np.quantile(X, q) ** 2, (0.33,), may_refuse=True),
    Row("value_at_risk", lambda x: -np.percentile(x, 5) * np.sqrt(10), (X,)),
    Row("expected_shortfall", lambda x: -x[x <= np.quantile(x, 0.4)].mean(), (X,)),
    Row("trimmed_mean", lambda x: np.sort(x)[1:-1].mean() ** 2, (X,)),
    Row("winsorized", lambda x: np.clip(x, np.quantile(x, 0.2), np.quantile(x, 0.8)) ** 2, (X,), order=1),
    Row("gini", lambda x: np.sum((2 * np.arange(1, 6) - 6) * np.sort(x)) / (5 * np.sum(x)), (P,)),
    Row("lexsort_rows", lambda a: a[np.lexsort((a[:, 1], a[:, 0]))][0] ** 2, (M,)),
    Row("unique_values", lambda x: np.unique(x) * _WEIGHTS, (X,), may_refuse=True),
    Row("rank_weights", lambda x: x * np.argsort(np.argsort(x)), (X,)),
    Row("sort_pairs_by_key", lambda x, y: y[np.argsort(x)] * np.sort(x), (X, Y)),
    Row("wasserstein", lambda x, y: np.mean(np.abs(np.sort(x) - np.sort(y))), (X, Y)),
    Row("empirical_crps", lambda x: np.mean(np.abs(x - 0.1)) - 0.5 * np.mean(np.abs(x[:, None] - x)), (X,), order=1),
    Row("sort_two_dimensional_last", lambda t: np.sort(t)[..., -1] ** 2, (T,)),
    Row("max_pool", lambda a: a.reshape(3, 2, 2).max(axis=2) ** 2, (M,)),
    Row("top_two_gap", lambda x: np.diff(np.sort(x)[-2:])[0] ** 2, (X,)),
]
