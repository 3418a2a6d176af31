"""Ways of taking a gradient by arrays: pullback's own, and those of the libraries beside which it is measured.

A way is prepared once, which imports its library. Then it has the namespace that a loss computes with, what makes that library's arrays of
constants, and ``gradient(f, *arrays) -> (value, gradients)`` in NumPy's arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np
from _array_problems import Arrays, Problem

__all__ = ["BY_HAND", "OWN", "PEERS", "Prepared", "Run", "Way", "by_hand", "installed"]

Run: TypeAlias = Callable[[], tuple[float, Arrays]]
"""A function without arguments that returns the value and the gradient of a problem."""
BY_HAND = "gradient written by hand"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A way whose library has been imported."""

    namespace: Any
    constant: Callable[[Any], Any]
    gradient: Callable[..., tuple[float, Arrays]]

    def on(self, problem: Problem) -> Run:
        """Return what takes the gradient of `problem`; what can be made before, its constants, is."""
        loss, gradient = problem.with_namespace(self.namespace, self.constant), self.gradient
        return lambda: gradient(loss, *problem.primals)


@dataclass(frozen=True, slots=True)
class Way:
    """A way of taking a gradient, of the distribution that must be installed."""

    name: str
    distribution: str
    prepare: Callable[[], Prepared]


def installed(ways: Iterable[Way]) -> list[tuple[Way, Prepared]]:
    """Prepare `ways`; print a line for each whose library is not installed, and leave it out."""
    found = []
    for way in ways:
        try:
            found.append((way, way.prepare()))
        except ImportError as error:
            print(f"{way.name}: skipped, {error}", flush=True)
    return found


def by_hand(problem: Problem) -> Run:
    """Return what takes the gradient of `problem` as it was written by hand."""
    return lambda: problem.by_hand(problem.primals, problem.constants)


def _pullback() -> Prepared:
    value_and_grad = import_module("pullback").value_and_grad

    def gradient(function: Callable[..., Any], *primals: Any) -> tuple[float, Arrays]:
        value, grads = value_and_grad(function, tuple(range(len(primals))))(*primals)
        return float(value), grads

    return Prepared(np, np.asarray, gradient)


def _autograd() -> Prepared:
    value_and_grad = import_module("autograd").value_and_grad

    def gradient(function: Callable[..., Any], *primals: Any) -> tuple[float, Arrays]:
        value, grads = value_and_grad(function, tuple(range(len(primals))))(*primals)
        return float(value), tuple(grads)

    return Prepared(import_module("autograd.numpy"), np.asarray, gradient)


def _mygrad() -> Prepared:
    mygrad = import_module("mygrad")

    def gradient(function: Callable[..., Any], *primals: Any) -> tuple[float, Arrays]:
        inputs = [mygrad.tensor(primal) for primal in primals]
        output = function(*inputs)
        output.backward()
        return float(output.data), tuple(each.grad for each in inputs)

    return Prepared(mygrad, np.asarray, gradient)


def _torch() -> Prepared:
    torch = import_module("torch")
    names = ("cos", "exp", "log", "log1p", "logaddexp", "sin", "sum", "tanh")
    # What NumPy calls max is amax there.
    namespace = SimpleNamespace(max=torch.amax, **{name: getattr(torch, name) for name in names})

    def gradient(function: Callable[..., Any], *primals: Any) -> tuple[float, Arrays]:
        inputs = [torch.from_numpy(primal).requires_grad_() for primal in primals]
        output = function(*inputs)
        output.backward()
        return output.item(), tuple(each.grad.numpy() for each in inputs)

    return Prepared(namespace, torch.from_numpy, gradient)


OWN = (Way("pullback value_and_grad", "pullback", _pullback),)

PEERS = (
    Way("HIPS autograd", "autograd", _autograd),
    Way("MyGrad", "mygrad", _mygrad),
    Way("PyTorch eager", "torch", _torch),
)
