"""A hook with an argument that nobody passes."""

from __future__ import annotations

from typing import Any

from pullback import hookimpl


@hookimpl
def pullback_register_primitives(registry: Any) -> list[Any]:
    return []
