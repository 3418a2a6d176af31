"""Ways of taking a gradient: pullback's own, and those of the libraries beside which it is measured.

Each way is prepared once, which imports its library, and is then a function ``(f, *floats) -> (value, gradient)``. A
library that is not installed is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

import _flat_tape

__all__ = ["OWN", "PEERS", "TAPE", "Gradient", "Way", "installed"]

Gradient: TypeAlias = Callable[..., tuple[float, tuple[float, ...]]]
"""``gradient(f, *primals)`` returns the value of `f` and its gradient by every argument, in plain floats."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of taking a gradient; `distribution` is what must be installed, None where nothing must."""

    name: str
    distribution: str | None
    prepare: Callable[[], Gradient]


def installed(ways: Iterable[Way]) -> list[tuple[Way, Gradient]]:
    """Prepare `ways`; print a line for each whose library is not installed, and leave it out."""
    found = []
    for way in ways:
        try:
            found.append((way, way.prepare()))
        except ImportError as error:
            print(f"{way.name}: skipped, {error}", flush=True)
    return found


def _value_and_grad() -> Gradient:
    pb = import_module("pullback")

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        result: tuple[float, tuple[float, ...]] = pb.value_and_grad(function, tuple(range(len(primals))))(*primals)
        return result

    return gradient


def _backprop(variable: str) -> Gradient:
    cls = getattr(import_module("pullback"), variable)

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        inputs = [cls(primal) for primal in primals]
        output = function(*inputs)
        output.backprop()
        return output.value, tuple(each.grad for each in inputs)

    return gradient


def _micrograd() -> Gradient:
    value = import_module("micrograd.engine").Value

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        inputs = [value(primal) for primal in primals]
        output = function(*inputs)
        output.backward()
        return output.data, tuple(each.grad for each in inputs)

    return gradient


def _autograd() -> Gradient:
    autograd = import_module("autograd")

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        value, grads = autograd.value_and_grad(function, tuple(range(len(primals))))(*primals)
        return float(value), tuple(map(float, grads))

    return gradient


def _mygrad() -> Gradient:
    mygrad = import_module("mygrad")

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        inputs = [mygrad.tensor(primal) for primal in primals]
        output = function(*inputs)
        output.backward()
        return float(output.data), tuple(float(each.grad) for each in inputs)

    return gradient


def _torch() -> Gradient:
    torch = import_module("torch")

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        inputs = [torch.tensor(primal, dtype=torch.float64, requires_grad=True) for primal in primals]
        output = function(*inputs)
        output.backward()
        return output.item(), tuple(each.grad.item() for each in inputs)

    return gradient


def _jax() -> Gradient:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")

    def gradient(function: Callable[..., Any], *primals: float) -> tuple[float, tuple[float, ...]]:
        value, grads = jax.value_and_grad(function, tuple(range(len(primals))))(*primals)
        return float(value), tuple(map(float, grads))

    return gradient


TAPE = Way("minimal flat tape", None, lambda: _flat_tape.value_and_gradient)

OWN = (
    Way("pullback value_and_grad", "pullback", _value_and_grad),
    Way("pullback Variable", "pullback", lambda: _backprop("Variable")),
    Way("pullback float_var", "pullback", lambda: _backprop("float_var")),
)

PEERS = (
    Way("micrograd", "micrograd", _micrograd),
    Way("HIPS autograd", "autograd", _autograd),
    Way("MyGrad", "mygrad", _mygrad),
    Way("PyTorch eager", "torch", _torch),
    Way("JAX eager", "jax", _jax),
)
