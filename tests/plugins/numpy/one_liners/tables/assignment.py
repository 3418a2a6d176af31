"""Functions that fill arrays: masks, rows, elements, in-place operators and views that are written to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..row import A, M, P, Row, X, Y


def masked_root(x: Any) -> Any:
    y = np.zeros_like(x)
    mask = x > 0
    y[mask] = np.sqrt(x[mask])
    return y


def masked_both(x: Any) -> Any:
    y = np.empty_like(x)
    y[x > 0] = np.log1p(x[x > 0])
    y[x <= 0] = x[x <= 0] ** 2
    return y


def loop_over_elements(x: Any) -> Any:
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = np.sin(x[i]) * i + (y[i - 1] if i else 0.0)
    return y


def loop_over_rows(a: Any) -> Any:
    out = np.zeros_like(a)
    for i in range(a.shape[0]):
        out[i] = a[i] / np.sqrt(np.sum(a[i] ** 2))
    return out


def loop_over_columns(a: Any) -> Any:
    out = np.empty_like(a)
    for j in range(a.shape[1]):
        out[:, j] = a[:, j] - a[:, j].mean()
    return out


def in_place_operators(x: Any) -> Any:
    y = x.copy()
    y += 1.0
    y *= x
    y -= 0.5 * x
    y /= 2.0
    y **= 2
    return y


def in_place_on_slices(x: Any) -> Any:
    y = x * 1.0
    y[1:] += x[:-1]
    y[::2] *= 3.0
    y[0] -= x[4] ** 2
    return y


def in_place_on_the_input(x: Any) -> Any:
    x *= 2.0
    x[0] = x[1] * x[2]
    return x


def alias_sees_the_change(x: Any) -> Any:
    y = x * x
    z = y
    z += x
    return y


def view_is_written(x: Any) -> Any:
    y = x * 1.0
    view = y[1:4]
    view[0] = x[0] ** 2
    view *= 2.0
    return y


def view_sees_the_change(x: Any) -> Any:
    y = x * 1.0
    view = y[::-1]
    y[0] = x[1] * x[2]
    return view


def row_view_is_written(a: Any) -> Any:
    b = a * 1.0
    row = b[1]
    row += a[0]
    row[0] = a[2, 2] ** 2
    return b


def transposed_view_is_written(a: Any) -> Any:
    b = a.copy()
    b.T[0] = a[:, 1] ** 2
    return b


def reshaped_view_is_written(a: Any) -> Any:
    b = a.copy()
    b.reshape(-1)[3] = a[0, 0] * a[1, 1]
    return b


def diagonal_is_assigned(a: Any) -> Any:
    b = a.copy()
    b[np.diag_indices(3)] = np.diag(a) ** 2
    return b


def fancy_assignment(x: Any, y: Any) -> Any:
    z = x * 1.0
    z[[0, 3]] = y[:2] ** 2
    return z


def fancy_assignment_twice(x: Any, y: Any) -> Any:
    z = x * 1.0
    z[[1, 1, 2]] = y[:3] ** 2
    return z


def fancy_in_place(x: Any) -> Any:
    z = x * 1.0
    z[[0, 2]] += x[1]
    return z


def broadcast_assignment(x: Any) -> Any:
    out = np.zeros_like(M * x[0])
    out[:] = x[:4]
    out[1:, ::2] = x[4]
    return out


def overwritten_value(x: Any) -> Any:
    y = x.copy()
    y[0] = 7.0
    return y * x


def swapped_elements(x: Any) -> Any:
    y = x.copy()
    y[[0, 1]] = y[[1, 0]]
    return y**2 * P


def swap_by_tuple(x: Any) -> Any:
    y = x.copy()
    y[0], y[1] = y[1], y[0]
    return y**2 * P


def put_along(a: Any) -> Any:
    b = a.copy()
    np.put_along_axis(b, np.argmax(a, axis=1)[:, None], 0.0, axis=1)
    return b**2


def put_function(x: Any) -> Any:
    y = x.copy()
    np.put(y, [0, 2], x[:2] ** 2)
    return y


def place_function(x: Any) -> Any:
    y = x.copy()
    np.place(y, x > 0, 0.0)
    return y**2


def putmask_function(x: Any) -> Any:
    y = x.copy()
    np.putmask(y, x > 0, x**2)
    return y


def copyto_function(x: Any) -> Any:
    y = np.zeros_like(x)
    np.copyto(y, x**2)
    return y


def copyto_where(x: Any) -> Any:
    y = x.copy()
    np.copyto(y, x**3, where=x > 0)
    return y


def fill_method(x: Any) -> Any:
    y = x.copy()
    y.fill(2.0)
    return y * x


def sort_in_place(x: Any) -> Any:
    y = x.copy()
    y.sort()
    return y * np.arange(5)


def clip_in_place(x: Any) -> Any:
    y = x * 1.0
    np.clip(y, -0.6, 0.4, out=y)
    return y * x


def accumulate_in_a_float(x: Any) -> Any:
    total = 0.0
    for v in x:
        total += v**2
    return total


def accumulate_in_plain_zero_array(x: Any) -> Any:
    total = np.zeros(5)
    for k in range(3):
        total = total + x**k
    return total


def cumulative_recursion(x: Any) -> Any:
    y = x.copy()
    for i in range(1, len(y)):
        y[i] += 0.5 * y[i - 1]
    return y


def matrix_from_elements(x: Any) -> Any:
    r = np.zeros_like(x, shape=(2, 2))
    r[0, 0] = np.cos(x[0])
    r[0, 1] = -np.sin(x[0])
    r[1, 0] = np.sin(x[0])
    r[1, 1] = np.cos(x[0])
    return r @ x[1:3]


def list_is_appended(x: Any) -> Any:
    states = [x]
    for _ in range(3):
        states.append(states[-1] + 0.1 * np.sin(states[-1]))
    return np.array([s[0] for s in states]).sum() + np.stack(states)[-1].sum()


def nan_are_replaced(x: Any) -> Any:
    y = x.copy()
    y[np.isnan(y)] = 0.0
    return y**2


def assignment_of_ellipsis(x: Any) -> Any:
    y = np.ones_like(x)
    y[...] = x**2
    return y


def boundary_conditions(a: Any) -> Any:
    u = a * 1.0
    u[0, :] = 0.0
    u[-1, :] = u[-2, :]
    u[1:-1, 1:-1] = 0.25 * (a[2:, 1:-1] + a[:-2, 1:-1] + a[1:-1, 2:] + a[1:-1, :-2])
    return u**2


ROWS = [
    Row("masked_root", masked_root, (X,)),
    Row("masked_both", masked_both, (X,)),
    Row("loop_over_elements", loop_over_elements, (X,)),
    Row("loop_over_rows", loop_over_rows, (M,)),
    Row("loop_over_columns", loop_over_columns, (M,)),
    Row("in_place_operators", in_place_operators, (X,)),
    Row("in_place_on_slices", in_place_on_slices, (X,)),
    Row("in_place_on_the_input", in_place_on_the_input, (X,)),
    Row("alias_sees_the_change", alias_sees_the_change, (X,)),
    Row("view_is_written", view_is_written, (X,)),
    Row("view_sees_the_change", view_sees_the_change, (X,)),
    Row("row_view_is_written", row_view_is_written, (M,)),
    Row("transposed_view_is_written", transposed_view_is_written, (A,)),
    Row("reshaped_view_is_written", reshaped_view_is_written, (M,)),
    Row("diagonal_is_assigned", diagonal_is_assigned, (A,)),
    Row("fancy_assignment", fancy_assignment, (X, Y)),
    Row("fancy_assignment_twice", fancy_assignment_twice, (X, Y)),
    Row("fancy_in_place", fancy_in_place, (X,)),
    Row("broadcast_assignment", broadcast_assignment, (X,)),
    Row("overwritten_value", overwritten_value, (X,)),
    Row("swapped_elements", swapped_elements, (X,)),
    Row("swap_by_tuple", swap_by_tuple, (X,)),
    Row("put_along_axis", put_along, (M,)),
    Row("put_function", put_function, (X,)),
    Row("place_function", place_function, (X,)),
    Row("putmask_function", putmask_function, (X,)),
    Row("copyto_function", copyto_function, (X,)),
    Row("copyto_where", copyto_where, (X,)),
    Row("fill_method", fill_method, (X,)),
    Row("sort_in_place", sort_in_place, (X,)),
    Row("clip_in_place", clip_in_place, (X,)),
    Row("accumulate_in_a_float", accumulate_in_a_float, (X,)),
    Row("accumulate_from_plain_zeros", accumulate_in_plain_zero_array, (X,)),
    Row("cumulative_recursion", cumulative_recursion, (X,)),
    Row("matrix_from_elements", matrix_from_elements, (X,)),
    Row("list_is_appended", list_is_appended, (X,)),
    Row("nan_are_replaced", nan_are_replaced, (X,)),
    Row("assignment_of_ellipsis", assignment_of_ellipsis, (X,)),
    Row("boundary_conditions", boundary_conditions, (np.vstack([M, M[:1] * 0.7]),)),
]
