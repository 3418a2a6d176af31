"""The options of the command line that apply to every table."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """`rounds` is how often each case is timed, for at least `least` seconds; a first run that takes more than `limit` seconds is stopped.

    `small` selects small problems; `depth` is the depth that pullback has to reach.
    """

    rounds: int = 11
    small: bool = False
    limit: float = 120.0
    depth: int = 10_000_000

    @property
    def least(self) -> float:
        return 0.0 if self.small else 0.05
