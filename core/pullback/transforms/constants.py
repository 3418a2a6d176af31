"""Constants on purpose: `stop_gradient`."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from pullback.kind import kind_of
from pullback.tracked import Tracked, plain
from pullback.transforms.structure import map_variables

__all__ = ["stop_gradient"]


T = TypeVar("T")


@overload
def stop_gradient(x: Tracked) -> Any: ...
@overload
def stop_gradient(x: T) -> T: ...
def stop_gradient(x: Any) -> Any:
    """Return the plain value of `x`, a constant for every differentiation; `x` may be a structure.

    >>> from pullback import grad, stop_gradient
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return map_variables(_plain, x)


def _plain(leaf: Any) -> Any:
    # An array is copied: the caller may change it.
    return kind_of(leaf).keep(plain(leaf)) if isinstance(leaf, Tracked) else leaf
