"""Universal functions called in a special way: into a target, where a mask holds, in a dtype, or by one of their methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback import ChainBrokenError, Primitive, UnknownPrimitiveError, composite, hookimpl, primitive
from pullback.errors import where as line
from pullback.primitive import Nondifferentiable
from pullback.tracked import Tracked, plain
from pullback.variable import answer_for, call_overload
from pullback_plugins.numpy.array.objects import as_array, refuse_plain_target
from pullback_plugins.numpy.array.variable import ArrayVariable
from pullback_plugins.numpy.families.indexing import put, scatter
from pullback_plugins.numpy.families.logsumexp import logsumexp
from pullback_plugins.numpy.rules.axes import expand_reduced, flatten_to_last_axis, normalize_axes, normalize_axis
from pullback_plugins.numpy.rules.undifferentiated import primals

__all__ = ["by_elements", "is_python", "ufunc"]


@composite(overloads=["numpy:ufunc"])
def ufunc(function: Any, method: str, *inputs: Any, **params: Any) -> Any:
    """Answer for a call of a method of a universal function, in the form that `__array_ufunc__` gives it."""
    if isinstance(answer_for(function), Nondifferentiable):
        return _on_plain(function, method, inputs, params)
    return _METHODS[method](function, *inputs, **params)


def _on_plain(function: Any, method: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    targets = params.get("out", ())
    if any(isinstance(target, Tracked) for target in (*targets, *(inputs[:1] if method == "at" else ()))):
        raise TypeError(
            f"{function.__name__} at {line()} has no derivative, so its result cannot be written to a variable; leave `out` away"
        )
    call = function if method == "__call__" else getattr(function, method)
    return call(*primals(inputs), **primals(params))


def _normal(x: Any) -> Any:
    """Return `x` as a pair takes it: lists and arrays of objects as arrays, numbers as they are."""
    if isinstance(x, (list, tuple)) or (isinstance(x, np.ndarray) and x.dtype.kind == "O"):
        return as_array(x)
    return x


def _refuse(function: Any, what: str, advice: str) -> UnknownPrimitiveError:
    return UnknownPrimitiveError(f"{function.__name__}{what}, at {line()}, is not differentiated; {advice}")


def _no_more(function: Any, method: str, params: dict[str, Any]) -> None:
    for name, value in params.items():
        if value is not None:
            raise _refuse(function, f"{method}(..., {name}=...)", f"leave {name} away")


# What `np.frompyfunc` makes.


def is_python(function: Any) -> bool:
    """Whether a universal function calls one of Python for each element."""
    return bool(function.types == ["O" * function.nin + "->" + "O" * function.nout])


def by_elements(function: Any, *inputs: Any) -> Any:
    """Call what `np.frompyfunc` made on the elements, and make arrays of numbers of the results."""
    arrays = [np.asarray(x) if isinstance(x, Tracked) else x for x in inputs]
    found = function(*arrays)
    results = tuple([_gathered(each) for each in (found if function.nout > 1 else (found,))])
    return results if function.nout > 1 else results[0]


def _gathered(found: Any) -> Any:
    held = isinstance(found, np.ndarray) and any(isinstance(each, Tracked) for each in found.reshape(-1))
    return as_array(found) if held else found


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
        found = call_overload(function, inputs, params)
        results = found if isinstance(found, tuple) else (found,)
    else:
        results = _masked(function, inputs, np.asarray(mask, dtype=bool), dtypes or (), out)
    if dtype is not None and dtypes is not None:
        results = tuple(_as_dtype(x, wanted) for x, wanted in zip(results, dtypes, strict=True))
    targets = out or (None,) * len(results)
    stored = tuple(
        _store(function, x, target, casting) if target is not None else x
        for x, target in zip(results, targets, strict=True)
    )
    return stored if len(stored) > 1 else stored[0]


def _dtypes(function: Any, inputs: tuple[Any, ...], dtype: Any, casting: str) -> tuple[Any, ...]:
    """Return the dtypes of the results, as NumPy itself finds them for arrays without elements; raise what it raises."""
    empty: list[Any] = [
        np.empty(0, dtype=x.dtype) if isinstance(x, (np.ndarray, np.generic)) else x for x in map(plain, inputs)
    ]
    if not any(isinstance(x, np.ndarray) for x in empty):
        empty[0] = np.empty(0, dtype=np.asarray(empty[0]).dtype)
    with np.errstate(all="ignore"):
        found = function(*empty, dtype=dtype, casting=casting)
    return tuple(x.dtype for x in (found if isinstance(found, tuple) else (found,)))


def _as_dtype(x: Any, dtype: Any) -> Any:
    dtype = np.dtype(dtype)
    if dtype.kind not in "fc":
        return x
    x = as_array(x)
    return x if plain(x).dtype == dtype or plain(x).dtype.kind not in "fc" else x.astype(dtype)


def _masked(
    function: Any, inputs: tuple[Any, ...], mask: Any, dtypes: tuple[Any, ...], out: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return the results, computed only where `mask` holds; elsewhere what the target has, or zero."""
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


_stack: Primitive = primitive(
    lambda *parts: np.stack(parts),
    lambda *given: tuple(given[-1][n] for n in range(len(given) - 2)),
    pushforward=lambda *given: _stack(*given[len(given) // 2 + 1 :]),
    name="stack_parts",
)

# Reductions: those with a function of their own, by it; others one step after the other.

_REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logaddexp: logsumexp,
}
_SCANS: dict[Any, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _given(**params: Any) -> dict[str, Any]:
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
    given = _given(initial=initial, where=None if where is True else primals(where))
    if function in _REDUCTIONS:
        result = _REDUCTIONS[function](array, axis=axis, keepdims=keepdims, **given)
    else:
        if "where" in given:
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
        # Refused by NumPy for what depends on the order, and here by it.
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


# In place, at an index that may name an element more than once.


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
        raise ChainBrokenError(f"{function.__name__}.at of an array that has no elements, at {line()}")
    changed: Any = flat
    given = [np.broadcast_to(as_array(x), np.shape(places)) for x in operands]
    parts = [np.reshape(x, -1) for x in given]
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
    """Return positions in `places`, grouped so that none of a group names an element twice, in order."""
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
