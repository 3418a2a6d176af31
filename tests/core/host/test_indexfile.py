"""The file of an index: found without an import, read whole or not at all, and ours tells the truth."""

from __future__ import annotations

import math
import operator
import sys
import types
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pullback import PluginError
from pullback.forwards import KindForward
from pullback.host.entrypoints import FoundIndex, scan
from pullback.host.index import IndexEntry
from pullback.host.indexfile import keys, place, read, written

PAIRS = [("sin", "trig"), ("math.sin", "trig"), ("acme.Länge", "a family, with a name = like this")]


def found(package: str, file: str = "index.txt") -> FoundIndex:
    return FoundIndex(package, file, "acme", "1.2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path, of which nothing is imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    assert not [name for name in set(sys.modules) - before if name.startswith("acme_")]


@pytest.fixture
def package(folder: Path) -> Path:
    path = folder / "acme_index" / "inner"
    path.mkdir(parents=True)
    for each in (path.parent, path):
        (each / "__init__.py").write_text("raise ImportError('imported')", encoding="utf-8")
    return path.parent


def test_what_is_written_is_read(package: Path) -> None:
    (package / "index.txt").write_text(written(PAIRS), encoding="utf-8")
    assert sorted(read(found("acme_index"))) == sorted(IndexEntry(key, family, "acme") for key, family in PAIRS)
    assert place(found("acme_index")) == package / "index.txt"


def test_a_line_an_entry_sorted_and_once() -> None:
    head, *lines = written([*PAIRS[::-1], PAIRS[0], ("sin", "other")]).splitlines()
    assert head.startswith("# ")
    assert lines == sorted(["sin = other", *(f"{key} = {family}" for key, family in PAIRS)])
    assert written([]) == head + "\n"


def test_a_package_below_another_of_which_none_is_imported(package: Path) -> None:
    (package / "inner" / "index.txt").write_text("sin = trig\n", encoding="utf-8")
    assert read(found("acme_index.inner")) == [IndexEntry("sin", "trig", "acme")]
    (package / "beside.txt").write_text("cos = trig\n", encoding="utf-8")
    assert read(found("acme_index.module", "beside.txt")) == [IndexEntry("cos", "trig", "acme")]
    assert place(found("acme_index.inner")) == package / "inner" / "index.txt"
    assert place(found("acme_index.inner", "new.txt")) == package / "inner" / "new.txt"
    assert place(found("acme_index.module", "new.txt")) == package / "new.txt"


def test_beside_a_single_module(folder: Path) -> None:
    (folder / "acme_single.py").write_text("raise ImportError('imported')", encoding="utf-8")
    (folder / "acme_single_index.txt").write_text("sin = trig\n", encoding="utf-8")
    assert read(found("acme_single", "acme_single_index.txt")) == [IndexEntry("sin", "trig", "acme")]
    assert place(found("acme_single", "new.txt")) == folder / "new.txt"


def test_a_namespace_package(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    other = tmp_path_factory.mktemp("other")
    monkeypatch.syspath_prepend(str(other))
    for root in (folder, other):
        (root / "acme_space").mkdir()
    (folder / "acme_space" / "index.txt").write_text("sin = trig\n", encoding="utf-8")
    assert read(found("acme_space")) == [IndexEntry("sin", "trig", "acme")]
    assert place(found("acme_space")) == folder / "acme_space" / "index.txt"


def test_within_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "acme.zip", "w") as archive:
        archive.writestr("acme_zipped/__init__.py", "raise ImportError('imported')")
        archive.writestr("acme_zipped/index.txt", "sin = trig\n")
    monkeypatch.syspath_prepend(str(tmp_path / "acme.zip"))
    assert read(found("acme_zipped")) == [IndexEntry("sin", "trig", "acme")]
    with pytest.raises(PluginError, match=r"there is no file 'other.txt' in acme_zipped"):
        read(found("acme_zipped", "other.txt"))
    with pytest.raises(PluginError, match="there is no folder of acme_zipped"):
        place(found("acme_zipped"))


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfsin = trig\n", b"sin = trig", b"\n# a comment\r\n\r\nsin = trig\r\n"],
    ids=["mark", "no newline", "windows"],
)
def test_what_editors_do_to_a_file(package: Path, content: bytes) -> None:
    (package / "index.txt").write_bytes(content)
    assert read(found("acme_index")) == [IndexEntry("sin", "trig", "acme")]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"sin = trig\ncos: trig\n", "line 2, 'cos: trig', is not 'key = family'"),
        (b"sin = \n", "line 1, 'sin = ', is not"),
        (b" = trig\n", "line 1, ' = trig', is not"),
        (b"sin=trig\n", "is not 'key = family'"),
        (b"math sin = trig\n", "is not 'key = family'"),
        (b"sin[symbol = trig\n", "is not 'key = family'"),
        (b"[symbol] = trig\n", "is not 'key = family'"),
        (b"3rd = trig\n", "is not 'key = family'"),
        (b'{"sin": "trig"}', "is not 'key = family'"),
        (b"<<<<<<< HEAD\nsin = trig\n=======\n>>>>>>> other\n", "line 1, '<<<<<<< HEAD', is not"),
        (b"sin = trig\n\xff\xfe\n", "UnicodeDecodeError"),
    ],
)
def test_a_file_that_is_broken_is_not_read_at_all(package: Path, content: bytes, cause: str) -> None:
    (package / "index.txt").write_bytes(content)
    with pytest.raises(PluginError) as raised:
        read(found("acme_index"))
    assert cause in str(raised.value)


@pytest.mark.parametrize(
    ("name", "file", "cause"),
    [
        ("acme_nowhere", "index.txt", "there is no package 'acme_nowhere'"),
        ("acme_index", "nothing.txt", "there is no file 'nothing.txt' in acme_index"),
        ("acme_index", "inner", "there is no file 'inner' in acme_index"),
        ("acme_index", "", "there is no file '' in acme_index"),
        ("", "index.txt", "ValueError"),
        ("acme_index.nothing.at.all", "index.txt", "there is no file"),
    ],
)
@pytest.mark.usefixtures("package")
def test_a_file_that_is_not_there(name: str, file: str, cause: str) -> None:
    with pytest.raises(PluginError) as raised:
        read(found(name, file))
    assert cause in str(raised.value)


def test_a_finder_that_raises_is_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        @staticmethod
        def find_spec(name: str, path: Any = None, target: Any = None) -> None:
            if name == "acme_raises":
                raise OSError("the disk is gone")

    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    with pytest.raises(PluginError, match="OSError: the disk is gone"):
        read(found("acme_raises"))


def test_by_what_a_family_is_looked_up(bench: Any) -> None:
    class Local:
        pass

    kind: Any = types.SimpleNamespace(types=(float, Local, IndexEntry))
    nameless = bench.function()
    pair = bench.pair("it", operator.mul, np.sin, np.add.at, "acme_never:Class.method", nameless)
    assert list(keys([pair, bench.pair("other")], [kind])) == [
        "it",
        "operator.mul",
        "numpy.sin",
        "numpy.add.at",
        "acme_never.Class.method",
        "other",
        "builtins.float",
        "pullback.host.index.IndexEntry",
    ]


def test_by_what_a_forward_is_looked_up(bench: Any, package: Path) -> None:
    forwards = [KindForward("sin", "symbol", math.sin), KindForward(bench.pair("acme.it"), "big-float", math.sin)]
    forwards.append(KindForward("sin", "of two words", math.sin))
    named = list(keys([], [], forwards))
    assert named == ["sin[symbol]", "acme.it[big-float]"]
    (package / "index.txt").write_text(written((key, "acme") for key in named), encoding="utf-8")
    assert read(found("acme_index")) == [IndexEntry(key, "acme", "acme") for key in sorted(named)]


# Our own index: found as anyone's is, and compared with what the families answer for.


@pytest.fixture(scope="module")
def ours() -> dict[str, str]:
    (index,) = [each for each in scan()[1] if each.distribution == "pullback"]
    entries = read(index)
    assert {entry.distribution for entry in entries} == {"pullback"}
    assert len({entry.key for entry in entries}) == len(entries), "two of our families answer for the same"
    return {entry.key: entry.family for entry in entries}


def _families() -> Iterator[tuple[str, Any]]:
    for family in scan()[0]:
        if family.distribution == "pullback":
            module: Any = import_module(family.module)
            if hasattr(module, "pullback_register_primitives"):  # the family `user` starts empty
                yield family.name, module


def _dotted(target: Any) -> str:
    if isinstance(target, str):
        return target.replace(":", ".")
    (name,) = [name for name in operator.__all__ if getattr(operator, name) is target]
    return f"operator.{name}"


def test_the_index_is_what_our_families_answer_for(ours: dict[str, str]) -> None:
    wanted = {}
    for name, module in _families():
        for pair in module.pullback_register_primitives():
            for key in (pair.name, *map(_dotted, pair.overloads)):
                assert key not in wanted, f"{key} is answered twice"
                wanted[key] = name
        for kind in getattr(module, "pullback_register_value_kinds", list)():
            wanted |= {f"{cls.__module__}.{cls.__qualname__}": name for cls in kind.types}
    assert ours == wanted


def test_operators_are_indexed_by_their_public_name(ours: dict[str, str]) -> None:
    assert ours["operator.mul"] == "arithmetic"
    assert not [key for key in ours if key.startswith("_operator.")]


def test_every_family_of_the_index_is_declared(ours: dict[str, str]) -> None:
    assert set(ours.values()) <= {family.name for family in scan()[0] if family.distribution == "pullback"}
