"""Whole matrices and products with them: `jacobian`, `hessian`, `hvp`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

from pullback.kind import kind_of
from pullback.transforms.arguments import Argnums, Selection
from pullback.transforms.forward import jvp
from pullback.transforms.linearize import Linearized
from pullback.transforms.reverse import grad
from pullback.transforms.transformed import Transformed

if TYPE_CHECKING:
    from pullback.transforms.signatures import Keeping
    from pullback.variable import Variable

__all__ = ["hessian", "hvp", "jacobian"]

_ROUNDING = 1e-4
"""How much two derivatives may differ, relative to their size, that are the same but for rounding in single precision."""

F = TypeVar("F", bound=Callable[..., Any])
X = TypeVar("X")
Mode: TypeAlias = Literal["auto", "reverse", "forward"]


def jacobian(function: F, argnums: Argnums = 0, mode: Mode = "auto") -> Keeping[F, Any]:
    """Return a function that computes the Jacobian of `function`.

    The result has the structure of the output of `function`, with the structure of the argument in place of each leaf; the axes
    of an output array come before those of the argument. `mode` is ``"reverse"``, ``"forward"``, or ``"auto"``: reverse
    unless there are more outputs than inputs.

    The derivative of a complex output by a real number is complex. By a complex number x + iy, the derivative of a real output u is
    du/dx - i du/dy, and a complex output must be holomorphic: raises `TypeError` if it is not.

    >>> from pullback import jacobian
    >>> jacobian(lambda p: (p[0] * p[1], p[0]))([3.0, 2.0])
    ([2.0, 3.0], [1.0, 0.0])
    """
    return Jacobian(function, argnums, mode)


def hessian(function: F, argnums: Argnums = 0) -> Keeping[F, Any]:
    """Return a function that computes the Hessian of `function`, which returns one real number: forward over reverse.

    >>> from pullback import hessian
    >>> hessian(lambda p: p[0] ** 2 * p[1])([3.0, 2.0])
    [[4.0, 6.0], [6.0, 0.0]]
    """
    gradient: Any = grad(function, argnums)
    rows: Keeping[F, Any] = jacobian(gradient, argnums, mode="forward")
    return rows


@overload
def hvp(function: Callable[[X], Any], x: X, v: X) -> X: ...
@overload
def hvp(function: Callable[[Variable], Any], x: Any, v: Any) -> Any: ...
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
    """Return the derivative of each output leaf by each leaf of each input, by one reverse sweep per number of the output."""
    rows = []
    for place, value in enumerate(linearized.values):
        kind = kind_of(value)
        pulled = [_pulled(linearized, place, cotangent) for cotangent in kind.basis(value)]
        rows.append(
            [
                [
                    kind.join([cotangents[n][m] for cotangents in pulled], value, trailing=False)
                    for m in range(len(structure.leaves))
                ]
                for n, structure in enumerate(linearized.inputs)
            ]
        )
    return rows


def _by_columns(linearized: Linearized) -> list[list[list[Any]]]:
    """Return the same as `_by_rows`, by one forward sweep per number of the input."""
    rows: list[list[list[Any]]] = [[[] for _ in linearized.inputs] for _ in linearized.values]
    for n, structure in enumerate(linearized.inputs):
        for m, leaf in enumerate(structure.leaves):
            kind = kind_of(leaf)
            pushed = [_pushed(linearized, n, m, tangent) for tangent in kind.basis(leaf)]
            for place, row in enumerate(rows):
                row[n].append(kind.join([tangents[place] for tangents in pushed], leaf, trailing=True))
    return rows


def _pulled(linearized: Linearized, place: int, cotangent: Any) -> list[list[Any]]:
    """Return the derivative of one number of the output leaf at `place` by each leaf of each input."""

    def pull(cotangent: Any) -> list[list[Any]]:
        cotangents: list[Any] = [None] * len(linearized.values)
        cotangents[place] = cotangent
        return linearized.pull(cotangents)

    real = pull(cotangent)
    value = linearized.values[place]
    if not kind_of(value).is_complex(value):
        return real
    # With the pairing Re(cotangent * tangent), the cotangent -i gives the imaginary part.
    imaginary = pull(-1j * cotangent)
    return [
        [
            _holomorphic(one, 1j * other) if kind_of(leaf).is_complex(leaf) else one + 1j * other
            for leaf, one, other in zip(structure.leaves, *both, strict=True)
        ]
        for structure, *both in zip(linearized.inputs, real, imaginary, strict=True)
    ]


def _pushed(linearized: Linearized, n: int, m: int, tangent: Any) -> list[Any]:
    """Return the derivative of each output leaf by one number of leaf `m` of input `n`."""

    def push(tangent: Any) -> list[Any]:
        tangents: list[list[Any]] = [[None] * len(structure.leaves) for structure in linearized.inputs]
        tangents[n][m] = tangent
        return linearized.push(tangents)

    along = push(tangent)
    leaf = linearized.inputs[n].leaves[m]
    if not kind_of(leaf).is_complex(leaf):
        return along
    return [
        _holomorphic(one, -1j * other) if kind_of(value).is_complex(value) else one - 1j * other
        for value, one, other in zip(linearized.values, along, push(1j * tangent), strict=True)
    ]


def _holomorphic(along: Any, across: Any) -> Any:
    """Return the derivative along the real axis; raise `TypeError` if the one along the imaginary axis differs."""
    kind = kind_of(along)
    if kind.magnitude(along - across) > _ROUNDING * (kind.magnitude(along) + kind.magnitude(across)):
        raise TypeError(
            "jacobian of a complex output by a complex argument takes a function that is holomorphic there; "
            "this one is not: differentiate its real and imaginary part, or by the parts of its argument"
        )
    return along
