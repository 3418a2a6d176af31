"""The claims of a family: everything that it provides, in a form that can be compared with the claims of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pullback.errors import UnknownPrimitiveError
from pullback.forwards import ANY_KIND, KindForward, forward_on_kind
from pullback.host.overloads import imported
from pullback.kind import ValueKind
from pullback.primitive import Answer

__all__ = ["Claim", "claims"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a family provides: a name, an overload, a type of value, or the forward of a pair on a kind of value.

    The `key` of an overload is the function if its module is imported, else the string that names it.
    """

    what: str
    key: Any
    dotted: str
    override: bool = False

    def __str__(self) -> str:
        return f"{self.what} {self.dotted}"

    @property
    def alternative(self) -> str:
        """Return what the author of one of two families in conflict can do, other than disable one."""
        if self.what == "values of type":
            return "derive a type of your own"
        return f"say override=True on the {'forward' if self.what == 'the forward' else 'pair'} that should win"


def claims(
    pairs: Iterable[Answer], kinds: Iterable[ValueKind], forwards: Iterable[KindForward] = ()
) -> Iterator[Claim]:
    """Yield the claims of a family with these pairs, value kinds and forwards."""
    for pair in pairs:
        yield Claim("the name", pair.name, pair.name, pair.override)
        # Several names may refer to the same function, and some versions of a library have only one of them.
        seen = set()
        for target in pair.overloads:
            dotted = target.replace(":", ".") if isinstance(target, str) else _dotted(target)
            claim = Claim("the overload", _resolved(target), dotted, pair.override)
            if claim.key not in seen:
                seen.add(claim.key)
                yield claim
        for kind_name in getattr(pair, "forwards", ()):
            if kind_name != ANY_KIND:
                yield _forward(pair.name, kind_name, pair.override)
    for forward in forwards:
        yield _forward(*forward.key, forward.override)
    for kind in kinds:
        for cls in kind.types:
            yield Claim("values of type", cls, _dotted(cls))


def _forward(pair: str, kind: str, override: bool) -> Claim:
    return Claim("the forward", (pair, kind), forward_on_kind(pair, kind), override)


def _resolved(target: Any) -> Any:
    try:
        return (imported(target) or target) if isinstance(target, str) else target
    except UnknownPrimitiveError:
        return target


def _dotted(target: Any) -> str:
    name = getattr(target, "__qualname__", getattr(target, "__name__", repr(target)))
    return f"{getattr(target, '__module__', None) or '?'}.{name}"
