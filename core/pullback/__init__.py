"""Automatic differentiation for plain Python and NumPy code, in which every primitive is a plugin.

>>> from pullback import grad
>>> from pullback.math import sin
>>> grad(lambda x: sin(x) * x)(0.0)
0.0
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from pullback import math, tables
from pullback._core import COMPILED as _COMPILED
from pullback._core import core
from pullback.decorators import composite, elementwise, nondifferentiable, primitive
from pullback.errors import (
    ChainBrokenError,
    ConflictError,
    PluginError,
    PluginWarning,
    PullbackError,
    PullbackWarning,
    RuleError,
    UnknownPrimitiveError,
)
from pullback.kind import ScalarKind, ValueKind
from pullback.primitive import Primitive
from pullback.strong_zero import indeterminate
from pullback.transforms import (
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from pullback.variable import ScalarVariable, Variable, float_var

_import_module("pullback.runtime")  # passes to the core the functions that it calls

if TYPE_CHECKING:
    from pullback.host.default import load_plugins, plugins, register, unregister
    from pullback.host.hookspecs import hookimpl
    from pullback.testing import check_grads

__version__ = "0.1.0"

__all__ = [
    "ChainBrokenError",
    "ConflictError",
    "PluginError",
    "PluginWarning",
    "Primitive",
    "PullbackError",
    "PullbackWarning",
    "RuleError",
    "ScalarKind",
    "ScalarVariable",
    "UnknownPrimitiveError",
    "ValueKind",
    "Variable",
    "check_grads",
    "checkpoint",
    "composite",
    "core",
    "elementwise",
    "elementwise_grad",
    "float_var",
    "grad",
    "hessian",
    "hookimpl",
    "hvp",
    "indeterminate",
    "jacobian",
    "jvp",
    "load_plugins",
    "math",
    "nondifferentiable",
    "plugins",
    "primitive",
    "register",
    "stop_gradient",
    "unregister",
    "value_and_grad",
    "vjp",
]

# These need pluggy or pydantic. They are imported at first use, so that `import pullback` loads neither.
_LAZY = {
    "check_grads": "pullback.testing",
    "hookimpl": "pullback.host.hookspecs",
    "load_plugins": "pullback.host.default",
    "plugins": "pullback.host.default",
    "register": "pullback.host.default",
    "unregister": "pullback.host.default",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    attribute = globals()[name] = getattr(_import_module(_LAZY[name]), name)
    return attribute


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _host() -> Any:
    host = _import_module("pullback.host.default").default_host()
    return host if _COMPILED else _import_module("pullback.slow_core").announcing(host)


tables.connect(_host)
