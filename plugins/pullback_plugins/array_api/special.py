"""Special functions for which SciPy asks a namespace before it helps itself: https://github.com/data-apis/array-api/issues/725."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from pullback.variable import is_answered
from pullback_plugins.array_api.array import call


def __getattr__(name: str) -> Callable[..., Any]:
    """Return SciPy's function of that name for arrays of the namespace, if a pair answers for it."""
    if not name.startswith("_"):
        function: Any = getattr(import_module("scipy.special"), name, None)
        # Under SCIPY_ARRAY_API the universal function is wrapped.
        function = getattr(function, "__wrapped__", function)
        if type(function).__name__ == "ufunc" and is_answered(function):
            return partial(call, function)
    raise AttributeError(f"no pair answers for a universal function scipy.special.{name}")
