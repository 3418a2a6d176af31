"""The resident memory of a process, as measured by the operating system."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["peak_rss"]


def peak_rss() -> int:
    """Return the largest resident size of this process so far, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        import resource  # Unix only

        # In kilobytes, except on macOS. On Linux it may include the size of the parent before the program started.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
