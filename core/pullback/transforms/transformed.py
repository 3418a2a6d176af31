"""A function made from another one: it has its signature, pickles, and binds as a method."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar

from pullback.transforms.arguments import Argnums
from pullback.transforms.memory import Memory
from pullback.transforms.structure import AnyStructure

__all__ = ["Transformed"]


class Transformed:
    """Base of the functions that transforms return. Name, docstring and signature are those of the original."""

    transform: ClassVar[str]
    """The name of the transform."""

    def __init__(self, function: Callable[..., Any], argnums: Argnums = 0):
        if not callable(function):
            raise TypeError(
                f"{self.transform} takes a function, not {function!r}; write {self.transform}(f)(x), not {self.transform}(f(x))"
            )
        # The attributes of a function are copied; the state of an instance, or of a pair, is not.
        own = isinstance(function, (types.FunctionType, types.MethodType))
        functools.update_wrapper(self, function, updated=("__dict__",) if own else ())
        self._function = function
        self._argnums = argnums
        self._memory = Memory()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __repr__(self) -> str:
        return f"<{self.transform} of {getattr(self, '__qualname__', self._function)!s}>"

    def _refuse(self, structure: AnyStructure) -> None:
        """Raise `TypeError`: the argument `structure` holds nothing to differentiate by."""
        name = getattr(self, "__qualname__", "a function")
        structure.require_leaves(f"{self.transform} of {name}", "; argnums chooses another argument")

    def __reduce_ex__(self, protocol: Any) -> Any:
        # A transform used as a decorator has replaced the original function: pickle it by name.
        named: Any = sys.modules.get(getattr(self, "__module__", ""))
        for part in getattr(self, "__qualname__", "").split("."):
            named = getattr(named, part, None)
        return self.__qualname__ if named is self else super().__reduce_ex__(protocol)
