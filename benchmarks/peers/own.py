"""pullback itself: the transform, on both of its cores, and the free-standing variables of the tutorial."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, UnableError, flat, scalar_namespace, wrapped

__all__ = ["COMPILED", "FLOAT_VAR", "PURE", "VARIABLE"]


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


def _variables(name: str, problem: Problem) -> Run:
    pb = import_module("pullback")
    function, variable = _function(problem), getattr(pb, name)

    def run() -> Gradient:
        arguments = wrapped(variable, problem.primals)
        output = function(*arguments)
        output.backprop()
        return output.primal, [each.grad for each in flat(arguments)]

    return run


def _own(
    name: str, prepare: Any, *, pure: bool = False, core: str = "", unable: Mapping[str, str] | None = None
) -> Peer:
    environment = {"PULLBACK_PURE": "1" if pure else "0"}
    return Peer(name, prepare, "pullback", "pullback", unable or {}, core, environment)


COMPILED = _own("pullback", partial(_transform, "compiled"), core="compiled")
PURE = _own("pullback, pure Python", partial(_transform, "pure Python"), core="pure Python", pure=True)
VARIABLE = _own("pullback Variable", partial(_variables, "Variable"))
FLOAT_VAR = _own("pullback float_var", partial(_variables, "float_var"), unable={"array": "it is a float"})
