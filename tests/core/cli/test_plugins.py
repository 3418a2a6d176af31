"""`pullback plugins`: listing imports nothing, showing loads one, the doctor loads all."""

from __future__ import annotations

import json
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

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


@pytest.fixture
def site(tmp_path: Path):
    """Return a function that leaves behind what an installer does, in the folder that `python -m` runs in."""

    def distribution(name: str, source: str, index: str | None = None) -> None:
        folder = tmp_path / f"acme_{name}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.2\n")
        points = f"[pullback.families]\n{name} = acme_{name}\n"
        if index is not None:
            points += f"[pullback.index]\nindex = acme_{name}:acme_{name}.txt\n"
            (tmp_path / f"acme_{name}.txt").write_text(index, encoding="utf-8")
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


# The file of an index.


def test_the_index_of_a_distribution_is_written_where_it_says(shell, site, tmp_path: Path) -> None:
    site("good", GOOD, "")
    path = tmp_path / "acme_good.txt"
    checked = shell("plugins", "index", "acme-good", "--check")
    assert (checked.returncode, checked.stdout, checked.stderr) == (1, f"{path}: old\n", "")
    assert path.read_text() == ""
    done = shell("plugins", "index", "Acme_Good")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}: written\n", "")
    assert path.read_text().splitlines()[1:] == ["cube = good"]
    for options in ([], ["--check"]):
        again = shell("plugins", "index", "acme-good", *options)
        assert (again.returncode, again.stdout, again.stderr) == (0, f"{path}: up to date\n", "")
    (row,) = [row for row in json.loads(shell("plugins", "list", "--json").stdout) if row["family"] == "good"]
    assert (row["status"], row["primitives"]) == ("lazy", ["cube"])
    path.unlink()
    assert shell("plugins", "index", "acme-good", "--check").returncode == 1
    assert shell("plugins", "index", "acme-good").returncode == 0
    assert path.read_text().splitlines()[1:] == ["cube = good"]


def test_our_own_index_is_up_to_date_for_the_command_too(shell) -> None:
    done = shell("plugins", "index", "pullback", "--check")
    assert done.stdout.endswith("index.txt: up to date\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_index_of_what_is_not_there_gives_one_line(shell, site, fails) -> None:
    assert "no distribution called 'pulback' declares a family; did you mean 'pullback'?" in fails(
        "plugins", "index", "pulback"
    )
    site("good", GOOD)
    done = shell("plugins", "index", "acme-good")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert '[project.entry-points."pullback.index"] index = "acme_good:index.txt"' in line


@pytest.mark.parametrize("strict", ["0", "1"])
def test_no_index_is_written_of_a_family_that_fails_or_is_disabled(shell, site, tmp_path: Path, strict: str) -> None:
    site("bad", "1 / 0", "it = bad\n")
    done = shell("plugins", "index", "acme-bad", PULLBACK_STRICT=strict)
    assert (done.returncode, done.stdout) == (2, "")
    assert "ZeroDivisionError" in done.stderr.splitlines()[-1]
    site("good", GOOD, "")
    done = shell("plugins", "index", "acme-good", PULLBACK_PLUGINS="-good")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is disabled" in done.stderr.splitlines()[-1]
    assert (tmp_path / "acme_bad.txt").read_text() == "it = bad\n"
    assert (tmp_path / "acme_good.txt").read_text() == ""


def test_a_file_of_an_index_that_is_no_text_is_written_anew(shell, site, tmp_path: Path) -> None:
    site("good", GOOD, "")
    path = tmp_path / "acme_good.txt"
    path.write_bytes(b"\xff\xfe\x00")
    assert shell("plugins", "index", "acme-good", "--check").returncode == 1
    assert shell("plugins", "index", "acme-good").returncode == 0
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert shell("plugins", "index", "acme-good", "--check").returncode == 0


def test_a_broken_index_is_a_warning_a_row_and_can_be_written_anew(shell, site, tmp_path: Path) -> None:
    site("good", GOOD, "cube: good\n")
    done = shell("grad", "cube(x)", "x=2", "--json")
    assert json.loads(done.stdout) == {"value": 8.0, "gradient": {"x": 12.0}}
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "pullback: warning: acme-good 1.2 (index 'acme_good:acme_good.txt') was left out: line 1, 'cube: good'"
    )
    done = shell("plugins", "doctor")
    (line,) = [line for line in done.stdout.splitlines() if "acme-good" in line]
    assert line.split()[:5] == ["problem", "broken", "index", "acme-good", "1.2"]
    assert "1 problem" in done.stdout.splitlines()[-1]
    assert (done.returncode, done.stderr) == (1, "")
    assert shell("plugins", "index", "acme-good").returncode == 0
    assert (tmp_path / "acme_good.txt").read_text().splitlines()[1:] == ["cube = good"]
    assert shell("plugins", "doctor").returncode == 0


def test_a_stale_index_is_rows_of_the_doctor(shell, site) -> None:
    site("good", GOOD, "cube = good\nmath.gcd = good\nsquare = gone\n")
    done = shell("plugins", "doctor", "--json")
    rows = [row for row in json.loads(done.stdout) if row["severity"] == "problem"]
    assert [(row["what"], row["distribution"], row["detail"].partition(",")[0]) for row in rows] == [
        ("stale index", "acme-good", "math.gcd = good"),
        ("index leads nowhere", "acme-good", "square = gone"),
    ]
    assert (done.returncode, done.stderr) == (1, "")
