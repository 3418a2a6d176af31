"""Typed programs that are wrong: each line that ends with a comment ``error`` is refused by mypy and pyright, and no other line is.

The file is read by them alone: it is never run.
"""

from __future__ import annotations

import pullback as pb
from pullback.math import sin


def height(x: float, y: float, *, scale: float = 1.0) -> float:
    """Return a number."""
    return scale * x * y


# Arguments of a function are arguments of its derivative.
pb.grad(height)()  # error
pb.grad(height)(1.0)  # error
pb.grad(height)("one", 2.0)  # error
pb.grad(height)(1.0, 2.0, 3.0)  # error
pb.grad(height)(1.0, 2.0, scales=3.0)  # error
pb.grad(height)(1.0, z=2.0)  # error
pb.grad(pb.grad(height))(1.0)  # error
pb.value_and_grad(height)(1.0)  # error
pb.value_and_grad(height, (0, 1))(1.0)  # error
pb.grad(height, argnums=1)(1.0)  # error
pb.grad(height, has_aux=True)(1.0, 2.0)  # error
pb.jacobian(height)(1.0)  # error
pb.hessian(height)(1.0, "two")  # error
pb.elementwise_grad(height)(1.0)  # error
pb.checkpoint(height)(1.0)  # error

# A transform takes a function, and arguments by an index, a name or a tuple.
pb.grad(height(1.0, 2.0))  # error
pb.grad(height, argnums=1.5)  # error
pb.grad(height, argnums=[0, 1])  # error
pb.grad(height, argnum=1)  # error
pb.jacobian(height, mode="sideways")  # error
pb.checkpoint(3.0)  # error

# Products with derivatives take as many values as the function.
pb.vjp(height, 1.0)  # error
pb.vjp(height, 1.0, "two")  # error
pb.jvp(height, (1.0,), (1.0,))  # error
pb.jvp(height, (1.0, 2.0), (1.0,))  # error
pb.jvp(height, 1.0, 2.0)  # error
pb.hvp(sin, 1.0)  # error
text: str = pb.grad(height)(1.0, 2.0)  # error

# Variables.
x = pb.Variable(2.0)
number: float = x * 2.0  # error
x.backprop(1.0, 2.0)  # error
pb.Variable()  # error
sin("x")  # error
sin(1.0, 2.0)  # error
sin()  # error


# Pairs are called as their forward is.
@pb.elementwise(derivative=lambda x, y: 1 - y * y)
def squash(x: float) -> float:
    """Return a number."""
    return x


squash()  # error
squash("one")  # error
squash(1.0, 2.0)  # error
squash(x, 2.0)  # error
word: str = squash(1.0)  # error
pb.grad(squash)("one")  # error


# A backward takes the inputs, the output and the gradient.
def ratio(a: float, b: float) -> float:
    """Return a ratio."""
    return a / b


def one_input(x: float, out: float, grad: float) -> float:
    """Be the backward of a pair of one input."""
    return grad


def two_inputs(a: float, b: float, out: float, grad: float) -> tuple[float, float]:
    """Be the backward of a pair of two inputs."""
    return grad, grad


pb.primitive(backward=one_input)(ratio)  # error
pb.primitive(backward=two_inputs)(squash)  # error
pb.primitive(ratio, one_input)  # error
pb.primitive(ratio, (one_input, one_input))  # error
pb.primitive(lambda x, y: x * y, lambda x, y, grad: (x, y))  # error
pb.elementwise(derivative=lambda x, out: 1.0)(ratio)  # error
pb.elementwise(ratio, derivative=(1.0, 2.0, 3.0))  # error
pb.elementwise(ratio)  # error
pb.primitive(squash, one_input, overload=["math:sin"])  # error
pb.primitive(squash, one_input, name=3)  # error
