"""A hook with a typing error in its name."""

from __future__ import annotations

from pullback import Primitive, hookimpl, primitive

cube = primitive(lambda x: x * x * x, lambda x, y, grad: 3.0 * x * x * grad, name="cube")


@hookimpl
def pullback_register_primitve() -> list[Primitive]:
    return [cube]
