"""Functions that take functions: `apply_along_axis`, `vectorize`, `fromfunction` and their kin."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np

from ..row import A, M, P, Row, T, X, Y

_double_sine = np.vectorize(lambda v: 2 * np.sin(v))
_branching = np.vectorize(lambda v: v**2 if v > 0 else np.exp(v))
_two_arguments = np.vectorize(lambda a, b: a * b + np.sin(a))
_row_norm = np.vectorize(lambda row: np.sqrt(np.sum(row**2)), signature="(n)->()")


def newton(a: Any) -> Any:
    x = a / 2 + 0.5
    for _ in range(8):
        x = 0.5 * (x + a / x)
    return x


def memoised(x: Any) -> Any:
    @functools.lru_cache
    def power(n: int) -> Any:
        return x if n == 1 else power(n - 1) * x

    return power(3)


ROWS = [
    Row("apply_along_axis_scalar", lambda a: np.apply_along_axis(lambda r: np.sum(r**2), 1, a), (M,)),
    Row("apply_along_axis_vector", lambda a: np.apply_along_axis(lambda r: r / np.sum(np.exp(r)), 0, a), (M,)),
    Row("apply_along_axis_sort", lambda a: np.apply_along_axis(np.sort, 1, a) * np.arange(4), (M,)),
    Row("apply_over_axes", lambda t: np.apply_over_axes(np.sum, t**2, [0, 2]), (T,)),
    Row("vectorize", lambda x: _double_sine(x), (X,)),
    Row("vectorize_branching", lambda x: _branching(x), (X,)),
    Row("vectorize_two_arguments", lambda x, y: _two_arguments(x, y), (X, Y)),
    Row("vectorize_broadcast", lambda x: _two_arguments(x, 2.0), (X,)),
    Row("vectorize_signature", lambda a: _row_norm(a), (M,)),
    Row(
        "vectorize_decorator_otypes", lambda x: np.vectorize(lambda v: v * v, otypes=[float])(x), (X,), may_refuse=True
    ),
    Row("frompyfunc", lambda x: np.sum(np.frompyfunc(lambda v: v * v + 1, 1, 1)(x)), (X,), may_refuse=True),
    Row("fromfunction", lambda x: np.fromfunction(lambda i, j: x[0] ** i * x[1] + j, (2, 3)), (P,)),
    Row("fromiter", lambda x: np.fromiter((v * v for v in x), dtype=float).sum(), (X,), may_refuse=True),
    Row("functools_reduce", lambda a: functools.reduce(np.matmul, [a, a, a]), (A,)),
    Row("map_and_sum", lambda x: sum(map(np.sin, x)), (X,)),
    Row("itertools_pairs", lambda x: sum(abs(a - b) for a, b in itertools.combinations(x, 2)), (X,)),
    Row("itertools_accumulate", lambda x: np.stack(list(itertools.accumulate(x, lambda a, b: 0.5 * a + b))), (X,)),
    Row("newton_iteration", newton, (P,)),
    Row("memoised", memoised, (X,)),
    Row("where_function", lambda x: np.where(x > 0, *[f(x) for f in (np.exp, np.cos)]), (X,)),
    Row("partial_function", lambda x: functools.partial(np.clip, a_min=-0.6, a_max=0.4)(x) * x, (X,)),
    Row("getattr_function", lambda x: getattr(np, "tanh")(x), (X,)),
    Row("dictionary_output", lambda x: {"a": x**2, "b": np.sum(x)}, (X,)),
    Row("tuple_output", lambda x, y: (x * y, np.dot(x, y), [y**2]), (X, Y)),
    Row("block_recursion", lambda a: np.stack([np.linalg.norm(row) for row in a]) ** 2, (M,)),
    Row(
        "iterative_softmax_list",
        lambda x: np.array([np.exp(v) for v in x]) / sum(np.exp(v) for v in x),
        (X,),
        may_refuse=True,
    ),
]
