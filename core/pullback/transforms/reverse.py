"""Reverse mode: `grad`, `value_and_grad`, `vjp`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Literal, TypeAlias, TypeVar, overload

from pullback.kind import kind_of
from pullback.tables import kinds
from pullback.tracked import plain
from pullback.transforms.arguments import Argnums, Selection
from pullback.transforms.linearize import Linearized
from pullback.transforms.structure import Leaf
from pullback.transforms.transformed import Transformed

if TYPE_CHECKING:
    from pullback.signatures import Called
    from pullback.transforms.signatures import (
        AuxAnd,
        Gradient,
        GradientAndAux,
        Keeping,
        ValueAnd,
        ValueAndGradient,
        ValueAuxAnd,
        ValueAuxAndGradient,
    )
    from pullback.variable import Variable

__all__ = ["elementwise_grad", "grad", "value_and_grad", "vjp"]


F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Several: TypeAlias = tuple[int | str, ...]
Pull: TypeAlias = Callable[[Any], tuple[Any, ...]]


@overload
def grad(
    function: Called[F], argnums: Literal[0] = 0, has_aux: Literal[False] = False, holomorphic: bool = False
) -> Gradient[F]: ...
@overload
def grad(
    function: F, argnums: Literal[0] = 0, has_aux: Literal[False] = False, holomorphic: bool = False
) -> Gradient[F]: ...
@overload
def grad(
    function: F, argnums: Literal[0] = 0, *, has_aux: Literal[True], holomorphic: bool = False
) -> GradientAndAux[F]: ...
@overload
def grad(
    function: F, argnums: int | str, has_aux: Literal[False] = False, holomorphic: bool = False
) -> Keeping[F, Any]: ...
@overload
def grad(
    function: F, argnums: Several, has_aux: Literal[False] = False, holomorphic: bool = False
) -> Keeping[F, tuple[Any, ...]]: ...
@overload
def grad(
    function: F, argnums: int | str = 0, *, has_aux: Literal[True], holomorphic: bool = False
) -> AuxAnd[F, Any]: ...
@overload
def grad(
    function: F, argnums: Several, *, has_aux: Literal[True], holomorphic: bool = False
) -> AuxAnd[F, tuple[Any, ...]]: ...
@overload
def grad(function: F, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False) -> Keeping[F, Any]: ...
def grad(function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False) -> Any:
    """Return a function that computes the gradient of `function`.

    `function` returns one real number. `argnums` says by which arguments to differentiate: an index, a name, or a tuple
    of them (then the gradient is a tuple). An argument may be a float or any nest of tuples, lists, dicts,
    dataclasses and pydantic models; its gradient is built the same, with None for what is not differentiable. With
    `has_aux` the function returns ``(output, aux)`` and the gradient function ``(gradient, aux)``.

    With `holomorphic`, arguments and output are complex, and the gradient is the complex derivative, which `function` must have.
    Without it, the gradient of a real output by a complex z = x + iy is df/dx - i df/dy.

    Raises `TypeError` when the output is not a real number or an argument holds nothing to differentiate.

    >>> from pullback import grad
    >>> grad(lambda x, y: x * x * y, argnums=(0, 1))(3.0, 2.0)
    (12.0, 9.0)
    >>> grad(lambda p: p["a"] * p["b"][0])({"a": 2.0, "b": [5.0]})
    {'a': 5.0, 'b': [2.0]}
    """
    return Grad(function, argnums, has_aux, holomorphic)


@overload
def value_and_grad(
    function: Called[F], argnums: Literal[0] = 0, has_aux: Literal[False] = False, holomorphic: bool = False
) -> ValueAndGradient[F]: ...
@overload
def value_and_grad(
    function: F, argnums: Literal[0] = 0, has_aux: Literal[False] = False, holomorphic: bool = False
) -> ValueAndGradient[F]: ...
@overload
def value_and_grad(
    function: F, argnums: Literal[0] = 0, *, has_aux: Literal[True], holomorphic: bool = False
) -> ValueAuxAndGradient[F]: ...
@overload
def value_and_grad(
    function: F, argnums: int | str, has_aux: Literal[False] = False, holomorphic: bool = False
) -> ValueAnd[F, Any]: ...
@overload
def value_and_grad(
    function: F, argnums: Several, has_aux: Literal[False] = False, holomorphic: bool = False
) -> ValueAnd[F, tuple[Any, ...]]: ...
@overload
def value_and_grad(
    function: F, argnums: int | str = 0, *, has_aux: Literal[True], holomorphic: bool = False
) -> ValueAuxAnd[F, Any]: ...
@overload
def value_and_grad(
    function: F, argnums: Several, *, has_aux: Literal[True], holomorphic: bool = False
) -> ValueAuxAnd[F, tuple[Any, ...]]: ...
@overload
def value_and_grad(
    function: F, argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Keeping[F, Any]: ...
def value_and_grad(
    function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
) -> Any:
    """Return a function that computes the output of `function` and its gradient, in one run.

    Arguments as for `grad`. The result is ``(output, gradient)``, with `has_aux` ``((output, aux), gradient)``.

    >>> from pullback import value_and_grad
    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    """
    return ValueAndGrad(function, argnums, has_aux, holomorphic)


class ValueAndGrad(Transformed):
    """What `value_and_grad` returns."""

    transform = "value_and_grad"

    def __init__(
        self, function: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, holomorphic: bool = False
    ):
        super().__init__(function, argnums)
        self._has_aux = has_aux
        self._holomorphic = holomorphic

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        linearized, gradient = self._run(args, kwargs)
        return ((linearized.output, linearized.aux) if self._has_aux else linearized.output), gradient

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Linearized, Any]:
        function: Callable[..., Any] = self._function
        primals: Sequence[Any] = args
        single = True
        # What nearly every call is needs no selection.
        if not (type(self._argnums) is int and self._argnums == 0 and len(args) == 1 and not kwargs):
            selection = Selection(function, self._argnums, args, kwargs)
            function, primals, single = selection.call, selection.primals, selection.single
        linearized = Linearized(function, primals, has_aux=self._has_aux, memory=self._memory, empty=self._refuse)
        pulled = linearized.pull(self._seeds(linearized))
        if not single:
            return linearized, linearized.gradients(pulled)
        structure = linearized.inputs[0]
        return linearized, pulled[0][0] if type(structure) is Leaf else structure.gradient(pulled[0])

    def _seeds(self, linearized: Linearized) -> list[Any]:
        """Return the cotangents of the output, which are ones; raise `TypeError` if the output or an input has no gradient."""
        for structure in linearized.inputs if self._holomorphic else ():
            if not all(kind_of(leaf).is_complex(leaf) for leaf in structure.leaves):
                raise TypeError(
                    f"{self._what()} with holomorphic=True takes complex arguments, not {structure.leaves!r}"
                )
        output = linearized.output
        if not linearized.outputs.is_leaf or len(linearized.values) != 1:
            raise TypeError(
                f"{self._what()} takes a function that returns one real number, but it returned {plain(output)!r}; "
                "see jacobian and vjp"
            )
        kind = kinds.get(type(output)) or kind_of(output)
        if self._holomorphic and not kind.is_complex(output):
            raise TypeError(
                f"{self._what()} with holomorphic=True takes a function that returns a complex number, but it returned "
                f"{kind.describe(output)}; a real function of a complex argument has a gradient, without holomorphic, but no complex "
                "derivative"
            )
        if not kind.is_scalar(output) and not (self._holomorphic and kind.size(output) == 1):
            raise TypeError(
                f"{self._what()} takes a function that returns one real number, but it returned {kind.describe(output)}"
            )
        (value,) = linearized.values
        return [(kinds.get(type(value)) or kind_of(value)).one(value)]

    def _what(self) -> str:
        return f"grad of {getattr(self, '__qualname__', 'a function')}"


class Grad(ValueAndGrad):
    """What `grad` returns."""

    transform = "grad"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        linearized, gradient = self._run(args, kwargs)
        return (gradient, linearized.aux) if self._has_aux else gradient


@overload
def elementwise_grad(function: F, argnums: Literal[0] = 0) -> Gradient[F]: ...
@overload
def elementwise_grad(function: F, argnums: int | str) -> Keeping[F, Any]: ...
@overload
def elementwise_grad(function: F, argnums: Several) -> Keeping[F, tuple[Any, ...]]: ...
def elementwise_grad(function: Callable[..., Any], argnums: Argnums = 0) -> Any:
    """Return a function that computes the derivative of `function`, elementwise: of each output by the input at its place.

    This is the gradient of the sum of all outputs, so for a function that mixes elements it is the sum of the rows of the Jacobian.

    >>> import numpy as np
    >>> from pullback import elementwise_grad
    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """
    return ElementwiseGrad(function, argnums)


class ElementwiseGrad(Grad):
    """What `elementwise_grad` returns."""

    transform = "elementwise_grad"

    def _seeds(self, linearized: Linearized) -> list[Any]:
        return [kind_of(value).one(value) for value in linearized.values]


@overload
def vjp(function: Callable[[A], R], a: A, /) -> tuple[R, Callable[[R], tuple[A]]]: ...
@overload
def vjp(function: Callable[[A, B], R], a: A, b: B, /) -> tuple[R, Callable[[R], tuple[A, B]]]: ...
@overload
def vjp(function: Callable[[A, B, C], R], a: A, b: B, c: C, /) -> tuple[R, Callable[[R], tuple[A, B, C]]]: ...
@overload
def vjp(function: Callable[Concatenate[Variable, ...], Any], a: Any, /, *primals: Any) -> tuple[Any, Pull]: ...
@overload
def vjp(
    function: Callable[Concatenate[Any, Variable, ...], Any], a: Any, b: Any, /, *primals: Any
) -> tuple[Any, Pull]: ...
@overload
def vjp(function: Callable[..., Any], a: Any, b: Any, c: Any, d: Any, /, *primals: Any) -> tuple[Any, Pull]: ...
def vjp(function: Callable[..., Any], *primals: Any) -> tuple[Any, Pull]:
    """Return ``(output, pull)``: the output of `function`, and its vector-Jacobian product as a function.

    ``pull(cotangent)`` takes a cotangent built like the output and returns a tuple, one gradient per primal. It may be
    called any number of times.

    >>> from pullback import vjp
    >>> output, pull = vjp(lambda x, y: (x * y, x + y), 3.0, 2.0)
    >>> output, pull((1.0, 0.0)), pull((0.0, 1.0))
    ((6.0, 5.0), (2.0, 3.0), (1.0, 1.0))
    """
    linearized = Linearized(function, primals, keep=True, empty=lambda structure: structure.require_leaves("vjp"))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        pulled = linearized.pull(linearized.outputs.fit(cotangent, linearized.values, "the cotangent"))
        return linearized.gradients(pulled)

    return linearized.output, pull
