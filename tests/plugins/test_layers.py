"""Who may import whom among the families, and that nobody imports in a circle, core included."""

from __future__ import annotations

import pytest

from ..imports import CORE, KNOWN, PLUGINS, cycles, graph, imports, is_in, modules

FAMILIES = modules(PLUGINS)
IMPORTS = [each for name, path in FAMILIES.items() for each in imports(name, path)]

ROOMS = [
    "pullback_plugins.arithmetic",
    "pullback_plugins.numpy.dtypes",
    "pullback_plugins.numpy.native",
    "pullback_plugins.numpy.forwards",
    "pullback_plugins.numpy.array",
    "pullback_plugins.numpy.rules",
    "pullback_plugins.numpy.linalg",
    "pullback_plugins.numpy.families",
    "pullback_plugins.array_api",
    "pullback_plugins.scipy",
]
"""From the bottom up: each room of NumPy, and each that stands on it, may import those before it, and its own modules."""


def room(module: str) -> int | None:
    """Return the number of the room that `module` belongs to, None for the packages above them and the families of scalars."""
    return next((number for number, package in enumerate(ROOMS) if is_in(module, package)), None)


def test_there_is_something_to_check() -> None:
    assert len(IMPORTS) > 300
    assert all(any(is_in(name, package) for name in FAMILIES) for package in ROOMS)
    assert any(each.deferred for each in IMPORTS)  # those of the standard library and of SciPy


def test_every_module_of_numpy_is_in_a_room() -> None:
    outside = {name for name in FAMILIES if is_in(name, "pullback_plugins.numpy") and room(name) is None}
    assert outside == {"pullback_plugins.numpy"}


@pytest.mark.parametrize("sources", [modules(CORE), FAMILIES, KNOWN], ids=["core", "families", "both"])
def test_nobody_imports_in_a_circle(sources: dict[str, object]) -> None:
    """Imports inside functions and under TYPE_CHECKING count, and so do the functions that pairs name in strings."""
    found = cycles(graph({name: KNOWN[name] for name in sources}))
    assert not found, "\n".join(" imports ".join(cycle) for cycle in found)


def test_families_import_one_another_at_the_top() -> None:
    wrong = "\n".join(
        f"{each.importer}:{each.line} imports {each.target} inside a function or under TYPE_CHECKING"
        for each in IMPORTS
        if each.deferred and is_in(each.target, "pullback_plugins")
    )
    assert not wrong, wrong


def test_no_room_imports_from_one_above_it() -> None:
    wrong = [
        f"{each.importer}:{each.line} imports {each.target}"
        for each in IMPORTS
        if (here := room(each.importer)) is not None and (there := room(each.target)) is not None and there > here
    ]
    assert not wrong, "\n".join(wrong)


def test_the_families_of_scalars_import_no_arrays() -> None:
    wrong = [
        f"{each.importer}:{each.line} imports {each.target}"
        for each in IMPORTS
        if room(each.importer) in (None, 0) and (room(each.target) or 0) > 0
    ]
    assert not wrong, "\n".join(wrong)
