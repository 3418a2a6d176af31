"""What the tests take from a module of HIPS autograd that is not public."""

from typing import Any

from autograd.extend import notrace_primitive, primitive
from pullback.tracked import Tracked

__all__ = ["isbox", "notrace_primitive", "primitive"]


def isbox(value: Any) -> bool:
    """Return whether `value` is a variable."""
    return isinstance(value, Tracked)
