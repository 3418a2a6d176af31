"""`pullback plugins index`: the file is written, compared and mended, or one line says why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

GOOD = """
    \"\"\"The cube.\"\"\"
    from pullback import elementwise, hookimpl
    cube = elementwise(lambda x: x * x * x, derivative=lambda x, y: 3.0 * x * x, name="cube")
    @hookimpl
    def pullback_register_primitives():
        return [cube]
"""


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
