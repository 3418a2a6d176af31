"""Every block of code in the documentation runs, and shows what it says."""

from __future__ import annotations

import doctest
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pullback as pb
import pytest
from pullback.tables import names
from sybil import Example, Sybil
from sybil.document import Document
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def parse_toml(example: Example) -> None:
    """Keep the tables of a block of TOML as `toml`, for the sessions that come after it."""
    example.namespace["toml"] = tomllib.loads(example.parsed)


SYBIL = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE), CodeBlockParser("toml", parse_toml)],
    path=str(ROOT),
    patterns=["*.md", "docs/*.md"],
)


@pytest.fixture(autouse=True)
def nothing_is_left_registered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    pb.load_plugins()
    before = dict(names)
    yield
    assert dict(names) == before, "a page registers a pair and leaves it behind"


def _document(page: Path) -> Document:
    return SYBIL.parse(page)


@each_page
def test_code_runs_and_shows_what_it_says(page: Path) -> None:
    for example in _document(page).examples():
        example.evaluate()


@each_page
def test_every_block_of_python_is_found(page: Path) -> None:
    """A block that the parser overlooks would never run."""
    text = page.read_text(encoding="utf-8")
    starts = [region.start for _, region in _document(page).regions]
    for block in re.finditer(r"^```(\S*)[^\n]*\n.*?^```$", text, re.MULTILINE | re.DOTALL):
        if block[1].lower().startswith("py") or ">>> " in block[0]:
            assert any(block.start() <= start < block.end() for start in starts), f"this block does not run:\n{block[0]}"


@each_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing
