"""What the tests take from a module of HIPS autograd that is not public."""

from typing import Any

from autograd.differential_operators import make_jvp
from autograd.differential_operators import make_vjp as _make_vjp

__all__ = ["make_jvp", "make_vjp", "primitive_vjps", "vspace"]

primitive_vjps: dict[Any, Any] = {}


def make_vjp(fun: Any, x: Any) -> Any:
    """Return the pullback of `fun` at `x`, and its output."""
    return _make_vjp(fun)(x)


def vspace(value: Any) -> Any:
    """There is none here: value kinds of pullback know what it knew."""
    raise NotImplementedError("pullback has no vector spaces; see pullback.ValueKind")
