"""Overloads: what the strings that name them stand for, and which functions can be answered for at all."""

from __future__ import annotations

import sys
import types
from typing import Any

from pullback.errors import UnknownPrimitiveError
from pullback.primitive import Answer, resolve

__all__ = ["attribute_of", "bound", "function_named", "imported", "owner_named", "public_name", "unreachable"]

# The C functions that variables can be asked by: operators, `pullback.math`, and the one with a method that asks.
_BUILTIN_MODULES = ("_operator", "math")


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
    if isinstance(function, types.FunctionType) or (
        builtin and module not in _BUILTIN_MODULES and function is not round
    ):
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


def owner_named(place: str) -> Any:
    """Return the module or class that ``"math"`` or ``"numpy.ndarray"`` names, None where its module is not imported or has none."""
    owner = sys.modules.get(place)
    if owner is None:
        module, _, cls = place.rpartition(".")
        owner = attribute_of(sys.modules.get(module), cls)
    return owner


def attribute_of(owner: Any, name: str) -> Any:
    """Return the function, or whatever else, that a module or a class has under `name`, or None."""
    try:
        # Not by getattr: a module that makes its attributes when they are asked for would import what nobody needs.
        found = vars(owner).get(name) if isinstance(owner, types.ModuleType) else getattr(owner, name, None)
        return _called(found)
    except Exception:  # what a stranger's descriptor raises
        return None


def function_named(key: str) -> Any:
    """Return what an index key such as ``"math.sin"`` or ``"numpy.ndarray.astype"`` names, None where its module is not imported."""
    place, _, name = key.rpartition(".")
    owner = owner_named(place)
    return None if owner is None else attribute_of(owner, name)


def public_name(function: Any) -> str | None:
    """Return the key by which an index can name `function`, or None if it has no name that leads to it.

    The function of an operator says that it is from ``_operator``, and a ufunc does not say from where it is.
    """
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    if not isinstance(name, str):
        return None
    owner = getattr(function, "__self__", None)
    if type(owner).__name__ == "ufunc":  # one of its methods
        ufunc = public_name(owner)
        return None if ufunc is None else f"{ufunc}.{function.__name__}"
    module = str(getattr(function, "__module__", None) or "")
    public = [each for each in sorted(sys.modules, key=lambda each: (each.count("."), each)) if "._" not in f".{each}"]
    for place in (module.lstrip("_"), module, *public):
        key = f"{place}.{name}"
        if key.replace(".", "_").isidentifier() and _same(function_named(key), function):
            return key
    return None


def _same(found: Any, function: Any) -> bool:
    # Methods of the same object are equal, not identical.
    return found is function or (isinstance(found, type(function)) and bool(found == function))
