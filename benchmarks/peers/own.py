"""pullback itself: the transform, on both of its cores, and the free-standing variables of the tutorial."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, UnableError, flat, scalar_namespace, wrapped

__all__ = ["COMPILED", "FLOAT_VAR", "FLOAT_VAR_PURE", "PURE", "VARIABLE", "VARIABLE_PURE"]


def _function(problem: Problem) -> Any:
    if problem.kind == "scalar":
        return problem.function(scalar_namespace(import_module("pullback.math").sin))
    import numpy as np

    return problem.function(np)


def _transform(core: str, problem: Problem) -> Run:
    import pullback as pb

    if pb.core() != core:
        raise UnableError(f"this pullback has the core in {pb.core()} only")
    argnums = tuple(range(len(problem.primals)))
    return partial(pb.value_and_grad(_function(problem), argnums), *problem.primals)


def _variables(name: str, core: str, problem: Problem) -> Run:
    pb = import_module("pullback")
    if pb.core() != core:
        raise UnableError(f"this pullback has the core in {pb.core()} only")
    function, variable = _function(problem), getattr(pb, name)

    def run() -> Gradient:
        arguments = wrapped(variable, problem.primals)
        output = function(*arguments)
        output.backprop()
        return output.primal, [each.grad for each in flat(arguments)]

    return run


def _own(
    name: str,
    prepare: Any,
    *,
    pure: bool = False,
    core: str = "",
    budget: str = "",
    unable: Mapping[str, str] | None = None,
) -> Peer:
    environment = {"PULLBACK_PURE": "1" if pure else "0"}
    return Peer(name, prepare, "pullback", "pullback", unable or {}, core, budget, environment)


def _free(name: str, *, pure: bool = False, unable: Mapping[str, str] | None = None) -> Peer:
    core, title = ("pure Python", f"pullback {name}, pure Python") if pure else ("compiled", f"pullback {name}")
    budget = f"free-standing, {core}"
    return _own(title, partial(_variables, name, core), pure=pure, core=core, budget=budget, unable=unable)


_SCALAR = {"array": "it is a float"}

COMPILED = _own("pullback", partial(_transform, "compiled"), core="compiled", budget="compiled")
PURE = _own(
    "pullback, pure Python", partial(_transform, "pure Python"), core="pure Python", budget="pure Python", pure=True
)
VARIABLE = _free("Variable")
FLOAT_VAR = _free("float_var", unable=_SCALAR)
VARIABLE_PURE = _free("Variable", pure=True)
FLOAT_VAR_PURE = _free("float_var", pure=True, unable=_SCALAR)
