"""Messages of the command line about invalid input."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["InputError", "cause", "did_you_mean", "excerpt", "one_line"]


class InputError(Exception):
    """Bad input: shown as one line on stderr, with exit code 2."""


def one_line(text: object) -> str:
    """Return a message with line breaks and runs of whitespace replaced by single spaces."""
    return " ".join(str(text).split())


def excerpt(text: str) -> str:
    """Return the user's text, shortened in the middle if it is long."""
    line = one_line(text)
    return line if len(line) <= 80 else f"{line[:50]} ... {line[-25:]}"


def cause(error: Exception) -> str:
    """Return the message of an error. Errors from C have a number before their text."""
    return one_line(error.args[-1] if error.args else type(error).__name__)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word closest to `word`, or an empty string."""
    close = difflib.get_close_matches(word, sorted(set(known)), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
