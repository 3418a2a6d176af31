"""The arguments that a transform differentiates by, selected by position or by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import inspect

__all__ = ["Argnums", "Selection"]

Argnums: TypeAlias = int | str | tuple[int | str, ...]


class Selection:
    """One call of a function, and the arguments of it that `argnums` selects.

    Raises `TypeError` if the call has no such argument.
    """

    __slots__ = ("_args", "_function", "_kwargs", "_places", "primals", "single")

    def __init__(self, function: Callable[..., Any], argnums: Argnums, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self._function = function
        self._args = args
        self._kwargs = kwargs
        self.single = not isinstance(argnums, tuple)
        self._places: list[int | str] = []
        selected = argnums if isinstance(argnums, tuple) else (argnums,)
        for which in selected:
            if type(which) is not int or not 0 <= which < len(args) or which in self._places:
                break
            self._places.append(which)
        else:  # nearly every call
            self.primals = [args[place] for place in selected]  # type: ignore[index]
            return
        self._kwargs = dict(kwargs)
        self._places = [self._place(which) for which in selected]
        if len(set(self._places)) < len(self._places):
            raise TypeError(f"argnums={argnums!r} selects the same argument of {_name(function)} twice")
        self.primals = [self._args[place] if isinstance(place, int) else self._kwargs[place] for place in self._places]

    def call(self, *primals: Any) -> Any:
        """Call the function with `primals` in the place of the selected arguments."""
        if len(self._args) == 1 == len(primals) and not self._kwargs:  # nearly every call
            return self._function(*primals)
        args, kwargs = list(self._args), dict(self._kwargs)
        for place, primal in zip(self._places, primals, strict=True):
            if isinstance(place, int):
                args[place] = primal
            else:
                kwargs[place] = primal
        return self._function(*args, **kwargs)

    def _place(self, which: int | str) -> int | str:
        """Return the position in `args`, or the key in `kwargs`, of the argument `which`."""
        if isinstance(which, bool) or not isinstance(which, (int, str)):
            raise TypeError(f"argnums takes an index, a name or a tuple of them, not {which!r}")
        if isinstance(which, int) and 0 <= which < len(self._args):
            return which
        if isinstance(which, str) and which in self._kwargs:
            return which
        parameters = self._parameters()
        positional = [parameter for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY]
        if isinstance(which, int) and which < 0:
            count = max(len(positional), len(self._args))
            if -count <= which:
                return self._place(which + count)
        for position, parameter in enumerate(positional):
            if which in (position, parameter.name):
                return position if position < len(self._args) else self._not_given(positional, position, which)
        for parameter in parameters:
            if parameter.name == which:
                return self._named(parameter, which)
        raise self._missing(which)

    def _not_given(self, positional: list[inspect.Parameter], position: int, which: int | str) -> int | str:
        """Return the place of a parameter that the call does not pass by position."""
        parameter = positional[position]
        if parameter.kind is not parameter.POSITIONAL_ONLY:
            return self._named(parameter, which)
        # It cannot be passed by name: its default, and those of the parameters before it, are passed by position.
        for preceding in positional[len(self._args) : position + 1]:
            if preceding.default is preceding.empty:
                raise self._missing(which)
            self._args += (preceding.default,)
        return position

    def _named(self, parameter: inspect.Parameter, which: int | str) -> str:
        """Return the key of a parameter that is passed by name or has a default."""
        if parameter.name not in self._kwargs:
            if parameter.default is parameter.empty:
                raise self._missing(which)
            self._kwargs[parameter.name] = parameter.default
        return parameter.name

    def _parameters(self) -> list[inspect.Parameter]:
        import inspect

        try:
            parameters = inspect.signature(self._function).parameters.values()
        except (TypeError, ValueError):
            return []
        single = (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            inspect.Parameter.KEYWORD_ONLY,
        )
        return [parameter for parameter in parameters if parameter.kind in single]

    def _missing(self, which: int | str) -> TypeError:
        count = len(self._args)
        passed = f"{count or 'no'} argument{'s' * (count != 1)} by position"
        if self._kwargs:
            passed += f", and {', '.join(self._kwargs)} by name"
        return TypeError(f"cannot differentiate {_name(self._function)} by argument {which!r}: the call gives {passed}")


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", None) or repr(function)
