"""The command line `pullback`: gradients of expressions and functions, and what is installed."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process; what it needs is the extra `cli`."""
    try:
        import click  # noqa: F401
        import rich  # noqa: F401
    except ImportError as error:
        print(f'pullback: the command line needs {error.name}; pip install "pullback[cli]"', file=sys.stderr)
        raise SystemExit(2) from None
    from pullback.cli.command import command

    command.main(prog_name="pullback")
