"""Overloads: resolve the strings that name them, and find out which functions can be overloaded."""

from __future__ import annotations

import sys
import types
from typing import Any

from pullback.errors import UnknownPrimitiveError
from pullback.primitive import Answer, resolve

__all__ = ["attribute_of", "bound", "function_named", "imported", "owner_named", "public_name", "unreachable"]

# The C functions whose calls reach variables: operators, `pullback.math`, and `round`, which calls a method of its argument.
_BUILTIN_MODULES = ("_operator", "math")


def imported(target: str) -> Any:
    """Return the object named by ``"module:qualname"`` if its module is already imported, else None.

    Raises `UnknownPrimitiveError` if the module has no such attribute.
    """
    return _called(resolve(target)) if target.partition(":")[0] in sys.modules else None


def _called(function: Any) -> Any:
    """Return the ufunc inside a wrapper such as SciPy's under `SCIPY_ARRAY_API`; return other functions unchanged."""
    wrapped = getattr(function, "__wrapped__", None)
    return wrapped if type(wrapped).__name__ == "ufunc" else function


def unreachable(function: Any) -> tuple[str, str] | None:
    """Return (problem, fix) if no call of `function` can ever reach a pair, else None."""
    if not callable(function):
        return f"{function!r} cannot be called", "name a function"
    module = getattr(function, "__module__", None)
    # Calls of the methods of ufuncs reach __array_ufunc__, as calls of ufuncs do.
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
    """Return the functions that `pair` overloads in modules that are imported.

    Missing and unreachable functions are left out; `plugins doctor` reports them.
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
    """Return the module or class named by, say, ``"math"`` or ``"numpy.ndarray"``, or None if it does not exist or is not imported."""
    owner = sys.modules.get(place)
    if owner is None:
        module, _, cls = place.rpartition(".")
        owner = attribute_of(sys.modules.get(module), cls)
    return owner


def attribute_of(owner: Any, name: str) -> Any:
    """Return the attribute `name` of a module or a class, or None."""
    try:
        # Not getattr on a module: one that creates its attributes lazily might import others.
        attribute = vars(owner).get(name) if isinstance(owner, types.ModuleType) else getattr(owner, name, None)
        return _called(attribute)
    except Exception:  # a descriptor of another library may raise anything
        return None


def function_named(key: str) -> Any:
    """Return the object named by an index key such as ``"numpy.ndarray.astype"``, or None if its module is not imported."""
    place, _, name = key.rpartition(".")
    owner = owner_named(place)
    return None if owner is None else attribute_of(owner, name)


def public_name(function: Any) -> str | None:
    """Return the index key of `function`, or None if no dotted name leads to it.

    The `__module__` of the functions of operators is ``_operator``, and ufuncs have none, so public modules are searched too.
    """
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    if not isinstance(name, str):
        return None
    owner = getattr(function, "__self__", None)
    if type(owner).__name__ == "ufunc":  # one of its methods
        ufunc = public_name(owner)
        return None if ufunc is None else f"{ufunc}.{function.__name__}"
    module = str(getattr(function, "__module__", None) or "")
    by_depth = sorted(sys.modules, key=lambda name: (name.count("."), name))
    public = [place for place in by_depth if "._" not in f".{place}"]
    for place in (module.lstrip("_"), module, *public):
        key = f"{place}.{name}"
        if key.replace(".", "_").isidentifier() and _same(function_named(key), function):
            return key
    return None


def _same(candidate: Any, function: Any) -> bool:
    # Methods of the same object are equal, not identical.
    return candidate is function or (isinstance(candidate, type(function)) and bool(candidate == function))
