"""What the command line asks of every table."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """`rounds` of at least `least` seconds each; a first run that is not done within `limit` seconds is given up."""

    rounds: int = 11
    small: bool = False
    limit: float = 120.0
    depth: int = 10_000_000

    @property
    def least(self) -> float:
        return 0.0 if self.small else 0.05
