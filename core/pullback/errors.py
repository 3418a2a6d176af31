"""The errors and warnings of pullback, and the place in the user's code that they name."""

from __future__ import annotations

import linecache
import sys
from types import FrameType

__all__ = [
    "ChainBrokenError",
    "ConflictError",
    "PluginError",
    "PluginWarning",
    "PullbackError",
    "PullbackWarning",
    "RuleError",
    "UnknownPrimitiveError",
]


class PullbackError(Exception):
    """Base class of every error that pullback raises on purpose."""


class ChainBrokenError(PullbackError, TypeError):
    """A variable was about to lose its history, so its gradient would have been silently wrong."""


class UnknownPrimitiveError(PullbackError, TypeError):
    """No registered primitive answers for a function that was called on a variable."""


class RuleError(PullbackError, ValueError):
    """A pair is malformed, or one of its rules returned something that is not a gradient."""


class ConflictError(PullbackError, ValueError):
    """Two families answer for the same overload or the same name."""


class PluginError(PullbackError, RuntimeError):
    """A family could not be loaded."""


class PullbackWarning(UserWarning):
    """Base class of the warnings of pullback."""


class PluginWarning(PullbackWarning):
    """A family was left out; the message says which and why."""


# What is called between the user's line and the error; NumPy's functions call back.
_OWN_PACKAGES = ("numpy", "pullback", "pullback_plugins", "scipy")


def where() -> str:
    """Return the user's line that is running now, as ``file:line, in `source` ``.

    The first frame outside pullback, NumPy and SciPy is taken; its source segment is added when Python knows it.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_own(frame):
        frame = frame.f_back
    if frame is None:
        return "an unknown place"
    place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    segment = _segment(frame)
    return f"{place}, in `{segment}`" if segment else place


def _is_own(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return isinstance(name, str) and name.partition(".")[0] in _OWN_PACKAGES


def _segment(frame: FrameType) -> str:
    """Return the source text of the call that `frame` is executing, or '' when it is not at hand."""
    positions = list(frame.f_code.co_positions())
    index = frame.f_lasti // 2
    if not 0 <= index < len(positions):
        return ""
    line, end_line, start, end = positions[index]
    if line is None or start is None or end is None or line != end_line:
        return ""
    text = linecache.getline(frame.f_code.co_filename, line, frame.f_globals).encode()
    return text[start:end].decode(errors="replace").strip()
