"""PyTorch, eager: a tensor for every float or array."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from ..problems.problem import Gradient, Problem
from .peer import Peer, Run, flat, scalar_namespace, wrapped

__all__ = ["PYTORCH"]

NAMES = ("cos", "exp", "log", "log1p", "logaddexp", "sin", "sum", "tanh")


def _prepare(problem: Problem) -> Run:
    import numpy as np

    torch = import_module("torch")

    def constant(each: Any) -> Any:
        return torch.from_numpy(each) if isinstance(each, np.ndarray) else each

    def scalar(primal: float) -> Any:
        return torch.tensor(primal, dtype=torch.float64, requires_grad=True)

    def array(primal: Any) -> Any:
        return torch.from_numpy(primal).requires_grad_()

    # What NumPy calls max is amax there.
    arrays = SimpleNamespace(max=torch.amax, **{name: getattr(torch, name) for name in NAMES})
    plain = problem.kind == "scalar"
    function = problem.function(scalar_namespace(torch.sin) if plain else arrays, constant)

    def run() -> Gradient:
        arguments = wrapped(scalar if plain else array, problem.primals)
        output = function(*arguments)
        output.backward()
        grads = [each.grad for each in flat(arguments)]
        return output.item(), [grad.item() if plain else grad.numpy() for grad in grads]

    return run


PYTORCH = Peer("PyTorch eager", _prepare, "torch", "torch")
