"""What calling a primitive on plain floats costs over the bare function, with a pluggy hook call beside it."""

from __future__ import annotations

import gc
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from timeit import Timer
from typing import Any

import pluggy
from _harness import arguments, header, save, table

import pullback as pb
import pullback.math
from pullback_plugins.arithmetic import maximum
from pullback_plugins.trig import atan2, sin

BUDGET = 0.2
QUICK_CALLS = 100
CALLS = 200_000
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
    Pairing("arithmetic.maximum", (1.5, 0.5), maximum.forward((1.5, 0.5)), maximum),
    Pairing("a plugin's own, in Python", (1.5,), logistic, own),
)
BESIDE = (
    Pairing("pluggy hook, 1 plugin", (1.5,), math.sin, hook(1), "x="),
    Pairing("pluggy hook, 20 plugins", (1.5,), math.sin, hook(20), "x="),
)


def main() -> int:
    """Time every pairing in turns and print the difference in microseconds."""
    parser = arguments(__doc__, rounds=31)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls in a round")
    options = parser.parse_args()
    facts = header(["pluggy"])
    pb.register(Plugin())
    pairings = (*PAIRINGS, *BESIDE)
    for pairing in PAIRINGS:
        bare, dressed = pairing.bare(*pairing.inputs), pairing.dressed(*pairing.inputs)
        assert bare == dressed, f"{pairing.name}: {dressed} is not {bare}"

    rounds, calls = (1, QUICK_CALLS) if options.quick else (options.rounds, options.calls)
    found = measure(pairings, rounds, calls)
    rows = []
    for pairing in pairings:
        bare, dressed, over = (statistics.median(column) for column in zip(*found[pairing.name], strict=True))
        budget = f"{BUDGET:.1f}" if pairing in PAIRINGS else ""
        rows.append([pairing.name, f"{bare:.3f}", f"{dressed:.3f}", f"{over:.3f}", budget])
    table(["call on plain floats, us", "bare", "dressed", "over bare", "budget"], rows)
    print(f"medians of {rounds} rounds of {calls:,} calls")
    if options.quick:
        print("--quick: these figures mean nothing")
    save(options.results, "dispatch", facts, quick=options.quick, calls=calls, microseconds=found)
    return 0


def measure(pairings: tuple[Pairing, ...], rounds: int, calls: int) -> dict[str, list[tuple[float, float, float]]]:
    """Return, by name and round, the microseconds of the bare call, of the dressed one, and their difference."""
    timers = [(pairing.name, *pairing.timers()) for pairing in pairings]
    found: dict[str, list[tuple[float, float, float]]] = {pairing.name: [] for pairing in pairings}
    for _ in range(rounds):
        for name, bare, dressed in timers:
            # One after the other within the round, so that the difference is of neighbours in time.
            seconds = bare.timeit(calls), dressed.timeit(calls)
            one, other = (each / calls * 1e6 for each in seconds)
            found[name].append((one, other, other - one))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
