"""The fourth power, right as it is; the index is that of an older version."""

from __future__ import annotations

from pullback import Primitive, elementwise, hookimpl

stale_fourth = elementwise(lambda x: x**4, name="stale_fourth", derivative=lambda x, y: 4.0 * x**3)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [stale_fourth]
