"""The lookup tables: the host fills them, dispatch only reads them.

The tables know nothing of the host. On a miss they ask their `finder`, which `pullback/__init__.py` connects.
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
"""Held while it changes who answers for what, and while somebody looks that up and writes down what follows from it."""


class Finder(Protocol):
    """Who loads families on demand; each method returns whether asking again is worth it."""

    def find_overload(self, function: Any) -> bool:
        """Load what may answer for `function`."""

    def find_name(self, name: str) -> bool:
        """Load what may bring the primitive called `name`."""

    def find_kind(self, cls: type) -> bool:
        """Load what may bring the value kind of `cls`."""

    def find_forward(self, pair: Any, kind: str) -> bool:
        """Load what the index names for the forward of `pair` on values of the kind called `kind`."""

    def find_kind_named(self, name: str) -> bool:
        """Load what may bring the value kind called `name`."""

    def absent(self, wanted: Any) -> str:
        """Return why the families that would answer for `wanted`, a function or a name, do not, '' where there are none."""


class _Connection:
    finder: Callable[[], Finder]


def connect(finder: Callable[[], Finder]) -> None:
    """Say where misses are answered; `finder` is called at the first miss."""
    _Connection.finder = staticmethod(finder)


class OverloadTable(dict[Any, Any]):
    """From a function that users know to the primitive that answers for it."""

    def find(self, function: Any) -> Any:
        """Return what answers for `function`, or None."""
        found = self.get(function)
        if found is None and _Connection.finder().find_overload(function):
            found = self.get(function)
        return found

    def absent(self, function: Any) -> str:
        """Return why nothing answers for `function` although some family would, or ''."""
        return _Connection.finder().absent(function)


class NameTable(dict[str, Any]):
    """From the name of a primitive to the primitive."""

    def find(self, name: str) -> Any:
        """Return the primitive called `name`, or None."""
        found = self.get(name)
        if found is None and _Connection.finder().find_name(name):
            found = self.get(name)
        return found

    def absent(self, name: str) -> str:
        """Return why there is no primitive `name` although some family would bring it, or ''."""
        return _Connection.finder().absent(name)


class ForwardTable(dict[tuple[Any, str], Any]):
    """From a pair and the name of a kind to the forward that a family brought for these."""

    def find(self, pair: Any, kind: str) -> Any:
        """Return the forward of `pair` for the kind called `kind`, or None."""
        found = self.get((pair, kind))
        if found is None and _Connection.finder().find_forward(pair, kind):
            found = self.get((pair, kind))
        return found


_UNKNOWN: Any = object()
"""Stands for the kind of a type of which the table says nothing; it says None of one that has no kind."""


class Generation:
    """What was concluded from the tables since families or kinds last came or went.

    Whoever looks something up takes the generation first and notes what follows in that one. A change of the tables puts a new generation
    in its place, so nothing that was concluded from the tables before is seen afterwards, whatever other threads were doing.
    """

    __slots__ = ("functions", "inherited", "number", "operators", "rules")

    def __init__(self, number: int = 0):
        self.number = number
        self.inherited: dict[type, Any] = {}
        """The kinds of subtypes of registered types, None included."""
        self.functions: dict[tuple[Any, Any], Any] = {}
        """From an answer without a rule, and a kind, to what the kind has in the place of its function, None included."""
        self.operators: dict[Any, Any] = {}
        """From an operator to the plan on floats of the pair that answers for it (`pullback.plan`), once it has been used."""
        self.rules: dict[Any, tuple[Any, ...]] = {}
        """The rules of these plans, which is all that the core in Python looks up."""


class KindTable(KindsCore):
    """From the type of a value to its kind; subtypes are of the kind of their nearest registered base."""

    def __init__(self) -> None:
        self.generation = Generation()
        self.brought = ForwardTable()
        """The forwards that families brought for pairs that exist."""

    def find(self, cls: type) -> Any:
        """Return the value kind of `cls`, or None."""
        # Each is asked once: between two questions, another thread may let kinds come or go.
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
        """Return the value kind of `cls` as far as it has been found already, or None: nothing is loaded."""
        return self.get(cls) or self.generation.inherited.get(cls)

    def named(self, name: str) -> Any:
        """Return the value kind called `name` as far as it has been loaded already, or None."""
        return next((kind for kind in list(self.values()) if kind is not None and kind.name == name), None)

    def find_named(self, name: str) -> Any:
        """Return the value kind called `name`, or None."""
        kind = self.named(name)
        if kind is None and _Connection.finder().find_kind_named(name):
            kind = self.named(name)
        return kind

    def leading(self, types: tuple[type, ...]) -> Any:
        """Return the kind of highest priority among values of `types`, or None when none of them has a kind."""
        return highest([self.find(cls) for cls in types], types)

    def renew(self) -> None:
        """Begin a new generation; the host calls this whenever families or kinds have come or gone."""
        self.generation = Generation(self.generation.number + 1)
        self.note_generation()


def highest(kinds: list[Any], types: tuple[type, ...]) -> Any:
    """Return the kind of highest priority among `kinds`, those of values of `types`; what is promoted in a variable does not count."""
    leading = [kind for kind, cls in zip(kinds, types, strict=True) if kind is not None and cls not in kind.promoted]
    return max(leading, key=lambda kind: kind.priority, default=None)


overloads = OverloadTable()
names = NameTable()
kinds = KindTable()
