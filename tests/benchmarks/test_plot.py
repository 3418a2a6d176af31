"""The picture of canned timings."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

from benchmarks.plot import draw, drawn

from .canned import BYTES, DIFFERENCES, RATIOS, TABLES


def test_only_ratios_are_drawn() -> None:
    assert [(figure.way, round(ratio, 9)) for figure, ratio in drawn(RATIOS)] == [
        ("plain", 1.0),
        ("pullback", 5.0),
        ("pullback, pure Python", 60.0),
    ]
    assert drawn(DIFFERENCES) == drawn(BYTES) == []


def test_svg(tmp_path: Path) -> None:
    draw(TABLES, tmp_path / "plot.svg")
    text = (tmp_path / "plot.svg").read_text()
    # Matplotlib draws letters as shapes and leaves the words in comments.
    for words in ("a canned problem", "pullback, pure Python", "60.0", "x plain"):
        assert f"<!-- {words} -->" in text
    assert "micrograd" not in text
    assert "#c1272d" in text


@pytest.mark.parametrize("panels", [1, 4])
def test_png(tmp_path: Path, panels: int) -> None:
    draw([RATIOS] * panels, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no table"):
        draw([DIFFERENCES], tmp_path / "plot.svg")
