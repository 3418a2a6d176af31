"""What it costs that an exact zero absorbs infinities: the same gradients with and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import pullback as pb
from pullback.strong_zero import Policy

from ..figure import Figure, Table
from ..options import Options
from ..problems import make
from ..timing import Case, interleaved, turn

__all__ = ["zeros"]

KEYS = ("arrays/elementwise-10", "arrays/elementwise-1000", "arrays/elementwise-1000000")
CHOICES: tuple[Policy, ...] = ("nan", "zero")


def zeros(options: Options) -> Iterator[Table]:
    """Time value and gradient under both settings in turns, in this process; yield one table."""
    cases: list[Case] = []
    bases: dict[str, str] = {}
    for key in KEYS[: 1 if options.small else None]:
        problem = make(key, small=options.small)
        run = partial(pb.value_and_grad(problem.function(np), tuple(range(len(problem.primals)))), *problem.primals)
        for choice in CHOICES:
            cases.append(Case(f"{problem.title}, {choice}", partial(_turn, run, choice, 4 * options.least)))
            bases[cases[-1].name] = f"{problem.title}, nan"
    timings = interleaved(cases, options.rounds)
    figures = [Figure(name, tuple(seconds), base=bases[name]) for name, seconds in timings.seconds.items()]
    yield Table("zeros", "value and gradient, by indeterminate =", "second", tuple(figures), "x nan")


def _turn(run: Callable[[], Any], choice: Policy, least: float) -> float:
    with pb.indeterminate(choice):
        return turn(run, least)
