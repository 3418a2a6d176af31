"""Which forward of a pair serves a kind of value: the pair's own, one that a family brought, or that of a kind that it is like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from pullback.tables import kinds

__all__ = ["ANY_KIND", "FLOAT", "KindForward", "forward_of", "forward_on_kind"]

Target: TypeAlias = Callable[..., Any] | str

FLOAT = "float"
"""The name of the kind of Python's floats."""
ANY_KIND = "*"
"""The name that a mapping of forwards gives to the function for the value kinds that it does not name."""


class KindForward(NamedTuple):
    """A forward that a family brings for a pair that exists, of whomever, and a kind of value.

    `pair` is the pair or the name of a registered one, `kind` the kind or its name; `forward` takes the inputs and parameters of the
    pair, and may be named as ``"module:qualname"``. With `override` it goes before one that the pair, or another family, has for the kind.
    """

    pair: Any
    kind: Any
    forward: Target
    override: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The names of pair and kind."""
        return getattr(self.pair, "name", self.pair), getattr(self.kind, "name", self.kind)

    def __str__(self) -> str:
        return forward_on_kind(*self.key)


def forward_on_kind(pair: str, kind: str) -> str:
    """Return how the index, listings and errors name the forward of a pair for a kind: ``sin[symbol]``."""
    return f"{pair}[{kind}]"


def forward_of(pair: Any, kind: Any) -> Any:
    """Return the forward of `pair` for the values of `kind`, or None; it may be the name of a function.

    The kind itself is asked before those that it is `like`, one after the other; ``"*"`` is for those that have none.
    """
    own: Mapping[str, Target] = pair.forwards
    for name, each in _lineage(kind):
        found = kinds.brought.get((pair, name)) or own.get(name)
        if found is None and name != FLOAT:
            found = kinds.brought.find(pair, name)
        if found is None and each is not None:
            found = each.forward(pair)
        if found is not None:
            return found
    return own.get(ANY_KIND)


def _lineage(kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names of `kind` and of those that it is like, and these kinds as far as they are loaded."""
    yield kind.name, kind
    seen, name = {kind.name}, kind.like
    while name and name not in seen:
        kind = kinds.named(name)
        yield name, kind
        seen.add(name)
        name = "" if kind is None else kind.like
