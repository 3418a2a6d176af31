"""Calls of universal functions with `out`, `where` or `dtype`, and their methods: `reduce`, `accumulate`, `outer`, `reduceat`, `at`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import ChainBrokenError, Primitive, UnknownPrimitiveError, composite, hookimpl, primitive
from pullback.extend import Nondifferentiable, Tracked, answer_for, call_overload, plain, user_location
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target
from pullback_plugins.numpy.array.variable import ArrayVariable
from pullback_plugins.numpy.families.indexing import put, scatter
from pullback_plugins.numpy.families.logsumexp import logsumexp
from pullback_plugins.numpy.rules.axes import expand_reduced, flatten_to_last_axis, normalize_axes, normalize_axis
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["ufunc"]


@composite(overloads=["numpy:ufunc"])
def ufunc(function: Any, method: str, *inputs: Any, **params: Any) -> Any:
    """Answer for the call of a method of a universal function, with the arguments of `__array_ufunc__`."""
    if isinstance(answer_for(function), Nondifferentiable):
        return _on_plain(function, method, inputs, params)
    return _METHODS[method](function, *inputs, **params)


def _on_plain(function: Any, method: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    targets = params.get("out", ())
    if any(isinstance(target, Tracked) for target in (*targets, *(inputs[:1] if method == "at" else ()))):
        raise TypeError(
            f"{function.__name__} at {user_location()} has no derivative, so its result cannot be written to a variable; leave `out` away"
        )
    call = function if method == "__call__" else getattr(function, method)
    return call(*primals(inputs), **primals(params))


def _normal(x: Any) -> Any:
    """Return `x` as pairs take it: lists and arrays of objects as arrays, anything else as it is."""
    if isinstance(x, (list, tuple)) or (isinstance(x, np.ndarray) and x.dtype.kind == "O"):
        return as_array(x)
    return x


def _refuse(function: Any, what: str, advice: str) -> UnknownPrimitiveError:
    return UnknownPrimitiveError(f"{function.__name__}{what}, at {user_location()}, is not differentiated; {advice}")


def _no_more(function: Any, method: str, params: dict[str, Any]) -> None:
    for name, value in params.items():
        if value is not None:
            raise _refuse(function, f"{method}(..., {name}=...)", f"leave {name} away")


# A plain call.


def _call(
    function: Any,
    *inputs: Any,
    out: tuple[Any, ...] = (),
    where: Any = True,
    dtype: Any = None,
    casting: str = "same_kind",
    order: str = "K",
    subok: bool = True,
    **params: Any,
) -> Any:
    inputs = tuple(map(_normal, inputs))
    if function.signature is None:
        _no_more(function, "", params)
        params = {}
        dtypes = _dtypes(function, inputs, dtype, casting)
    else:
        if dtype is not None or where is not True:
            raise _refuse(function, "(..., dtype=..., where=...)", "use astype and np.where")
        dtypes = None
    if dtype is not None:
        inputs = tuple(_as_dtype(x, dtype) for x in inputs)
    mask = plain(_normal(where))
    if mask is True:
        outputs = call_overload(function, inputs, params)
        results = outputs if isinstance(outputs, tuple) else (outputs,)
    else:
        results = _masked(function, inputs, np.asarray(mask, dtype=bool), dtypes or (), out)
    if dtype is not None and dtypes is not None:
        results = tuple(_as_dtype(x, output_dtype) for x, output_dtype in zip(results, dtypes, strict=True))
    targets = out or (None,) * len(results)
    stored = tuple(
        _store(function, x, target, casting) if target is not None else x
        for x, target in zip(results, targets, strict=True)
    )
    return stored if len(stored) > 1 else stored[0]


def _dtypes(function: Any, inputs: tuple[Any, ...], dtype: Any, casting: str) -> tuple[Any, ...]:
    """Return the dtypes of the results, which NumPy finds from arrays without elements; raise the errors that it raises."""
    empty: list[Any] = [
        np.empty(0, dtype=x.dtype) if isinstance(x, (np.ndarray, np.generic)) else x for x in map(plain, inputs)
    ]
    if not any(isinstance(x, np.ndarray) for x in empty):
        empty[0] = np.empty(0, dtype=np.asarray(empty[0]).dtype)
    with np.errstate(all="ignore"):
        outputs = function(*empty, dtype=dtype, casting=casting)
    return tuple(x.dtype for x in (outputs if isinstance(outputs, tuple) else (outputs,)))


def _as_dtype(x: Any, dtype: Any) -> Any:
    dtype = np.dtype(dtype)
    if dtype.kind not in "fc":
        return x
    x = as_array(x)
    return x if plain(x).dtype == dtype or plain(x).dtype.kind not in "fc" else x.astype(dtype)


def _masked(
    function: Any, inputs: tuple[Any, ...], mask: Any, dtypes: tuple[Any, ...], out: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the results, computed only where `mask` is true; elsewhere the elements of the target, or zero."""
    arrays = [as_array(x) for x in inputs]
    targets = out or (None,) * function.nout
    shapes = [np.shape(plain(x)) for x in (*arrays, *(target for target in targets if target is not None))]
    shape = np.broadcast_shapes(mask.shape, *shapes)
    mask = np.broadcast_to(mask, shape)
    parts = call_overload(function, tuple(np.broadcast_to(x, shape)[mask] for x in arrays))
    results = []
    for part, target, dtype in zip(parts if isinstance(parts, tuple) else (parts,), targets, dtypes, strict=True):
        rest = np.zeros(shape, dtype=dtype) if target is None else target
        if isinstance(part, Tracked) and not isinstance(rest, Tracked) and target is not None:
            refuse_plain_target(target)
        results.append(put(np.broadcast_to(rest, shape), part, index=mask))
    return tuple(results)


def _store(function: Any, result: Any, target: Any, casting: Any) -> Any:
    """Write `result` to `target`, and return that."""
    if not np.can_cast(plain(as_array(result)).dtype, plain(target).dtype, casting):
        raise TypeError(
            f"Cannot cast the result of {function.__name__} from {plain(result).dtype} to {plain(target).dtype} "
            f"with casting rule {casting!r}"
        )
    if isinstance(result, Tracked) and not isinstance(target, Tracked):
        refuse_plain_target(target)
    elif isinstance(target, ArrayVariable):
        target[...] = result
    else:
        np.copyto(target, result, casting=casting)
    return target


# n parts of shape (...) -> (n, ...); the rules get (*parts, out, grad) and (*parts, out, *tangents).
_stack: Primitive = primitive(
    lambda *parts: np.stack(parts),
    lambda *args: tuple(args[-1][n] for n in range(len(args) - 2)),
    pushforward=lambda *args: _stack(*args[len(args) // 2 + 1 :]),
    name="stack_parts",
)

# Reductions and scans: by the function of NumPy that does the same where there is one, else step by step.

_REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logaddexp: logsumexp,
}
_SCANS: dict[Any, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _not_none(**params: Any) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _reduce(
    function: Any,
    array: Any,
    axis: Any = 0,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    array = as_array(array)
    if function.nin != 2 or function.nout != 1:
        raise ValueError("reduce only supported for binary functions")
    if dtype is not None:
        array = _as_dtype(array, dtype)
    options = _not_none(initial=initial, where=None if where is True else primals(where))
    if function in _REDUCTIONS:
        result = _REDUCTIONS[function](array, axis=axis, keepdims=keepdims, **options)
    else:
        if "where" in options:
            raise _refuse(function, ".reduce(..., where=...)", "reduce np.where(mask, x, neutral) instead")
        result = _stepwise(function, array, axis, bool(keepdims), initial)
    return _stored(function, result, out)


def _stored(function: Any, result: Any, out: Any) -> Any:
    target = out[0] if isinstance(out, tuple) else out
    return result if target is None else _store(function, result, target, "same_kind")


def _stepwise(function: Any, array: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    shape = np.shape(plain(array))
    if not shape:
        raise TypeError("cannot reduce on a scalar")
    axes = normalize_axes(axis, len(shape))
    front = np.moveaxis(flatten_to_last_axis(array, axes), -1, 0)
    if len(axes) > 1:
        # NumPy refuses several axes for functions whose result depends on the order; let it.
        function.reduce(np.empty((1,) * len(axes)), axis=tuple(range(len(axes))))
    start = function.identity if initial is None else initial
    steps = [front[n] for n in range(len(front))]
    if not steps:
        if start is None:
            raise ValueError(f"zero-size array to reduction operation {function.__name__} which has no identity")
        result = np.full(np.shape(plain(front))[1:], start)[()]
    else:
        result = steps.pop(0) if initial is None else call_overload(function, (initial, steps.pop(0)))
        for step in steps:
            result = call_overload(function, (result, step))
    return expand_reduced(result, shape, axes) if keepdims else result


def _accumulate(function: Any, array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    array = as_array(array)
    if function.nin != 2 or function.nout != 1:
        raise ValueError("accumulate only supported for binary functions")
    if np.ndim(plain(array)) == 0:
        raise TypeError("cannot accumulate on a scalar")
    if dtype is not None:
        array = _as_dtype(array, dtype)
    if function in _SCANS:
        return _stored(function, _SCANS[function](array, axis=axis), out)
    axis = normalize_axis(axis, np.ndim(plain(array)))
    front = np.moveaxis(array, axis, 0)
    kept = [front[n] for n in range(len(front))]
    for n in range(1, len(kept)):
        kept[n] = call_overload(function, (kept[n - 1], kept[n]))
    return _stored(function, np.moveaxis(_stack(*kept), 0, axis) if kept else array, out)


def _outer(function: Any, left: Any, right: Any, **params: Any) -> Any:
    left, right = as_array(left), as_array(right)
    shape = np.shape(plain(left)) + (1,) * np.ndim(plain(right))
    return _call(function, np.reshape(left, shape), right, **params)


def _reduceat(function: Any, array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
    array = as_array(array)
    axis = normalize_axis(axis, np.ndim(plain(array)))
    front = np.moveaxis(array, axis, 0)
    starts = [int(n) for n in primals(indices)]
    for start in starts:
        if not 0 <= start < len(front):
            raise IndexError(f"index {start} out-of-bounds in {function.__name__}.reduceat [0, {len(front)})")
    parts = [
        _reduce(function, front[start:end], dtype=dtype) if start < end else front[start]
        for start, end in zip(starts, [*starts[1:], len(front)], strict=True)
    ]
    return _stored(function, np.moveaxis(_stack(*parts), 0, axis), out)


# In place, at an index that may contain an element more than once.


def _at(function: Any, target: Any, indices: Any, *operands: Any) -> None:
    followed: bool = isinstance(target, Tracked)
    if not followed:
        if any(isinstance(_normal(x), Tracked) for x in operands):
            refuse_plain_target(target)
        function.at(target, primals(indices), *map(primals, operands))
        return
    if not isinstance(plain(target), np.ndarray):
        raise TypeError("the first operand of at must be an array")
    index = primals(indices)
    index = np.asarray(index) if isinstance(index, list) else index
    shape = np.shape(plain(target))
    places = np.arange(int(np.prod(shape, dtype=int))).reshape(shape)[index]
    flat = np.reshape(target, -1)
    if not isinstance(flat, Tracked):
        raise ChainBrokenError(f"{function.__name__}.at of an array that has no elements, at {user_location()}")
    changed: Any = flat
    parts = [np.reshape(np.broadcast_to(as_array(x), np.shape(places)), -1) for x in operands]
    places = np.reshape(places, -1)
    if function in (np.add, np.subtract) and not isinstance(plain(flat), np.generic):
        part = parts[0] if function is np.add else -parts[0]
        changed = flat + scatter(part, shape=np.shape(plain(flat)), dtype=plain(flat).dtype, indices=(places,))
    else:
        for turn in _turns(places):
            chosen = places[turn]
            made = call_overload(function, (changed[chosen], *(part[turn] for part in parts)))
            changed = put(changed, made, index=chosen)
    target[...] = np.reshape(changed, shape)


def _turns(places: Any) -> list[Any]:
    """Return the indices into `places` in groups: the n-th group has those at which an element occurs for the n-th time."""
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    first = np.r_[True, sorted_places[1:] != sorted_places[:-1]] if len(places) else np.empty(0, dtype=bool)
    begin = np.maximum.accumulate(np.where(first, np.arange(len(places)), 0)) if len(places) else first
    rank = np.empty(len(places), dtype=np.intp)
    rank[order] = np.arange(len(places)) - begin
    return [np.flatnonzero(rank == turn) for turn in range(int(rank.max(initial=-1)) + 1)]


_METHODS: dict[str, Callable[..., Any]] = {
    "__call__": _call,
    "reduce": _reduce,
    "accumulate": _accumulate,
    "outer": _outer,
    "reduceat": _reduceat,
    "at": _at,
}


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [_stack, ufunc]
