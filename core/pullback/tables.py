"""The lookup tables. The host fills them; dispatch only reads them.

The tables do not depend on the host. On a miss they call their `finder`, which `pullback/__init__.py` connects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from pullback._core import KindsCore

__all__ = [
    "Finder",
    "ForwardTable",
    "Generation",
    "KindTable",
    "NameTable",
    "OverloadTable",
    "changes",
    "connect",
    "highest",
    "kinds",
    "names",
    "overloads",
]


changes = threading.RLock()
"""Held while the tables change, and while a lookup and the caching of its result must see the same tables."""


class Finder(Protocol):
    """The interface for loading families on demand. Each method returns whether repeating the lookup may succeed."""

    def find_overload(self, function: Any) -> bool:
        """Load the families that may overload `function`."""

    def find_name(self, name: str) -> bool:
        """Load the families that may provide the primitive called `name`."""

    def find_kind(self, cls: type) -> bool:
        """Load the families that may provide the value kind of `cls`."""

    def find_container_kind(self, cls: type) -> bool:
        """Load the families that may provide a value kind for `cls`, whose values are containers unless they have one."""

    def find_forward(self, pair: Any, kind: str) -> bool:
        """Load the families that the index lists for the forward of `pair` on values of the kind called `kind`."""

    def find_kind_named(self, name: str) -> bool:
        """Load the families that may provide the value kind called `name`."""

    def absent(self, target: Any) -> str:
        """Return why the families that would provide `target`, a function or a name, do not, or '' if there are none."""


class _Connection:
    finder: Callable[[], Finder]


def connect(finder: Callable[[], Finder]) -> None:
    """Set the finder for misses; `finder` is called for it at each miss."""
    _Connection.finder = staticmethod(finder)


class OverloadTable(dict[Any, Any]):
    """Maps a function that users call to the primitive that overloads it."""

    def find(self, function: Any) -> Any:
        """Return the primitive that overloads `function`, or None."""
        primitive = self.get(function)
        if primitive is None and _Connection.finder().find_overload(function):
            primitive = self.get(function)
        return primitive

    def absent(self, function: Any) -> str:
        """Return why nothing overloads `function` although some family would, or ''."""
        return _Connection.finder().absent(function)


class NameTable(dict[str, Any]):
    """Maps the name of a primitive to the primitive."""

    def find(self, name: str) -> Any:
        """Return the primitive called `name`, or None."""
        primitive = self.get(name)
        if primitive is None and _Connection.finder().find_name(name):
            primitive = self.get(name)
        return primitive

    def absent(self, name: str) -> str:
        """Return why there is no primitive `name` although some family would provide it, or ''."""
        return _Connection.finder().absent(name)


class ForwardTable(dict[tuple[Any, str], Any]):
    """Maps a pair and the name of a kind to the forward that a family registered for them."""

    def find(self, pair: Any, kind: str) -> Any:
        """Return the forward of `pair` for the kind called `kind`, or None."""
        forward = self.get((pair, kind))
        if forward is None and _Connection.finder().find_forward(pair, kind):
            forward = self.get((pair, kind))
        return forward


_UNKNOWN: Any = object()
"""The result of looking up a type that is not in the table. A type that is known to have no kind maps to None."""


class Generation:
    """The caches of results that were derived from the tables since families or kinds were last added or removed.

    A lookup takes the current generation first and stores its result in that one. A change of the tables replaces the generation, so
    that results from the old tables are never used afterwards, whatever other threads do meanwhile.
    """

    __slots__ = ("containers", "functions", "inherited", "number", "opaque", "operators", "rules")

    def __init__(self, number: int = 0):
        self.number = number
        self.inherited: dict[type, Any] = {}
        """Maps a subtype of registered types to its kind, or to None."""
        self.containers: set[type] = set()
        """The types of records and named tuples for which no family provides a kind."""
        self.opaque: tuple[type, ...] | None = None
        """The types with a kind whose values would otherwise be taken apart as containers; None until the first lookup."""
        self.functions: dict[tuple[Any, Any], Any] = {}
        """Maps an answer without a rule, and a kind, to the function that the kind has for it, or to None."""
        self.operators: dict[Any, Any] = {}
        """Maps an operator, once it has been used, to the plan on floats of the pair that overloads it (`pullback.plan`)."""
        self.rules: dict[Any, tuple[Any, ...]] = {}
        """Maps an operator to the rules of its plan in `operators`. The core in Python reads only these."""


class KindTable(KindsCore):
    """Maps the type of a value to its kind. A subtype has the kind of its nearest registered base."""

    def __init__(self) -> None:
        self.generation = Generation()
        self.unused: tuple[Any, ...] = ()
        """The forwards that families provide under names that belong to no pair with forwards."""
        self.brought = ForwardTable()
        """The forwards that families registered for existing pairs."""

    def find(self, cls: type) -> Any:
        """Return the value kind of `cls`, or None."""
        # One lookup per table: between two lookups, another thread may add or remove kinds.
        kind = self.get(cls, _UNKNOWN)
        if kind is _UNKNOWN:
            kind = self.generation.inherited.get(cls, _UNKNOWN)
        if kind is _UNKNOWN:
            _Connection.finder().find_kind(cls)
            inherited = self.generation.inherited
            of_bases = (self.get(base, _UNKNOWN) for base in cls.__mro__)
            kind = inherited[cls] = next((kind for kind in of_bases if kind is not _UNKNOWN), None)
        return kind

    def known(self, cls: type) -> Any:
        """Return the value kind of `cls` if an earlier lookup found it, else None. Nothing is loaded."""
        return self.get(cls) or self.generation.inherited.get(cls)

    def find_container(self, cls: type) -> Any:
        """Return the value kind of `cls`, a type such as a dataclass or a named tuple, or None if its values are containers.

        Most such types are plain containers, so an indexed family is loaded only if the index lists `cls` for it.
        """
        generation = self.generation
        kind = self.known(cls)
        if kind is None and cls not in generation.containers:
            if _Connection.finder().find_container_kind(cls):
                kind = self.find(cls)
            else:
                generation.containers.add(cls)
        return kind

    def named(self, name: str) -> Any:
        """Return the value kind called `name` if it is already loaded, else None."""
        return next((kind for kind in list(self.values()) if kind is not None and kind.name == name), None)

    def find_named(self, name: str) -> Any:
        """Return the value kind called `name`, or None."""
        kind = self.named(name)
        if kind is None and _Connection.finder().find_kind_named(name):
            kind = self.named(name)
        return kind

    def leading(self, types: tuple[type, ...]) -> Any:
        """Return the kind of highest priority among the kinds of `types`, or None if none of them has a kind."""
        return highest([self.find(cls) for cls in types], types)

    def renew(self) -> None:
        """Begin a new generation. The host calls this whenever families or kinds have been added or removed."""
        self.generation = Generation(self.generation.number + 1)
        self.note_generation()


def highest(kinds: list[Any], types: tuple[type, ...]) -> Any:
    """Return the kind of highest priority among `kinds`, the kinds of `types`. Types that their kind promotes do not count."""
    leading = [kind for kind, cls in zip(kinds, types, strict=True) if kind is not None and cls not in kind.promoted]
    return max(leading, key=lambda kind: kind.priority, default=None)


overloads = OverloadTable()
names = NameTable()
kinds = KindTable()
