"""The same measurement on each core of pullback, in a process of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeAlias

from .options import Options
from .peers import COMPILED, PURE
from .process import Process
from .timing import progress

__all__ = ["Seconds", "on_each_core"]

Seconds: TypeAlias = dict[str, list[tuple[float, float]]]
"""By name, for each round the seconds of two things that are compared, one timed after the other."""


def on_each_core(
    what: str, rounds: Callable[..., Generator[Any, Any, None]], options: Options, *args: Any
) -> Iterator[tuple[str, Seconds]]:
    """Run ``rounds(*args)`` on each core: it yields the name of that, then for every round a pair of seconds by name.

    Yield the name of each core that is there, and what was found on it.
    """
    for peer in (COMPILED, PURE):
        process = Process(rounds, *args, environment=peer.environment)
        seconds: Seconds = {}
        try:
            core = process.receive(options.limit)
            if core != peer.core:
                continue
            for number in range(options.rounds):
                progress(f"{what}, {core}: round {number + 1} of {options.rounds}")
                for name, pair in process.ask(None).items():
                    seconds.setdefault(name, []).append(pair)
        finally:
            process.close()
            progress("")
        yield core, seconds
