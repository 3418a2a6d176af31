"""What would lose a gradient, and is refused with advice."""

from __future__ import annotations

import cmath
import math
import warnings
from typing import Any

import numpy as np

from ..row import A, P, Row, X


def _assign_to_plain(x: Any) -> Any:
    plain = np.zeros(5)
    plain[0] = x[0]
    return plain


def _assign_slice_to_plain(x: Any) -> Any:
    plain = np.zeros(5)
    plain[:] = x
    return plain


def _assign_mask_to_plain(x: Any) -> Any:
    plain = np.zeros(5)
    plain[x > 0] = x[x > 0]
    return plain


def _add_to_plain(x: Any) -> Any:
    plain = np.zeros(5)
    plain += x
    return plain


def _multiply_plain(x: Any) -> Any:
    plain = np.ones(5)
    plain *= x
    return plain


def _add_to_plain_element(x: Any) -> Any:
    plain = np.zeros(5)
    plain[1] += x[1]
    return plain


def _matmul_plain(a: Any) -> Any:
    plain = np.eye(3)
    plain @= a
    return plain


def _ufunc_out_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.add(x, 1.0, out=plain)
    return plain


def _ufunc_out_plain_tuple(x: Any) -> Any:
    plain = np.zeros(5)
    np.exp(x, out=(plain,))
    return plain


def _function_out_plain(x: Any) -> Any:
    plain = np.zeros(())
    np.sum(x, out=plain)
    return plain


def _clip_out_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.clip(x, 0, 1, out=plain)
    return plain


def _matmul_out_plain(a: Any) -> Any:
    plain = np.zeros((3, 3))
    np.matmul(a, a, out=plain)
    return plain


def _cumsum_out_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.cumsum(x, out=plain)
    return plain


def _reduce_out_plain(a: Any) -> Any:
    plain = np.zeros(3)
    np.add.reduce(a, axis=0, out=plain)
    return plain


def _at_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.add.at(plain, [0, 1, 2, 3, 4], x)
    return plain


def _copyto_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.copyto(plain, x)
    return plain


def _put_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.put(plain, [0], x[0])
    return plain


def _putmask_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.putmask(plain, plain == 0, x)
    return plain


def _place_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.place(plain, plain == 0, x)
    return plain


def _fill_diagonal_plain(x: Any) -> Any:
    plain = np.zeros((5, 5))
    np.fill_diagonal(plain, x)
    return plain


def _fill_plain(x: Any) -> Any:
    plain = np.zeros(5)
    plain.fill(x[0])
    return plain


def _put_along_axis_plain(x: Any) -> Any:
    plain = np.zeros(5)
    np.put_along_axis(plain, np.array([0]), x[:1], axis=0)
    return plain


def _list_of_floats(x: Any) -> Any:
    return np.sum([float(v) for v in x])


def _matrix(a: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return np.matrix(a).I


ROWS = [
    Row("float_of_variable", lambda x: float(x[0]) ** 2, (X,), refused=True),
    Row("float_of_scalar", lambda x: float(x) ** 2, (0.7,), refused=True),
    Row("int_of_variable", lambda x: int(x[2]) * 2.0, (X,), refused=True),
    Row("complex_of_variable", lambda x: complex(x[2]) * 2.0, (X,), refused=True),
    Row("math_sin", lambda x: math.sin(x[0]), (X,), refused=True),
    Row("math_sqrt_of_sum", lambda x: math.sqrt((x**2).sum()), (X,), refused=True),
    Row("math_fsum", lambda x: math.fsum(x), (X,), refused=True),
    Row("cmath_exp", lambda x: cmath.exp(x[0]).real, (X,), refused=True),
    Row("list_of_floats", _list_of_floats, (X,), refused=True),
    Row("asarray_float", lambda x: np.asarray(x, dtype=float).sum(), (X,), refused=True),
    Row("array_float", lambda x: np.array(x, dtype=np.float64) ** 2, (X,), refused=True),
    Row("array_of_elements_float", lambda x: np.array([x[0], x[1]], dtype=float).sum(), (X,), refused=True),
    Row("asfarray_like", lambda x: np.asarray(x, np.float32).sum(), (X,), refused=True),
    Row("assign_to_plain", _assign_to_plain, (X,), refused=True),
    Row("assign_slice_to_plain", _assign_slice_to_plain, (X,), refused=True),
    Row("assign_mask_to_plain", _assign_mask_to_plain, (X,), refused=True),
    Row("add_to_plain", _add_to_plain, (X,), refused=True),
    Row("multiply_plain", _multiply_plain, (X,), refused=True),
    Row("add_to_plain_element", _add_to_plain_element, (X,), refused=True),
    Row("matmul_plain", _matmul_plain, (A,), refused=True),
    Row("ufunc_out_plain", _ufunc_out_plain, (X,), refused=True),
    Row("ufunc_out_plain_tuple", _ufunc_out_plain_tuple, (X,), refused=True),
    Row("function_out_plain", _function_out_plain, (X,), refused=True),
    Row("clip_out_plain", _clip_out_plain, (X,), refused=True),
    Row("matmul_out_plain", _matmul_out_plain, (A,), refused=True),
    Row("cumsum_out_plain", _cumsum_out_plain, (X,), refused=True),
    Row("reduce_out_plain", _reduce_out_plain, (A,), refused=True),
    Row("add_at_plain", _at_plain, (X,), refused=True),
    Row("copyto_plain", _copyto_plain, (X,), refused=True),
    Row("put_plain", _put_plain, (X,), refused=True),
    Row("putmask_plain", _putmask_plain, (X,), refused=True),
    Row("place_plain", _place_plain, (X,), refused=True),
    Row("fill_diagonal_plain", _fill_diagonal_plain, (X,), refused=True),
    Row("fill_plain", _fill_plain, (X,), refused=True),
    Row("put_along_axis_plain", _put_along_axis_plain, (X,), refused=True),
    Row("ctypes", lambda x: x.ctypes, (X,), refused=True),
    Row("data_buffer", lambda x: np.frombuffer(x.data).sum(), (X,), refused=True),
    Row("memoryview", lambda x: np.frombuffer(memoryview(x)).sum(), (X,), refused=True),
    Row("tobytes", lambda x: np.frombuffer(x.tobytes()).sum(), (X,), refused=True),
    Row("view_as_integers", lambda x: x.view(np.int64), (X,), refused=True),
    Row("tolist_floats", lambda x: math.fsum(x.tolist()), (X,), refused=True),
    Row("item_math", lambda x: math.exp(x.item(0)), (X,), refused=True),
    Row("random_normal_mean", lambda x: np.random.default_rng(0).normal(x, P), (X,), refused=True),
    Row("masked_array", lambda x: np.ma.masked_array(x, x > 0).sum(), (X,), may_refuse=True),
    Row("matrix_class", _matrix, (A,), refused=True),
]
