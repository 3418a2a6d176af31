"""An overload that nothing would ever call: an ordinary function of somebody else cannot dispatch."""

from __future__ import annotations

import statistics

from pullback import Primitive, hookimpl, primitive

middle = primitive(
    lambda x, y: statistics.fmean((x, y)),
    lambda x, y, out, grad: (grad / 2.0, grad / 2.0),
    name="middle",
    overloads=["statistics:fmean"],
)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [middle]
