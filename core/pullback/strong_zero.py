"""The setting for 0 * inf in the chain. It is read only when a product is nan."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeAlias

from pullback.errors import PullbackWarning
from pullback.location import user_location

__all__ = ["POLICIES", "Policy", "indeterminate", "policy", "set_default", "strong_product"]

Policy: TypeAlias = Literal["zero", "nan", "warn"]
POLICIES: tuple[Policy, ...] = ("zero", "nan", "warn")

chosen: ContextVar[Policy | None] = ContextVar("pullback_indeterminate", default=None)
"""The choice of the innermost `indeterminate` block, or None outside of all blocks."""


# The choice outside of all blocks, in a list of one item. The host sets it after reading the settings.
default: list[Policy] = ["zero"]


def set_default(choice: Policy) -> None:
    """Set the choice for the process, which holds outside of `indeterminate` blocks."""
    default[0] = choice


@contextmanager
def indeterminate(choice: Policy) -> Iterator[None]:
    """Choose the result of 0 * inf in the chain, for the enclosed block in this thread.

    ``"zero"`` (the default): an exact zero, whether cotangent or partial, times inf or nan is zero. ``"nan"``: IEEE 754
    arithmetic. ``"warn"``: zero, with a `PullbackWarning` that names the line.

    >>> import pullback as pb
    >>> from pullback.math import sqrt
    >>> pb.grad(lambda x: sqrt(x) ** 2)(0.0)
    0.0
    >>> with pb.indeterminate("nan"):
    ...     pb.grad(lambda x: sqrt(x) ** 2)(0.0)
    nan
    """
    if choice not in POLICIES:
        raise ValueError(f"indeterminate takes one of {', '.join(map(repr, POLICIES))}, not {choice!r}")
    token = chosen.set(choice)
    try:
        yield
    finally:
        chosen.reset(token)


def policy() -> Policy:
    """Return the choice in force."""
    return chosen.get() or default[0]


def strong_product(cotangent: Any, partial: Any) -> Any:
    """Return the chain's product of two scalars: an exact zero times inf or nan is zero, unless the setting is another."""
    result = cotangent * partial
    if result != result and (cotangent == 0 or partial == 0):
        choice = policy()
        if choice == "nan":
            return result
        if choice == "warn":
            warnings.warn(f"0 * inf in the chain taken as 0, at {user_location()}", PullbackWarning, stacklevel=2)
        return 0.0
    return result
