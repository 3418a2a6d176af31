"""The lookup tables: the host fills them, dispatch only reads them.

The tables know nothing of the host. On a miss they ask their `finder`, which `pullback/__init__.py` connects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from pullback._core import KindsCore, Natives

__all__ = [
    "Finder",
    "ForwardTable",
    "KindTable",
    "NameTable",
    "OverloadTable",
    "changes",
    "connect",
    "float_rules",
    "kinds",
    "names",
    "natives",
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

    def __init__(self) -> None:
        self.concluded: dict[tuple[Any, Any], Any] = {}
        """What was concluded for answers without a rule and kinds, None included."""

    def find(self, pair: Any, kind: str) -> Any:
        """Return the forward of `pair` for the kind called `kind`, or None."""
        found = self.get((pair, kind))
        if found is None and _Connection.finder().find_forward(pair, kind):
            found = self.get((pair, kind))
        return found


_UNKNOWN: Any = object()
"""Stands for the kind of a type of which the table says nothing; it says None of one that has no kind."""


class KindTable(KindsCore):
    """From the type of a value to its kind; subtypes are of the kind of their nearest registered base."""

    def __init__(self) -> None:
        self.inherited: dict[type, Any] = {}
        """What was concluded for subtypes, None included."""
        self._leading: dict[tuple[type, ...], Any] = {}
        self.forwards: dict[Any, Any] = {}
        """What pairs found out of their forwards: it goes when the kinds change."""
        self.brought = ForwardTable()
        """The forwards that families brought for pairs that exist."""

    def find(self, cls: type) -> Any:
        """Return the value kind of `cls`, or None."""
        # Each is asked once: between two questions, another thread may let kinds come or go.
        found = self.get(cls, _UNKNOWN)
        if found is _UNKNOWN:
            found = self.inherited.get(cls, _UNKNOWN)
        if found is _UNKNOWN:
            _Connection.finder().find_kind(cls)
            # Kinds that come or go meanwhile put another memory in the place of this one, which may be stale.
            inherited = self.inherited
            of_bases = (self.get(base, _UNKNOWN) for base in cls.__mro__)
            found = inherited[cls] = next((kind for kind in of_bases if kind is not _UNKNOWN), None)
        return found

    def known(self, cls: type) -> Any:
        """Return the value kind of `cls` as far as it has been found already, or None: nothing is loaded."""
        return self.get(cls) or self.inherited.get(cls)

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
        try:
            return self._leading[types]
        except KeyError:
            leading = self._leading
            found = [kind for cls in types if (kind := self.find(cls)) is not None and cls not in kind.promoted]
            leading[types] = kind = max(found, key=lambda kind: kind.priority) if found else None
            return kind

    def forget_inherited(self) -> None:
        """Drop what was concluded for subtypes and from forwards; the host calls this whenever families come or go."""
        self.inherited = {}
        self._leading = {}
        self.forwards = {}
        self.brought.concluded = {}


overloads = OverloadTable()
float_rules: dict[Any, Any] = {}
"""For the fast path of the operators: from an overload to the forward on floats and the partial derivatives of its pair.
Dispatch fills it when a pair was first used; the host clears it whenever families come or go."""
natives = Natives()
"""For the operators of the compiled core, filled and cleared with `float_rules`: from an operator to a native function."""
names = NameTable()
kinds = KindTable()
