"""Random programs over arrays: the compiled core gives what the pure one gives, bit by bit, errors and warnings included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pullback as pb

PROGRAMS = Path(__file__).with_name("programs.py")


def printed(seed: int, count: int, *, pure: bool) -> list[str]:
    """Return the lines that `count` programs print, on one core or the other."""
    environment = {**os.environ, "PULLBACK_PURE": "1" if pure else "0"}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(pb.__file__).parents[1]), *sys.path[1:]])
    command = [sys.executable, str(PROGRAMS), str(seed), str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")
@pytest.mark.parametrize("seed", [1000, 20_000])
def test_random_programs_over_arrays_give_the_same_to_the_last_bit(seed: int) -> None:
    pure, compiled = printed(seed, 300, pure=True), printed(seed, 300, pure=False)
    assert (pure.pop(), compiled.pop()) == ("pure Python", "compiled")
    for theirs, ours in zip(pure, compiled, strict=True):
        assert json.loads(ours) == json.loads(theirs)
    assert len(set(pure)) == 300
    assert sum("Error: " not in line for line in pure) > 60
