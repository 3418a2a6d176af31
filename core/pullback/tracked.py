"""What the rest of the core may know of a variable: that it has a value, a tape and an entry there."""

from __future__ import annotations

from itertools import count
from typing import Any, Protocol

__all__ = ["RecorderProtocol", "Tracked", "next_level", "plain", "top_recorder"]


next_level = count(1).__next__
"""Return the level of a differentiation that begins now.

One that starts later is nested deeper, or unrelated: so one counter gives levels their order.
"""


class RecorderProtocol(Protocol):
    """Where the calls of one differentiation go: all that variables ask of what stands behind them.

    `pullback.extend.Recorder` is a base class that has all of it; whoever derives from it writes one method.
    """

    @property
    def level(self) -> Any:
        """The level of the differentiation, a number from `next_level`: a call is recorded at the highest among its inputs."""

    @property
    def floats(self) -> bool:
        """Whether the operators of variables write entries themselves: False, but for the tape of the core."""

    def record(self, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Call `primitive` one level below, and return its output as a variable of this level."""


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
        """Make the variable that stands at `entry` of `tape`."""
        self = object.__new__(cls)
        self._value = value
        self._tape = tape
        self._entry = entry
        return self


def plain(value: Any) -> Any:
    """Return `value` with every level of variable taken off."""
    while isinstance(value, Tracked):
        value = value._value
    return value


def top_recorder(args: tuple[Any, ...]) -> RecorderProtocol | None:
    """Return the recorder of the highest level among `args`, or None when all of them are plain."""
    top: RecorderProtocol | None = None
    for arg in args:
        if isinstance(arg, Tracked) and (top is None or arg._tape.level > top.level):
            top = arg._tape
    return top
