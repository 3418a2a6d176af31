"""Typed programs as users write them. Type checkers find nothing wrong in them, and see the types that `assert_type` names.

The functions are annotated as they are called: with floats and arrays. `pb.Variable` is for variables that stand alone. The file is read by
mypy and pyright, and run as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import pullback as pb
from pullback.math import atan2, exp, isfinite, log, pi, sin

# Functions of floats, and their derivatives.


def height(x: float, y: float = 2.0, *, scale: float = 1.0) -> float:
    """Return a number."""
    return scale * sin(x) * y + x**2


slope = pb.grad(height)
assert_type(slope(1.0), float)
assert_type(slope(1.0, 2.0), float)
assert_type(slope(1.0, y=2.0, scale=3.0), float)
slope(x=1.0, y=2.0)
assert_type(pb.grad(slope)(1.0), float)
assert_type(pb.grad(pb.grad(height))(1.0, scale=0.5), float)
assert_type(pb.value_and_grad(height)(1.0, 2.0), tuple[float, float])
assert_type(pb.grad(height, argnums=(0, 1))(1.0, 2.0), tuple[Any, ...])
assert_type(pb.value_and_grad(height, (0, 1))(1.0, 2.0), tuple[float, tuple[Any, ...]])
pb.grad(height, argnums=1)(1.0, 2.0)
pb.grad(height, argnums="y")(1.0, 2.0, scale=2.0)
pb.grad(height, argnums=("x", "y"))(1.0, 2.0)
pb.grad(lambda x: x * x)(3.0)
pb.grad(lambda x, y: x * y, argnums=(0, 1))(3.0, 2.0)


def newton(f: Callable[[float], float], x: float) -> float:
    """Return a root of `f` near `x`."""
    derivative = pb.grad(f)
    for _ in range(20):
        x -= f(x) / derivative(x)
    return x


assert_type(newton(lambda x: x**2 - 2.0, 1.0), float)


@pb.grad
def decorated(x: float) -> float:
    """Return a derivative."""
    return exp(x)


assert_type(decorated(0.0), float)

# What a function returns besides.


def counted(x: float) -> tuple[float, int]:
    """Return a number, and something besides."""
    return x * x, 3


assert_type(pb.grad(counted, has_aux=True)(2.0), tuple[float, int])
assert_type(pb.value_and_grad(counted, has_aux=True)(2.0), tuple[tuple[float, int], float])

# Structures.


@dataclass
class Line:
    """A line."""

    slope: float
    offset: float


def loss(line: Line, points: list[tuple[float, float]]) -> float:
    """Return how far points are from a line."""
    return sum((line.slope * x + line.offset - y) ** 2 for x, y in points) * 1.0


def descend(line: Line, points: list[tuple[float, float]]) -> Line:
    """Return a line that is nearer to the points."""
    change = pb.grad(loss)(line, points)
    return Line(line.slope - 0.1 * change.slope, line.offset - 0.1 * change.offset)


assert_type(pb.grad(loss)(Line(1.0, 0.0), [(1.0, 2.0)]), Line)
descend(Line(1.0, 0.0), points=[(1.0, 2.0)])


def weighted(weights: dict[str, float]) -> float:
    """Return a number."""
    return weights["a"] * weights["b"]


assert_type(pb.grad(weighted)({"a": 1.0, "b": 2.0}), dict[str, float])

# Arrays.


def energy(w: NDArray[np.float64], scale: float = 1.0) -> Any:
    """Return a number of NumPy."""
    return scale * np.sum(np.sin(w) ** 2)


assert_type(pb.grad(energy)(np.ones(3)), NDArray[np.float64])
assert_type(pb.value_and_grad(energy)(np.ones(3), scale=2.0), tuple[Any, NDArray[np.float64]])
a = pb.Variable(np.ones(3))
b = (a[0] * a.sum() + a @ a).mean()
b.backprop()

# Products with derivatives.

output, pull = pb.vjp(atan2, 1.0, 2.0)
assert_type(output, float)
assert_type(pull(1.0), tuple[float, float])
assert_type(pb.vjp(weighted, {"a": 1.0, "b": 2.0})[1](1.0), tuple[dict[str, float]])
pb.vjp(lambda x, y: (x * y, x + y), 3.0, 2.0)[1]((1.0, 0.0))
assert_type(pb.jvp(height, (1.0, 2.0), (1.0, 0.0)), tuple[float, float])
pb.jvp(lambda x: x * x, (3.0,), (1.0,))
assert_type(pb.hvp(weighted, {"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 0.0}), dict[str, float])
pb.hvp(lambda p: p[0] ** 2 * p[1], [3.0, 2.0], [1.0, 0.0])
pb.jacobian(height)(1.0, 2.0, scale=2.0)
pb.hessian(height)(1.0, 2.0, scale=2.0)
pb.jacobian(lambda p: (p[0] * p[1], p[0]), mode="forward")([3.0, 2.0])
assert_type(pb.elementwise_grad(height)(1.0, 2.0), float)


@pb.checkpoint
def kept(x: float, *, scale: float = 3.0) -> float:
    """Return a number after some steps."""
    for _ in range(4):
        x = sin(scale * x)
    return x


assert_type(kept(1.0, scale=4.0), float)
assert_type(pb.grad(kept)(1.0, scale=4.0), float)
assert_type(pb.stop_gradient(1.0), float)
pb.check_grads(height, (1.0, 2.0))

# Variables that stand alone.

x, y = pb.Variable(2.0), pb.Variable(3.0)
z = x * y + 2.0 * sin(x) - x / y
assert_type(z, pb.Variable)
z.backprop()
total: float = x.grad + y.grad + z.primal
v = pb.float_var(2.0)
assert_type(sin(v) * v, pb.float_var)
assert_type(log(x), pb.Variable)
assert_type(isfinite(x), bool)
assert_type(pi * sin(1.0), float)
w = pb.Variable(total)
variables: list[pb.Variable] = [x, v, w]


def doubled(x: pb.Variable) -> pb.Variable:
    """Return twice a variable."""
    return 2.0 * x


assert_type(doubled(x), pb.Variable)
assert_type(doubled(v), pb.Variable)
pb.grad(doubled)(1.0)
pb.value_and_grad(doubled)(1.0)
pb.vjp(doubled, 1.0)
pb.jvp(doubled, (1.0,), (1.0,))


def mixed(scale: float, x: pb.Variable, *, offset: float = 0.0) -> pb.Variable:
    """Return a variable."""
    return scale * x + offset


pb.grad(mixed)(2.0, 1.0)
pb.grad(mixed, argnums=1)(2.0, 1.0, offset=3.0)
pb.grad(mixed, argnums=("scale", "x"))(2.0, x=1.0)
pb.value_and_grad(mixed, argnums="x")(2.0, 1.0)
pb.jacobian(mixed)(2.0, 1.0)
pb.hessian(mixed, argnums=1)(2.0, 1.0)
pb.vjp(mixed, 2.0, 1.0)
pb.jvp(mixed, (2.0, 1.0), (0.0, 1.0))


def triple(x: pb.Variable, y: pb.Variable, z: pb.Variable) -> pb.Variable:
    """Return a product."""
    return x * y * z


pb.grad(triple)(1.0, 2.0, 3.0)
pb.grad(triple, argnums=(0, 1, 2))(1.0, 2.0, z=3.0)
pb.value_and_grad(triple)(x=1.0, y=2.0, z=3.0)
pb.vjp(triple, 1.0, 2.0, 3.0)
pb.jvp(triple, (1.0, 2.0, 3.0), (1.0, 0.0, 0.0))


def of_list(xs: list[pb.Variable]) -> pb.Variable:
    """Return a product."""
    return xs[0] * xs[1]


def of_dict(xs: dict[str, pb.Variable]) -> pb.Variable:
    """Return a product."""
    return xs["a"] * xs["b"]


pb.grad(of_list)([2.0, 3.0])
pb.value_and_grad(of_dict)({"a": 2.0, "b": 3.0})
pb.grad(of_list, argnums="xs")([2.0, 3.0])


def directional(f: Callable[..., float], x: tuple[float, ...], v: tuple[float, ...]) -> float:
    """Return a derivative by any number of arguments."""
    return pb.jvp(f, x, v)[1]  # type: ignore[no-any-return]


directional(height, (1.0, 2.0), (1.0, 0.0))

# Functions of NumPy take variables.

np.sum(a, axis=0)
np.dot(a, a)
np.where(a > 0.0, a, 0.0)
np.stack([a, a])
np.linalg.norm(a)


def either(x: float | pb.Variable) -> float | pb.Variable:
    """Return the same for both."""
    return x * x


either(2.0)
either(x)

# Pairs of one's own.


@pb.elementwise(derivative=lambda x, y: 1 - y * y)
def squash(x: float) -> float:
    """Return a number between -1 and 1."""
    return 1 - 2 / (exp(2 * x) + 1)


assert_type(squash(1.0), float)
assert_type(squash(x=1.0), float)
assert_type(squash(x), pb.Variable)
assert_type(squash(v), pb.float_var)
assert_type(pb.grad(squash)(1.0), float)


def ratio_backward(a: float, b: float, out: float, grad: float) -> tuple[float, float]:
    """Return the gradients of a ratio."""
    return grad / b, -grad * out / b


@pb.primitive(backward=ratio_backward)
def ratio(a: float, b: float) -> float:
    """Return a ratio."""
    return a / b


assert_type(ratio(1.0, 2.0), float)
assert_type(ratio(x, 2.0), pb.Variable)
assert_type(ratio(1.0, x), pb.Variable)
assert_type(ratio(x, y), pb.Variable)
assert_type(ratio(b=2.0, a=1.0), float)
assert_type(pb.vjp(ratio, 1.0, 2.0)[1](1.0), tuple[float, float])


def root(x: float, *, degree: int = 2) -> float:
    """Return a root."""
    return exp(log(x) / degree)


def root_backward(x: float, y: float, grad: float, *, degree: int = 2) -> float:
    """Return the gradient of a root."""
    return grad * y / (degree * x)


roots = pb.primitive(root, root_backward, name="roots")
assert_type(roots(2.0, degree=3), float)
assert_type(roots(x, degree=3), pb.Variable)
cube = pb.primitive(lambda x: x * x * x, lambda x, y, grad: 3 * x * x * grad, name="cube")
cube(2.0)
assert_type(cube(x), pb.Variable)
product = pb.elementwise(lambda x, y: x * y, derivative=(lambda x, y, out: y, lambda x, y, out: x), name="my_product")
product(2.0, 3.0)
half: pb.Primitive = pb.elementwise(lambda x: 0.5 * x, derivative=0.5, name="half")
named: pb.Primitive[Callable[[float], float]] = squash
pb.primitive("math:sin", lambda x, y, grad: grad, name="sine")


@pb.composite()
def softened(x: float, *, by: float = 0.1) -> float:
    """Return something smooth."""
    return squash(x) * by


assert_type(softened(1.0, by=0.2), float)
assert_type(softened(x), pb.Variable)


class Plugin:
    """What a distribution declares."""

    @pb.hookimpl
    def pullback_register_primitives(self) -> list[Any]:
        """Return the pairs."""
        return [squash, ratio]
