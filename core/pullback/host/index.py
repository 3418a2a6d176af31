"""The index: which family provides a name, a function or a type, without importing any family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from pullback.host.claims import Claim
from pullback.host.overloads import attribute_of, owner_named

__all__ = ["Index", "IndexEntry"]


class IndexEntry(NamedTuple):
    """One line of an index: a key, and the family that provides it.

    A key is a name (``"sin"``), a function (``"math.sin"``), a type (``"builtins.float"``) or a forward (``"sin[symbol]"``).
    """

    key: str
    family: str
    distribution: str


class Index:
    """The index entries of all distributions, with lookup by key and by function. It imports nothing."""

    def __init__(self, entries: Iterable[IndexEntry] = ()):
        self._keys: dict[str, list[IndexEntry]] = {}
        self._functions: dict[Any, list[IndexEntry]] = {}
        # Maps a module or class to the entries whose functions are not resolved yet. Most modules are never imported.
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
        """Return the entries with these keys."""
        return [entry for key in keys for entry in self._keys.get(key, ())]

    def of_function(self, function: Any) -> list[IndexEntry]:
        """Return the entries that refer to `function` by any of its names. Only modules that are imported are searched."""
        self._look_up()
        return self._known(function)

    def spoken_of(self, claims: Iterable[Claim]) -> list[IndexEntry]:
        """Return the entries that refer to any of `claims`."""
        self._look_up()
        entries: list[IndexEntry] = []
        for claim in claims:
            entries += self._keys.get(claim.dotted, ())
            if claim.what == "the overload":
                entries += self._known(claim.key)
        return entries

    def _known(self, function: Any) -> list[IndexEntry]:
        try:
            return self._functions.get(function, [])
        except TypeError:  # unhashable
            return []

    def _look_up(self) -> None:
        """Resolve the functions of modules that have been imported since the last call.

        No lock is needed: two threads that do this at once store the same entries twice.
        """
        for place, entries in list(self._waiting.items()):
            owner = owner_named(place)
            if owner is None:
                continue
            missing = [entry for entry in entries if not self._resolve(owner, entry)]
            if missing:
                self._waiting[place] = missing
            else:
                self._waiting.pop(place, None)

    def _resolve(self, owner: Any, entry: IndexEntry) -> bool:
        """Return whether `owner` has the function that `entry` names; if so, store the entry under the function."""
        function = attribute_of(owner, entry.key.rpartition(".")[2])
        if function is None:
            return False
        with suppress(Exception):  # unhashable objects cannot be overloaded
            self._functions.setdefault(function, []).append(entry)
        return True
