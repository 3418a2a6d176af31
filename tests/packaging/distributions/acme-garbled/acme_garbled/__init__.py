"""The square, right as it is; only the index was left in the middle of a merge."""

from __future__ import annotations

from pullback import Primitive, elementwise, hookimpl

garbled_square = elementwise(lambda x: x * x, name="garbled_square", derivative=lambda x, y: x + x)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [garbled_square]
