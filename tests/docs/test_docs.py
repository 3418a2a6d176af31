"""Every block of code in the documentation runs, and shows what it says."""

from __future__ import annotations

import doctest
import importlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

import pullback as pb
import pullback_plugins
from pullback.host.entrypoints import INDEX, FoundIndex
from pullback.host.indexfile import keys, read
from pullback.tables import names

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

FILE = re.compile(r"# (\S+\.(?:py|txt))\n")
PYTHON = PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)


def parse_python(document: Document) -> Iterable[Region]:
    """Sessions and plain blocks run where they stand; a block whose first line is the name of a file becomes that file."""
    for region in PYTHON(document):
        if isinstance(region.parsed, str) and FILE.match(region.parsed):
            region.evaluator = save_file
        yield region


def save_file(example: Example) -> None:
    match = FILE.match(example.parsed)
    assert match is not None
    path = Path(match[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.parsed, encoding="utf-8")
    importlib.invalidate_caches()


def check_toml(example: Example) -> None:
    """Tables must be well formed, entry points must lead somewhere, and an index must say what the family answers for."""
    tables = tomllib.loads(example.parsed)
    for group, points in tables.get("project", {}).get("entry-points", {}).items():
        for name, value in points.items():
            if group == INDEX:
                check_index(FoundIndex(*value.split(":"), "the page", "1.2"))
            else:
                EntryPoint(name, value, group).load()


def check_index(found: FoundIndex) -> None:
    module = importlib.import_module(found.package)
    entries = read(found)
    assert sorted(entry.key for entry in entries) == sorted(keys(module.pullback_register_primitives(), []))


def save_text(example: Example) -> None:
    if FILE.match(example.parsed):
        save_file(example)


PARSERS = [parse_python, CodeBlockParser("toml", check_toml), CodeBlockParser("text", save_text)]
SYBIL = Sybil(parsers=PARSERS, path=str(ROOT))


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the files of a page are saved: a folder laid out as the repository, from which they are imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(
        pullback_plugins, "__path__", [*pullback_plugins.__path__, str(tmp_path / "plugins" / "pullback_plugins")]
    )
    modules = set(sys.modules)
    yield
    for name in set(sys.modules) - modules:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


@each_page
def test_code_runs_and_shows_what_it_says(page: Path) -> None:
    pb.load_plugins()
    before = dict(names)
    for example in SYBIL.parse(page).examples():
        example.evaluate()
    assert dict(names) == before, "a page registers a pair and leaves it behind"


@each_page
def test_no_block_of_python_is_overlooked(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    starts = [region.start for _, region in SYBIL.parse(page).regions]
    for block in re.finditer(r"^ *```(\S*)[^\n]*\n.*?^ *```$", text, re.MULTILINE | re.DOTALL):
        if block[1].lower().startswith("py") or ">>> " in block[0]:
            assert any(block.start() <= start < block.end() for start in starts), (
                f"this block does not run:\n{block[0]}"
            )


@each_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing
