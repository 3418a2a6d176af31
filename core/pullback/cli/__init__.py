"""The command line `pullback`: gradients of expressions and functions, and what is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process; what it needs is the extra `cli`."""
    missing = [name for name in ("click", "rich") if find_spec(name) is None]
    if missing:
        print(f'pullback: {" and ".join(missing)} missing; pip install "pullback[cli]"', file=sys.stderr)
        raise SystemExit(2)
    from pullback.cli.command import command

    command.main(prog_name="pullback")
