"""`pullback plugins`: listing imports nothing, showing loads one, the doctor loads all."""

from __future__ import annotations

import json
import textwrap
from importlib.metadata import entry_points

import pytest

FAMILIES = {point.name for point in entry_points(group="pullback.families") if point.dist.name == "pullback"}


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


def test_the_doctor_finds_no_problem_in_what_we_ship(shell) -> None:
    done = shell("plugins", "doctor", "--json")
    rows = json.loads(done.stdout)
    assert not [row for row in rows if row["distribution"] == "pullback" and row["severity"] == "problem"]
    if all(row["severity"] == "note" for row in rows):
        assert done.returncode == 0
    assert done.stderr == ""


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


GOOD = """
    \"\"\"The cube.\"\"\"
    from pullback import elementwise, hookimpl
    cube = elementwise(lambda x: x * x * x, derivative=lambda x, y: 3.0 * x * x, name="cube")
    @hookimpl
    def pullback_register_primitives():
        return [cube]
"""


def test_an_installed_family_is_listed_and_used(shell, site) -> None:
    site("good", GOOD, "cube = good\n")
    rows = json.loads(shell("plugins", "list", "--json").stdout)
    (row,) = [row for row in rows if row["distribution"] == "acme-good"]
    assert (row["family"], row["status"], row["version"], row["primitives"]) == ("good", "lazy", "1.2", ["cube"])
    answer = json.loads(shell("grad", "cube(x)", "x=2", "--json").stdout)
    assert answer == {"value": 8.0, "gradient": {"x": 12.0}}
    shown = shell("plugins", "show", "cube")
    assert "acme-good" in shown.stdout
    assert "no overloads" in shown.stdout
    assert shell("plugins", "doctor").returncode == 0
