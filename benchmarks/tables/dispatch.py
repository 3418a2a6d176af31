"""What calling a primitive on plain floats costs over the bare function, with a pluggy hook call beside it."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from timeit import Timer
from typing import Any

import pluggy

import pullback as pb
import pullback.math
from pullback.plan import Plan
from pullback_plugins.arithmetic import maximum
from pullback_plugins.trig import atan2, sin

from ..cores import Seconds, on_each_core
from ..figure import Figure, Table
from ..options import Options
from ..peers import UnableError

__all__ = ["dispatch"]

BUDGET = 0.2e-6
CALLS = 50_000
HOOKS = pluggy.HookspecMarker("dispatch_benchmark")
IMPLEMENTS = pluggy.HookimplMarker("dispatch_benchmark")


@dataclass(frozen=True, slots=True)
class Pairing:
    """A function, bare and dressed, and the floats that both are called with; `keyword` is how a hook wants its one input."""

    name: str
    inputs: tuple[float, ...]
    bare: Callable[..., Any]
    dressed: Callable[..., Any]
    keyword: str = ""

    def timers(self) -> tuple[Timer, Timer]:
        """Return what times the bare call and the dressed one; unlike timeit's habit, with the garbage collector on."""
        written = ", ".join(map(repr, self.inputs))
        return (
            Timer(f"f({written})", "gc.enable()", globals={"f": self.bare, "gc": gc}),
            Timer(f"f({self.keyword}{written})", "gc.enable()", globals={"f": self.dressed, "gc": gc}),
        )


class Specification:
    """The hook that is called: one float in, the results of all implementations out."""

    @HOOKS
    def call(self, x: float) -> float:  # type: ignore[empty-body]
        """Return a float."""


class Implementation:
    """A plugin that does what the bare function does."""

    @IMPLEMENTS
    def call(self, x: float) -> float:
        return math.sin(x)


def hook(implementations: int) -> Callable[..., Any]:
    """Return a pluggy hook with so many plugins behind it."""
    manager = pluggy.PluginManager("dispatch_benchmark")
    manager.add_hookspecs(Specification)
    for _ in range(implementations):
        manager.register(Implementation())
    found: Callable[..., Any] = manager.hook.call
    return found


def logistic(x: float) -> float:
    """What somebody's own plugin might bring: a function written in Python."""
    return 1.0 / (1.0 + math.exp(-x))


own = pb.elementwise(logistic, derivative=lambda x, y: y * (1.0 - y))


class Plugin:
    """Somebody's own plugin."""

    @pb.hookimpl
    def pullback_register_primitives(self) -> list[Any]:
        return [own]


PAIRINGS = (
    Pairing("trig.sin", (1.5,), math.sin, sin),
    Pairing("pullback.math.sin", (1.5,), math.sin, pullback.math.sin),
    Pairing("trig.atan2", (1.5, 0.5), math.atan2, atan2),
    Pairing("arithmetic.maximum", (1.5, 0.5), Plan.on((float, float), maximum).forward, maximum),
    Pairing("a plugin's own, in Python", (1.5,), logistic, own),
)
BESIDE = (
    Pairing("pluggy hook, 1 plugin", (1.5,), math.sin, hook(1), "x="),
    Pairing("pluggy hook, 20 plugins", (1.5,), math.sin, hook(20), "x="),
)


def dispatch(options: Options) -> Iterator[Table]:
    """Time every pairing in turns, on each core; yield a table for each."""
    for core, seconds in on_each_core("dispatch", _rounds, options, 100 if options.small else CALLS):
        yield Table(
            f"dispatch/{core.split()[0]}",
            f"a call on plain floats, {core} core",
            "second",
            tuple(_figures(seconds)),
            "over bare",
            "difference",
        )


def _figures(seconds: Seconds) -> Iterator[Figure]:
    own = {pairing.name for pairing in PAIRINGS}
    for name, pairs in seconds.items():
        bare, dressed = zip(*pairs, strict=True)
        yield Figure(f"{name}, bare", bare)
        yield Figure(name, dressed, base=f"{name}, bare", budget=BUDGET if name in own else None)


def _rounds(calls: int) -> Generator[Any, None, None]:
    """Be the process of one core: yield its name, then for every round the seconds of the bare and the dressed call by name."""
    pb.register(Plugin())
    for pairing in PAIRINGS:
        bare, dressed = pairing.bare(*pairing.inputs), pairing.dressed(*pairing.inputs)
        if bare != dressed:
            raise UnableError(f"{pairing.name}: {dressed} is not {bare}")
    timers = [(pairing.name, *pairing.timers()) for pairing in (*PAIRINGS, *BESIDE)]
    yield pb.core()
    while True:
        # Bare and dressed one after the other, so that the difference is of neighbours in time.
        yield {name: (bare.timeit(calls) / calls, dressed.timeit(calls) / calls) for name, bare, dressed in timers}
