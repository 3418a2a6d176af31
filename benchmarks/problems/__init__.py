"""The problems whose gradients are timed, at the size that is measured or at a small one that only has to run."""

from __future__ import annotations

from collections.abc import Callable

from .elementwise import elementwise
from .logistic_regression import logistic_regression
from .lotka_volterra import lotka_volterra
from .moons import moons
from .network import network
from .problem import Problem
from .product import product
from .rosenbrock import rosenbrock
from .rotations import rotations
from .sines import sines

__all__ = ["PROBLEMS", "Problem", "make"]

PROBLEMS: dict[str, tuple[Callable[[], Problem], Callable[[], Problem]]] = {
    "scalar/lotka-volterra": (lambda: lotka_volterra(73), lambda: lotka_volterra(2)),
    "scalar/rosenbrock": (lambda: rosenbrock(100), lambda: rosenbrock(4)),
    "scalar/product": (lambda: product(1000), lambda: product(10)),
    "scalar/sines": (lambda: sines(100_000), lambda: sines(50)),
    "scalar/moons": (lambda: moons(100, (2, 16, 16, 1)), lambda: moons(6, (2, 3, 3, 1))),
    "arrays/elementwise-10": (lambda: elementwise(10), lambda: elementwise(10)),
    "arrays/elementwise-1000": (lambda: elementwise(1000), lambda: elementwise(100)),
    "arrays/elementwise-100000": (lambda: elementwise(100_000), lambda: elementwise(200)),
    "arrays/elementwise-1000000": (lambda: elementwise(1_000_000), lambda: elementwise(300)),
    "arrays/logistic-regression": (lambda: logistic_regression(1000, 50), lambda: logistic_regression(20, 4)),
    "arrays/network": (lambda: network((784, 512, 512, 10), 128), lambda: network((5, 4, 3, 2), 3)),
    "arrays/rotations": (lambda: rotations(7), lambda: rotations(3)),
}


def make(key: str, *, small: bool) -> Problem:
    """Return a problem by its key, as it is measured or small."""
    return PROBLEMS[key][small]()
