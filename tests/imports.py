"""Who imports whom, read off the sources: at the top of a module, inside functions, under TYPE_CHECKING, and by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pullback
import pullback_plugins

__all__ = ["CORE", "KNOWN", "PLUGINS", "Import", "cycles", "graph", "imports", "is_in", "modules", "named", "read"]

CORE = Path(pullback.__file__).parent
PLUGINS = Path(pullback_plugins.__file__).parent

IMPORTERS = ("import_module", "_import_module", "__import__")
TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
"""How a pair names a function that is looked up when it is first needed: ``"module:qualname"``."""


class Import(NamedTuple):
    """One import: which module does it, on which line, of what, by which names, and whether it runs only later or never."""

    importer: str
    line: int
    target: str
    names: tuple[str, ...]
    deferred: bool = False


def name_of(path: Path, root: Path) -> str:
    """Return the name of the module at `path` in the package at `root`."""
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(root: Path) -> dict[str, Path]:
    """Return the modules of the package at `root` by name."""
    return {name_of(path, root): path for path in sorted(root.rglob("*.py"))}


KNOWN = {**modules(CORE), **modules(PLUGINS)}


def imports(name: str, path: Path, known: Iterable[str] = KNOWN) -> Iterator[Import]:
    """Yield every import of a module; of names that are modules themselves, of those of `known`, as such."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    yield from read(name, package, path.read_text("utf-8"), frozenset(known))


def read(name: str, package: str, source: str, known: frozenset[str]) -> Iterator[Import]:
    """Yield every import in the `source` of the module `name`, whose relative imports start at `package`."""
    for node, deferred in _walk(ast.parse(source), False):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, node.lineno, alias.name, (), deferred)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            target = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                whole = f"{target}.{alias.name}"
                yield Import(name, node.lineno, whole if whole in known else target, (alias.name,), deferred)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in IMPORTERS:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Import(name, node.lineno, argument.value, (), deferred)


def _walk(node: ast.AST, deferred: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the nodes below `node`, and whether each is inside a function or under TYPE_CHECKING."""
    for child in ast.iter_child_nodes(node):
        later = (
            deferred
            or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            or (isinstance(child, ast.If) and ast.unparse(child.test).split(".")[-1] == "TYPE_CHECKING")
        )
        yield child, later
        yield from _walk(child, later)


def named(path: Path, known: Iterable[str] = KNOWN) -> set[str]:
    """Return the modules of `known` that a module names in ``"module:qualname"`` strings."""
    strings = {
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TARGET.fullmatch(node.value)
    }
    return {string.partition(":")[0] for string in strings} & set(known)


def graph(sources: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return which of some modules each of them imports or names, itself left out."""
    return {
        name: ({each.target for each in imports(name, path, sources)} & set(sources) | named(path, sources)) - {name}
        for name, path in sources.items()
    }


def cycles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return a shortest cycle of each strongly connected component that has one, as its nodes, the first again at the end.

    The components, sets of nodes that reach one another, are found as in Tarjan (1972).
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for target in sorted(edges[node]):
            if target not in number:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], number[target])
        if low[node] == number[node]:
            start = stack.index(node)
            component = stack[start:]
            del stack[start:]
            if len(component) > 1:
                found.append(_shortest_cycle(edges, set(component)))

    for node in sorted(edges):
        if node not in number:
            visit(node)
    return found


def _shortest_cycle(edges: Mapping[str, Iterable[str]], component: set[str]) -> list[str]:
    """Return a shortest cycle in a strongly connected component, with its first node again at the end."""
    return min((_cycle_from(start, edges, component) for start in sorted(component)), key=len)


def _cycle_from(start: str, edges: Mapping[str, Iterable[str]], component: set[str]) -> list[str]:
    """Return a shortest walk inside `component` from `start` back to it, found breadth first."""
    walks, seen = [[start]], set()
    for walk in walks:
        for target in sorted(set(edges[walk[-1]]) & component):
            if target == start:
                return [*walk, start]
            if target not in seen:
                seen.add(target)
                walks.append([*walk, target])
    raise AssertionError(f"{start} is on no cycle")


def is_in(module: str, package: str) -> bool:
    """Whether `module` is `package` or stands in it."""
    return module == package or module.startswith(f"{package}.")
