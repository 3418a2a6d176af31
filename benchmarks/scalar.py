"""A loss of 70,000 scalar operations and its gradient, side by side: ratios to the plain Python function."""

from __future__ import annotations

import math
import sys
from functools import partial

import _flat_tape
from _harness import Case, arguments, header, interleaved, number, save, table
from _lotka_volterra import PARAMETERS, STEPS_PER_YEAR, make_gradient, make_loss
from _peers import OWN, PEERS, TAPE, Gradient, installed

from pullback import core

PLAIN = "plain Python, value only"
BY_HAND = "gradient written by hand"
BUDGETS = {"compiled": 4.0, "pure Python": 80.0}
TOLERANCE = 1e-9
QUICK_STEPS_PER_YEAR = 2


def main() -> int:
    """Check every gradient, time it, print the ratios; return 1 when a gradient was wrong."""
    parser = arguments(__doc__, rounds=9)
    parser.add_argument("--patience", type=float, default=10.0, help="what takes more seconds than this has 3 rounds")
    options = parser.parse_args()
    steps = QUICK_STEPS_PER_YEAR if options.quick else STEPS_PER_YEAR
    facts = header(way.distribution for way in PEERS if way.distribution)

    # micrograd orders its graph by recursion, to the depth of the whole loss; as it ships it stops at about 1,000.
    sys.setrecursionlimit(10**6)

    loss, by_hand = make_loss(steps), make_gradient(steps)
    expected = by_hand(*PARAMETERS)
    wrong = [BY_HAND] if not _agrees(BY_HAND, expected, complex_step(loss)) else []
    cases = [Case(PLAIN, partial(loss, *PARAMETERS)), Case(BY_HAND, partial(by_hand, *PARAMETERS))]
    for way, gradient in installed((TAPE, *OWN, *PEERS)):
        if _agrees(way.name, gradient(loss, *PARAMETERS), expected):
            cases.append(Case(way.name, partial(_run, gradient, loss)))
        else:
            wrong.append(way.name)

    operations = count_operations(loss)
    print(f"{operations:,} operations; every gradient below agrees to {TOLERANCE:g} with the one written by hand\n")
    timings = interleaved(
        cases, 1 if options.quick else options.rounds, least=0.0 if options.quick else 0.05, patience=options.patience
    )
    plain = timings[PLAIN].median
    rows = [
        [
            each.name,
            number(each.median * 1e3),
            number(each.median / plain),
            number(each.median / operations * 1e6),
            number(each.spread, 2),
            str(len(each.seconds)),
        ]
        for each in timings.values()
    ]
    table(["value and gradient", "ms", "x plain", "us/operation", "max/min", "rounds"], rows)
    print(f"budget: pullback value_and_grad within {BUDGETS[core()]:g} x plain, core: {core()}")
    if options.quick:
        print("--quick: these figures mean nothing")
    save(
        options.results,
        "scalar",
        facts,
        quick=options.quick,
        operations=operations,
        wrong=wrong,
        seconds={each.name: each.seconds for each in timings.values()},
        ratios={each.name: each.median / plain for each in timings.values()},
    )
    return 1 if wrong else 0


def _run(gradient: Gradient, loss: object) -> object:
    return gradient(loss, *PARAMETERS)


def complex_step(loss: object) -> tuple[float, tuple[float, ...]]:
    """Return value and gradient of `loss` without differencing (Squire and Trapp, 1998): what the one by hand is checked with."""
    assert callable(loss)
    grads = []
    for place in range(len(PARAMETERS)):
        shifted = [complex(p, 1e-30 if place == k else 0.0) for k, p in enumerate(PARAMETERS)]
        grads.append(loss(*shifted).imag / 1e-30)
    return loss(*PARAMETERS), tuple(grads)


def count_operations(loss: object) -> int:
    """Return how many operations the loss takes, as the minimal tape counts them."""
    assert callable(loss)
    tape: list[tuple[int, float, int, float]] = []
    loss(*[_flat_tape.Taped(p, tape) for p in PARAMETERS])
    return len(tape) - len(PARAMETERS)


def _agrees(name: str, found: tuple[float, tuple[float, ...]], expected: tuple[float, tuple[float, ...]]) -> bool:
    """Return whether value and gradient agree to the tolerance; print where they do not."""
    agree = True
    for what, one, other in zip("vabcdxy", (found[0], *found[1]), (expected[0], *expected[1]), strict=True):
        if not math.isclose(one, other, rel_tol=TOLERANCE):
            print(f"{name}: WRONG, not timed: {what} is {one!r} where {other!r} was expected", flush=True)
            agree = False
    return agree


if __name__ == "__main__":
    raise SystemExit(main())
