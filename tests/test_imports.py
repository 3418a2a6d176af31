"""The reader of imports, on sources whose imports are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from .imports import cycles, graph, read

SOURCE = """
import a
from typing import TYPE_CHECKING
from b import c
from . import sibling
from ..far import thing
if TYPE_CHECKING:
    import d
def function():
    from e import f
    class Inner:
        import g
class Outer:
    import h
later = lambda: import_module("i")
if not TYPE_CHECKING:
    import_module("j")
"""


def test_imports_are_read_wherever_they_stand() -> None:
    known = frozenset({"b.c", "top.package.sibling"})
    found = {each.target: each.deferred for each in read("top.package.module", "top.package", SOURCE, known)}
    assert found == {
        "a": False,
        "typing": False,
        "b.c": False,
        "top.package.sibling": False,
        "top.far": False,
        "d": True,
        "e": True,
        "g": True,
        "h": False,
        "i": True,
        "j": False,
    }


def test_names_in_strings_count_as_imports(tmp_path: Path) -> None:
    (tmp_path / "left.py").write_text("import right\nimport left\n")
    (tmp_path / "right.py").write_text("pair = primitive('left:function', 'see left: above', overloads=['math:sin'])\n")
    sources = {name: tmp_path / f"{name}.py" for name in ("left", "right")}
    assert graph(sources) == {"left": {"right"}, "right": {"left"}}


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": "bc", "b": "c", "c": ""}, []),
        ({"a": "b", "b": "a"}, [["a", "b", "a"]]),
        ({"a": "b", "b": "c", "c": "db", "d": "e", "e": "d"}, [["d", "e", "d"], ["b", "c", "b"]]),
        ({"a": "b", "b": "c", "c": "da", "d": "a"}, [["a", "b", "c", "a"]]),
    ],
)
def test_cycles_are_found(edges: dict[str, str], expected: list[list[str]]) -> None:
    assert cycles(edges) == expected
