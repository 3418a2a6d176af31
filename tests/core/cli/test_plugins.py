"""`pullback plugins`: listing imports nothing, showing loads one, the doctor loads all."""

from __future__ import annotations

import json
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import pytest

FAMILIES = {point.name for point in entry_points(group="pullback.families") if point.dist.name == "pullback"}
COLUMNS = ["family", "status", "distribution", "version", "primitives"]


def test_the_list_is_complete_and_imports_no_family(shell) -> None:
    code = textwrap.dedent("""
        import sys
        from pullback.cli import main
        try:
            main()
        finally:
            assert not [name for name in sys.modules if name.partition(".")[0] in ("pullback_plugins", "numpy")]
    """)
    done = shell("plugins", "list", "--json", code=code)
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    assert {row["family"] for row in rows} >= FAMILIES
    for row in rows:
        assert set(row) == {"family", "status", "reason", "distribution", "version", "primitives"}
        assert row["status"] == "lazy"
    (trig,) = [row for row in rows if row["family"] == "trig"]
    assert {"sin", "cos", "tan"} <= set(trig["primitives"])


def test_a_pipe_gets_each_row_whole_and_plain(shell) -> None:
    done = shell("plugins", "list")
    lines = done.stdout.splitlines()
    assert lines[0].split() == COLUMNS
    assert {line.split()[0] for line in lines[1:]} >= FAMILIES
    (arithmetic,) = [line for line in lines if line.startswith("arithmetic")]
    assert "xlogy" in arithmetic
    assert "\x1b" not in done.stdout
    assert "…" not in done.stdout


def test_the_width_that_columns_says_is_kept_and_nothing_is_cut_off(shell) -> None:
    done = shell("plugins", "list", COLUMNS="70")
    assert max(map(len, done.stdout.splitlines())) <= 70
    assert "…" not in done.stdout
    words = done.stdout.replace(",", " ").split()
    assert {"xlogy", "hypot", "fsum", "sin"} <= set(words)
    assert shell("plugins", "list", COLUMNS="wide").stdout == shell("plugins", "list").stdout


def test_what_is_disabled_says_why(shell) -> None:
    rows = json.loads(shell("plugins", "list", "--json", PULLBACK_PLUGINS="-trig").stdout)
    (trig,) = [row for row in rows if row["family"] == "trig"]
    assert trig["status"] == "disabled"
    assert "'-trig'" in trig["reason"]
    (line,) = [
        each for each in shell("plugins", "list", PULLBACK_PLUGINS="-trig").stdout.splitlines() if "trig" in each
    ]
    assert line.split()[:2] == ["trig", "disabled"]
    assert line.endswith("PULLBACK_PLUGINS or plugins is '-trig'")


def test_a_family_is_shown_with_its_pairs(run) -> None:
    result = run("plugins", "show", "trig")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = [line.split(None, 1) for line in result.stdout.splitlines()]
    found = dict(rows)
    assert (found["family"], found["status"], found["distribution"]) == ("trig", "active", "pullback")
    assert found["module"] == "pullback_plugins.trig"
    (sine,) = [text for label, text in rows if label == "primitive" and text.startswith("sin:")]
    assert "elementwise, by its derivative" in sine
    assert "math.sin" in sine
    assert "numpy.sin" in sine


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cbrt", {"family": "exponential", "rule": "elementwise, by its derivative", "point": "at 0.0: inf"}),
        ("hypot", {"family": "arithmetic", "rule": "backward"}),
        ("log", {"rule": "composite of primitives", "overloads": "math.log"}),
        ("isnan", {"rule": "not differentiable information"}),
        ("mul", {"overloads": "operator.mul, numpy.multiply"}),
    ],
)
def test_a_primitive_is_shown(run, name: str, expected: dict[str, str]) -> None:
    from pullback import __version__

    result = run("plugins", "show", name)
    assert result.exit_code == 0
    rows = [tuple(line.split(None, 1)) for line in result.stdout.splitlines()]
    for row in {"primitive": name, "distribution": "pullback", "version": __version__, **expected}.items():
        assert row in rows


def test_the_docstring_is_that_of_the_function(run) -> None:
    assert "logarithm" in run("plugins", "show", "log").stdout
    assert "str(object" not in run("plugins", "show", "isnan").stdout


def test_what_does_not_exist_gives_one_line(fails) -> None:
    assert "neither a family nor a primitive is called 'sqr'; did you mean 'sqrt'?" in fails("plugins", "show", "sqr")
    assert "did you mean 'trig'?" in fails("plugins", "show", "trg")
    assert "Missing argument" in fails("plugins", "show")


def test_the_doctor_finds_no_problem_in_what_we_ship(shell) -> None:
    done = shell("plugins", "doctor", "--json")
    rows = json.loads(done.stdout)
    assert not [row for row in rows if row["distribution"] == "pullback" and row["severity"] == "problem"]
    if all(row["severity"] == "note" for row in rows):
        assert done.returncode == 0
    assert done.stderr == ""


@pytest.fixture
def site(tmp_path: Path):
    """Return a function that leaves behind what an installer does, in the folder that `python -m` runs in."""

    def distribution(name: str, source: str, index: str = "") -> None:
        folder = tmp_path / f"acme_{name}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.2\n")
        points = f"[pullback.families]\n{name} = acme_{name}\n[pullback.index]\n{index}\n"
        (folder / "entry_points.txt").write_text(points, encoding="utf-8")
        (tmp_path / f"acme_{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")

    return distribution


@pytest.mark.parametrize("strict", ["0", "1"])
def test_the_doctor_says_what_is_broken_with_exit_code_1_and_without_warnings(shell, site, strict: str) -> None:
    site("raises", "raise RuntimeError('the licence of acme has expired')")
    site("worse", "1 / 0")
    done = shell("plugins", "doctor", PULLBACK_STRICT=strict)
    assert done.returncode == 1
    assert done.stderr == ""
    (line,) = [line for line in done.stdout.splitlines() if "acme-raises" in line]
    assert line.split()[:5] == ["problem", "failed", "raises", "acme-raises", "1.2"]
    assert "the licence of acme has expired" in line
    assert "ZeroDivisionError" in done.stdout
    assert "2 problems" in done.stdout.splitlines()[-1]


def test_the_doctor_has_a_row_for_a_setting_that_names_nobody(shell) -> None:
    done = shell("plugins", "doctor", PULLBACK_PLUGINS="-trgi")
    assert done.returncode == 1
    assert "did you mean 'trig'?" in done.stdout
    assert "1 problem" in done.stdout


def test_a_broken_family_is_one_line_of_warning_elsewhere(shell, site) -> None:
    site("raises", "raise RuntimeError('the licence\\nhas expired')")
    done = shell("grad", "sine(x)", "x=1")
    assert done.returncode == 2
    warned, failed = done.stderr.splitlines()
    assert warned.startswith("pullback: warning: acme-raises 1.2")
    assert "the licence has expired" in warned
    assert "did you mean 'sin'?" in failed
    shown = shell("plugins", "show", "raises")
    assert shown.returncode == 0
    assert "failed" in shown.stdout
    assert "the licence has expired" in shown.stdout


def test_an_installed_family_is_listed_and_used(shell, site) -> None:
    source = """
        \"\"\"The cube.\"\"\"
        from pullback import elementwise, hookimpl
        cube = elementwise(lambda x: x * x * x, derivative=lambda x, y: 3.0 * x * x, name="cube")
        @hookimpl
        def pullback_register_primitives():
            return [cube]
    """
    site("good", source, "cube = acme_good:cube")
    rows = json.loads(shell("plugins", "list", "--json").stdout)
    (row,) = [row for row in rows if row["distribution"] == "acme-good"]
    assert (row["family"], row["status"], row["version"], row["primitives"]) == ("good", "lazy", "1.2", ["cube"])
    answer = json.loads(shell("grad", "cube(x)", "x=2", "--json").stdout)
    assert answer == {"value": 8.0, "gradient": {"x": 12.0}}
    shown = shell("plugins", "show", "cube")
    assert "acme-good" in shown.stdout
    assert "no overloads" in shown.stdout
    assert shell("plugins", "doctor").returncode == 0
