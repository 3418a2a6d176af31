"""The decorators that make pairs, and what type checkers know of them.

A checker sees that a backward takes as many arguments as its forward asks for: the overloads are by the number of inputs, from one to
three. Each number comes twice: for forwards that are called with their inputs alone, whose type is kept whole; and for those
that have keywords without default, of whose signature all is kept but the names and types of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypedDict, TypeVar, Unpack, overload

from pullback.plan import Forward, Target
from pullback.primitive import Composite, Nondifferentiable, Primitive

__all__ = ["composite", "elementwise", "nondifferentiable", "primitive"]

K = ParamSpec("K")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

# What can be called with so many inputs, and nothing else.
Unary: TypeAlias = Callable[[Any], Any]
Binary: TypeAlias = Callable[[Any, Any], Any]
Ternary: TypeAlias = Callable[[Any, Any, Any], Any]
F1 = TypeVar("F1", bound=Unary)
F2 = TypeVar("F2", bound=Binary)
F3 = TypeVar("F3", bound=Ternary)
FN = TypeVar("FN", bound=Callable[Concatenate[Any, Any, Any, Any, ...], Any])

# What takes keywords besides.
Unary_K: TypeAlias = Callable[Concatenate[Any, K], R]
Binary_K: TypeAlias = Callable[Concatenate[Any, Any, K], R]
Ternary_K: TypeAlias = Callable[Concatenate[Any, Any, Any, K], R]

# Rules of pairs of one, two and three inputs: ``backward(*inputs, output, grad)``, or one such function for each input.
Back1: TypeAlias = Callable[[Any, Any, Any], Any]
Back2: TypeAlias = Callable[[Any, Any, Any, Any], Any]
Back3: TypeAlias = Callable[[Any, Any, Any, Any, Any], Any]
BackN: TypeAlias = Callable[Concatenate[Any, Any, Any, Any, Any, Any, ...], Any]
Back1_K: TypeAlias = Callable[Concatenate[Any, Any, Any, K], Any]
Back2_K: TypeAlias = Callable[Concatenate[Any, Any, Any, Any, K], Any]
Back3_K: TypeAlias = Callable[Concatenate[Any, Any, Any, Any, Any, K], Any]
Rules1: TypeAlias = Back1 | tuple[Back1 | None]
Rules2: TypeAlias = Back2 | tuple[Back2 | None, Back2 | None]
Rules3: TypeAlias = Back3 | tuple[Back3 | None, Back3 | None, Back3 | None]
RulesN: TypeAlias = BackN | tuple[BackN | None, BackN | None, BackN | None, BackN | None, *tuple[BackN | None, ...]]
Rules1_K: TypeAlias = Back1_K[K] | tuple[Back1_K[K] | None]
Rules2_K: TypeAlias = Back2_K[K] | tuple[Back2_K[K] | None, Back2_K[K] | None]
Rules3_K: TypeAlias = Back3_K[K] | tuple[Back3_K[K] | None, Back3_K[K] | None, Back3_K[K] | None]
AnyRules: TypeAlias = Callable[..., Any] | tuple[Callable[..., Any] | None, ...] | None

# Partial derivatives: ``derivative(*inputs, output)``, or a number where they are constant; one for each of several inputs.
Slope1: TypeAlias = float | Binary
Slope2: TypeAlias = float | Ternary | None
Slope3: TypeAlias = float | Back2 | None
SlopeN: TypeAlias = float | Callable[..., Any] | None
Slopes1: TypeAlias = Slope1 | tuple[Slope1 | None]
Slopes2: TypeAlias = tuple[Slope2, Slope2]
Slopes3: TypeAlias = tuple[Slope3, Slope3, Slope3]
SlopesN: TypeAlias = tuple[SlopeN, SlopeN, SlopeN, SlopeN, *tuple[SlopeN, ...]]
AnySlopes: TypeAlias = SlopeN | tuple[SlopeN, ...]


class Naming(TypedDict, total=False):
    """What every answer may be given by keyword."""

    name: str | None
    overloads: Iterable[Target]
    override: bool


class Options(Naming, total=False):
    """What a pair may be given by keyword besides its rule."""

    points: Mapping[Any, Any] | None
    pushforward: Callable[..., Any] | None
    residuals: Iterable[int] | None
    kernel: Any


class Faster(Naming, total=False):
    """What a composite may be given by keyword."""

    forward: Callable[..., Any] | None


@overload
def primitive(forward: F1, backward: Rules1 | None = None, **options: Unpack[Options]) -> Primitive[F1]: ...
@overload
def primitive(forward: F2, backward: Rules2 | None = None, **options: Unpack[Options]) -> Primitive[F2]: ...
@overload
def primitive(forward: F3, backward: Rules3 | None = None, **options: Unpack[Options]) -> Primitive[F3]: ...
@overload
def primitive(forward: FN, backward: RulesN | None = None, **options: Unpack[Options]) -> Primitive[FN]: ...
@overload
def primitive(forward: Unary_K[K, R], backward: Rules1_K[K] | None = None, **options: Unpack[Options]) -> Primitive: ...
@overload
def primitive(
    forward: Binary_K[K, R], backward: Rules2_K[K] | None = None, **options: Unpack[Options]
) -> Primitive: ...
@overload
def primitive(
    forward: Ternary_K[K, R], backward: Rules3_K[K] | None = None, **options: Unpack[Options]
) -> Primitive: ...
@overload
def primitive(
    forward: str | Mapping[str, Target], backward: AnyRules = None, **options: Unpack[Options]
) -> Primitive: ...
@overload
def primitive(
    forward: None = None, *, backward: Rules1, **options: Unpack[Options]
) -> Callable[[F1], Primitive[F1]]: ...
@overload
def primitive(
    forward: None = None, *, backward: Rules2, **options: Unpack[Options]
) -> Callable[[F2], Primitive[F2]]: ...
@overload
def primitive(
    forward: None = None, *, backward: Rules3, **options: Unpack[Options]
) -> Callable[[F3], Primitive[F3]]: ...
@overload
def primitive(
    forward: None = None, *, backward: RulesN, **options: Unpack[Options]
) -> Callable[[FN], Primitive[FN]]: ...
@overload
def primitive(
    forward: None = None, backward: AnyRules = None, **options: Unpack[Options]
) -> Callable[[F], Primitive[F]]: ...
def primitive(forward: Forward | None = None, backward: Any = None, **options: Any) -> Any:
    """Couple a forward and a backward function into a primitive. Also a decorator of the forward.

    ``forward(*inputs, **params)`` works on plain values. ``backward(*inputs, output, grad, **params)`` returns the gradient
    of each input: one value for one input, a tuple for several, None where an input is never differentiated.
    `backward` may instead be a tuple of such functions, one per input, each returning its own gradient.

    Options: `pushforward` (``pushforward(*inputs, output, *tangents, **params)``, the tangent of the output), `name`,
    `overloads`, `override`, `points` (inputs where calculus does not say, and the partials there), `residuals` (the positions of the
    inputs, and -1 for the output, whose values the rules read, if their code mentions more: a tape keeps only the shapes of the others).
    Give `backward`, `pushforward` or both; the missing one is found by transposition.

    >>> from pullback import grad, primitive
    >>> cube = primitive(lambda x: x * x * x, lambda x, y, grad: 3 * x * x * grad, name="cube")
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    """
    make: Callable[..., Any] = partial(Primitive, backward=backward, **options)
    return make if forward is None else make(forward)


@overload
def elementwise(forward: F1, *, derivative: Slopes1, **options: Unpack[Options]) -> Primitive[F1]: ...
@overload
def elementwise(forward: F2, *, derivative: Slopes2, **options: Unpack[Options]) -> Primitive[F2]: ...
@overload
def elementwise(forward: F3, *, derivative: Slopes3, **options: Unpack[Options]) -> Primitive[F3]: ...
@overload
def elementwise(forward: FN, *, derivative: SlopesN, **options: Unpack[Options]) -> Primitive[FN]: ...
@overload
def elementwise(
    forward: Unary_K[K, R], *, derivative: float | Callable[Concatenate[Any, Any, K], Any], **options: Unpack[Options]
) -> Primitive: ...
@overload
def elementwise(
    forward: Binary_K[K, R],
    *,
    derivative: tuple[
        float | Callable[Concatenate[Any, Any, Any, K], Any] | None,
        float | Callable[Concatenate[Any, Any, Any, K], Any] | None,
    ],
    **options: Unpack[Options],
) -> Primitive: ...
@overload
def elementwise(
    forward: str | Mapping[str, Target], *, derivative: AnySlopes, **options: Unpack[Options]
) -> Primitive: ...
@overload
def elementwise(
    forward: None = None, *, derivative: Slopes1, **options: Unpack[Options]
) -> Callable[[F1], Primitive[F1]]: ...
@overload
def elementwise(
    forward: None = None, *, derivative: Slopes2, **options: Unpack[Options]
) -> Callable[[F2], Primitive[F2]]: ...
@overload
def elementwise(
    forward: None = None, *, derivative: Slopes3, **options: Unpack[Options]
) -> Callable[[F3], Primitive[F3]]: ...
@overload
def elementwise(
    forward: None = None, *, derivative: SlopesN, **options: Unpack[Options]
) -> Callable[[FN], Primitive[FN]]: ...
@overload
def elementwise(
    forward: None = None, *, derivative: AnySlopes, **options: Unpack[Options]
) -> Callable[[F], Primitive[F]]: ...
def elementwise(forward: Forward | None = None, *, derivative: Any, **options: Any) -> Any:
    """Make a primitive of an elementwise function from its derivative. Also a decorator of the forward.

    ``derivative(*inputs, output)`` is the partial derivative, or a number where that is constant; for several inputs
    `derivative` is a tuple of these, one per input, None where an input is never differentiated. The chain does the multiplying, in
    both modes. `forward` may be a mapping from the name of a value kind to the function for it; ``"*"`` names all kinds left over.
    `kernel` is a compiled function of the output and the partial derivatives on floats (see `docs/plugins.md`), which the
    compiled core calls in the place of `forward` and `derivative`. Other options as for `primitive`.

    >>> import math
    >>> from pullback import elementwise, grad
    >>> @elementwise(derivative=lambda x, y: 1 - y * y)
    ... def squash(x):
    ...     return math.tanh(x)
    >>> grad(squash)(0.0)
    1.0
    """
    make: Callable[..., Any] = partial(Primitive, derivative=derivative, **options)
    return make if forward is None else make(forward)


def nondifferentiable(function: Target, **options: Any) -> Nondifferentiable:
    """Declare that the result of `function` is not differentiable information (`isnan`, a shape, a comparison)."""
    return Nondifferentiable(function, **options)


@overload
def composite(function: None = None, **options: Unpack[Faster]) -> Callable[[F], Composite[F]]: ...
@overload
def composite(function: F, **options: Unpack[Faster]) -> Composite[F]: ...
def composite(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Let a plain function made of primitives answer for `overloads`. Also a decorator."""
    make: Callable[..., Any] = partial(Composite, **options)
    return make if function is None else make(function)
