"""Look up the forward of a pair for a kind: the pair's own, one that a family registered, or that of the kind that it is `like`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from pullback.tables import kinds

__all__ = ["ANY_KIND", "FLOAT", "KindForward", "forward_of", "forward_on_kind"]

Target: TypeAlias = Callable[..., Any] | str

FLOAT = "float"
"""The name of the kind of Python's floats."""
ANY_KIND = "*"
"""The key, in a mapping of forwards, of the function for all kinds that the mapping does not name."""


class KindForward(NamedTuple):
    """A forward for an existing pair and a kind of value, from a family that need not own either.

    `pair` is the pair or the name of a registered one, `kind` the kind or its name. `forward` takes the inputs and parameters of the
    pair; it may be a string ``"module:qualname"``. With `override` it replaces a forward that the pair or another family has for the kind.
    """

    pair: Any
    kind: Any
    forward: Target
    override: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The name of the pair and the name of the kind."""
        return getattr(self.pair, "name", self.pair), getattr(self.kind, "name", self.kind)

    def __str__(self) -> str:
        return forward_on_kind(*self.key)


def forward_on_kind(pair: str, kind: str) -> str:
    """Return the name of the forward of a pair for a kind in the index, listings and errors, such as ``sin[symbol]``."""
    return f"{pair}[{kind}]"


def forward_of(pair: Any, kind: Any) -> Any:
    """Return the forward of `pair` for the values of `kind`, a function or the name of one, or None.

    The lookup tries `kind`, then the kind that it is `like`, and so on, and at last the pair's forward for all kinds, ``"*"``.
    """
    own: Mapping[str, Target] = pair.forwards
    for name, candidate in _lineage(kind):
        forward = kinds.brought.get((pair, name)) or own.get(name)
        if forward is None and name != FLOAT:
            forward = kinds.brought.find(pair, name)
        if forward is None and candidate is not None:
            forward = candidate.forward(pair)
        if forward is not None:
            return forward
    return own.get(ANY_KIND)


def _lineage(kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name of `kind` and of each kind that it is `like` in turn, with the kind itself if it is loaded, else None."""
    yield kind.name, kind
    seen, name = {kind.name}, kind.like
    while name and name not in seen:
        kind = kinds.named(name)
        yield name, kind
        seen.add(name)
        name = "" if kind is None else kind.like
