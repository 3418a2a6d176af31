"""The one command: ``python -m benchmarks`` measures everything, beside every peer that is installed, and prints it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .archive import read, write
from .catalogue import TABLES, chosen
from .figure import Table
from .machine import look
from .options import Options
from .plot import draw
from .report import render
from .tables.gradients import WRONG


def main(arguments: list[str] | None = None) -> int:
    """Measure or read what was asked for, print it, write it; return 1 where a gradient was wrong."""
    parser = parse()
    asked = parser.parse_args(arguments)
    if asked.list:
        print("\n".join(TABLES))
        return 0
    try:
        keys = chosen(asked.only)
    except ValueError as error:
        parser.error(str(error))
    complain(parser, asked)

    tables = list(recalled(asked) if asked.read else measured(asked, keys))
    if asked.quick:
        print("--quick: these figures mean nothing")
    if asked.plot:
        try:
            draw(tables, asked.plot)
        except ValueError as error:
            print(f"not drawn: {error}")
        else:
            print(f"written to {asked.plot}")
    return 1 if any(figure.reason.startswith(WRONG) for table in tables for figure in table.figures) else 0


def complain(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    """End with a message where, after many minutes, the results could not be written."""
    if asked.read and asked.json:
        parser.error("--json writes what is measured, and with --read nothing is")
    for option, path, module in (
        ("--json", asked.json, "pyperf"),
        ("--read", asked.read, "pyperf"),
        ("--plot", asked.plot, "matplotlib"),
    ):
        if path and find_spec(module) is None:
            parser.error(f"{option} needs {module}; pip install --group bench has it")
        if path and not path.parent.is_dir():
            parser.error(f"{option}: there is no directory {path.parent}")
    if asked.plot and asked.plot.suffix not in (".png", ".svg"):
        parser.error(f"--plot: {asked.plot} is neither PNG nor SVG")


def measured(asked: argparse.Namespace, keys: list[str]) -> Iterator[Table]:
    """Measure, print and write table after table: a run of many minutes that is broken off leaves what it has."""
    machine = look()
    print(f"{machine.describe()}\n", flush=True)
    options = Options(1 if asked.quick else asked.rounds, asked.quick, asked.limit, asked.depth)
    tables: list[Table] = []
    for key in keys:
        for table in TABLES[key](options):
            tables.append(table)
            print(render(table), flush=True)
            if asked.json:
                write(asked.json, tables, machine)
            yield table
    if asked.json and asked.json.exists():
        print(f"written to {asked.json}")


def recalled(asked: argparse.Namespace) -> Iterator[Table]:
    """Read and print the tables of a file."""
    machine, tables = read(asked.read)
    print(f"{machine}\n")
    for table in tables:
        if not asked.only or any(name in table.key for name in asked.only):
            print(render(table))
            yield table


def parse() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    defaults = Options()
    add = parser.add_argument
    add(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="the tables whose key has NAME in it; may be repeated",
    )
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
