"""Which core runs: the compiled one where it was built, unless ``PULLBACK_PURE=1`` or Python is free-threaded; or the pure one."""

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
    # The compiled one leans on the global interpreter lock, and importing it would switch that on again. What the build is counts, and
    # not whether the lock is on: it is, for a moment, whenever another thread imports an extension module.
    if os.environ.get("PULLBACK_PURE") != "1" and "free-threading build" not in sys.version:
        try:
            _compiled = import_module("pullback._compiled")
        except ImportError:
            pass
        else:
            # In a source tree it may have been built from other sources than these.
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
