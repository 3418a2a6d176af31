"""Rewrites the section ``pullback.index`` of pyproject.toml from what our families answer for; ``--check`` only compares."""

from __future__ import annotations

import operator
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
SECTION = re.compile(r'(\[project\.entry-points\."pullback\.index"\]\n(?:#.*\n)*)((?:".*\n)*)')


def families() -> Iterator[ModuleType]:
    """Yield the modules of our families; the one that a program fills at run time starts empty."""
    points = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]["pullback.families"]
    for value in points.values():
        module, _, attribute = value.partition(":")
        if not attribute:
            yield import_module(module)


def dotted(target: Any) -> str:
    """Return the public name of an overload."""
    if isinstance(target, str):
        return target.replace(":", ".")
    if isinstance(target, type) or getattr(target, "__module__", "") != "_operator":
        return f"{target.__module__}.{target.__qualname__}"
    (name,) = [name for name in operator.__all__ if getattr(operator, name) is target]
    return f"operator.{name}"


def entries() -> dict[str, str]:
    """Return what each key of the index leads to."""
    found = {}
    for module in families():
        names = {id(value): name for name, value in vars(module).items()}
        things = [(key, pair) for pair in module.pullback_register_primitives() for key in keys(pair)]
        for kind in getattr(module, "pullback_register_value_kinds", list)():
            things += [(f"{cls.__module__}.{cls.__qualname__}", kind) for cls in kind.types]
        for key, thing in things:
            attribute = names.get(id(thing))
            found[key] = f"{module.__name__}:{attribute}" if attribute else module.__name__
    return found


def keys(pair: Any) -> list[str]:
    """Return what a pair is looked up by."""
    return [pair.name, *map(dotted, pair.overloads)]


def main(*arguments: str) -> int:
    """Rewrite the section, or return 1 when it is not what it should be."""
    text = PYPROJECT.read_text(encoding="utf-8")
    lines = "".join(f'"{key}" = "{value}"\n' for key, value in sorted(entries().items()))
    rewritten = SECTION.sub(lambda match: match[1] + lines, text)
    if "--check" in arguments:
        return int(rewritten != text)
    PYPROJECT.write_text(rewritten, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
