"""What type checkers know of the functions that transforms return: they take what the original takes.

Each is generic in the type of the original. A gradient has the type of the argument that it is taken by; a checker sees that where this is
the first argument, given by position, and knows of other gradients only that they are there. A parameter that is annotated as
a `Variable`, which is what it is inside of the function, takes plain values as well; of the arguments of a function with several such
parameters, or with a list or dict of them, checkers know nothing. Nothing here runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, overload

from pullback.variable import Variable

__all__ = [
    "AuxAnd",
    "Gradient",
    "GradientAndAux",
    "Keeping",
    "ValueAnd",
    "ValueAndGradient",
    "ValueAuxAnd",
    "ValueAuxAndGradient",
]

F_co = TypeVar("F_co", bound=Callable[..., Any], covariant=True)
T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")
X = TypeVar("X")
R = TypeVar("R")
A = TypeVar("A")


class Bound(Protocol):
    """What binds as a method; of the parameters that are left then, checkers know nothing."""

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., Any]: ...


class Gradient(Bound, Protocol[F_co]):
    """The gradient by the first argument."""

    @overload
    def __call__(
        self: Gradient[Callable[Concatenate[Variable, Variable, P], Any]],
        x: Any,
        y: Any,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Any: ...
    @overload
    def __call__(
        self: Gradient[Callable[Concatenate[Variable, P], Any]], x: Any, /, *args: P.args, **kwargs: P.kwargs
    ) -> Any: ...
    @overload
    def __call__(self: Gradient[Callable[Concatenate[X, P], Any]], x: X, /, *args: P.args, **kwargs: P.kwargs) -> X: ...
    @overload
    def __call__(self: Gradient[Callable[P, Any]], *args: P.args, **kwargs: P.kwargs) -> Any: ...
    @overload
    def __call__(self: Gradient[Callable[Concatenate[Variable, ...], Any]], *args: Any, **kwargs: Any) -> Any: ...
    @overload
    def __call__(self: Gradient[Callable[Concatenate[Any, Variable, ...], Any]], *args: Any, **kwargs: Any) -> Any: ...
    @overload
    def __call__(self: Gradient[Callable[Concatenate[list[Variable], ...], Any]], *args: Any, **kwargs: Any) -> Any: ...
    @overload
    def __call__(
        self: Gradient[Callable[Concatenate[dict[str, Variable], ...], Any]], *args: Any, **kwargs: Any
    ) -> Any: ...


class GradientAndAux(Bound, Protocol[F_co]):
    """The gradient by the first argument, and what the function returns besides."""

    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[Variable, P], tuple[Any, A]]],
        x: Any,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Any, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[X, P], tuple[Any, A]]], x: X, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[X, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[P, tuple[Any, A]]], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Any, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[Variable, ...], tuple[Any, A]]], *args: Any, **kwargs: Any
    ) -> tuple[Any, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[Any, Variable, ...], tuple[Any, A]]], *args: Any, **kwargs: Any
    ) -> tuple[Any, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[list[Variable], ...], tuple[Any, A]]], *args: Any, **kwargs: Any
    ) -> tuple[Any, A]: ...
    @overload
    def __call__(
        self: GradientAndAux[Callable[Concatenate[dict[str, Variable], ...], tuple[Any, A]]], *args: Any, **kwargs: Any
    ) -> tuple[Any, A]: ...


class ValueAndGradient(Bound, Protocol[F_co]):
    """The output, and the gradient by the first argument."""

    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[Variable, Variable, P], Any]],
        x: Any,
        y: Any,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[Variable, P], Any]], x: Any, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[X, P], R]], x: X, /, *args: P.args, **kwargs: P.kwargs
    ) -> tuple[R, X]: ...
    @overload
    def __call__(self: ValueAndGradient[Callable[P, R]], *args: P.args, **kwargs: P.kwargs) -> tuple[R, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[Variable, ...], Any]], *args: Any, **kwargs: Any
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[Any, Variable, ...], Any]], *args: Any, **kwargs: Any
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[list[Variable], ...], Any]], *args: Any, **kwargs: Any
    ) -> tuple[Any, Any]: ...
    @overload
    def __call__(
        self: ValueAndGradient[Callable[Concatenate[dict[str, Variable], ...], Any]], *args: Any, **kwargs: Any
    ) -> tuple[Any, Any]: ...


class ValueAuxAndGradient(Bound, Protocol[F_co]):
    """The output with what the function returns besides, and the gradient by the first argument."""

    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[Variable, P], tuple[Any, A]]],
        x: Any,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[tuple[Any, A], Any]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[X, P], tuple[R, A]]],
        x: X,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[tuple[R, A], X]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[P, tuple[R, A]]], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[R, A], Any]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[Variable, ...], tuple[R, A]]], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], Any]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[Any, Variable, ...], tuple[R, A]]], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], Any]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[list[Variable], ...], tuple[R, A]]], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], Any]: ...
    @overload
    def __call__(
        self: ValueAuxAndGradient[Callable[Concatenate[dict[str, Variable], ...], tuple[R, A]]],
        *args: Any,
        **kwargs: Any,
    ) -> tuple[tuple[R, A], Any]: ...


class Keeping(Bound, Protocol[F_co, T_co]):
    """A `T_co`, whatever the arguments are: a Jacobian, or the gradient by several arguments or by another than the first."""

    @overload
    def __call__(self: Keeping[Callable[P, Any], T_co], *args: P.args, **kwargs: P.kwargs) -> T_co: ...
    @overload
    def __call__(self: Keeping[Callable[Concatenate[Variable, ...], Any], T_co], *args: Any, **kwargs: Any) -> T_co: ...
    @overload
    def __call__(
        self: Keeping[Callable[Concatenate[Any, Variable, ...], Any], T_co], *args: Any, **kwargs: Any
    ) -> T_co: ...
    @overload
    def __call__(
        self: Keeping[Callable[Concatenate[list[Variable], ...], Any], T_co], *args: Any, **kwargs: Any
    ) -> T_co: ...
    @overload
    def __call__(
        self: Keeping[Callable[Concatenate[dict[str, Variable], ...], Any], T_co], *args: Any, **kwargs: Any
    ) -> T_co: ...


class AuxAnd(Bound, Protocol[F_co, T_co]):
    """A `T_co`, and what the function returns besides."""

    @overload
    def __call__(
        self: AuxAnd[Callable[P, tuple[Any, A]], T_co], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T_co, A]: ...
    @overload
    def __call__(
        self: AuxAnd[Callable[Concatenate[Variable, ...], tuple[Any, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[T_co, A]: ...
    @overload
    def __call__(
        self: AuxAnd[Callable[Concatenate[Any, Variable, ...], tuple[Any, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[T_co, A]: ...
    @overload
    def __call__(
        self: AuxAnd[Callable[Concatenate[list[Variable], ...], tuple[Any, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[T_co, A]: ...
    @overload
    def __call__(
        self: AuxAnd[Callable[Concatenate[dict[str, Variable], ...], tuple[Any, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[T_co, A]: ...


class ValueAnd(Bound, Protocol[F_co, T_co]):
    """The output, and a `T_co`."""

    @overload
    def __call__(self: ValueAnd[Callable[P, R], T_co], *args: P.args, **kwargs: P.kwargs) -> tuple[R, T_co]: ...
    @overload
    def __call__(
        self: ValueAnd[Callable[Concatenate[Variable, ...], R], T_co], *args: Any, **kwargs: Any
    ) -> tuple[R, T_co]: ...
    @overload
    def __call__(
        self: ValueAnd[Callable[Concatenate[Any, Variable, ...], R], T_co], *args: Any, **kwargs: Any
    ) -> tuple[R, T_co]: ...
    @overload
    def __call__(
        self: ValueAnd[Callable[Concatenate[list[Variable], ...], R], T_co], *args: Any, **kwargs: Any
    ) -> tuple[R, T_co]: ...
    @overload
    def __call__(
        self: ValueAnd[Callable[Concatenate[dict[str, Variable], ...], R], T_co], *args: Any, **kwargs: Any
    ) -> tuple[R, T_co]: ...


class ValueAuxAnd(Bound, Protocol[F_co, T_co]):
    """The output with what the function returns besides, and a `T_co`."""

    @overload
    def __call__(
        self: ValueAuxAnd[Callable[P, tuple[R, A]], T_co], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[tuple[R, A], T_co]: ...
    @overload
    def __call__(
        self: ValueAuxAnd[Callable[Concatenate[Variable, ...], tuple[R, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], T_co]: ...
    @overload
    def __call__(
        self: ValueAuxAnd[Callable[Concatenate[Any, Variable, ...], tuple[R, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], T_co]: ...
    @overload
    def __call__(
        self: ValueAuxAnd[Callable[Concatenate[list[Variable], ...], tuple[R, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], T_co]: ...
    @overload
    def __call__(
        self: ValueAuxAnd[Callable[Concatenate[dict[str, Variable], ...], tuple[R, A]], T_co], *args: Any, **kwargs: Any
    ) -> tuple[tuple[R, A], T_co]: ...
