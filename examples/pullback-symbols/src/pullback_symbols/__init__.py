"""Symbols: values that record the operations on them as a program, such as the program of a gradient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from pullback import ScalarVariable, ValueKind, hookimpl
from pullback.extend import KindForward, call_overload, plain

__all__ = ["Symbol", "trace"]
PULLBACK_API = 1


def overloaded(function: Any) -> Callable[..., Any]:
    """Return a method that calls the pair that overloads `function`."""
    return lambda *operands: call_overload(function, operands)


class Symbol:
    """The result of one line of a program: its name and its shape."""

    def __init__(self, program: list[str], line: str, shape: tuple[int, ...]):
        self.name, self.program, self.shape = f"v{len(program)}", program, shape
        program.append(f"{self.name} = {line}")

    def __repr__(self) -> str:
        return self.name

    __add__, __mul__, __neg__ = map(overloaded, (operator.add, operator.mul, operator.neg))
    __rmul__ = __mul__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any) -> Any:
        return call_overload(ufunc, inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, params: Any) -> Any:
        return call_overload(function, args, params)


class SymbolKind(ValueKind):
    """The kind of symbols. It defines zero and one, and uses the defaults for everything else."""

    name, types, variable, priority = "symbol", (Symbol,), ScalarVariable, 20

    def zero(self, value: Any, word: str = "zeros") -> Any:
        return Symbol(plain(value).program, f"{word}({plain(value).shape})", plain(value).shape)

    def one(self, value: Any) -> Any:
        return self.zero(value, "ones")


def written(pair: str) -> Callable[..., Symbol]:
    """Return a forward of `pair` that computes nothing and appends its call to the program."""

    def forward(*args: Any, **params: Any) -> Symbol:
        like = max((arg for arg in args if isinstance(arg, Symbol)), key=lambda symbol: len(symbol.shape))
        words = ", ".join([*map(repr, args), *(f"{name}={value!r}" for name, value in params.items())])
        return Symbol(like.program, f"{pair}({words})", () if pair == "sum_all" else params.get("shape", like.shape))

    return forward


@hookimpl
def pullback_register_value_kinds() -> list[ValueKind]:
    return [SymbolKind()]


@hookimpl
def pullback_register_forwards() -> list[KindForward]:
    pairs = ("add", "mul", "neg", "sin", "cos", "exp", "sum_all", "broadcast_to_shape")
    return [KindForward(pair, "symbol", written(pair)) for pair in pairs]


def trace(function: Callable[..., Any], *shapes: tuple[int, ...]) -> list[str]:
    """Return the lines of the program of `function` for inputs of these shapes."""
    program: list[str] = []
    result = function(*(Symbol(program, f"input({n})", shape) for n, shape in enumerate(shapes)))
    return [*program, f"return {result}"]
