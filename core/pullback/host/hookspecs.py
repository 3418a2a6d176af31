"""The hooks that a family may implement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pullback.forwards import KindForward
    from pullback.kind import ValueKind
    from pullback.primitive import Answer

__all__ = ["API_VERSION", "PROJECT", "hookimpl"]

PROJECT = "pullback"
API_VERSION = 1
"""What a family may declare as its `PULLBACK_API`; a newer number than this is refused."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def pullback_register_primitives() -> list[Answer]:  # type: ignore[empty-body]
    """Return the pairs of the family: what `primitive`, `elementwise`, `nondifferentiable` and `composite` make."""


@hookspec
def pullback_register_value_kinds() -> list[ValueKind]:  # type: ignore[empty-body]
    """Return the value kinds that the family brings."""


@hookspec
def pullback_register_forwards() -> list[KindForward]:  # type: ignore[empty-body]
    """Return the forwards that the family brings for pairs that exist: ``(pair or its name, kind or its name, forward)``."""
