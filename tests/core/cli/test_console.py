"""What is printed: whole lines in a pipe, folded ones where the width is said."""

from __future__ import annotations


def test_a_pipe_gets_each_row_whole_and_plain(shell) -> None:
    done = shell("plugins", "list")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["family", "status", "distribution", "version", "primitives"]
    assert {line.split()[0] for line in lines[1:]} >= {"arithmetic", "trig"}
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
