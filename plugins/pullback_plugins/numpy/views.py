"""Assignment to array variables, with NumPy's meaning: what shares memory with the target changes too.

A variable never changes the array that it was made over. Assignment computes a new array and lets the variable stand for that;
a variable that was made as a view remembers of what and how, so that an assignment to either reaches the other.
"""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np

from pullback import ChainBrokenError
from pullback.errors import where
from pullback.primitive import primitive
from pullback.tracked import plain

__all__ = ["Link", "assign", "link", "put_flat"]


class Link(NamedTuple):
    """How a view was made: `primitive` of `source`; None for a view that NumPy would refuse to write to, or we do."""

    source: Any
    primitive: Any
    params: dict[str, Any]


def link(view: Any, bare: Any, made_by: Any, args: tuple[Any, ...], params: dict[str, Any]) -> None:
    """Remember that `view`, over the array `bare`, may be a view of one of `args`."""
    for arg in args:
        if isinstance(arg, type(view)) and np.may_share_memory(bare, plain(arg)):
            writeable = len(args) == 1 and bare.flags.writeable
            view._source = Link(arg, made_by if writeable else None, params)
            views = getattr(arg, "_views", None)
            if views is None:
                views = arg._views = []
            views.append(weakref.ref(view, views.remove))
            return


def _put_flat(x: Any, part: Any, *, places: Any) -> Any:
    out = x.copy()
    out.reshape(-1)[places] = part
    return out


def _kept_backward(x: Any, part: Any, out: Any, grad: Any, *, places: Any) -> Any:
    return _without(np.reshape(grad, -1), places, x.shape)


def _without(grad: Any, places: Any, shape: tuple[int, ...]) -> Any:
    kept = np.ones(grad.shape)
    kept[places] = 0.0
    return np.reshape(np.where(kept == 1.0, grad, 0.0), shape)


put_flat = primitive(
    _put_flat,
    (
        _kept_backward,
        lambda x, part, out, grad, *, places: np.reshape(grad, -1)[places],
    ),
    name="put_flat",
)
"""Return `x`, C-contiguous, with `part` at the flat `places`."""


def assign(target: Any, changed: Any) -> None:
    """Let `target` stand for `changed`, and everything that shares memory with it follow.

    Raises `ChainBrokenError` where that cannot be done.
    """
    source = getattr(target, "_source", None)
    if source is None:
        _rebind(target, changed)
        return
    if source.primitive is None:
        raise ChainBrokenError(
            f"assignment at {where()} to an array that NumPy would give as a view which cannot be written through here; "
            "assign to the array itself, or to a copy"
        )
    whole = plain(source.source)
    places = source.primitive(np.arange(whole.size).reshape(whole.shape), **source.params)
    assign(source.source, put_flat(source.source, changed, places=places))


def _rebind(target: Any, changed: Any) -> None:
    target._become(changed)
    for reference in list(getattr(target, "_views", ())):
        view = reference()
        if view is not None:
            if view._source.primitive is None:
                raise ChainBrokenError(
                    f"assignment at {where()} to an array of which a view is still in use that cannot follow; copy the view where it is made"
                )
            _rebind(view, view._source.primitive(target, **view._source.params))
