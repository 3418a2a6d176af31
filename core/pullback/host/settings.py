"""Settings. A keyword overrides the environment, which overrides ``[tool.pullback]``, which overrides the default."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from pullback.errors import PullbackError
from pullback.strong_zero import Policy

__all__ = ["Settings", "load_settings"]

# Parsing a pyproject.toml takes longer than everything else here, so only a file that may have such a table is parsed.
_MENTION = re.compile(r"""\btool["']?\s*(\.\s*["']?pullback|[]=])""")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that can be made outside of a program."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    plugins: str | None = None
    """Which families are enabled: ``"trig,exponential"`` only those, ``"-special"`` all but one, ``""`` only pullback's own."""
    strict: bool = False
    """Whether a broken family raises an error instead of a warning."""
    indeterminate: Policy = "zero"
    """The result of 0 * inf in the chain."""

    def enables(self, family: str, distribution: str) -> bool:
        """Return whether the setting `plugins` enables a family. `arithmetic` is always enabled, because nothing works without it."""
        if family == "arithmetic" and distribution == "pullback":
            return True
        if self.plugins is None:
            return True
        included, excluded = self.named
        if not included and not excluded:
            return distribution == "pullback"
        return family not in excluded and (not included or family in included)

    @property
    def named(self) -> tuple[set[str], set[str]]:
        """The families that `plugins` includes, and those that it excludes."""
        words = [word.strip() for word in (self.plugins or "").split(",") if word.strip()]
        return {word for word in words if not word.startswith("-")}, {
            word[1:].strip() for word in words if word.startswith("-")
        }


def load_settings(**keywords: Any) -> Settings:
    """Return the settings in force; raise `PullbackError` with the source of a setting that is not valid."""
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
    values = {name: os.environ.get(f"PULLBACK_{name.upper()}") for name in (field.name for field in fields(Settings))}
    # An empty PULLBACK_PLUGINS has a meaning. Any other variable that is empty counts as not set.
    present = {name: value for name, value in values.items() if value is not None and (value or name == "plugins")}
    return "the environment", present


def _from_pyproject() -> tuple[str, dict[str, Any]]:
    """Read ``[tool.pullback]`` from the nearest pyproject.toml that has one."""
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

            document = tomllib.loads(text)
        except (OSError, ValueError):
            continue
        table = document.get("tool", {}).get("pullback")
        if isinstance(table, dict):
            return str(path), table
    return "pyproject.toml", {}
