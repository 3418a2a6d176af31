"""Whole matrices and products with them: `jacobian`, `hessian`, `hvp`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from pullback.kind import kind_of
from pullback.transforms.arguments import Argnums, Selection
from pullback.transforms.forward import jvp
from pullback.transforms.linearize import Linearized
from pullback.transforms.reverse import grad
from pullback.transforms.transformed import Transformed

__all__ = ["hessian", "hvp", "jacobian"]

Mode: TypeAlias = Literal["auto", "reverse", "forward"]


def jacobian(function: Callable[..., Any], argnums: Argnums = 0, mode: Mode = "auto") -> Any:
    """Return a function that computes the Jacobian of `function`.

    The result is built like the output of `function`, with the structure of the argument in the place of each leaf; the axes
    of an output array come before those of the argument. `mode` is ``"reverse"``, ``"forward"``, or ``"auto"``: reverse
    unless there are more outputs than inputs.

    >>> from pullback import jacobian
    >>> jacobian(lambda p: (p[0] * p[1], p[0]))([3.0, 2.0])
    ([2.0, 3.0], [1.0, 0.0])
    """
    return Jacobian(function, argnums, mode)


def hessian(function: Callable[..., Any], argnums: Argnums = 0) -> Any:
    """Return a function that computes the Hessian of `function`, which returns one real number: forward over reverse.

    >>> from pullback import hessian
    >>> hessian(lambda p: p[0] ** 2 * p[1])([3.0, 2.0])
    [[4.0, 6.0], [6.0, 0.0]]
    """
    return jacobian(grad(function, argnums), argnums, mode="forward")


def hvp(function: Callable[..., Any], x: Any, v: Any) -> Any:
    """Return the product of the Hessian of `function` at `x` with `v`, both built alike, without the Hessian.

    >>> from pullback import hvp
    >>> hvp(lambda p: p[0] ** 2 * p[1], [3.0, 2.0], [1.0, 0.0])
    [4.0, 6.0]
    """
    return jvp(grad(function), (x,), (v,))[1]


class Jacobian(Transformed):
    """What `jacobian` returns."""

    transform = "jacobian"

    def __init__(self, function: Callable[..., Any], argnums: Argnums, mode: Mode):
        if mode not in ("auto", "reverse", "forward"):
            raise ValueError(f'mode takes "auto", "reverse" or "forward", not {mode!r}')
        super().__init__(function, argnums)
        self._mode = mode

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        selection = Selection(self._function, self._argnums, args, kwargs)
        linearized = Linearized(selection.call, selection.primals, memory=self._memory, empty=self._refuse)
        if not linearized.values:
            raise TypeError(f"jacobian takes a function that returns numbers, but it returned {linearized.output!r}")
        rows = _by_columns(linearized) if self._forward(linearized) else _by_rows(linearized)
        blocks = []
        for row in rows:
            entries = linearized.gradients(row)
            blocks.append(entries[0] if selection.single else entries)
        return linearized.outputs.gradient(blocks)

    def _forward(self, linearized: Linearized) -> bool:
        if self._mode == "auto":
            inputs = sum(kind_of(leaf).size(leaf) for structure in linearized.inputs for leaf in structure.leaves)
            return sum(kind_of(value).size(value) for value in linearized.values) > inputs
        return self._mode == "forward"


def _by_rows(linearized: Linearized) -> list[list[list[Any]]]:
    """Return the derivative of each output leaf by each leaf of each input, from one reverse sweep a number of output."""
    rows = []
    for place, value in enumerate(linearized.values):
        kind = kind_of(value)
        pulled = []
        for cotangent in kind.basis(value):
            cotangents: list[Any] = [None] * len(linearized.values)
            cotangents[place] = cotangent
            pulled.append(linearized.pull(cotangents))
        rows.append(
            [
                [
                    kind.join([found[n][m] for found in pulled], value, trailing=False)
                    for m in range(len(structure.leaves))
                ]
                for n, structure in enumerate(linearized.inputs)
            ]
        )
    return rows


def _by_columns(linearized: Linearized) -> list[list[list[Any]]]:
    """Return the same as `_by_rows`, from one forward sweep a number of input."""
    rows: list[list[list[Any]]] = [[[] for _ in linearized.inputs] for _ in linearized.values]
    for n, structure in enumerate(linearized.inputs):
        for m, leaf in enumerate(structure.leaves):
            kind = kind_of(leaf)
            pushed = []
            for tangent in kind.basis(leaf):
                tangents: list[list[Any]] = [[None] * len(each.leaves) for each in linearized.inputs]
                tangents[n][m] = tangent
                pushed.append(linearized.push(tangents))
            for place, row in enumerate(rows):
                row[n].append(kind.join([found[place] for found in pushed], leaf, trailing=True))
    return rows
