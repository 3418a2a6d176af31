"""Problems and notes about the installed families, one row per finding."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any, Literal

from pullback.cli.messages import one_line
from pullback.errors import PullbackError, UnknownPrimitiveError
from pullback.host.claims import Claim, claims
from pullback.host.family import Family
from pullback.host.host import Host
from pullback.host.index import Index, IndexEntry
from pullback.host.overloads import unreachable
from pullback.primitive import Answer, Composite, resolve

__all__ = ["Finding", "diagnose"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of ``plugins doctor``. A note is not a problem."""

    severity: Literal["problem", "note"]
    what: str
    family: str
    distribution: str
    version: str
    detail: str

    def row(self) -> dict[str, str]:
        """Return the finding as the row that is printed."""
        return asdict(self)


def diagnose(host: Host) -> list[Finding]:
    """Load every enabled family of `host`, and return the findings about them."""
    for family in list(host.families):
        try:
            host.load(family)
        except PullbackError:
            continue  # `strict` is set; the family records the reason
    active = [family for family in host.families if family.status == "active"]
    return [
        *_failed(host),
        *(finding for family in active for finding in _targets(family)),
        *(finding for family in active for finding in _forwards(host, family)),
        *_conflicts(active),
        *_overridden(active),
        *(finding for family in active for finding in _deprecated(host, family)),
        *_index(host),
    ]


def _finding(family: Family, what: str, detail: str, severity: Literal["problem", "note"] = "problem") -> Finding:
    return Finding(severity, what, family.name, family.distribution, family.version, one_line(detail))


def _failed(host: Host) -> Iterator[Finding]:
    for family in host.families:
        if family.status == "failed":
            twins = [other for other in host.families if other.name == family.name]
            what = (
                "duplicate name" if len(twins) > 1 else "conflict" if "both answer for" in family.reason else "failed"
            )
            yield _finding(family, what, family.reason)


# The targets of a pair: its overloads and forwards.


def _references(pair: Answer) -> Iterator[tuple[str, Any]]:
    for target in pair.overloads:
        yield "overload", target
    forwards: dict[str, Any] = getattr(pair, "forwards", {})
    others = (*forwards.values(), getattr(pair, "default", None), getattr(pair, "function", None))
    for target in dict.fromkeys(
        target for target in others if isinstance(target, str) and target not in pair.overloads
    ):
        yield "forward", target


def _targets(family: Family) -> Iterator[Finding]:
    # Our own families name functions of newer versions of Python and NumPy, and which functions dispatch depends on the version, too.
    severity: Literal["note", "problem"] = "note" if family.is_own else "problem"
    absent: dict[str, list[str]] = defaultdict(list)
    for pair in family.pairs:
        for role, target in _references(pair):
            if isinstance(target, str):
                module = target.partition(":")[0]
                if not _installed(module):
                    absent[module.partition(".")[0]].append(pair.name)
                    continue
                try:
                    target = resolve(target)
                except UnknownPrimitiveError as error:
                    yield _finding(family, f"missing {role}", f"{pair.name}: {error}", severity)
                    continue
                except Exception as error:
                    cause = f"importing {module} raised {type(error).__name__}: {error}"
                    yield _finding(family, f"missing {role}", f"{pair.name}: {cause}")
                    continue
            fault = unreachable(target) if role == "overload" else None
            if fault is not None:
                yield _finding(family, "unreachable overload", f"{pair.name}: {fault[0]}; fix: {fault[1]}", severity)
    for module, names in absent.items():
        needed = ", ".join(dict.fromkeys(names))
        yield _finding(family, "not installed", f"{module} is not installed, to which {needed} would answer", "note")


def _forwards(host: Host, family: Family) -> Iterator[Finding]:
    """Find what is wrong with the forwards that a family brings for pairs that exist."""
    for forward in family.forwards:
        pair, kind = forward.key
        if isinstance(host.names.get(pair), Composite):
            yield _finding(
                family, "forward for nobody", f"{forward}: {pair!r} is made of primitives; give forwards for these"
            )
        elif isinstance(forward.pair, str) and pair not in host.names:
            yield _finding(family, "forward for nobody", f"{forward}: no primitive is called {pair!r}")
        if host.kinds.named(kind) is None:
            yield _finding(family, "forward for nobody", f"{forward}: no value kind is called {kind!r}")
        try:
            resolve(forward.forward)
        except UnknownPrimitiveError as error:
            yield _finding(family, "missing forward", f"{forward}: {error}")


def _installed(module: str) -> bool:
    try:
        return module in sys.modules or find_spec(module.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


# Families that answer for the same function.


def _claimed(active: list[Family]) -> dict[Any, list[tuple[Family, Claim]]]:
    """Return the families by what they claim. All targets are imported now, so two strings may turn out to name one function."""
    claimants: dict[Any, list[tuple[Family, Claim]]] = defaultdict(list)
    for family in active:
        for claim in claims(family.pairs, family.kinds, family.forwards):
            if all(other is not family for other, _ in claimants[claim.what, claim.key]):
                claimants[claim.what, claim.key].append((family, claim))
    return claimants


def _conflicts(active: list[Family]) -> Iterator[Finding]:
    for claimants in _claimed(active).values():
        for override in (False, True):
            same = [(family, claim) for family, claim in claimants if claim.override is override]
            for family, claim in same[1:]:
                yield _finding(
                    family, "conflict", f"{same[0][0].label} and {family.label} both answer for {same[0][1]} ({claim})"
                )


def _overridden(active: list[Family]) -> Iterator[Finding]:
    for claimants in _claimed(active).values():
        losers = [family for family, claim in claimants if not claim.override]
        for family, claim in claimants:
            if claim.override and losers:
                yield _finding(family, "override", f"{claim}, which {losers[0].label} answers for as well", "note")


# Deprecated hooks, and the index.


def _deprecated(host: Host, family: Family) -> Iterator[Finding]:
    for hook, advice in host.deprecated_hooks(family).items():
        yield _finding(family, "deprecated hook", f"{hook}: {advice}")


def _index(host: Host) -> Iterator[Finding]:
    for index, reason in host.unread.items():
        yield Finding("problem", "broken index", "", index.distribution, index.version, one_line(reason))
    families = {(family.name, family.distribution): family for family in host.families if family.found is not None}
    entries = defaultdict(list)
    for entry in host.index:
        entries[entry.family, entry.distribution].append(entry)
    for owner, declared in entries.items():
        family = families.get(owner)
        if family is None:
            yield from (_nowhere(host, entry) for entry in declared)
        elif family.status == "active":
            true = set(Index(declared).spoken_of(claims(family.pairs, family.kinds, family.forwards)))
            for entry in declared:
                if entry not in true:
                    detail = f"{entry.key} = {entry.family}, but the family does not answer for {entry.key}"
                    yield _finding(family, "stale index", detail)


def _nowhere(host: Host, entry: IndexEntry) -> Finding:
    version = next((family.version for family in host.families if family.distribution == entry.distribution), "")
    detail = f"{entry.key} = {entry.family}, but this distribution declares no family {entry.family!r}"
    return Finding("problem", "index leads nowhere", "", entry.distribution, version, detail)
