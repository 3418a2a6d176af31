"""The errors and warnings of pullback, and the place in the user's code that they name."""

from __future__ import annotations

import linecache
import os
import sys
from contextvars import ContextVar
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
_OWN_PACKAGES = ("numpy", "pullback", "pullback_plugins")
_STANDARD_LIBRARY = os.path.dirname(linecache.__file__) + os.sep
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def where() -> str:
    """Return the line that is running now, as ``file:line, in `source` ``.

    The first frame outside pullback and NumPy is taken; its source segment is added when Python knows it. Where that is a line of
    an installed library, the line of the user that called the library is added.
    """
    found = user = _outside(sys._getframe(1))
    if found is None:
        return "an unknown place"
    while user is not None and _is_library(user):
        user = _outside(user.f_back)
    return _place(found) if user is None or user is found else f"{_place(found)}, called from {_place(user)}"


# The level of a variable that was made into something which not everybody can compute with, and what to say where somebody could not.
_suspicion: ContextVar[tuple[int, str]] = ContextVar("pullback_suspicion")


def suspect(level: int, remark: str) -> None:
    """Have `remark` added to an error of others that ends the differentiation of `level` and may come of what was just done."""
    _suspicion.set((level, remark))


def explain(error: Exception, level: int) -> None:
    """Add to `error`, which ends the differentiation of `level`, the remark that `suspect` has left for it, if it speaks of types."""
    suspicion = _suspicion.get(None)
    if suspicion is None or suspicion[0] != level or isinstance(error, PullbackError):
        return
    if any(
        word in str(error)
        for word in ("object", "dtype", "'O'", "coerced", "sequence", "signature", "supported", "real")
    ):
        error.add_note(suspicion[1])


def _outside(frame: FrameType | None) -> FrameType | None:
    """Return the first of `frame` and its callers that runs code of others."""
    while frame is not None and _is_own(frame):
        frame = frame.f_back
    return frame


def _is_own(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return isinstance(name, str) and name.partition(".")[0] in _OWN_PACKAGES


def _is_library(frame: FrameType) -> bool:
    """Whether `frame` runs code that the user has installed, and did not write."""
    path = frame.f_code.co_filename
    return path.startswith((_STANDARD_LIBRARY, "<frozen ")) or any(part in path for part in _INSTALLED)


def _place(frame: FrameType) -> str:
    place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    segment = _segment(frame)
    return f"{place}, in `{segment}`" if segment else place


def _segment(frame: FrameType) -> str:
    """Return the source text of the call that `frame` is executing, its first line where there are more, or '' when it is not at hand."""
    positions = list(frame.f_code.co_positions())
    index = frame.f_lasti // 2
    if not 0 <= index < len(positions):
        return ""
    line, end_line, start, end = positions[index]
    if line is None or start is None or end is None:
        return ""
    text = linecache.getline(frame.f_code.co_filename, line, frame.f_globals).encode()
    whole = line == end_line
    found = text[start : end if whole else None].decode(errors="replace").strip()
    return found if whole or not found else f"{found} ..."
