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
"""The newest version of the plugin interface that a family may declare as `PULLBACK_API`."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def pullback_register_primitives() -> list[Answer]:  # type: ignore[empty-body]
    """Return the pairs of the family: the results of `primitive`, `elementwise`, `nondifferentiable` and `composite`."""


@hookspec
def pullback_register_value_kinds() -> list[ValueKind]:  # type: ignore[empty-body]
    """Return the value kinds that the family provides."""


@hookspec
def pullback_register_forwards() -> list[KindForward]:  # type: ignore[empty-body]
    """Return the forwards that the family provides for existing pairs: ``(pair or its name, kind or its name, forward)``."""
