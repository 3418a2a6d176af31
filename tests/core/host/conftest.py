"""Hosts with tables of their own, and folders that a fresh interpreter takes for installed distributions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pullback import elementwise, hookimpl
from pullback.host.entrypoints import FoundFamily
from pullback.host.host import Host
from pullback.host.index import IndexEntry
from pullback.host.settings import Settings
from pullback.tables import KindTable, NameTable, OverloadTable


class Function:
    """A callable that a pair may answer for."""

    def __init__(self, name: str):
        self.__name__ = name

    def __call__(self, x: Any) -> Any:
        return x


class Bench:
    """What tests of the host are built from. `imported` lists the families that were imported, in order."""

    def __init__(self) -> None:
        self.imported: list[str] = []

    def function(self, name: str = "function") -> Any:
        """Return a new callable that a pair may answer for."""
        return Function(name)

    def pair(self, name: str, *overloads: Any, **options: Any) -> Any:
        """Return a pair that is its input."""
        return elementwise(lambda x: x, derivative=lambda x, out: 1.0, name=name, overloads=overloads, **options)

    def plugin(
        self,
        *pairs: Any,
        kinds: Sequence[Any] = (),
        forwards: Sequence[Any] = (),
        name: str = "plugin",
        **attributes: Any,
    ) -> types.ModuleType:
        """Return a module that registers `pairs`, `kinds` and `forwards`."""
        module: Any = types.ModuleType(name)
        if pairs:
            module.pullback_register_primitives = hookimpl(lambda: list(pairs))
        if kinds:
            module.pullback_register_value_kinds = hookimpl(lambda: list(kinds))
        if forwards:
            module.pullback_register_forwards = hookimpl(lambda: list(forwards))
        for attribute, value in attributes.items():
            setattr(module, attribute, value)
        return module  # type: ignore[no-any-return]

    def family(
        self,
        name: str,
        plugin: Any = None,
        distribution: str | None = None,
        version: str = "1.2",
        module: str | None = None,
    ) -> FoundFamily:
        """Return a family as the scan finds it; an exception in the place of the plugin is raised when it is imported."""

        def load() -> Any:
            self.imported.append(name)
            if isinstance(plugin, BaseException):
                raise plugin
            return plugin

        distribution = distribution or f"acme-{name}"
        return FoundFamily(name, module or f"{distribution.replace('-', '_')}.{name}", distribution, version, load)

    def entry(self, key: str, family: FoundFamily) -> IndexEntry:
        """Return the index entry by which the distribution of `family` says that it answers for `key`."""
        return IndexEntry(key, family.name, family.distribution)

    def host(self, *families: FoundFamily, index: Sequence[IndexEntry] = (), **settings: Any) -> Host:
        """Return a host of these families, with empty tables."""
        tables = (OverloadTable(), NameTable(), KindTable())
        return Host(list(families), list(index), settings=Settings(**settings), tables=tables)

    def state(self, host: Host) -> tuple[Any, ...]:
        """Return copies of all that a registration may change."""
        plugins = set(map(id, host._manager.get_plugins()))
        kinds = {
            cls: kind for cls, kind in host.kinds.items() if cls is not tuple
        }  # the core's own, for several outputs
        return dict(host.overloads), dict(host.names), kinds, dict(host.kinds.brought), plugins, host.rows()


class Site:
    """A folder of distributions that a fresh interpreter finds on its path, and a bare folder to run it in."""

    def __init__(self, folder: Path):
        self.folder = folder / "site"
        self.here = folder / "here"
        self.folder.mkdir()
        self.here.mkdir()

    def module(self, name: str, source: str) -> None:
        """Write a module, or a module of a package."""
        path = self.folder.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")

    def distribution(
        self,
        name: str,
        version: str = "1.2",
        families: dict[str, str] | None = None,
        index: str | None = None,
    ) -> Path:
        """Write what an installer leaves behind of a distribution with these entry points; return its folder.

        `index` is the text of the file that lies beside the module of the first family.
        """
        path = self.folder / f"{name.replace('-', '_')}-{version}.dist-info"
        path.mkdir()
        (path / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
        lines = ["[pullback.families]", *(f"{key} = {value}" for key, value in (families or {}).items())]
        if index is not None:
            module = next(iter((families or {}).values()), "nowhere").partition(":")[0]
            (self.folder / f"{module}_index.txt").write_text(index, encoding="utf-8")
            lines += ["[pullback.index]", f"index = {module}:{module}_index.txt"]
        (path / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def run(self, code: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `code` in a fresh interpreter, on the same core, free of the settings of whoever runs the tests."""
        bare = {
            name: value
            for name, value in os.environ.items()
            if name == "PULLBACK_PURE" or not name.startswith(("PULLBACK_", "PYTHON"))
        }
        return subprocess.run(
            [sys.executable, *options, "-c", textwrap.dedent(code)],
            cwd=self.here,
            env=bare | {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, code: str, **environment: str) -> tuple[Any, list[str]]:
        """Run `code`, which puts something into `answer`; return that, and the warnings on the way."""
        lines = [
            "import json, warnings",
            "with warnings.catch_warnings(record=True) as caught:",
            "    warnings.simplefilter('always')",
            textwrap.indent(textwrap.dedent(code), "    "),
            "print(json.dumps([answer, [str(each.message) for each in caught]]))",
        ]
        done = self.run("\n".join(lines), **environment)
        assert done.returncode == 0, done.stderr
        answer, warned = json.loads(done.stdout.splitlines()[-1])
        return answer, warned


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def refuses() -> Callable[..., str]:
    """Return a function that holds against a host that registering something raises and changes nothing; it returns the text."""

    def refuse(host: Host, plugin: Any, error: type[Exception], bench: Bench) -> str:
        before = bench.state(host)
        with pytest.raises(error) as raised:
            host.register(plugin)
        assert bench.state(host) == before
        return str(raised.value)

    return refuse
