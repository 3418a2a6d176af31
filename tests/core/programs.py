"""Random scalar programs, run in a process of its own: prints what each gives, its numbers to the last bit.

``python programs.py SEED COUNT``. Whatever can go wrong in a program is part of its result, as the type and the text of the error.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pullback as pb
from pullback import math as pm

UNARY = [
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "degrees", "erf", "exp", "exp2", "expm1", "fabs",
    "lgamma", "log", "log10", "log1p", "log2", "radians", "sin", "sinh", "sqrt", "tan", "tanh",
]  # fmt: skip
BINARY = ["atan2", "copysign", "fmod", "hypot", "pow", "remainder"]
OPERATORS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x**y,
    lambda x, y: x // y,
    lambda x, y: x % y,
    lambda x, y: divmod(x, y)[1],
    lambda x, y: (x if x < y else y) + (x - y),
    lambda x, y: (x if x >= y else -y) * (x + y),
    lambda x, y: x + y if x == y else x - y,
]
CONSTANTS: list[Any] = [
    0, 1, 2, 3, -1, -2, 7, 10**6, 2**53, 2**53 + 1, -(2**64) - 1, 10**400, True, False,
    0.0, -0.0, 0.5, -1.5, 1e-3, 3.7, 1e200, -1e300, 5e-324, 1e-310, math.inf, -math.inf, math.nan,
    Fraction(1, 3), Fraction(-7, 2),
]  # fmt: skip
INPUTS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    0.3,
    -0.7,
    1.9,
    -3.0,
    12.5,
    1e-5,
    700.0,
    -745.0,
    1e155,
    1e308,
    5e-324,
    math.inf,
    math.nan,
]


# Pairs of a program's own, without kernels: with slopes that are integers, infinite, missing or errors; and
# pairs whose rule waits for the sweep.
OWN: list[Callable[..., Any]] = [
    pb.elementwise(lambda x: x * x / 2, derivative=lambda x, y: x, name="half_square"),
    pb.elementwise(lambda x: 3 * x, derivative=3, name="three_times"),
    pb.elementwise(lambda x: x + 1, derivative=lambda x, y: 1, name="successor"),
    pb.elementwise(lambda x: max(x, 0.0), derivative=lambda x, y: 1.0 if x > 0 else 0.0, name="ramp"),
    pb.elementwise(lambda x: abs(x) ** 0.5, derivative=lambda x, y: 0.5 / y, name="root_of_size"),
    pb.primitive(lambda x: x * x, lambda x, y, grad: 2 * x * grad, name="own_square"),
    pb.primitive(lambda x: 1.0 / x, lambda x, y, grad: -grad * y * y, name="own_reciprocal"),
    pb.primitive(lambda x: 2.0 * x, lambda x, y, grad: [grad * 2], name="own_double"),
    pb.primitive(lambda x: x * 1.5, lambda x, y, grad: 1 if grad > 0 else -(10**30), name="own_integers"),
    pb.primitive(lambda x: x + 1.0, lambda x, y, grad: None, name="own_nothing"),
    pb.primitive(lambda x: x + 1.0, lambda x, y, grad: grad > 0, name="own_truth"),
    pb.primitive(lambda x: -x, lambda x, y, grad: (grad, grad), name="own_too_many"),
    pb.primitive(lambda x: x if x > 0 else int(x), lambda x, y, grad: grad, name="own_sometimes_integer"),
    pb.primitive(lambda x: x * 3.0, lambda x, y, grad: "three" if x < 0 else 3.0 * grad, name="own_words"),
]
OWN_BINARY: list[Callable[..., Any]] = [
    pb.elementwise(
        lambda x, y: x * y + y, derivative=(lambda x, y, out: y, lambda x, y, out: x + 1), name="times_plus"
    ),
    pb.elementwise(
        lambda x, y: x / y, derivative=(lambda x, y, out: 1 / y, lambda x, y, out: -out / y), name="own_ratio"
    ),
    pb.elementwise(lambda x, y: x - 2 * y, derivative=(1, -2), name="minus_twice"),
    pb.primitive(lambda x, y: x * y, lambda x, y, out, grad: (grad * y, grad * x), name="own_product"),
    pb.primitive(lambda x, y: x + y, (lambda x, y, out, grad: grad, None), name="own_half_sum"),
    pb.primitive(lambda x, n: x**n, (lambda x, n, out, grad: grad * n * x ** (n - 1), None), name="own_power"),
    pb.elementwise(lambda n, x: x * n, derivative=(None, lambda n, x, out: n), name="own_multiple"),
]
OWN_TERNARY: list[Callable[..., Any]] = [
    pb.elementwise(
        lambda x, y, z: x * y + z,
        derivative=(lambda x, y, z, out: y, lambda x, y, z, out: x, 1),
        name="own_fma",
    ),
    pb.elementwise(
        lambda a, x, y: x if a > 0 else y,
        derivative=(None, lambda a, x, y, out: 1.0 if a > 0 else 0, lambda a, x, y, out: 0 if a > 0 else 1.0),
        name="own_choice",
    ),
    pb.elementwise(
        lambda x, y, z: x / y - z,
        derivative=(lambda *xs: 1 / xs[1], lambda *xs: -xs[0] / xs[1] ** 2, -1),
        name="own_quotient",
    ),
    pb.primitive(
        lambda x, y, z: x * y * z, lambda x, y, z, out, grad: (grad * y * z, None, grad * x * y), name="own_triple"
    ),
    pb.primitive(lambda *xs: sum(xs), lambda *given: (given[-1],) * (len(given) - 2), name="own_sum"),
]


def program(chooser: random.Random) -> Callable[..., Any]:
    """Return a function of three numbers; the same chooser gives the same."""
    steps = [
        (chooser.random(), chooser.randrange(10**6), chooser.random(), chooser.random(), chooser.choice(CONSTANTS))
        for _ in range(chooser.randint(1, 14))
    ]

    def run(*inputs: Any) -> Any:
        values = list(inputs)
        for kind, which, first, second, constant in steps:
            # Late values more often: the chain shall be deep.
            x = values[int(len(values) * first**0.4)]
            y = values[int(len(values) * second)]
            if kind < 0.35:
                value = OPERATORS[which % len(OPERATORS)](x, y)
            elif kind < 0.5:
                value = OPERATORS[which % len(OPERATORS)](x, constant)
            elif kind < 0.65:
                value = OPERATORS[which % len(OPERATORS)](constant, x)
            elif kind < 0.7:
                value = [-x, abs(x), +x][which % 3]
            elif kind < 0.75:
                value = OWN[which % len(OWN)](x)
            elif kind < 0.76:
                operands = ((x, y, x), (x, constant, y), (constant, y, x), (x, x, constant))[which % 4]
                value = OWN_TERNARY[which % len(OWN_TERNARY)](*operands)
            elif kind < 0.8:
                value = OWN_BINARY[which % len(OWN_BINARY)](*((x, y), (x, constant), (constant, x))[which % 3])
            elif kind < 0.95:
                value = getattr(pm, UNARY[which % len(UNARY)])(x)
            else:
                value = getattr(pm, BINARY[which % len(BINARY)])(x, y)
            values.append(value)
        return values[-1]

    return run


def bits(value: Any) -> Any:
    """Return `value` with its floats as text that tells every bit."""
    if isinstance(value, (tuple, list)):
        return [bits(part) for part in value]
    if isinstance(value, float) and value != value:
        return "nan"  # the sign of a nan says nothing
    return f"{type(value).__name__} {value.hex() if isinstance(value, float) else value!r}"


def outcome(function: Callable[[], Any]) -> Any:
    """Return what `function` gives or how it fails."""
    try:
        return bits(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def second(f: Callable[..., Any]) -> Callable[..., Any]:
    return pb.grad(lambda *args: pb.grad(f)(*args))


def free(f: Callable[..., Any], inputs: list[float], cls: Any) -> Any:
    """Return the gradients of free-standing variables."""
    variables = [cls(x) for x in inputs]
    result = f(*variables)
    result.backprop()
    return pb.stop_gradient(result), [x.grad for x in variables]


def results(seed: int) -> list[Any]:
    """Return what all that differentiates a program gives."""
    chooser = random.Random(seed)
    f = program(chooser)
    inputs = [chooser.choice(INPUTS) if chooser.random() < 0.3 else chooser.uniform(-2.0, 2.0) for _ in range(3)]
    found = [outcome(lambda: pb.value_and_grad(f, argnums=(0, 1, 2))(*inputs))]
    found.append(outcome(lambda: pb.jvp(f, tuple(inputs), (1.0, -0.5, 2.0))))
    found.append(outcome(lambda: second(f)(*inputs)))
    found.append(outcome(lambda: free(f, inputs, pb.Variable)))
    found.append(outcome(lambda: free(f, inputs, pb.float_var)))
    found.append(outcome(lambda: pb.grad(lambda x: f(x, 2.0, 0.5) * x)(inputs[0])))
    for choice in ("nan", "warn"):
        with pb.indeterminate(choice):
            found.append(outcome(lambda: pb.grad(f)(*inputs)))
    return found


def main() -> None:
    seed, count = map(int, sys.argv[1:])
    for number in range(seed, seed + count):
        print(json.dumps([number, *results(number)]))
    print(pb.core())


if __name__ == "__main__":
    main()
