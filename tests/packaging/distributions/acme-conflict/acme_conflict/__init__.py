"""Answers for a function that is taken, and does not say that it overrides."""

from __future__ import annotations

import math

from pullback import Primitive, elementwise, hookimpl
from pullback.math import cos

loud_sin = elementwise(math.sin, name="loud_sin", derivative=lambda x, y: cos(x), overloads=["math:sin"])


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [loud_sin]
