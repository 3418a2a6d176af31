"""The one command: ``python -m benchmarks`` measures everything, beside every peer that is installed, and prints it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .options import Options
from .report import render


def main(arguments: list[str] | None = None) -> int:
    """Measure or read what was asked for, print it, write it; return 1 where a gradient was wrong."""
    from .machine import look
    from .tables import TABLES, chosen
    from .tables.gradients import WRONG

    parser = parse()
    asked = parser.parse_args(arguments)
    if asked.list:
        print("\n".join(TABLES))
        return 0
    if asked.read and asked.json:
        parser.error("--json writes what was measured; with --read nothing is")
    try:
        keys = chosen(asked.only)
    except ValueError as error:
        parser.error(str(error))

    tables = []
    if asked.read:
        from .archive import read

        tables = [table for table in read(asked.read) if not asked.only or any(name in table.key for name in asked.only)]
        for table in tables:
            print(render(table), flush=True)
    else:
        machine = look()
        print(machine.describe() + "\n", flush=True)
        options = Options(1 if asked.quick else asked.rounds, asked.quick, asked.limit, asked.depth)
        for key in keys:
            for table in TABLES[key](options):
                tables.append(table)
                print(render(table), flush=True)
                if asked.json:
                    # After every table: a run of many minutes that is broken off leaves what it has.
                    from .archive import write

                    write(asked.json, tables, machine)
    if asked.quick:
        print("--quick: these figures mean nothing")
    if asked.plot:
        from .plot import draw

        draw(tables, asked.plot)
    for path in (asked.json, asked.plot):
        if path:
            print(f"written to {path}")
    return 1 if any(figure.reason.startswith(WRONG) for table in tables for figure in table.figures) else 0


def parse() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    defaults = Options()
    add = parser.add_argument
    add("--only", action="append", default=[], metavar="NAME", help="the tables whose key has NAME in it; may be repeated")
    add("--list", action="store_true", help="print the keys of all tables")
    add("--rounds", type=positive, default=defaults.rounds, help="how often each case is timed")
    add("--quick", action="store_true", help="small problems, one round: shows that everything runs")
    add("--limit", type=float, default=defaults.limit, help="seconds that a first run may take before it is given up")
    add("--depth", type=positive, default=defaults.depth, help="the depth that pullback has to reach")
    add("--json", type=Path, metavar="FILE", help="write the figures as a suite of pyperf")
    add("--plot", type=Path, metavar="FILE", help="draw the comparisons, as PNG or SVG")
    add("--read", type=Path, metavar="FILE", help="print and draw what --json wrote, and measure nothing")
    return parser


def positive(text: str) -> int:
    """Return a number of at least one."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


if __name__ == "__main__":
    sys.exit(main())
