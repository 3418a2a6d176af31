"""The machine, the interpreter and the versions of all libraries that the benchmarks run on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pullback

from .peers import PEERS, installed

__all__ = ["Machine", "look"]

BESIDE = ("numpy", "pluggy", "pydantic", "pyperf")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, the interpreter and the versions."""

    python: str
    system: str
    processor: str
    cores: int
    core: str
    versions: dict[str, str]
    absent: tuple[str, ...]
    load: float | None

    def describe(self) -> str:
        """Return the lines that are printed above the tables."""
        lines = [
            f"{self.python} on {self.system}, {self.processor}, {self.cores} cores",
            ", ".join(f"{name} {number}" for name, number in self.versions.items()) + f"; core: {self.core}",
        ]
        if self.absent:
            lines.append(f"not installed: {', '.join(self.absent)}")
        if self.load is not None and self.load > self.cores / 2:
            lines.append(f"note: the machine is busy (load {self.load:.1f}); these figures will not repeat")
        return "\n".join(lines)


def look() -> Machine:
    """Return the machine that this process runs on."""
    names = dict.fromkeys(("pullback", *BESIDE, *(peer.distribution for peer in PEERS if peer.distribution)))
    versions = {name: _version(name) for name in names}
    available = installed()
    return Machine(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.platform(terse=True),
        processor=_processor(),
        cores=os.cpu_count() or 1,
        core=pullback.core(),
        versions={name: number for name, number in versions.items() if number},
        absent=tuple(peer.name for peer in PEERS if peer not in available),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
