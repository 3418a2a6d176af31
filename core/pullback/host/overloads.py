"""Overloads: what the strings that name them stand for, and which functions can be answered for at all."""

from __future__ import annotations

import sys
import types
from typing import Any

from pullback.errors import UnknownPrimitiveError
from pullback.primitive import Answer, resolve

__all__ = ["bound", "function_named", "imported", "names_function", "unreachable"]

# The C functions that variables can be asked by: operators, `pullback.math` and what has a method of its own.
_BUILTIN_MODULES = ("_operator", "math", "builtins")


def imported(target: str) -> Any:
    """Return what ``"module:qualname"`` names if its module is imported already, else None.

    Raises `UnknownPrimitiveError` when the module has no such thing.
    """
    return _called(resolve(target)) if target.partition(":")[0] in sys.modules else None


def _called(function: Any) -> Any:
    """Return the universal function that a library has wrapped, as SciPy does under `SCIPY_ARRAY_API`; others as they are."""
    wrapped = getattr(function, "__wrapped__", None)
    return wrapped if type(wrapped).__name__ == "ufunc" else function


def unreachable(function: Any) -> tuple[str, str] | None:
    """Return (problem, fix) when no call of `function` would ever reach a pair, else None."""
    if not callable(function):
        return f"{function!r} cannot be called", "name a function"
    module = getattr(function, "__module__", None)
    # The methods of ufuncs are asked through __array_ufunc__, as the ufuncs are.
    of_ufunc = type(getattr(function, "__self__", None)).__name__ == "ufunc"
    builtin = isinstance(function, types.BuiltinFunctionType) and not of_ufunc
    if isinstance(function, types.FunctionType) or (builtin and module not in _BUILTIN_MODULES):
        return (
            f"{module}.{function.__name__} is an ordinary function, which nobody can answer for",
            "leave the overload out and export the primitive itself",
        )
    return None


def bound(pair: Answer) -> list[Any]:
    """Return the functions that `pair` answers for, of the modules that are imported.

    What is missing or unreachable is left out; `plugins doctor` has a row for it.
    """
    functions = []
    for target in pair.overloads:
        try:
            function = imported(target) if isinstance(target, str) else target
        except UnknownPrimitiveError:
            continue
        if function is not None and unreachable(function) is None:
            functions.append(function)
    return functions


def function_named(key: str) -> Any:
    """Return the function that an index key such as ``"math.sin"`` names, None where its module is not imported or has none."""
    module, _, attribute = key.rpartition(".")
    owner: Any = sys.modules.get(module)
    if owner is None and "." in module:  # a method, as in "numpy.ndarray.astype"
        module, _, cls = module.rpartition(".")
        owner = getattr(sys.modules.get(module), cls, None)
    return None if owner is None else _called(getattr(owner, attribute, None))


def names_function(key: str, function: Any) -> bool:
    """Whether an index key such as ``"math.sin"`` is `function`; modules that are not imported cannot own it."""
    found = function_named(key)
    # Methods of the same object are equal, not identical.
    return found is not None and bool(found == function)
