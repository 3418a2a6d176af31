"""Functions that flip, roll, repeat, tile and broadcast arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from pullback import composite, hookimpl, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.families.shaping import atleast_1d
from pullback_plugins.numpy.rules.axes import array_and_axis, index_along_axis, normalize_axis

__all__ = [
    "broadcast_arrays",
    "flip",
    "fliplr",
    "flipud",
    "repeat",
    "resize",
    "roll",
    "rot90",
    "sliding_window_view",
    "tile",
]

_roll = primitive(
    lambda x, *, shift, axis: np.roll(x, shift, axis),
    lambda x, out, grad, *, shift, axis: np.roll(grad, tuple(-n for n in shift), axis),
    pushforward=lambda x, out, tangent, *, shift, axis: np.roll(tangent, shift, axis),
    name="roll_by",
)


def _tile_backward(x: Any, out: Any, grad: Any, *, reps: tuple[int, ...]) -> Any:
    # For two axes, (r n, s m) -> (r, n, s, m), summed to (n, m).
    shape = np.shape(plain(x))
    lengths = (1,) * (len(reps) - len(shape)) + shape
    pairs = [length for pair in zip(reps, lengths, strict=True) for length in pair]
    return np.reshape(np.sum(np.reshape(grad, pairs), axis=tuple(range(0, len(pairs), 2))), shape)


_tile = primitive(
    lambda x, *, reps: np.tile(x, reps),
    _tile_backward,
    pushforward=lambda x, out, tangent, *, reps: np.tile(tangent, reps),
    name="tile_by",
)


def _repeat_backward(x: Any, out: Any, grad: Any, *, count: int, axis: int) -> Any:
    # (..., n count, ...) -> (..., n, count, ...), summed to (..., n, ...).
    shape = np.shape(plain(x))
    return np.sum(np.reshape(grad, (*shape[: axis + 1], count, *shape[axis + 1 :])), axis=axis + 1)


_repeat = primitive(
    lambda x, *, count, axis: np.repeat(x, count, axis),
    _repeat_backward,
    pushforward=lambda x, out, tangent, *, count, axis: np.repeat(tangent, count, axis),
    name="repeat_along",
)


# Flip and roll.


@composite(overloads=["numpy:flip"])
def flip(m: Any, axis: Any = None) -> Any:
    """Return `m` in reverse order along the given axes; along all axes if `axis` is None."""
    m = as_array(m)
    axes = range(m.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    reverse = {normalize_axis(number, m.ndim) for number in axes}
    return m[tuple([slice(None, None, -1) if n in reverse else slice(None) for n in range(m.ndim)])]


@composite(overloads=["numpy:fliplr"])
def fliplr(m: Any) -> Any:
    """Return `m` in reverse order along its second axis."""
    m = as_array(m)
    if m.ndim < 2:
        raise ValueError("Input must be >= 2-d.")
    return m[:, ::-1]


@composite(overloads=["numpy:flipud"])
def flipud(m: Any) -> Any:
    """Return `m` in reverse order along its first axis."""
    m = as_array(m)
    if m.ndim < 1:
        raise ValueError("Input must be >= 1-d.")
    return m[::-1]


@composite(overloads=["numpy:rot90"])
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """Return `m` rotated by `k` right angles in the plane of two axes."""
    m, axes = as_array(m), tuple(axes)
    # Let NumPy check the axes.
    np.rot90(np.empty(m.shape), k, axes)
    first, second = axes
    if k % 4 == 0:
        return m[...]
    if k % 4 == 2:
        return flip(flip(m, first), second)
    if k % 4 == 1:
        return np.swapaxes(flip(m, second), first, second)
    return flip(np.swapaxes(m, first, second), second)


@composite(overloads=["numpy:roll"])
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """Return `a` with its elements shifted along the given axes; elements shifted past an end re-enter at the other end."""
    a = as_array(a)
    if axis is None:
        return np.reshape(roll(np.reshape(a, -1), shift, 0), a.shape)
    shifts, axes = np.broadcast_arrays(shift, axis)
    if shifts.ndim > 1:
        raise ValueError("'shift' and 'axis' should be scalars or 1D sequences")
    return _roll(
        a,
        shift=tuple(int(n) for n in shifts.reshape(-1)),
        axis=tuple(normalize_axis(int(n), a.ndim) for n in axes.reshape(-1)),
    )


# Repeat and broadcast.


@composite(overloads=["numpy:repeat"])
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Return `a` with each element repeated along an axis; flattened if `axis` is None."""
    a, axis = array_and_axis(atleast_1d(a), axis)
    counts = np.asarray(plain(repeats))
    if counts.size == 1 and counts.dtype.kind in "iu":
        return _repeat(a, count=int(counts.reshape(-1)[0]), axis=axis)
    return a[index_along_axis(axis, np.repeat(np.arange(a.shape[axis]), repeats))]


@composite(overloads=["numpy:tile"])
def tile(A: Any, reps: Any) -> Any:  # noqa: N803  # NumPy's name
    """Return copies of `A` laid side by side, `reps` along each axis."""
    a = as_array(A)
    reps = tuple(int(n) for n in np.reshape(reps, -1))
    return _tile(a, reps=(1,) * (a.ndim - len(reps)) + reps)


@composite(overloads=["numpy:resize"])
def resize(a: Any, new_shape: Any) -> Any:
    """Return the elements of `a`, repeated or truncated, in a new shape."""
    a = as_array(a)
    indices = np.resize(np.arange(a.size), new_shape)
    return np.reshape(a, -1)[indices] if a.size else np.zeros_like(a, shape=indices.shape)


@composite(overloads=["numpy:broadcast_arrays"])
def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """Return arrays broadcast against each other."""
    arrays = [as_array(arg) for arg in args]
    shape = np.broadcast_shapes(*[np.shape(plain(array)) for array in arrays])
    container = type(np.broadcast_arrays(0, 0))
    return container(
        array if isinstance(plain(array), np.ndarray) and array.shape == shape else np.broadcast_to(array, shape)
        for array in arrays
    )


@composite(overloads=["numpy.lib.stride_tricks:sliding_window_view"])
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> Any:
    """Return the sliding windows of `x` along new last axes; they are a copy, so `writeable` is not supported."""
    if writeable:
        raise TypeError(
            "the windows of a variable are a copy, so writing to them would not change the variable; assign to the variable itself"
        )
    x = as_array(x)
    indices = np.lib.stride_tricks.sliding_window_view(np.arange(x.size).reshape(x.shape), window_shape, axis)
    return np.reshape(x, -1)[indices]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [
        *[_roll, _tile, _repeat, flip, fliplr, flipud, rot90, roll, repeat, tile, resize, broadcast_arrays],
        sliding_window_view,
    ]
