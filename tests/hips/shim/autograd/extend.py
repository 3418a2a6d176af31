"""Pairs the way HIPS autograd's users write them: a rule an argument, each a function that makes a function."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any

import pullback
from pullback.tracked import Tracked

__all__ = ["defjvp", "defvjp", "notrace_primitive", "primitive"]

Function = Callable[..., Any]


class primitive:  # noqa: N801 (their name)
    """A function with rules to come, one pair of pullback's for each number of arguments that it is called with."""

    def __init__(self, fun: Function):
        self._fun = fun
        self.vjps: dict[int, Function | None] = {}
        self.jvps: dict[int, Function | None] = {}
        self._pair = lru_cache(self._make_pair)
        update_wrapper(self, fun)

    def __call__(self, *args: Any, **params: Any) -> Any:
        if not any(isinstance(arg, Tracked) for arg in args):
            return self._fun(*args, **params)
        return self._pair(len(args))(*args, **params)

    def _make_pair(self, count: int) -> Any:
        return pullback.primitive(
            lambda *args, **params: self._fun(*args, **params),
            tuple(self._backward(place) for place in range(count)),
            pushforward=self._pushforward if self.jvps else None,
            name=self.__name__,
        )

    def _backward(self, place: int) -> Function:
        def backward(*given: Any, **params: Any) -> Any:
            *args, out, grad = given
            if place not in self.vjps:
                raise NotImplementedError(f"{self.__name__} has no rule for its argument {place}")
            rule = self.vjps[place]
            return 0.0 * grad if rule is None else rule(out, *args, **params)(grad)

        return backward

    def _pushforward(self, *given: Any, **params: Any) -> Any:
        count = len(given) // 2
        args, out, tangents = given[:count], given[count], given[count + 1 :]
        parts = [
            self._part(place, tangent, out, args, params)
            for place, tangent in enumerate(tangents)
            if tangent is not None
        ]
        return sum(parts[1:], parts[0])

    def _part(self, place: int, tangent: Any, out: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        rule = self.jvps[place]
        if rule == "same":
            return self(*args[:place], tangent, *args[place + 1 :], **params)
        return 0.0 * tangent if rule is None else rule(tangent, out, *args, **params)


notrace_primitive = pullback.nondifferentiable


def _define(rules: dict[int, Any], given: tuple[Any, ...], argnums: Any) -> None:
    rules.update(zip(range(len(given)) if argnums is None else argnums, given, strict=False))


def defvjp(fun: primitive, *rules: Any, argnums: Any = None) -> None:
    """Give `fun` a reverse rule an argument: ``rule(output, *args)(cotangent)``."""
    _define(fun.vjps, rules, argnums)


def defjvp(fun: primitive, *rules: Any, argnums: Any = None) -> None:
    """Give `fun` a forward rule an argument: ``rule(tangent, output, *args)``, or "same" where it is linear."""
    _define(fun.jvps, rules, argnums)
