"""What the chain makes of 0 * inf: the setting, read only where a product came out as nan."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeAlias

from pullback.errors import PullbackWarning, where

__all__ = ["POLICIES", "Policy", "indeterminate", "policy", "product", "set_default"]

Policy: TypeAlias = Literal["zero", "nan", "warn"]
POLICIES: tuple[Policy, ...] = ("zero", "nan", "warn")

chosen: ContextVar[Policy | None] = ContextVar("pullback_indeterminate", default=None)
"""The choice of the innermost block, if there is one; else `default` holds."""


# What holds where no block chooses: one cell, which the host fills when it has read the settings.
default: list[Policy] = ["zero"]


def set_default(choice: Policy) -> None:
    """Set what holds for the process, outside of `indeterminate` blocks."""
    default[0] = choice


@contextmanager
def indeterminate(choice: Policy) -> Iterator[None]:
    """Choose, for the enclosed block of this thread, what 0 * inf is in the chain.

    ``"zero"`` (the default): an exact zero, cotangent or partial, absorbs inf and nan. ``"nan"``: IEEE 754
    arithmetic. ``"warn"``: as zero, with a `PullbackWarning` that names the line.

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


def product(cotangent: Any, partial: Any) -> Any:
    """Return the chain's product of two scalars: an exact zero absorbs inf and nan, unless the setting says otherwise."""
    result = cotangent * partial
    if result != result and (cotangent == 0 or partial == 0):
        choice = policy()
        if choice == "nan":
            return result
        if choice == "warn":
            warnings.warn(f"0 * inf in the chain taken as 0, at {where()}", PullbackWarning, stacklevel=2)
        return 0.0
    return result
