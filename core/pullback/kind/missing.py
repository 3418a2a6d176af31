"""What is said of a method that a kind does not have."""

from __future__ import annotations

from typing import Any

__all__ = ["missing"]


def missing(kind: Any, method: str) -> NotImplementedError:
    """Return the error for a method that is needed and that the class of `kind` does not define."""
    return NotImplementedError(
        f"the value kind {kind.name!r} has no {method}(), which is needed here; define it in {type(kind).__qualname__}, as "
        "pullback.ValueKind says"
    )
