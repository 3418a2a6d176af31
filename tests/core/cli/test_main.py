"""``python -m pullback.cli`` is the command."""

from __future__ import annotations

import pullback


def test_the_module_runs_the_command_under_its_name(shell) -> None:
    done = shell("--version")
    assert done.returncode == 0
    assert done.stdout.startswith(f"pullback {pullback.__version__}, core: ")
    assert "Usage: pullback " in shell("--help").stdout


def test_its_exit_code_is_that_of_the_command(shell) -> None:
    done = shell("nosuch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pullback: ")
