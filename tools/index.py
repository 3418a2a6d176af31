"""Rewrite the index of our families from what they answer for; ``--check`` only compares.

The section ``pullback.index`` of pyproject.toml has a single line, which names the file. The entries that older branches have
there, one line per key, are removed, and so are merge conflict markers within this section.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from pullback.host.indexfile import keys, written

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"
INDEX = ROOT / "plugins" / "pullback_plugins" / "index.txt"
ENTRY = 'index = "pullback_plugins:index.txt"\n'
SECTION = re.compile(r'(\[project\.entry-points\."pullback\.index"\]\n(?:#.*\n)*)((?:[^\n\[#].*\n)*)')


def pyproject() -> str:
    """Return the text that pyproject.toml should have."""
    return SECTION.sub(lambda match: match[1] + ENTRY, PYPROJECT.read_text(encoding="utf-8"))


def families() -> Iterator[tuple[str, ModuleType]]:
    """Yield the names and modules of our families, except the one that a program fills at run time."""
    points = tomllib.loads(pyproject())["project"]["entry-points"]["pullback.families"]
    for name, value in points.items():
        module, _, attribute = value.partition(":")
        if not attribute:
            yield name, import_module(module)


def entries() -> Iterator[tuple[str, str]]:
    """Yield every key of the index and the family that answers for it."""
    for name, module in families():
        kinds = getattr(module, "pullback_register_value_kinds", list)()
        yield from ((key, name) for key in keys(module.pullback_register_primitives(), kinds))


def main(*arguments: str) -> int:
    """Rewrite the files that are out of date; with ``--check``, return 1 instead."""
    texts = {PYPROJECT: pyproject(), INDEX: written(entries())}
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8", "replace") != text]
    if "--check" in arguments:
        return int(bool(stale))
    for path in stale:
        path.write_text(texts[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
