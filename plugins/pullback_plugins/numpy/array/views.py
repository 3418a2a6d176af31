"""Assignment to array variables, as NumPy means it: what shares memory with the target changes too.

A variable never writes to the array that it was made over. Assignment computes a new array, for which the variable stands from then on.
A variable that is a view remembers its source and how it was made from it, so that an assignment to either changes the other.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any, NamedTuple

import numpy as np

from pullback import ChainBrokenError, Primitive, hookimpl, primitive
from pullback.extend import plain, user_location
from pullback_plugins.numpy.dtypes import common_dtype

__all__ = ["Link", "assign", "complex_of", "link", "put_flat"]


_first = threading.RLock()
"""Held while a variable gets its table of views: several threads may make the first views of a shared variable at the same time."""


class Link(NamedTuple):
    """How a view was made: by `primitive` from `source`; `primitive` is None where it took more inputs than the source."""

    source: Any
    primitive: Any
    params: dict[str, Any]
    writeable: bool


def link(view: Any, array: Any, made_by: Any, args: tuple[Any, ...], params: dict[str, Any]) -> None:
    """Remember that `view`, a variable over `array`, may be a view of one of `args`, of which `made_by` made it."""
    for arg in args:
        if isinstance(arg, type(view)) and (array.base is plain(arg) or np.may_share_memory(array, plain(arg))):
            # A read-only array is so because of this step, unless its source was so already, whose own link says why.
            writeable = array.flags.writeable or not plain(arg).flags.writeable
            view._source = Link(arg, made_by if len(args) == 1 else None, params, writeable)
            views = getattr(arg, "_views", None)
            if views is None:
                with _first:
                    views = getattr(arg, "_views", None)
                    if views is None:
                        views = arg._views = {}
            views[weakref.ref(view, views.pop)] = None
            return


def _put_flat(x: Any, part: Any, *, places: Any) -> Any:
    out = x.copy(order="K")
    if out.flags.c_contiguous:
        out.reshape(-1)[places] = part
    else:
        out[np.unravel_index(places, out.shape)] = part
    return out


# The cotangent of x: zero where part was put.
def _kept(x: Any, part: Any, out: Any, grad: Any, *, places: Any) -> Any:
    return put_flat(grad, 0.0, places=places)


# The cotangent of part: (len(places),).
def _placed(x: Any, part: Any, out: Any, grad: Any, *, places: Any) -> Any:
    return np.reshape(grad, -1)[places]


put_flat: Primitive = primitive(
    _put_flat,
    (_kept, _placed),
    pushforward=lambda x, part, out, x_tangent, part_tangent, *, places: put_flat(
        x_tangent, part_tangent, places=places
    ),
    name="put_flat",
)
"""Return a copy of `x` with `part` at the flat indices `places`, counted in C order, of which none occurs twice."""


def _complex_of(real: Any, imag: Any) -> Any:
    out = np.empty(np.shape(real), dtype=common_dtype(np.complex64, real, imag))
    out.real = real
    out.imag = imag
    return out


complex_of = primitive(_complex_of, lambda real, imag, out, grad: (np.real(grad), -np.imag(grad)), name="complex_of")
"""Return the complex array of which two real ones of the same shape are the parts."""


def assign(target: Any, changed: Any) -> None:
    """Let `target` stand for `changed` from now on, and update all variables that share memory with it.

    Raises `ChainBrokenError` where that cannot be done, `ValueError` where the target is read-only.
    """
    source = getattr(target, "_source", None)
    if source is None:
        _rebind(target, changed)
        return
    if not source.writeable:
        raise ValueError(
            f"assignment destination is read-only, at {user_location()}; assign to the array itself, or to a copy"
        )
    if source.primitive is None:
        raise ChainBrokenError(
            f"assignment at {user_location()} to an array that NumPy would give as a view which cannot be written through here; "
            "assign to the array itself, or to a copy"
        )
    whole = plain(source.source)
    if plain(target).dtype != whole.dtype:
        assign(source.source, _with_part(source, changed))
        return
    places = source.primitive(np.arange(whole.size).reshape(whole.shape), **source.params)
    assign(source.source, put_flat(source.source, changed, places=places))


def _with_part(source: Link, changed: Any) -> Any:
    """Return the complex array that `source` was a part of, with `changed` for its real or imaginary part."""
    z = source.source
    probe = source.primitive(np.full(plain(z).shape, 1.0 + 2.0j), **source.params)
    if plain(z).dtype.kind == "c" and np.shape(probe) == plain(z).shape:
        if np.all(probe == 1.0):
            return complex_of(changed, np.imag(z))
        if np.all(probe == 2.0):
            return complex_of(np.real(z), changed)
    raise ChainBrokenError(
        f"assignment at {user_location()} to a view of another dtype; assign to the array itself, or to a copy"
    )


def _rebind(target: Any, changed: Any) -> None:
    # Over a copy of the table: a view that is freed meanwhile leaves it.
    views = [view for view in [reference() for reference in list(getattr(target, "_views", ()))] if view is not None]
    if any(view._source.primitive is None for view in views):
        raise ChainBrokenError(
            f"assignment at {user_location()} to an array of which a view is still in use that cannot follow; "
            "copy the view where it is made"
        )
    target._become(changed)
    for view in views:
        _rebind(view, view._source.primitive(target, **view._source.params))


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [put_flat, complex_of]
