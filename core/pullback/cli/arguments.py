"""The arguments of `pullback grad`: names and values, such as ``x=1.2`` or ``p={"a": 1.0}``."""

from __future__ import annotations

import ast
import json
import keyword
from collections.abc import Iterable
from typing import Any

from pullback.cli.expression import number
from pullback.cli.messages import InputError

__all__ = ["assignments", "literal", "numbers"]


def assignments(words: Iterable[str]) -> dict[str, str]:
    """Return the text of each value by name; raise `InputError` for a word that is not ``NAME=VALUE`` and for repeated names."""
    values: dict[str, str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        name, text = name.strip(), text.strip()
        if not equals or not text:
            raise InputError(f"{word!r} is not NAME=VALUE, such as x=1.2")
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("__"):
            raise InputError(f"{name!r} cannot be the name of a variable")
        if name in values:
            raise InputError(f"{name!r} is given twice, as {values[name]} and as {text}")
        values[name] = text
    return values


def numbers(texts: dict[str, str]) -> dict[str, float]:
    """Return the texts converted to numbers; raise `InputError` if one is not a number."""
    return {name: _number(name, text) for name, text in texts.items()}


def literal(name: str, text: str) -> Any:
    """Return the value that a text denotes: a number, or a list, dict or string in the syntax of Python or JSON. Raises `InputError`."""
    if text[0] not in "([{'\"" and text not in ("None", "True", "False", "null", "true", "false"):
        return _number(name, text)
    try:
        return _floats(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        pass
    try:
        return _floats(json.loads(text))
    except (ValueError, RecursionError):
        raise InputError(f"{name}={text} is no list, dict or string, as Python or JSON write them") from None


def _floats(value: Any) -> Any:
    """Return `value` with its integers converted to floats, which are differentiated."""
    match value:
        case bool():
            return value
        case int():
            return float(value)
        case list():
            return [_floats(part) for part in value]
        case tuple():
            return tuple(_floats(part) for part in value)
        case dict():
            return {key: _floats(part) for key, part in value.items()}
    return value


def _number(name: str, text: str) -> float:
    try:
        return number(text)
    except InputError:
        raise InputError(f"{name}={text} is not a number") from None
