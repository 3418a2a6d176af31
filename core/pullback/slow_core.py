"""Warn once that the core runs in pure Python although nobody chose it.

Without a C compiler, `pip install` succeeds but builds no compiled core. Results are the same to the last bit, but scalar code takes some
twenty times as long. The installation does not report this, so the first use of the core does. `import pullback` does not warn.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from pullback._core import COMPILED
from pullback.errors import PullbackWarning
from pullback.location import outside_frame
from pullback.tables import Finder

__all__ = ["announcing"]

_NOT_BUILT = (
    "this installation has no compiled core, which is built where there is a C compiler. To have it, install a compiler, then run "
    "`PULLBACK_BUILD=compiled pip install --force-reinstall --no-cache-dir --no-binary pullback pullback`, which says what is missing"
)
_STALE = "the compiled core was built from other sources than these. To have it, run `python tools/build_core.py` in the source tree"

_unsaid = [] if COMPILED else [None]


def announcing(finder: Finder) -> Finder:
    """Return a finder that warns at its first lookup and delegates to `finder`; return `finder` itself if no warning is due."""
    return _Announcing(finder) if _unsaid else finder


class _Announcing:
    def __init__(self, finder: Finder):
        self._finder = finder

    def find_overload(self, function: Any) -> bool:
        # `from pullback.math import sin` looks the function up too, but importing a name is not a use.
        if getattr(function, "__module__", "") != "math":
            _warn_once()
        return self._finder.find_overload(function)

    def find_kind(self, cls: type) -> bool:
        _warn_once()
        return self._finder.find_kind(cls)

    def find_container_kind(self, cls: type) -> bool:
        return self._finder.find_container_kind(cls)

    def find_forward(self, pair: Any, kind: str) -> bool:
        return self._finder.find_forward(pair, kind)

    def find_kind_named(self, name: str) -> bool:
        return self._finder.find_kind_named(name)

    def find_name(self, name: str) -> bool:
        return self._finder.find_name(name)

    def absent(self, target: Any) -> str:
        return self._finder.absent(target)


def _warn_once() -> None:
    """Warn, once per process, that the slow core runs, unless it was chosen or is the only one for this Python."""
    try:
        _unsaid.pop()  # atomic, so that only one of several threads warns
    except IndexError:
        return
    if os.environ.get("PULLBACK_PURE") == "1" or "free-threading build" in sys.version:
        return
    text = (
        "pullback runs its core in pure Python, which is slow for scalar code: "
        f"{_STALE if sys.modules.get('pullback._compiled') else _NOT_BUILT}; or choose the pure core by PULLBACK_PURE=1"
    )
    frame = outside_frame(sys._getframe(1))
    if frame is None:
        warnings.warn(text, PullbackWarning, stacklevel=2)
    else:
        name = frame.f_globals.get("__name__") or "<unknown>"
        warnings.warn_explicit(text, PullbackWarning, frame.f_code.co_filename, frame.f_lineno, module=name)
