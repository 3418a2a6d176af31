"""The index of `pyproject.toml` names everything that our families answer for, and nothing else.

`tests/core/host/test_entrypoints.py` asks the installed metadata the same; this asks the source, so that a forgotten entry fails in
an editable install too, whose metadata may be old.
"""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
FAMILIES: dict[str, str] = GROUPS["pullback.families"]
INDEX: dict[str, str] = GROUPS["pullback.index"]
NOT_INDEXED = {"user"}  # starts empty, and is filled at run time
MODULES = {name: value.partition(":")[0] for name, value in FAMILIES.items() if name not in NOT_INDEXED}


def _key(target: Any) -> str:
    if isinstance(target, str):
        return target.replace(":", ".")
    if target in vars(operator).values():
        return f"operator.{target.__name__.strip('_')}"
    return f"{target.__module__}.{target.__qualname__}"


def answers(module: Any) -> Iterator[tuple[str, Any]]:
    """Everything that a family answers for, and what answers."""
    for pair in module.pullback_register_primitives():
        yield pair.name, pair
        for target in pair.overloads:
            yield _key(target), pair
    if hasattr(module, "pullback_register_value_kinds"):
        for kind in module.pullback_register_value_kinds():
            for cls in kind.types:
                yield f"{cls.__module__}.{cls.__qualname__}", kind


def test_every_family_of_ours_is_declared() -> None:
    declared = {value.partition(":")[0] for value in FAMILIES.values()}
    folder = ROOT / "plugins" / "pullback_plugins"
    families = {
        ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in folder.rglob("*.py")
        if "def pullback_register_primitives" in path.read_text(encoding="utf-8")
    }
    assert families == declared


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_family_is_indexed_as_a_whole(name: str) -> None:
    module = import_module(MODULES[name])
    wanted = list(answers(module))
    missing = [key for key, _ in wanted if key not in INDEX]
    assert not missing, f"add to pullback.index in pyproject.toml: {missing}"
    for key, thing in wanted:
        place, _, attribute = INDEX[key].partition(":")
        assert place == module.__name__, key
        assert not attribute or getattr(module, attribute) is thing, key


@pytest.mark.parametrize("place", sorted({value.partition(":")[0] for value in INDEX.values()}))
def test_the_index_names_nothing_that_does_not_exist(place: str) -> None:
    assert place in MODULES.values(), f"{place} is no family of ours"
    known = {key for key, _ in answers(import_module(place))}
    named = {key for key, value in INDEX.items() if value.partition(":")[0] == place}
    assert named <= known


def test_the_installed_index_is_that_of_the_source() -> None:
    for group, wanted in GROUPS.items():
        found = {point.name: point.value for point in distribution("pullback").entry_points if point.group == group}
        assert found == wanted, f"{group}: install pullback again, its metadata is old"
