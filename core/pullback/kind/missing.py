"""The error for a method that a kind does not define."""

from __future__ import annotations

from typing import Any

__all__ = ["missing"]


def missing(kind: Any, method: str) -> NotImplementedError:
    """Return the error to raise when `method` is needed and the class of `kind` does not define it."""
    return NotImplementedError(
        f"the value kind {kind.name!r} has no {method}(), which is needed here; define it in {type(kind).__qualname__}, as "
        "pullback.ValueKind says"
    )
