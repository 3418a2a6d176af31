"""One of its overloads is missing from the installed version; the pair itself is right."""

from __future__ import annotations

from pullback import Primitive, hookimpl, primitive

cube = primitive(
    lambda x: x * x * x,
    lambda x, y, grad: 3.0 * x * x * grad,
    name="cube",
    overloads=["math:nosuch"],
)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [cube]
