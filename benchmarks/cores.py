"""Run the same measurement on each core of pullback, each in its own process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeAlias

from .options import Options
from .peers import COMPILED, PURE
from .process import Process
from .timing import progress

__all__ = ["Seconds", "on_each_core"]

Seconds: TypeAlias = dict[str, list[tuple[float, float]]]
"""Maps a name to a list with one pair per round: the seconds of the two things that are compared."""


def on_each_core(
    what: str, rounds: Callable[..., Generator[Any, Any, None]], options: Options, *args: Any
) -> Iterator[tuple[str, Seconds]]:
    """Run the generator ``rounds(*args)`` on each core. It yields the name of the core, then for each round pairs of seconds by name.

    Yield the name and the results of each core that is available.
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
