"""The line of the user's code that errors name."""

from __future__ import annotations

import linecache
import os
import sys
from types import FrameType

__all__ = ["outside_frame", "user_location"]

# What is called between the user's line and the error; NumPy's functions call back.
_OWN_PACKAGES = ("numpy", "pullback", "pullback_plugins")
_STANDARD_LIBRARY = os.path.dirname(linecache.__file__) + os.sep
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def user_location() -> str:
    """Return the line that is running now, as ``file:line, in `source` ``.

    The first frame outside pullback and NumPy is taken; its source segment is added when Python knows it. Where that is a line of
    an installed library, the line of the user that called the library is added.
    """
    found = user = outside_frame(sys._getframe(1))
    if found is None:
        return "an unknown place"
    while user is not None and _is_library(user):
        user = outside_frame(user.f_back)
    return _place(found) if user is None or user is found else f"{_place(found)}, called from {_place(user)}"


def outside_frame(frame: FrameType | None) -> FrameType | None:
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
