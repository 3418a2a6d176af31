"""The command ``python -m benchmarks`` measures pullback and every installed peer, and prints the results."""

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
    """Measure or read the chosen tables, print them, and write the files; return 1 if any gradient was wrong."""
    parser = parse()
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(TABLES))
        return 0
    try:
        keys = chosen(options.only)
    except ValueError as error:
        parser.error(str(error))
    complain(parser, options)

    tables = list(recalled(options) if options.read else measured(options, keys))
    if options.quick:
        print("--quick: these figures mean nothing")
    if options.plot:
        try:
            draw(tables, options.plot)
        except ValueError as error:
            print(f"not drawn: {error}")
        else:
            print(f"written to {options.plot}")
    return 1 if any(figure.reason.startswith(WRONG) for table in tables for figure in table.figures) else 0


def complain(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Exit with a message now if the results could not be written at the end."""
    if arguments.read and arguments.json:
        parser.error("--json writes what is measured, and with --read nothing is")
    for option, path, module in (
        ("--json", arguments.json, "pyperf"),
        ("--read", arguments.read, "pyperf"),
        ("--plot", arguments.plot, "matplotlib"),
    ):
        if path and find_spec(module) is None:
            parser.error(f"{option} needs {module}; pip install --group bench has it")
        if path and not path.parent.is_dir():
            parser.error(f"{option}: there is no directory {path.parent}")
    if arguments.plot and arguments.plot.suffix not in (".png", ".svg"):
        parser.error(f"--plot: {arguments.plot} is neither PNG nor SVG")


def measured(arguments: argparse.Namespace, keys: list[str]) -> Iterator[Table]:
    """Measure, print and write one table after the other, so that an interrupted run keeps the tables that it has finished."""
    machine = look()
    print(f"{machine.describe()}\n", flush=True)
    options = Options(1 if arguments.quick else arguments.rounds, arguments.quick, arguments.limit, arguments.depth)
    tables: list[Table] = []
    for key in keys:
        for table in TABLES[key](options):
            tables.append(table)
            print(render(table), flush=True)
            if arguments.json:
                write(arguments.json, tables, machine)
            yield table
    if arguments.json and arguments.json.exists():
        print(f"written to {arguments.json}")


def recalled(arguments: argparse.Namespace) -> Iterator[Table]:
    """Read the tables from a file and print them."""
    machine, tables = read(arguments.read)
    print(f"{machine}\n")
    for table in tables:
        if not arguments.only or any(name in table.key for name in arguments.only):
            print(render(table))
            yield table


def parse() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
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
    """Convert `text` to an integer of at least one."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


if __name__ == "__main__":
    sys.exit(main())
