"""Choose the core: the compiled one if it was built, unless ``PULLBACK_PURE=1`` is set or Python is free-threaded; else the pure one."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "COMPILED",
    "Call",
    "FloatCore",
    "FloatVarCore",
    "KindCore",
    "KindsCore",
    "Node",
    "PairCore",
    "PlanCore",
    "RecorderCore",
    "TapeCore",
    "ValueCore",
    "all_floats",
    "ancestry",
    "blank",
    "call_from",
    "core",
    "forward_floats",
    "reverse_floats",
    "reverse_values",
    "start",
    "swept_floats",
]

if TYPE_CHECKING:
    from pullback._pure import (
        COMPILED,
        Call,
        FloatCore,
        FloatVarCore,
        KindCore,
        KindsCore,
        Node,
        PairCore,
        PlanCore,
        RecorderCore,
        TapeCore,
        ValueCore,
        all_floats,
        ancestry,
        blank,
        call_from,
        forward_floats,
        reverse_floats,
        reverse_values,
        start,
        swept_floats,
    )
else:
    _chosen = import_module("pullback._pure")
    # The compiled core relies on the global interpreter lock, and importing it would enable the lock again. The condition is the build,
    # not whether the lock is enabled now: it is enabled briefly whenever another thread imports an extension module.
    if os.environ.get("PULLBACK_PURE") != "1" and "free-threading build" not in sys.version:
        try:
            _compiled = import_module("pullback._compiled")
        except ImportError:
            pass
        else:
            # In a source tree the compiled core may be out of date.
            if _compiled.__all__ == _chosen.__all__:
                _chosen = _compiled
    globals().update({_name: getattr(_chosen, _name) for _name in _chosen.__all__})


def core() -> str:
    """Return which core runs in this process: ``"compiled"`` or ``"pure Python"``.

    >>> from pullback import core
    >>> core() in ("compiled", "pure Python")
    True
    """
    return "compiled" if COMPILED else "pure Python"
