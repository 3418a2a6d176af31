"""``pullback plugins show``: everything known about one family or one primitive."""

from __future__ import annotations

import inspect
from typing import Any

from pullback.cli.messages import InputError, did_you_mean, one_line
from pullback.host.family import Family
from pullback.host.host import Host
from pullback.primitive import Answer, Composite, Nondifferentiable
from pullback.tables import kinds, names

__all__ = ["families_called", "family_rows", "primitive_rows", "unknown"]


def families_called(host: Host, name: str) -> list[Family]:
    """Return the families of this name, after trying to load them."""
    families = [family for family in host.families if family.name == name]
    for family in families:
        host.load(family)
    return families


def unknown(host: Host, name: str) -> InputError:
    """Return the error for a name that no family and no primitive has."""
    known = {*names, *(family.name for family in host.families)}
    return InputError(f"neither a family nor a primitive is called {name!r}{did_you_mean(name, known)}")


def family_rows(host: Host, family: Family) -> list[list[str]]:
    """Return the rows about a family, as labels and texts."""
    rows = [
        ["family", family.name],
        ["status", family.status],
        ["reason", family.reason],
        ["distribution", family.distribution],
        ["version", family.version],
        ["module", family.found.module if family.found else ""],
        ["value kinds", ", ".join(kind.name for kind in family.kinds)],
        ["doc", _doc(family.plugin)],
    ]
    rows += [["primitive", f"{pair.name}: {_rule(pair)}; {_overloads(pair)}"] for pair in family.pairs]
    rows += [["forward", f"{forward}: {_dotted(forward.forward)}"] for forward in family.forwards]
    if not family.pairs and not family.forwards:
        rows.append(["primitives", ", ".join(host.indexed(family))])
    return _filled(rows)


def primitive_rows(host: Host, pair: Answer) -> list[list[str]]:
    """Return the rows about a primitive, as labels and texts."""
    family = next((owner for owner in host.families if any(pair is other for other in owner.pairs)), None)
    points: dict[Any, Any] = getattr(pair, "points", {})
    rows = [
        ["primitive", pair.name],
        ["family", family.name if family else ""],
        ["distribution", (family.distribution if family else pair.distribution) or ""],
        ["version", family.version if family else ""],
        ["rule", _rule(pair)],
        ["overloads", _overloads(pair)],
        ["override", "yes" if pair.override else ""],
        ["kinds", ", ".join(_kinds(pair))],
        *(["point", f"{_at(point)}: {slope!r}"] for point, slope in points.items()),
        ["doc", _doc(pair)],
    ]
    return _filled(rows)


def _filled(rows: list[list[str]]) -> list[list[str]]:
    return [[label, one_line(text)] for label, text in rows if text]


def _doc(thing: Any) -> str:
    return "" if thing is None or thing.__doc__ is None else inspect.cleandoc(thing.__doc__).partition("\n\n")[0]


def _at(point: Any) -> str:
    return f"at {', '.join(map(repr, point)) if isinstance(point, tuple) else repr(point)}"


def _rule(pair: Answer) -> str:
    if isinstance(pair, Nondifferentiable):
        return "not differentiable information"
    if isinstance(pair, Composite):
        return "composite of primitives"
    rules = [name for name in ("derivative", "backward", "pushforward") if getattr(pair, name, None) is not None]
    elementwise = "elementwise, by its " if "derivative" in rules else ""
    return elementwise + " and ".join(rules)


def _overloads(pair: Answer) -> str:
    return ", ".join(map(_dotted, pair.overloads)) or "no overloads"


def _kinds(pair: Answer) -> list[str]:
    """Return the kinds of value for which `pair` has a forward of its own, and those for which a family has brought one."""
    return [*getattr(pair, "forwards", ()), *(kind for other, kind in list(kinds.brought) if other is pair)]


def _dotted(target: Any) -> str:
    if isinstance(target, str):
        return target.replace(":", ".")
    module = {"_operator": "operator"}.get(getattr(target, "__module__", ""), getattr(target, "__module__", ""))
    return f"{module}.{getattr(target, '__qualname__', target)}"
