"""What recording an operation and sweeping over it costs over the functions that are called for it: those of NumPy, or of a plugin."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import pullback as pb

from ..cores import Seconds, on_each_core
from ..figure import Figure, Table
from ..options import Options
from ..timing import turn

__all__ = ["recorded"]

STEPS = 400
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, called on the result of itself: `step` on a variable, and the `functions` that any gradient of it needs."""

    name: str
    start: Any
    step: Callable[[Any], Any]
    functions: Callable[[], Any]
    budget: float

    def chain(self, steps: int, x: Any) -> Any:
        """Return what so many steps make of `x`."""
        for _ in range(steps):
            x = self.step(x)
        return x

    def seconds(self, steps: int) -> tuple[float, float]:
        """Return the seconds of a step's functions alone, and of a step, recorded and swept over."""
        cotangent = pb.stop_gradient(self.chain(steps, self.start))

        def bare() -> None:
            with np.errstate(all="ignore"):
                for _ in range(steps):
                    self.functions()

        def swept(count: int) -> None:
            pb.vjp(partial(self.chain, count), self.start)[1](cotangent)

        alone = turn(bare, LEAST)
        # What a transform costs besides its operations is left out.
        whole = turn(partial(swept, steps), LEAST) - turn(partial(swept, 0), LEAST)
        return alone / steps, whole / steps


X = np.linspace(0.1, 0.9, 10)
C = np.linspace(0.5, 0.8, 10)
FLOATS, ARRAYS = 0.25e-6, 1e-6


def decay(x: float) -> float:
    """What somebody's own plugin might bring."""
    return math.exp(-x)


def decay_slope(x: float, y: float) -> float:
    return -y


def decay_back(x: float, y: float, grad: float) -> float:
    return -y * grad


def blend(x: float, y: float) -> float:
    """The same with two inputs."""
    return 0.5 * x * y + 0.1


def blend_back(x: float, y: float, out: float, grad: float) -> tuple[float, float]:
    return 0.5 * y * grad, 0.5 * x * grad


def mix(x: float, y: float, z: float) -> float:
    """The same with three."""
    return 0.5 * x * y + 0.1 * z


def mix_back(x: float, y: float, z: float, out: float, grad: float) -> tuple[float, float, float]:
    return 0.5 * y * grad, 0.5 * x * grad, 0.1 * grad


elementwise_decay = pb.elementwise(decay, derivative=decay_slope)
primitive_decay = pb.primitive(decay, decay_back)
primitive_blend = pb.primitive(blend, blend_back)
primitive_mix = pb.primitive(mix, mix_back)

OPERATIONS = (
    Operation(
        "a plugin's pair, derivative", 0.3, elementwise_decay, lambda: (decay(0.3), decay_slope(0.3, 0.7)), FLOATS
    ),
    Operation(
        "a plugin's pair, backward", 0.3, primitive_decay, lambda: (decay(0.3), decay_back(0.3, 0.7, 1.0)), FLOATS
    ),
    Operation(
        "a plugin's pair, two inputs",
        0.3,
        lambda x: primitive_blend(x, 0.5),
        lambda: (blend(0.3, 0.5), blend_back(0.3, 0.5, 0.1, 1.0)),
        FLOATS,
    ),
    Operation(
        "a plugin's pair, three inputs",
        0.3,
        lambda x: primitive_mix(x, x, 0.5),
        lambda: (mix(0.3, 0.3, 0.5), mix_back(0.3, 0.3, 0.5, 0.1, 1.0)),
        FLOATS,
    ),
    Operation("np.sin(x)", X, np.sin, lambda: (np.sin(X), C * np.cos(X)), ARRAYS),
    Operation("np.sqrt(x)", X, np.sqrt, lambda: (np.sqrt(X), C * (0.5 / X)), ARRAYS),
    Operation("-x", X, lambda x: -x, lambda: (-X, -C), ARRAYS),
    Operation("x + c", X, lambda x: x + C, lambda: X + C, ARRAYS),
    Operation("x * c", X, lambda x: x * C, lambda: (X * C, X * C), ARRAYS),
    Operation("c * x", X, lambda x: C * x, lambda: (C * X, X * C), ARRAYS),
    Operation("0.9 * x", X, lambda x: 0.9 * x, lambda: (0.9 * X, X * 0.9), ARRAYS),
    Operation("x / c", X, lambda x: x / C, lambda: (X / C, X * (1 / C)), ARRAYS),
    Operation("x ** 2", X, lambda x: x**2, lambda: (X**2, C * (2.0 * X)), ARRAYS),
    Operation("np.maximum(x, c)", X, lambda x: np.maximum(x, C), lambda: (np.maximum(X, C), C * (X > C)), ARRAYS),
)


def recorded(options: Options) -> Iterator[Table]:
    """Time every operation in turns, on each core; yield a table for each."""
    steps = 10 if options.small else STEPS
    for core, seconds in on_each_core("recorded", _rounds, options, steps):
        yield Table(
            f"recorded/{core.split()[0]}",
            f"an operation, recorded and swept over, {core} core",
            "second",
            tuple(_figures(seconds, core)),
            "over functions",
            "difference",
        )


def _figures(seconds: Seconds, core: str) -> Iterator[Figure]:
    for operation in OPERATIONS:
        alone, whole = zip(*seconds[operation.name], strict=True)
        yield Figure(f"{operation.name}: functions", alone)
        yield Figure(
            operation.name,
            whole,
            base=f"{operation.name}: functions",
            budget=operation.budget if core == "compiled" else None,
        )


def _rounds(steps: int) -> Generator[Any, None, None]:
    """Be the process of one core: yield its name, then for every round the seconds of functions and operation by name."""
    for operation in OPERATIONS:
        operation.seconds(2)
    yield pb.core()
    while True:
        yield {operation.name: operation.seconds(steps) for operation in OPERATIONS}
