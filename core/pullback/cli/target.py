"""A function given as ``module:function``, called with arguments by name."""

from __future__ import annotations

import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from pullback.cli.arguments import literal
from pullback.cli.messages import InputError, did_you_mean, one_line
from pullback.errors import PullbackError
from pullback.location import user_location

__all__ = ["Target"]

_PATTERN = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


class Target:
    """The function at ``module:function``; raises `InputError` if there is none."""

    def __init__(self, source: str):
        self.source = source
        module, _, qualname = source.partition(":")
        target: Any = _imported(module)
        place = module
        for part in qualname.split("."):
            if not hasattr(target, part):
                callables = [name for name in dir(target) if callable(getattr(target, name, None))]
                raise InputError(f"{place} has no {part!r}{did_you_mean(part, callables)}")
            target, place = getattr(target, part), f"{place}.{part}"
        if not callable(target):
            raise InputError(f"{source} is {_kind(target)}, not a function")
        self.function: Callable[..., Any] = target
        self._parameters = _parameters(target)

    @staticmethod
    def names(source: str) -> bool:
        """Whether `source` has the form ``module:function``."""
        return _PATTERN.fullmatch(source) is not None

    def values(self, texts: dict[str, str]) -> dict[str, Any]:
        """Return the values that the texts denote, integers where the function takes an int; raise `InputError`."""
        self._bind(texts)
        return {name: self._converted(name, text) for name, text in texts.items()}

    def __call__(self, variables: dict[str, Any]) -> Any:
        """Call the function; raise `InputError` with the error that it raised, and its line."""
        positional = [
            name
            for name, parameter in self._parameters.items()
            if parameter.kind is parameter.POSITIONAL_ONLY and name in variables
        ]
        by_name = {name: value for name, value in variables.items() if name not in positional}
        try:
            return self.function(*(variables[name] for name in positional), **by_name)
        except PullbackError as error:
            # A function written in C has no line of the user's; the place would be a line of click.
            raise InputError(f"{self.source}: {one_line(str(error).replace(f' at {user_location()}', ''))}") from None
        except Exception as error:
            raise InputError(f"{self.source} raised {_described(error)}{_place(error)}") from None

    def _bind(self, names: Iterable[str]) -> None:
        if not self._parameters:
            return
        takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in self._parameters.values())
        single = {
            name: parameter
            for name, parameter in self._parameters.items()
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }
        unknown = [name for name in names if name not in single and not takes_any]
        if unknown:
            takes = ", ".join(single) or "nothing by name"
            raise InputError(
                f"{self.source} takes no {unknown[0]!r}{did_you_mean(unknown[0], single)} (it takes {takes})"
            )
        missing = [
            name for name, parameter in single.items() if parameter.default is parameter.empty and name not in names
        ]
        if missing:
            raise InputError(f"{self.source} needs {missing[0]!r}, so add {missing[0]}=VALUE")

    def _converted(self, name: str, text: str) -> Any:
        parameter = self._parameters.get(name)
        if parameter is not None:
            default = parameter.default
            if parameter.annotation in (str, "str") or isinstance(default, str):
                return text
            whole = isinstance(default, int) and not isinstance(default, bool)
            if parameter.annotation in (int, "int") or (whole and parameter.annotation is parameter.empty):
                try:
                    return int(text)
                except ValueError:
                    if parameter.annotation in (int, "int"):
                        raise InputError(f"{name}={text} is not a whole number, which {self.source} takes") from None
        return literal(name, text)


@contextmanager
def _here() -> Iterator[None]:
    """Make modules in the current directory importable, as ``python -m`` does."""
    here = os.getcwd()
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)


def _imported(module: str) -> Any:
    try:
        with _here():
            return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise InputError(f"there is no module {error.name!r} in {os.getcwd()} or among what is installed") from None
        raise InputError(f"importing {module} raised {_described(error)}") from None
    except (Exception, SystemExit) as error:
        raise InputError(f"importing {module} raised {_described(error)}{_place(error)}") from None


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {one_line(error)}".rstrip(": ")


def _place(error: BaseException) -> str:
    """Return the user's line that was running, or an empty string; a syntax error has its own place."""
    if isinstance(error, SyntaxError):
        return ""
    own = str(Path(__file__).parents[1])
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith((own, "<"))]
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _kind(thing: Any) -> str:
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
