"""The base of all variables: a value, the recorder of its calls, and its entry there."""

from __future__ import annotations

from itertools import count
from typing import Any, Protocol

__all__ = ["RecorderProtocol", "Tracked", "next_level", "plain", "top_recorder"]


next_level = count(1).__next__
"""Return the level of a differentiation that begins now.

A differentiation that starts later is either nested deeper or unrelated, so a single counter orders the levels.
"""


class RecorderProtocol(Protocol):
    """The interface of a recorder, which receives the calls of one differentiation from its variables.

    `pullback.extend.Recorder` implements it as a base class; a subclass of that defines a single method.
    """

    @property
    def level(self) -> Any:
        """The level of the differentiation, from `next_level`. A call is recorded at the highest level among its inputs."""

    @property
    def floats(self) -> bool:
        """Whether operators on variables write entries directly. True only for the tape of the core."""

    def record(self, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` one level below and return its output as a variable of this level."""


class Tracked:
    """Base of every variable class: a value that remembers how it was made.

    `_value` is the value one level below: a plain value, or a variable of an enclosing differentiation.
    `_tape` is the recorder of the variable's own level, `_entry` its place there.
    """

    __slots__ = ()

    _value: Any
    _tape: Any
    _entry: Any

    @classmethod
    def _new(cls, value: Any, tape: Any, entry: Any) -> Any:
        """Return a new variable at `entry` of `tape` that holds `value`."""
        self = object.__new__(cls)
        self._value = value
        self._tape = tape
        self._entry = entry
        return self


def plain(value: Any) -> Any:
    """Return the plain value inside `value`, which may be a variable of any level."""
    while isinstance(value, Tracked):
        value = value._value
    return value


def top_recorder(args: tuple[Any, ...]) -> RecorderProtocol | None:
    """Return the recorder of the highest level among `args`, or None if all of them are plain."""
    top: RecorderProtocol | None = None
    for arg in args:
        if isinstance(arg, Tracked) and (top is None or arg._tape.level > top.level):
            top = arg._tape
    return top
