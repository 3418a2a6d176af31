"""The record of one family: its origin, what it provides, and its status."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pullback.forwards import KindForward
from pullback.host.entrypoints import FoundFamily
from pullback.kind import ValueKind
from pullback.primitive import Answer

__all__ = ["Family", "Status"]

Status: TypeAlias = Literal["active", "lazy", "disabled", "failed"]


@dataclass(slots=True)
class Family:
    """One family. `found` is None for a family that a program registers at run time."""

    name: str
    status: Status
    distribution: str
    version: str
    found: FoundFamily | None = None
    plugin: Any = None
    reason: str = ""
    pairs: list[Answer] = field(default_factory=list)
    kinds: list[ValueKind] = field(default_factory=list)
    forwards: list[KindForward] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        """Whether the family comes with pullback. Its pairs are validated by the tests instead of when it is loaded."""
        return self.found is not None and self.distribution == "pullback"

    @property
    def label(self) -> str:
        """The name of the family in errors and warnings."""
        if self.found is None:
            return f"family {self.name!r}, registered at run time"
        return f"{self.distribution} {self.version} (entry point {self.name!r})"

    def row(self, known: list[str]) -> dict[str, Any]:
        """Return the row of ``plugins list --json``; `known` has the names that the index lists, for a family that is not loaded."""
        return {
            "family": self.name,
            "status": self.status,
            "reason": self.reason,
            "distribution": self.distribution,
            "version": self.version,
            "primitives": [pair.name for pair in self.pairs] + list(map(str, self.forwards)) or known,
        }
