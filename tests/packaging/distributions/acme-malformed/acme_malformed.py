"""The backward of the second pair forgets the output."""

from __future__ import annotations

from pullback import Primitive, hookimpl, primitive

cube = primitive(lambda x: x * x * x, lambda x, y, grad: 3.0 * x * x * grad, name="cube")

fourth = primitive(lambda x: x**4, lambda x, grad: 4.0 * x**3 * grad, name="fourth")


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [cube, fourth]
