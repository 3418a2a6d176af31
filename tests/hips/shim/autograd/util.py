"""The old name of the gradient check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.test_util import check_grads

__all__ = ["quick_grad_check"]


def quick_grad_check(fun: Callable[..., Any], arg0: Any, extra_args: tuple[Any, ...] = (), **_: Any) -> None:
    """Raise `AssertionError` unless the gradient of `fun` by its first argument is right."""
    check_grads(fun, modes=["rev"], order=1)(arg0, *extra_args)
