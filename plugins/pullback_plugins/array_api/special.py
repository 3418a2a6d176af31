"""Special functions, which SciPy takes from the namespace where it has them: https://github.com/data-apis/array-api/issues/725."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from pullback import UnknownPrimitiveError, primitive
from pullback.extend import answer_for
from pullback_plugins.array_api.array import call

WRITTEN_OUT = frozenset({"rel_entr", "xlogy"})
"""What SciPy computes by functions of the standard where a namespace lacks it."""


def __getattr__(name: str) -> Callable[..., Any]:
    """Return SciPy's universal function of that name for arrays of the namespace.

    Where no pair answers for it, it is computed all the same: SciPy's statistical tests compute a p-value beside the statistic, and
    often only the statistic is differentiated. A gradient through it is an error.
    """
    function: Any = None if name.startswith("_") else getattr(import_module("scipy.special"), name, None)
    # Under SCIPY_ARRAY_API the universal function is wrapped.
    function = getattr(function, "__wrapped__", function)
    if type(function).__name__ == "ufunc":
        if answer_for(function) is not None:
            return partial(call, function)
        if name not in WRITTEN_OUT:
            return partial(call, _opaque(name, function))
    raise AttributeError(f"there is no universal function scipy.special.{name}, or SciPy knows better")


def _opaque(name: str, function: Any) -> Any:
    """Return `function` as a primitive through which no gradient may be asked for."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise UnknownPrimitiveError(
            f"a gradient was asked for through scipy.special.{name}, for which no primitive answers. Register a pair:\n"
            f"    p = pullback.primitive({name}, backward, overloads=[{name}])    # backward(*inputs, output, grad)\n"
            "    pullback.register(p)\n"
            "or leave the chain on purpose: stop_gradient(v)."
        )

    return primitive(lambda *inputs: function(*inputs), refuse, pushforward=refuse, name=f"opaque_{name}")
