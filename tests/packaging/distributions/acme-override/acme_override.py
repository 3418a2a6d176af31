"""Angles in degrees: a sine that says that it overrides."""

from __future__ import annotations

import math

from pullback import Primitive, elementwise, hookimpl
from pullback.math import cos

DEGREE = math.pi / 180.0

sin = elementwise(
    lambda x: math.sin(x * DEGREE),
    name="sin",
    derivative=lambda x, y: DEGREE * cos(x * DEGREE),
    overloads=["math:sin"],
    override=True,
)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [sin]
