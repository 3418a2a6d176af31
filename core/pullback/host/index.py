"""The index: which family answers for a name, a function or a type, known before any of them is imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from pullback.host.claims import Claim
from pullback.host.overloads import attribute_of, owner_named

__all__ = ["Index", "IndexEntry"]


class IndexEntry(NamedTuple):
    """What one distribution says of one key.

    A key is a name (``"sin"``), a function (``"math.sin"``), a type (``"builtins.float"``) or a forward (``"sin[symbol]"``).
    """

    key: str
    family: str
    distribution: str


class Index:
    """What all distributions say, to be looked up by key and by function. Nothing is imported for it."""

    def __init__(self, entries: Iterable[IndexEntry] = ()):
        self._keys: dict[str, list[IndexEntry]] = {}
        self._functions: dict[Any, list[IndexEntry]] = {}
        # By module or class, the entries whose function is not known yet: most modules are never imported.
        self._waiting: dict[str, list[IndexEntry]] = {}
        for entry in entries:
            self._keys.setdefault(entry.key, []).append(entry)
            owner = entry.key.rpartition(".")[0]
            if owner and not entry.key.endswith("]"):
                self._waiting.setdefault(owner, []).append(entry)

    def __iter__(self) -> Iterator[IndexEntry]:
        """Iterate over all entries."""
        return (entry for entries in self._keys.values() for entry in entries)

    def named(self, *keys: str) -> list[IndexEntry]:
        """Return the entries of these keys."""
        return [entry for key in keys for entry in self._keys.get(key, ())]

    def of_function(self, function: Any) -> list[IndexEntry]:
        """Return the entries that name `function`, by whichever of its names; modules that are not imported cannot own it."""
        self._look_up()
        return self._known(function)

    def spoken_of(self, claims: Iterable[Claim]) -> list[IndexEntry]:
        """Return the entries that speak of any of `claims`."""
        self._look_up()
        found: list[IndexEntry] = []
        for claim in claims:
            found += self._keys.get(claim.dotted, ())
            if claim.what == "the overload":
                found += self._known(claim.key)
        return found

    def _known(self, function: Any) -> list[IndexEntry]:
        try:
            return self._functions.get(function, [])
        except TypeError:  # unhashable
            return []

    def _look_up(self) -> None:
        """Look up the functions of modules that were imported in the meantime.

        Without a lock: two threads at it find the same twice.
        """
        for place, entries in list(self._waiting.items()):
            owner = owner_named(place)
            if owner is None:
                continue
            missing = [entry for entry in entries if not self._found(owner, entry)]
            if missing:
                self._waiting[place] = missing
            else:
                self._waiting.pop(place, None)

    def _found(self, owner: Any, entry: IndexEntry) -> bool:
        """Whether `owner` has what `entry` names; if so, the entry is found by it from now on."""
        function = attribute_of(owner, entry.key.rpartition(".")[2])
        if function is None:
            return False
        with suppress(Exception):  # unhashable, which no pair answers for
            self._functions.setdefault(function, []).append(entry)
        return True
