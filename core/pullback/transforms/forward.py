"""Forward mode: `jvp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pullback.transforms.linearize import Linearized

__all__ = ["jvp"]


def jvp(function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return ``(output, output_tangent)``: the output of `function`, and its Jacobian times `tangents`.

    `tangents` has one entry per primal, of the same structure. The run is recorded and then swept forward, so its memory
    grows with the number of operations.

    >>> from pullback import jvp
    >>> jvp(lambda x, y: x * y, (3.0, 2.0), (1.0, 0.5))
    (6.0, 3.5)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError("jvp takes primals and tangents as tuples: jvp(f, (x,), (v,))")
    if len(primals) != len(tangents):
        raise TypeError(f"jvp takes one tangent per primal, not {len(tangents)} for {len(primals)}")
    linearized = Linearized(function, primals)
    leaves = [
        structure.fit(tangent, structure.leaves, "a tangent")
        for structure, tangent in zip(linearized.inputs, tangents, strict=True)
    ]
    return linearized.output, linearized.outputs.gradient(linearized.push(leaves))
