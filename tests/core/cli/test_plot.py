"""`pullback grad --plot`: something is drawn, where it should be, and what cannot be drawn is said."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib import image

from pullback.cli.plot import _window, _within


def colours(path: Path) -> set[tuple[int, ...]]:
    pixels = np.rint(255 * image.imread(path)[..., :3]).astype(int)
    codes = np.unique(pixels @ (1 << 16, 1 << 8, 1))
    return {(int(code) >> 16, int(code) >> 8 & 255, int(code) & 255) for code in codes}


BLUE, ORANGE = (31, 119, 180), (255, 127, 14)


@pytest.mark.parametrize(
    "words",
    [
        ["x * sin(x*y)", "x=1.2", "y=0.7"],
        ["tan(x)", "x=0.5", "--range", "-6", "6"],
        ["log(x)", "x=0.5"],
        ["sqrt(x)", "x=0"],
        ["5", "x=1"],
        ["a*b*c*d", "a=1", "b=2", "c=3", "d=4"],
        ["exp(x)", "x=0", "--range", "-800", "800"],
    ],
)
def test_both_curves_are_drawn(run, tmp_path: Path, words: list[str]) -> None:
    result = run("grad", *words, "--plot", "drawn.png")
    assert result.exit_code == 0, result.output
    assert "drawn.png" in result.stdout
    found = colours(tmp_path / "drawn.png")
    assert BLUE in found
    assert ORANGE in found


def test_the_suffix_says_the_format_and_png_is_the_default(run, tmp_path: Path) -> None:
    assert run("grad", "x", "x=1", "--plot", "drawn.svg").exit_code == 0
    svg = (tmp_path / "drawn.svg").read_text(encoding="utf-8")
    assert "<svg" in svg
    assert run("grad", "x", "x=1", "--plot", "drawn").exit_code == 0
    assert (tmp_path / "drawn").read_bytes().startswith(b"\x89PNG")


def test_the_range_is_where_it_is_drawn(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.axes import Axes

    limits = []
    set_xlim = Axes.set_xlim

    def recorded(self, *pair, **options):
        if len(pair) == 2 and not options:
            limits.append(pair)
        return set_xlim(self, *pair, **options)

    monkeypatch.setattr(Axes, "set_xlim", recorded)
    run("grad", "x*y", "x=1", "y=5", "--plot", "drawn.png", "--range", "-3", "2")
    run("grad", "x*y", "x=1", "y=5", "--plot", "drawn.png")
    assert limits == [(-3.0, 2.0), (-3.0, 2.0), (-1.0, 3.0), (-5.0, 15.0)]


def test_a_function_with_a_structure_is_drawn_along_its_numbers(run, tmp_path: Path) -> None:
    (tmp_path / "acme_plotted.py").write_text("def f(x, p):\n    return x * x * p['a']\n", encoding="utf-8")
    result = run("grad", "acme_plotted:f", "x=1", "p={'a': 2.0}", "--plot", "drawn.png", "--json")
    assert result.exit_code == 0, result.output
    assert '"a": 1.0' in result.stdout
    assert BLUE in colours(tmp_path / "drawn.png")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "x=1", "--plot", "f.xyz"], "'xyz' is not supported"),
        (["x", "x=1", "--plot", "nowhere/f.png"], "cannot write"),
        (["x", "x=1", "--plot", "."], "directory"),
        (["x", "x=1", "--plot", "f.png", "--range", "2", "1"], "lower first"),
        (["x", "x=1", "--plot", "f.png", "--range", "0", "inf"], "finite"),
        (["x", "x=inf", "--plot", "f.png"], "say where to draw"),
        (["sqrt(x)", "x=1", "--plot", "f.png", "--range", "-3", "-2"], "nothing to draw"),
        (["pi", "--plot", "f.png"], "draws along numbers"),
    ],
)
def test_what_cannot_be_drawn_gives_one_line_and_no_file(fails, tmp_path: Path, words: list[str], said: str) -> None:
    assert said in fails("grad", *words)
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_it_says_what_to_install(shell, tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import sys
        sys.modules["matplotlib"] = None
        from pullback.cli import main
        main()
    """)
    done = shell("grad", "x", "x=1", "--plot", "f.png", code=code)
    assert done.returncode == 2
    assert done.stderr == 'pullback: --plot needs matplotlib; pip install "pullback[plot]"\n'
    assert done.stdout == ""
    assert not (tmp_path / "f.png").exists()


def test_no_window_system_is_needed_and_none_is_chosen(shell) -> None:
    code = textwrap.dedent("""
        import sys
        from pullback.cli import main
        try:
            main()
        finally:
            assert "matplotlib.pyplot" not in sys.modules
    """)
    assert shell("grad", "x", "x=1", "--plot", "f.png", code=code, MPLBACKEND="tkagg").returncode == 0


def test_a_pole_does_not_flatten_the_rest() -> None:
    values = [1.0 / place for place in range(-200, 200) if place]
    bottom, top = _window([*values, 1e9, -1e12, float("nan"), float("inf")])
    assert -2.0 < bottom < -0.01 < 0.01 < top < 2.0
    assert _within(1e9, bottom, top) != _within(1e9, bottom, top)
    assert _within(0.005, bottom, top) == 0.005


def test_without_a_pole_everything_is_shown() -> None:
    values = [place**3 / 100.0 for place in range(-50, 51)]
    assert _window(values) == (values[0], values[-1])
    assert _window([2.0] * 10 + [3.0]) == (2.0, 3.0)
