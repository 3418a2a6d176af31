"""Output: tables for terminals, unwrapped plain lines for pipes, JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_json", "print_line", "print_rows"]

_UNLIMITED = 100_000


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2))


def print_line(text: str) -> None:
    """Print one line of text as it is."""
    click.echo(text)


def print_rows(rows: Sequence[Sequence[str]], header: Sequence[str] = (), styles: Sequence[str] = ()) -> None:
    """Print rows of cells in columns.

    Nothing is truncated. On a terminal, and where COLUMNS gives a width, long cells wrap; in a pipe each row is one line.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console = Console(markup=False, highlight=False, emoji=False, width=_UNLIMITED)
    table = Table(box=None, show_header=bool(header), pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number in range(max(map(len, [header, *rows]))):
        style = styles[number] if number < len(styles) else ""
        table.add_column(header[number] if header else "", overflow="fold", style=style)
    for row in rows:
        table.add_row(*map(Text, row))
    with console.capture() as captured:
        console.print(table)
    # Rich pads every column with spaces to its width, the last one too.
    for line in captured.get().splitlines():
        click.echo(line.rstrip())
