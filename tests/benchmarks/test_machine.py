"""The machine is described: what is installed, what is not, and whether it is busy."""

from __future__ import annotations

import os
import platform
from dataclasses import replace

import numpy as np
from benchmarks.machine import look
from benchmarks.peers import PEERS, installed

import pullback as pb

from .canned import MACHINE


def test_the_machine_is_described() -> None:
    text = MACHINE.describe()
    assert "a processor, 2 cores" in text
    assert "pullback 1.0; core: compiled" in text
    assert "not installed: JAX jit" in text
    assert "busy" not in text


def test_a_busy_machine_is_told_of() -> None:
    busy = replace(MACHINE, cores=2, load=1.5)
    assert "the machine is busy (load 1.5)" in busy.describe()
    assert "busy" not in replace(busy, cores=4).describe()
    assert "busy" not in replace(busy, load=None).describe()


def test_what_this_process_runs_on() -> None:
    machine = look()
    assert (machine.core, machine.cores) == (pb.core(), os.cpu_count())
    assert platform.python_version() in machine.python
    assert machine.versions["numpy"] == np.__version__
    assert set(machine.absent) == {peer.name for peer in PEERS} - {peer.name for peer in installed()}
    assert not {"", None} & set(machine.versions.values())
