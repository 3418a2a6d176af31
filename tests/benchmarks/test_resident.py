"""The peak of resident memory rises with what is held, and does not fall."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.process import ROOT
from benchmarks.resident import peak_rss

PROGRAM = """
from benchmarks.resident import peak_rss
before = peak_rss()
held = bytearray(b"x" * 40_000_000)
risen = peak_rss()
del held
print(risen - before, peak_rss() - risen)
"""


def test_the_peak_rises_by_what_is_held_and_stays() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    rise, fall = map(int, done.stdout.split())
    assert 30_000_000 < rise < 200_000_000
    assert fall >= 0


def test_it_is_in_bytes() -> None:
    assert 5_000_000 < peak_rss() < 1 << 40
