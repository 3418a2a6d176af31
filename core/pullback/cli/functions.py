"""The functions of an expression: registered primitives by name, with the signatures that a user expects."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from pullback.cli.messages import InputError, did_you_mean
from pullback.host.default import default_host
from pullback.tables import names
from pullback.tracked import plain

__all__ = ["function_names", "known_function"]

_SYNONYMS = {
    "absolute": "abs",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
}
"""NumPy's names of functions that `math` has by another name."""


def known_function(name: str) -> Callable[..., Any]:
    """Return the function that an expression calls `name`; raise `InputError` if there is none."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special
    pair = names.find(_SYNONYMS.get(name, name))
    if pair is None:
        if absent := names.absent(_SYNONYMS.get(name, name)):
            raise InputError(f"no primitive is called {name!r}: {absent}")
        raise InputError(
            f"no primitive is called {name!r}{did_you_mean(name, function_names())} (see pullback plugins list)"
        )
    return pair  # type: ignore[no-any-return]


def function_names() -> set[str]:
    """Return the names that an expression may call, as far as they are known without importing a family."""
    host = default_host()
    indexed = {name for family in host.families if family.status == "lazy" for name in host.indexed(family)}
    return {*names, *indexed, *_SPECIAL, *_SYNONYMS}


def _registered(name: str) -> Callable[..., Any]:
    pair = names.find(name)
    if pair is None:
        raise InputError(f"no enabled family brings {name!r}")
    return pair  # type: ignore[no-any-return]


def _extreme(name: str, choose: Callable[..., Any]) -> Callable[..., Any]:
    """Return `max` or `min` of numbers, or of one list of them; ties share the gradient evenly."""
    pair = {"max": "maximum", "min": "minimum"}[name]

    def extreme(*args: Any) -> Any:
        numbers = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
        if not numbers or (len(args) == 1 and numbers is args):
            raise TypeError(f"{name} takes two numbers or more, or a list")
        values = [plain(number) for number in numbers]
        best = choose(values)
        ties = [number for number, value in zip(numbers, values, strict=True) if value == best]
        if len(ties) < 3 or any(value != value for value in values) or best - best != 0:
            return reduce(_registered(pair), numbers)
        # Reducing two at a time would give the last of three ties 1/2, and the first 1/4.
        return best + sum(tie - best for tie in ties) / len(ties)

    return extreme


def _round(x: Any, ndigits: Any = None) -> Any:
    if ndigits is not None and not isinstance(ndigits, int):
        raise TypeError("round takes a whole number of digits")
    return _registered("round")(x, ndigits=ndigits)


_SPECIAL: dict[str, Callable[..., Any]] = {
    "max": _extreme("max", max),
    "min": _extreme("min", min),
    "round": _round,
}
