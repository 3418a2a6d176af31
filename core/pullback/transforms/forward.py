"""Forward mode: `jvp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, TypeAlias, TypeVar, overload

from pullback.transforms.linearize import Linearized

if TYPE_CHECKING:
    from pullback.variable import Variable

__all__ = ["jvp"]

R = TypeVar("R")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Many: TypeAlias = list[Any] | tuple[Any, Any, Any, Any, *tuple[Any, ...]]


@overload
def jvp(function: Callable[[A], R], primals: tuple[A], tangents: tuple[A]) -> tuple[R, R]: ...
@overload
def jvp(function: Callable[[A, B], R], primals: tuple[A, B], tangents: tuple[A, B]) -> tuple[R, R]: ...
@overload
def jvp(function: Callable[[A, B, C], R], primals: tuple[A, B, C], tangents: tuple[A, B, C]) -> tuple[R, R]: ...
@overload
def jvp(
    function: Callable[Concatenate[Variable, ...], Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]: ...
@overload
def jvp(
    function: Callable[Concatenate[Any, Variable, ...], Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]: ...
@overload
def jvp(function: Callable[..., Any], primals: Many, tangents: Many) -> tuple[Any, Any]: ...
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
