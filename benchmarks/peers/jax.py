"""JAX on the CPU: as it runs at once, and as it compiles the whole of a function before it runs."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, flat, scalar_namespace

__all__ = ["JAX_EAGER", "JAX_JIT"]


def _prepare(compiled: bool, problem: Problem) -> Run:
    import numpy as np

    jax, jnp = import_module("jax"), import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")

    def relu(x: Any) -> Any:
        return jnp.maximum(x, 0.0)

    def constant(each: Any) -> Any:
        return jnp.asarray(each) if isinstance(each, np.ndarray) else each

    scalar = problem.kind == "scalar"
    function = problem.function(scalar_namespace(jnp.sin, relu) if scalar else jnp, constant)
    gradient = jax.value_and_grad(function, tuple(range(len(problem.primals))))
    gradient = jax.jit(gradient) if compiled else gradient

    def run() -> Gradient:
        value, grads = gradient(*problem.primals)
        # Every number has to be there before the clock stops.
        return float(value), [float(grad) if scalar else np.asarray(grad) for grad in flat(grads)]

    return run


JAX_EAGER = Peer("JAX eager", partial(_prepare, False), "jax", "jax")
JAX_JIT = Peer("JAX jit", partial(_prepare, True), "jax", "jax")
