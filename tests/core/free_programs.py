"""Random programs of free-standing variables, run in a process of its own: prints what each leaves, its numbers to the last bit.

``python free_programs.py SEED COUNT``. A program mixes `Variable`, `float_var` and numbers, calls `backprop` in between, starts
gradients anew, lets intermediates go, and closes cycles; what goes wrong in a step is part of the result.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from typing import Any

from programs import BINARY, CONSTANTS, INPUTS, OPERATORS, OWN, OWN_BINARY, OWN_TERNARY, UNARY, bits

import pullback as pb
from pullback import math as pm

CLASSES = [pb.Variable, pb.float_var]
MANY = pb.primitive(
    lambda x, y: (x + y, x * y),
    lambda x, y, out, grads: (grads[0] + grads[1] * y, grads[0] + grads[1] * x),
    name="own_two",
)
PARAMETER = pb.primitive(lambda x, *, by: x * 2.0, lambda x, out, grad, *, by: 2.0 * grad, name="own_parameter")


class Loop:
    """An object of a user, which refers to itself."""

    def __init__(self, *held: Any):
        self.held = (self, *held)


def step(chooser: random.Random, values: list[Any]) -> Any:
    """Return what one operation on some of `values` gives."""
    # Late values more often: the graph shall be deep.
    x = values[int(len(values) * chooser.random() ** 0.4)]
    y = values[int(len(values) * chooser.random())]
    constant = chooser.choice(CONSTANTS)
    kind = chooser.random()
    if kind < 0.35:
        return chooser.choice(OPERATORS)(x, y)
    if kind < 0.5:
        return chooser.choice(OPERATORS)(*chooser.choice([(x, constant), (constant, x)]))
    if kind < 0.57:
        return chooser.choice([lambda v: -v, abs, lambda v: +v, lambda v: round(v, 2), bool, lambda v: v < 0.5])(x)
    if kind < 0.65:
        return chooser.choice(OWN)(x)
    if kind < 0.7:
        return chooser.choice(OWN_BINARY)(*chooser.choice([(x, y), (x, constant), (constant, x)]))
    if kind < 0.75:
        return chooser.choice(OWN_TERNARY)(*chooser.choice([(x, y, x), (x, constant, y), (constant, y, x), (x, x, 2)]))
    if kind < 0.9:
        return getattr(pm, chooser.choice(UNARY))(x)
    if kind < 0.95:
        return getattr(pm, chooser.choice(BINARY))(x, y)
    if kind < 0.97:
        return chooser.choice(MANY(x, y))
    if kind < 0.98:
        return PARAMETER(x, by=Loop(x, y))
    # Beside a transform, where it is a constant of an outer level.
    return pb.value_and_grad(lambda t: t * x + pm.sin(t) * y)(1.5)[chooser.randrange(2)]


def change(chooser: random.Random, values: list[Any]) -> Any:
    """Do something with one of `values`."""
    v = chooser.choice(values)
    kind = chooser.random()
    if kind < 0.6:
        return v.backprop(
            *chooser.choice([(), (), (0.5,), (2,), (0.0,), (-0.0,), (-3.0,), (float("nan"),), (float("inf"),)])
        )
    if kind < 0.7:
        v.grad = chooser.choice([0.0, -0.0, 1.5, 3, float("inf")])
    elif kind < 0.85:
        values.remove(v)
    elif kind < 0.9:
        values.append(Loop(v, *values).held[1])
    elif kind < 0.93:
        gc.collect()
    elif kind < 0.95:
        v.backprop(chooser.choice(values))
    elif kind < 0.97:
        v.grad = chooser.choice(values)
    else:
        return v == chooser.choice(values), hash(v) == hash(v), f"{v:.3g}", repr(v)
    return None


def results(seed: int) -> list[Any]:
    """Return what every step of a program gives, and the gradients that it leaves."""
    chooser = random.Random(seed)
    values: list[Any] = []
    for _ in range(3):
        number = chooser.choice(INPUTS) if chooser.random() < 0.3 else chooser.uniform(-2.0, 2.0)
        values.append(chooser.choice(CLASSES)(number))
    found = []
    for _ in range(chooser.randint(4, 40)):
        try:
            if chooser.random() < 0.75:
                made = step(chooser, values)
                found.append([type(made).__name__, shown(made)])
                values.append(made)
            else:
                found.append(bits(change(chooser, values)))
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    found.append([[shown(getattr(v, "grad", None)), type(getattr(v, "grad", None)).__name__] for v in values])
    return found


def shown(value: Any) -> Any:
    return bits(pb.stop_gradient(value))


def main() -> None:
    seed, count = map(int, sys.argv[1:])
    for number in range(seed, seed + count):
        print(json.dumps([number, *results(number)]))
    print(pb.core())


if __name__ == "__main__":
    main()
