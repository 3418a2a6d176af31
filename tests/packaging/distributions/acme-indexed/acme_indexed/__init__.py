"""Angles in degrees: a tangent that says that it overrides, and where it is found."""

from __future__ import annotations

import math

from pullback import Primitive, elementwise, hookimpl

DEGREE = math.pi / 180.0

tan = elementwise(
    lambda x: math.tan(x * DEGREE),
    name="tan",
    derivative=lambda x, y: DEGREE * (1.0 + y * y),
    overloads=["math:tan"],
    override=True,
)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [tan]
