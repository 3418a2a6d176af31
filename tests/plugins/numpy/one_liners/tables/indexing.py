"""Taking elements out: slices, masks, lists, `np.ix_`, `take` and their kin."""

from __future__ import annotations

import numpy as np

from ..row import A, M, P, Row, T, X, Y

_COLUMNS = np.array([[0, 1], [3, 2], [1, 1]])

ROWS = [
    Row("element", lambda x: x[1] ** 2 * x[-1], (X,)),
    Row("element_two_axes", lambda a: a[0, 1] * a[-1, 2] + a[1][2], (M,)),
    Row("slice", lambda x: x[1:4] ** 2, (X,)),
    Row("slice_step", lambda x: x[::2] * x[::-2], (X,)),
    Row("finite_difference", lambda x: (x[2:] - 2 * x[1:-1] + x[:-2]) ** 2, (X,)),
    Row("row_column", lambda a: a[1] * a[:, 2].sum(), (M,)),
    Row("ellipsis", lambda t: t[..., 0] ** 2 + t[0, ..., 1], (T,)),
    Row("newaxis", lambda x: x[None, :, None] ** 2, (X,)),
    Row("mask", lambda x: np.sum(x[x > 0] ** 2), (X,)),
    Row("mask_mean", lambda x: x[x > np.median(x)].mean(), (X,)),
    Row("mask_two_axes", lambda a: a[a > 0] ** 2, (M,)),
    Row("mask_rows", lambda a: a[np.array([True, False, True])] ** 2, (M,)),
    Row("integer_list", lambda x: x[[0, 2, 2, 4]] ** 2, (X,)),
    Row("integer_array_negative", lambda x: x[np.array([-1, 0, -1])] * 3, (X,)),
    Row("two_index_arrays", lambda a: a[np.arange(3), [0, 2, 2]] ** 2, (M,)),
    Row("index_array_and_slice", lambda a: a[[0, 2], 1:] ** 2, (M,)),
    Row("separated_index_arrays", lambda t: t[[0, 1], :, [1, 3]] ** 2, (T,)),
    Row("ix_", lambda a: a[np.ix_([0, 2], [1, 3])] ** 2, (M,)),
    Row("argsort_top_three", lambda x: x[np.argsort(x)][-3:].sum(), (X,)),
    Row("argsort_descending", lambda x: x[np.argsort(-x)] * np.arange(5), (X,)),
    Row("nonzero_where", lambda x: x[np.nonzero(x > 0)] ** 2 * x[np.where(x > 0)[0]], (X,)),
    Row("flatnonzero", lambda a: a.ravel()[np.flatnonzero(a > 0)] ** 2, (M,)),
    Row("argwhere", lambda x: x[np.argwhere(x > 0)[:, 0]].sum() ** 2, (X,)),
    Row("argmax_axis", lambda a: a[np.arange(3), a.argmax(axis=1)] ** 2, (M,)),
    Row("unravel_index", lambda a: a[np.unravel_index(np.argmax(a), a.shape)] ** 2, (M,)),
    Row("triu_indices", lambda a: a[np.triu_indices(3)] ** 2, (A,)),
    Row("diag_indices", lambda a: a[np.diag_indices(3)] ** 3, (A,)),
    Row("tril_indices_from", lambda a: a[np.tril_indices_from(a, -1)] ** 2, (A,)),
    Row("triu_indices_from", lambda a: a[np.triu_indices_from(a, 1)] ** 2 * a[np.diag_indices_from(a)], (A,)),
    Row("isin_mask", lambda x: x[np.isin(np.round(x), [1, 2])] ** 2, (X + 0.1,)),
    Row("take", lambda x: np.take(x, [3, 0, 0]) ** 2, (X,)),
    Row("take_axis", lambda a: np.take(a, [1, 1, 3], axis=1) ** 2, (M,)),
    Row("take_wrap", lambda x: np.take(x, [6, -7], mode="wrap") ** 2, (X,)),
    Row("take_flat", lambda a: a.take([0, 5, 11]) ** 2, (M,)),
    Row("take_along_axis", lambda a: np.take_along_axis(a, _COLUMNS, axis=1) ** 2, (M,)),
    Row("take_along_argsort", lambda a: np.take_along_axis(a, np.argsort(a, axis=1), axis=1) * np.arange(4), (M,)),
    Row("compress", lambda a: np.compress([False, True, True], a, axis=0) ** 2, (M,)),
    Row("extract", lambda x: np.extract(x > 0, x) ** 2, (X,)),
    Row("choose", lambda x, y: np.choose([0, 1, 0, 1, 1], [x, y * x]), (X, Y)),
    Row("where_three", lambda x, y: np.where(x > y, x * y, x - y), (X, Y)),
    Row("where_broadcast", lambda x, y: np.where(np.eye(5) > 0, x, y[:, None] ** 2), (X, Y)),
    Row("where_nested", lambda x: np.where(x < -0.5, x**2, np.where(x < 0.4, np.sin(x), np.exp(x))), (X,)),
    Row("where_scalar_branch", lambda x: np.where(x > 0, x, 0).sum() ** 2, (X,)),
    Row("select", lambda x: np.select([x < 0, x < 1], [x**2, np.sin(x)], default=1.0), (X,)),
    Row("select_array_default", lambda x, y: np.select([x < 0], [x * y], y), (X, Y)),
    Row("piecewise", lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t: t**2, lambda t: np.sin(t)]), (X,)),
    Row("piecewise_constant", lambda x: np.piecewise(x, [x < 0], [0.0, lambda t: 3 * t**2]), (X,)),
    Row("iterate_rows", lambda a: sum(np.sin(row).sum() ** 2 for row in a), (M,)),
    Row("iterate_elements", lambda x: sum(v**k for k, v in enumerate(x)), (X,)),
    Row("unpack", lambda x: (lambda a, b, *rest: a * b + rest[0])(*x), (X,)),
    Row("enumerate_zip", lambda x, y: sum(i * a * b for i, (a, b) in enumerate(zip(x, y))), (X, Y)),
    Row("ndenumerate_indices", lambda a: sum((i + 2 * j) * a[i, j] ** 2 for i, j in np.ndindex(3, 4)), (M,)),
    Row("list_comprehension_stack", lambda a: np.stack([row / row.sum() for row in a + 3]), (M,)),
    Row("list_comprehension_array", lambda x: np.sum(np.array([v**2 for v in x]) * P), (X,)),
    Row("searchsorted_bins", lambda x: x * np.array([1.0, 2.0, 3.0])[np.searchsorted([-0.5, 0.4], x)], (X,)),
    Row("digitize_bins", lambda x: P[np.digitize(x, [-1, 0, 1])] * x, (X,)),
    Row("lookup_table_of_variables", lambda x: x[np.array([0, 1, 1, 2, 0])] * P, (X,)),
    Row("embedding_lookup", lambda a: a[np.array([[0, 2], [2, 1]])].sum(axis=1) ** 2, (M,)),
    Row("flat_index", lambda a: a.flat[5] ** 2, (M,), may_refuse=True),
    Row("item", lambda x: x.item(1) * x[0], (X,), may_refuse=True),
    Row("fill_diagonal_of_copy", lambda a: _hollow(a) ** 2, (A,)),
]


def _hollow(a):  # type: ignore[no-untyped-def]
    b = a.copy()
    np.fill_diagonal(b, 0.0)
    return b
