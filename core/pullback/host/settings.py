"""Settings: a keyword wins over the environment, that over ``[tool.pullback]``, that over the default."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from pullback.errors import PullbackError
from pullback.product import Policy

__all__ = ["Settings", "load_settings"]

# To parse a pyproject.toml takes longer than the rest: only one that may have such a table is, not all that depend on pullback.
_MENTION = re.compile(r"""\btool["']?\s*(\.\s*["']?pullback|[]=])""")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside a program."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    plugins: str | None = None
    """Which families are enabled: ``"trig,exponential"`` only those, ``"-special"`` all but one, ``""`` only pullback's own."""
    strict: bool = False
    """Whether a broken family raises instead of warning."""
    indeterminate: Policy = "zero"
    """What 0 * inf is in the chain."""

    def enables(self, family: str, distribution: str) -> bool:
        """Return whether the setting `plugins` lets a family in. `arithmetic` is always in: nothing works without it."""
        if family == "arithmetic" and distribution == "pullback":
            return True
        if self.plugins is None:
            return True
        wanted, unwanted = self.named
        if not wanted and not unwanted:
            return distribution == "pullback"
        return family not in unwanted and (not wanted or family in wanted)

    @property
    def named(self) -> tuple[set[str], set[str]]:
        """The families that `plugins` asks for, and those that it excludes."""
        words = [word.strip() for word in (self.plugins or "").split(",") if word.strip()]
        return {word for word in words if not word.startswith("-")}, {
            word[1:].strip() for word in words if word.startswith("-")
        }


def load_settings(**keywords: Any) -> Settings:
    """Return the settings in force here; raise `PullbackError` that names the source of a bad one."""
    layers = [
        _from_pyproject(),
        _from_environment(),
        ("a keyword", {k: v for k, v in keywords.items() if v is not None}),
    ]
    merged: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, values in layers:
        for name, value in values.items():
            merged[name] = value
            sources[name] = source
    return _validated(merged, sources) if merged else Settings()


def _validated(values: dict[str, Any], sources: dict[str, str]) -> Settings:
    import pydantic

    try:
        return pydantic.TypeAdapter(Settings).validate_python(values)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise PullbackError(
            f"setting {name!r} from {sources.get(name, '?')}: {first['msg']}, not {first['input']!r}"
        ) from None


def _from_environment() -> tuple[str, dict[str, Any]]:
    found = {name: os.environ.get(f"PULLBACK_{name.upper()}") for name in (field.name for field in fields(Settings))}
    # An empty PULLBACK_PLUGINS means something; an empty anything else means that it is not set.
    kept = {name: value for name, value in found.items() if value is not None and (value or name == "plugins")}
    return "the environment", kept


def _from_pyproject() -> tuple[str, dict[str, Any]]:
    """Read ``[tool.pullback]`` of the nearest pyproject.toml that has one."""
    try:
        here = Path.cwd()
    except OSError:
        return "pyproject.toml", {}
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        try:
            text = path.read_text(encoding="utf-8")
            if "pullback" not in text or not _MENTION.search(text):
                continue
            import tomllib

            table = tomllib.loads(text)
        except (OSError, ValueError):
            continue
        found = table.get("tool", {}).get("pullback")
        if isinstance(found, dict):
            return str(path), found
    return "pyproject.toml", {}
