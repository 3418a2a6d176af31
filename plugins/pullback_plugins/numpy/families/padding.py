"""`np.pad`, which pads one axis after the other, as NumPy does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import composite, hookimpl
from pullback.extend import Tracked
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.indexing import put
from pullback_plugins.numpy.rules.axes import index_along_axis

__all__ = ["pad"]

OPTIONS_OF_MODE: dict[str, set[str]] = {
    "constant": {"constant_values"},
    "edge": set(),
    "empty": set(),
    "linear_ramp": {"end_values"},
    "maximum": {"stat_length"},
    "mean": {"stat_length"},
    "median": {"stat_length"},
    "minimum": {"stat_length"},
    "reflect": {"reflect_type"},
    "symmetric": {"reflect_type"},
    "wrap": set(),
}
"""The modes, and the keyword arguments of each."""

STATISTICS: dict[str, Callable[..., Any]] = {"maximum": np.max, "mean": np.mean, "median": np.median, "minimum": np.min}


_numpy_pad: Any = np.pad


@composite(overloads=["numpy:pad"])
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """Return `array` with elements added before and after it along each axis, by a mode of `numpy.pad` or by a function."""
    if callable(mode):
        x = as_array(array)
        return _pad_by_function(x, _pairs_per_axis(pad_width, x.ndim), mode, kwargs)
    if mode not in OPTIONS_OF_MODE:
        raise ValueError(f"mode '{mode}' is not supported")
    unknown = set(kwargs) - OPTIONS_OF_MODE[mode]
    if unknown:
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {unknown}")
    x = as_array(array)
    widths = _pairs_per_axis(pad_width, x.ndim)
    if any(width < 0 for pair in widths for width in pair):
        raise ValueError("index can't contain negative values")
    if mode in ("constant", "empty"):
        return _pad_constant(x, widths, _pairs_per_axis(kwargs.get("constant_values", 0), x.ndim))
    options = {
        "end_values": _pairs_per_axis(kwargs.get("end_values", 0), x.ndim),
        "stat_length": _pairs_per_axis(kwargs.get("stat_length"), x.ndim),
    }
    for axis, width in enumerate(widths):
        if any(width) and x.shape[axis] == 0:
            raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
        if not any(width):
            continue
        if mode == "linear_ramp":
            x = _pad_linear_ramp(x, axis, width, options["end_values"][axis])
        elif mode in STATISTICS:
            x = _pad_statistic(x, axis, width, mode, options["stat_length"][axis])
        else:
            x = _pad_by_linear_map(x, axis, width, mode, kwargs)
    return x if any(map(any, widths)) else np.copy(x)


def _pairs_per_axis(argument: Any, ndim: int) -> list[tuple[Any, Any]]:
    """Return one pair (before, after) per axis from a number, a pair, one pair per axis, or a dict from axes to pairs."""
    if isinstance(argument, dict):
        pairs = [(0, 0)] * ndim
        for axis, pair in argument.items():
            pairs[axis] = pair if np.ndim(pair) else (pair, pair)
        return pairs
    if isinstance(argument, Tracked) or _holds_variable(argument):
        wide = np.broadcast_to(as_array(argument), (ndim, 2))
        return [(wide[k, 0], wide[k, 1]) for k in range(ndim)]
    return [tuple(pair) for pair in np.broadcast_to(np.asarray(argument), (ndim, 2)).tolist()]


def _holds_variable(argument: Any) -> bool:
    return isinstance(argument, (list, tuple)) and any(
        isinstance(item, Tracked) or _holds_variable(item) for item in argument
    )


def _pad_constant(x: Any, widths: list[tuple[int, int]], values: list[tuple[Any, Any]]) -> Any:
    if not widths:
        return np.copy(x)
    if not any(isinstance(value, Tracked) for pair in values for value in pair):
        padded = np.pad(np.zeros(x.shape, dtype=x.dtype), widths, constant_values=values)
        middle = tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True))
        return put(padded, x, index=middle)
    for axis, ((before, after), (left, right)) in enumerate(zip(widths, values, strict=True)):
        x = np.concatenate([_constant_block(left, x, axis, before), x, _constant_block(right, x, axis, after)], axis)
    return x


def _constant_block(value: Any, x: Any, axis: int, width: int) -> Any:
    block = np.broadcast_to(value, (*x.shape[:axis], width, *x.shape[axis + 1 :]))
    return block.astype(x.dtype)


def _pad_by_function(
    x: Any, widths: list[tuple[int, int]], function: Callable[..., Any], options: dict[str, Any]
) -> Any:
    """Return `x` padded with zeros, after `function` has assigned in place to each 1-d slice along each axis."""
    x = _pad_constant(x, widths, [(0, 0)] * x.ndim)
    for axis, width in enumerate(widths):
        front = np.moveaxis(x, axis, -1)
        # Copies, because an assignment to a view would copy the whole array.
        rows = [np.copy(row) for row in np.reshape(front, (-1, front.shape[-1]))] if x.size else []
        for row in rows:
            function(row, np.array(width), axis, options)
        if rows:
            x = np.moveaxis(np.reshape(np.stack(rows), front.shape), -1, axis)
    return x


def _slice_along_axis(x: Any, axis: int, start: int, stop: int) -> Any:
    return x[index_along_axis(axis, slice(start, stop))]


def _pad_linear_ramp(x: Any, axis: int, width: tuple[int, int], ends: tuple[Any, Any]) -> Any:
    before, after = width
    n = x.shape[axis]
    left = np.linspace(ends[0], np.squeeze(_slice_along_axis(x, axis, 0, 1), axis), before, endpoint=False, axis=axis)
    right = np.linspace(
        ends[1], np.squeeze(_slice_along_axis(x, axis, n - 1, n), axis), after, endpoint=False, axis=axis
    )
    return np.concatenate([left, x, np.flip(right, axis)], axis).astype(x.dtype)


def _pad_statistic(x: Any, axis: int, width: tuple[int, int], mode: str, lengths: tuple[Any, Any]) -> Any:
    n = x.shape[axis]
    before, after = [n if length is None or length > n else int(length) for length in lengths]
    if mode in ("maximum", "minimum") and 0 in (before, after):
        raise ValueError("stat_length of 0 yields no value for padding")
    left = STATISTICS[mode](_slice_along_axis(x, axis, 0, before), axis=axis, keepdims=True)
    right = STATISTICS[mode](_slice_along_axis(x, axis, n - after, n), axis=axis, keepdims=True)
    return np.concatenate(
        [_constant_block(left, x, axis, width[0]), x, _constant_block(right, x, axis, width[1])], axis
    )


def _pad_by_linear_map(x: Any, axis: int, width: tuple[int, int], mode: str, options: dict[str, Any]) -> Any:
    n = x.shape[axis]
    if options.get("reflect_type", "even") == "even":
        # Let NumPy pad the indices.
        return x[index_along_axis(axis, _numpy_pad(np.arange(n), width, mode=mode))]
    # Odd reflection along an axis is a linear map. Its matrix, (n + before + after, n), is the padded identity.
    matrix = _numpy_pad(np.eye(n, dtype=x.dtype), (width, (0, 0)), mode=mode, **options)
    return np.moveaxis(np.matmul(np.moveaxis(x, axis, -1), matrix.T), -1, axis)


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [pad]
