"""A function that is named by its place, ``module:function``, and called with arguments by name."""

from __future__ import annotations

import inspect
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from pullback.cli.arguments import literal
from pullback.cli.messages import InputError, did_you_mean, one_line
from pullback.errors import PullbackError, where

__all__ = ["Target"]

_PATTERN = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


class Target:
    """The function at ``module:function``; raises `InputError` when it is not there."""

    def __init__(self, source: str):
        self.source = source
        module, _, qualname = source.partition(":")
        found: Any = _imported(module)
        place = module
        for part in qualname.split("."):
            if not hasattr(found, part):
                callables = [name for name in dir(found) if callable(getattr(found, name, None))]
                raise InputError(f"{place} has no {part!r}{did_you_mean(part, callables)}")
            found, place = getattr(found, part), f"{place}.{part}"
        if not callable(found):
            raise InputError(f"{source} is {_kind(found)}, not a function")
        self.function: Callable[..., Any] = found
        self._parameters = _parameters(found)

    @staticmethod
    def names(source: str) -> bool:
        """Whether `source` has the form ``module:function``."""
        return _PATTERN.fullmatch(source) is not None

    def values(self, given: dict[str, str]) -> dict[str, Any]:
        """Return what the texts stand for, whole numbers where the function takes an int; raise `InputError`."""
        self._bind(given)
        return {name: self._converted(name, text) for name, text in given.items()}

    def __call__(self, variables: dict[str, Any]) -> Any:
        """Return what the function gives; raise `InputError` that says what it raised, and where."""
        positional = [
            name for name, each in self._parameters.items() if each.kind is each.POSITIONAL_ONLY and name in variables
        ]
        by_name = {name: value for name, value in variables.items() if name not in positional}
        try:
            return self.function(*(variables[name] for name in positional), **by_name)
        except PullbackError as error:
            # Of a function written in C no line is the user's, and the place is a line of click.
            raise InputError(f"{self.source}: {one_line(str(error).replace(f' at {where()}', ''))}") from None
        except Exception as error:
            raise InputError(f"{self.source} raised {_described(error)}{_place(error)}") from None

    def _bind(self, given: dict[str, str]) -> None:
        if not self._parameters:
            return
        takes_any = any(each.kind is each.VAR_KEYWORD for each in self._parameters.values())
        single = {
            name: each
            for name, each in self._parameters.items()
            if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
        }
        unknown = [name for name in given if name not in single and not takes_any]
        if unknown:
            takes = ", ".join(single) or "nothing by name"
            raise InputError(
                f"{self.source} takes no {unknown[0]!r}{did_you_mean(unknown[0], single)} (it takes {takes})"
            )
        missing = [name for name, each in single.items() if each.default is each.empty and name not in given]
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
    """Let modules of the current directory be found, as ``python -m`` does."""
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
    """Return the line of the user's that was running, or ''; a syntax error says itself where it is."""
    if isinstance(error, SyntaxError):
        return ""
    own = str(Path(__file__).parents[1])
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith((own, "<"))]
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def _kind(thing: Any) -> str:
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
