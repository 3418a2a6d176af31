"""The transforms under the names, and with the argument orders, of HIPS autograd."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

import pullback

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "multigrad_dict",
    "nary",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]

Function = Callable[..., Any]


def nary(operator: Function) -> Function:
    """Turn an operator on functions of one argument into one on functions of any number: `argnum` says which argument, or which several."""

    @wraps(operator)
    def of_function(fun: Function, argnum: Any = 0, *options: Any, **named_options: Any) -> Function:
        places = (argnum,) if isinstance(argnum, int) else tuple(argnum)

        def of_arguments(*args: Any, **kwargs: Any) -> Any:
            def unary(x: Any) -> Any:
                given = list(args)
                for place, value in zip(places, (x,) if isinstance(argnum, int) else x, strict=True):
                    given[place] = value
                return fun(*given, **kwargs)

            unary.__name__ = getattr(fun, "__name__", "a function")
            x = args[argnum] if isinstance(argnum, int) else tuple(args[place] for place in places)
            return operator(unary, x, *options, **named_options)

        of_arguments.__name__ = f"{operator.__name__}_of_{getattr(fun, '__name__', 'a_function')}_wrt_argnum_{argnum}"
        return of_arguments

    return of_function


@nary
def make_vjp(fun: Function, x: Any) -> Any:
    output, pull = pullback.vjp(fun, x)
    return (lambda cotangent: pull(cotangent)[0]), output


@nary
def make_jvp(fun: Function, x: Any) -> Any:
    return lambda tangent: pullback.jvp(fun, (x,), (tangent,))


@nary
def grad(fun: Function, x: Any) -> Any:
    return pullback.grad(fun)(x)


@nary
def value_and_grad(fun: Function, x: Any) -> Any:
    return pullback.value_and_grad(fun)(x)


@nary
def grad_and_aux(fun: Function, x: Any) -> Any:
    return pullback.grad(fun, has_aux=True)(x)


@nary
def elementwise_grad(fun: Function, x: Any) -> Any:
    return pullback.elementwise_grad(fun)(x)


@nary
def holomorphic_grad(fun: Function, x: Any) -> Any:
    return pullback.grad(lambda x: np.real(fun(x)))(x)


@nary
def deriv(fun: Function, x: Any) -> Any:
    return pullback.jvp(fun, (x,), (np.ones_like(x),))[1]


@nary
def jacobian(fun: Function, x: Any) -> Any:
    return pullback.jacobian(fun)(x)


@nary
def hessian(fun: Function, x: Any) -> Any:
    return pullback.hessian(fun)(x)


@nary
def make_hvp(fun: Function, x: Any) -> Any:
    output = pullback.grad(fun)(x)
    return (lambda vector: pullback.hvp(fun, x, vector)), output


def grad_named(fun: Function, argname: str) -> Function:
    return pullback.grad(fun, argname)


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    def of_arguments(*args: Any, **kwargs: Any) -> Any:
        *args, vector = args
        return make_hvp(fun, argnum)(*args, **kwargs)[0](vector)

    return of_arguments


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    def contracted(*args: Any, **kwargs: Any) -> Any:
        *args, tensor = args
        return np.tensordot(tensor, fun(*args, **kwargs), axes=np.ndim(tensor))

    return jacobian(contracted, argnum)


vector_jacobian_product = tensor_jacobian_product


def _half_square(x: Any) -> Any:
    return 0.5 * np.sum(x**2, axis=-1)


def make_ggnvp(f: Function, g: Function = _half_square, f_argnum: int = 0) -> Function:
    """Return the product with J'HJ, where J is the Jacobian of `f` and H the Hessian of `g` at ``f(x)``."""

    @nary
    def product(f: Function, x: Any) -> Any:
        output, pull = pullback.vjp(f, x)
        return lambda vector: pull(pullback.hvp(g, output, pullback.jvp(f, (x,), (vector,))[1]))[0]

    return product(f, f_argnum)


def multigrad_dict(fun: Function) -> Function:
    """Return the gradients by all arguments, in a dict by their names."""
    signature = inspect.signature(fun)

    def of_arguments(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dict(arguments: dict[str, Any]) -> Any:
            called = inspect.BoundArguments(signature, arguments)
            return fun(*called.args, **called.kwargs)

        return pullback.grad(of_dict)(dict(bound.arguments))

    return of_arguments


checkpoint = pullback.checkpoint
