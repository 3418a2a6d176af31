"""Who may import whom: read off the sources, imports inside of functions included."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

import pullback.extend

from ..imports import CORE, KNOWN, PLUGINS, Import, imports, is_in, modules

ORDER = [
    "pullback.errors",
    "pullback.location",
    "pullback.tracked",
    "pullback._nodes",
    "pullback.signatures",
    "pullback._pure",
    "pullback._compiled",
    "pullback._core",
    "pullback.tables",
    "pullback.forwards",
    "pullback.slow_core",
    "pullback.strong_zero",
    "pullback.kind",
    "pullback.residuals",
    "pullback.plan",
    "pullback.primitive",
    "pullback.decorators",
    "pullback.chain.outputs",
    "pullback.chain.rules",
    "pullback.chain.tape",
    "pullback.chain.transpose",
    "pullback.chain.sweep",
    "pullback.chain.recorder",
    "pullback.chain.graph",
    "pullback.dispatch",
    "pullback.object_methods",
    "pullback.variable",
    "pullback.runtime",
    "pullback.transforms",
    "pullback.extend",
    "pullback.host",
    "pullback.testing",
    "pullback.cli",
]
"""From the bottom up: each layer may import those before it, and its own modules."""

WITHIN_TRANSFORMS = [
    "pullback.transforms.signatures",
    "pullback.transforms.records",
    "pullback.transforms.structure",
    "pullback.transforms.memory",
    "pullback.transforms.arguments",
    "pullback.transforms.transformed",
    "pullback.transforms.constants",
    "pullback.transforms.linearize",
    "pullback.transforms.forward",
    "pullback.transforms.reverse",
    "pullback.transforms.jacobian",
    "pullback.transforms.checkpoint",
]

CORE_IMPORTS = [found for name, path in modules(CORE).items() for found in imports(name, path)]
PLUGIN_IMPORTS = [found for name, path in modules(PLUGINS).items() for found in imports(name, path)]


def layer(module: str) -> int:
    """Return the number of the layer that `module` belongs to."""
    found = [number for number, package in enumerate(ORDER) if is_in(module, package)]
    assert len(found) == 1, f"{module} belongs to no layer"
    return found[0]


def forbid(found: Iterable[Import]) -> None:
    wrong = "\n".join(f"{each.importer}:{each.line} imports {each.target} {' '.join(each.names)}" for each in found)
    assert not wrong, wrong


def test_there_is_something_to_check() -> None:
    assert len(CORE_IMPORTS) > 50
    assert len(PLUGIN_IMPORTS) > 5
    assert any(each.importer == "pullback" for each in CORE_IMPORTS)
    assert any(each.target == "optree" for each in CORE_IMPORTS)


@pytest.mark.parametrize("name", sorted(modules(CORE)))
def test_nothing_imports_upward(name: str) -> None:
    if name in ("pullback", "pullback.math", "pullback.chain"):
        return
    forbid(
        each
        for each in CORE_IMPORTS
        if each.importer == name
        and is_in(each.target, "pullback")
        and not (each.target == "pullback" and is_in(name, "pullback.cli"))
        and (each.target == "pullback" or layer(each.target) > layer(name))
    )


def test_transforms_stand_on_one_another_in_order() -> None:
    place = {name: number for number, name in enumerate(WITHIN_TRANSFORMS)}
    assert {name for name in modules(CORE) if name.startswith("pullback.transforms.")} == set(place)
    forbid(
        each
        for each in CORE_IMPORTS
        if each.importer in place and each.target in place and place[each.target] >= place[each.importer]
    )


def test_the_facade_of_math_stands_on_few_modules() -> None:
    allowed = {"pullback.errors", "pullback.location", "pullback.tables", "pullback.tracked"}
    forbid(
        each
        for each in CORE_IMPORTS
        if each.importer == "pullback.math" and is_in(each.target, "pullback") and each.target not in allowed
    )


def test_nobody_but_the_top_imports_the_facade_or_the_whole() -> None:
    forbid(
        each
        for each in CORE_IMPORTS
        if each.importer != "pullback"
        and not is_in(each.importer, "pullback.cli")
        and each.target in ("pullback", "pullback.math")
    )


def test_only_the_top_connects_tables_and_host() -> None:
    forbid(
        each
        for each in CORE_IMPORTS
        if is_in(each.target, "pullback.host")
        and each.importer != "pullback"
        and not any(is_in(each.importer, package) for package in ("pullback.host", "pullback.testing", "pullback.cli"))
    )


@pytest.mark.parametrize("package", ["pullback_plugins", "numpy", "scipy", "jax", "torch"])
def test_the_core_knows_no_family_and_no_array_library(package: str) -> None:
    forbid(each for each in CORE_IMPORTS if is_in(each.target, package))


@pytest.mark.parametrize(
    ("package", "owners"),
    [
        ("pluggy", ("pullback.host",)),
        ("pydantic", ("pullback.host",)),
        ("pydantic_core", ("pullback.host",)),
        ("importlib.metadata", ("pullback.host",)),
        ("optree", ("pullback.transforms.structure",)),
        ("click", ("pullback.cli",)),
        ("rich", ("pullback.cli",)),
        ("matplotlib", ("pullback.cli",)),
    ],
)
def test_third_parties_come_in_by_one_door(package: str, owners: tuple[str, ...]) -> None:
    forbid(
        each
        for each in CORE_IMPORTS
        if is_in(each.target, package) and not any(is_in(each.importer, owner) for owner in owners)
    )


def test_the_rest_comes_from_the_standard_library() -> None:
    import sys

    known = {
        *sys.stdlib_module_names,
        "pullback",
        "pluggy",
        "pydantic",
        "pydantic_core",
        "optree",
        "click",
        "rich",
        "matplotlib",
    }
    forbid(each for each in CORE_IMPORTS if each.target.partition(".")[0] not in known)


def _private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_families_import_no_private_names() -> None:
    forbid(
        each
        for each in PLUGIN_IMPORTS
        if each.target.partition(".")[0] in ("pullback", "pullback_plugins")
        and (any(map(_private, each.names)) or any(map(_private, each.target.split("."))))
    )


def test_families_reach_for_no_private_attribute_of_each_other() -> None:
    wrong = []
    for name, path in modules(PLUGINS).items():
        tree = ast.parse(path.read_text("utf-8"))
        aliases = {
            alias.asname or alias.name.rpartition(".")[2]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if f"{getattr(node, 'module', '')}.{alias.name}".lstrip(".") in KNOWN or alias.name in KNOWN
        }
        wrong += [
            f"{name}:{node.lineno} {node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in aliases
            and _private(node.attr)
        ]
    assert not wrong, "\n".join(wrong)


def test_families_go_through_the_public_door() -> None:
    """A family imports the package, its variable and kinds, or another family: neither the chain nor the host."""
    closed = (
        "pullback.chain",
        "pullback.host",
        "pullback.tables",
        "pullback.forwards",
        "pullback.slow_core",
        "pullback.transforms",
        "pullback.cli",
        "pullback.testing",
    )
    forbid(each for each in PLUGIN_IMPORTS if any(is_in(each.target, package) for package in closed))


def test_families_import_from_two_doors_alone() -> None:
    """Ours have no other entrance than anyone's: what `pullback` and `pullback.extend` export (and `pullback.math`)."""
    doors = {"pullback": pullback.__all__, "pullback.extend": pullback.extend.__all__}
    wrong = []
    for name, path in modules(PLUGINS).items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            wrong += [f"{name}:{node.lineno} {each}" for each in named if is_in(each, "pullback")]
            if isinstance(node, ast.ImportFrom) and node.module and is_in(node.module, "pullback"):
                exported = doors.get(node.module, [])
                if node.module != "pullback.math":
                    wrong += [
                        f"{name}:{node.lineno} {node.module}.{a.name}" for a in node.names if a.name not in exported
                    ]
    assert not wrong, "\n".join(wrong)


def test_the_core_knows_no_function_by_name() -> None:
    """No pair is made in the core but for the parts of several outputs, which belong to the chain, and for functions of users."""
    makers = {"elementwise", "primitive", "Primitive"}
    wrong = [
        f"{name}:{node.lineno}"
        for name, path in modules(CORE).items()
        if name not in ("pullback.decorators", "pullback.chain.outputs", "pullback.transforms.checkpoint")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers
    ]
    assert not wrong, "\n".join(wrong)


def test_there_is_no_list_of_built_in_families() -> None:
    names = {path.stem for path in PLUGINS.glob("*.py")} - {"__init__", "user", "arithmetic"}
    assert names
    for name, path in modules(CORE).items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                strings = {element.value for element in node.elts if isinstance(element, ast.Constant)}
                assert len(strings & names) < 2, f"{name}:{node.lineno}"
