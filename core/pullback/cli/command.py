"""The command itself: its groups, and errors reported in one line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

import pullback
from pullback.cli.grad import grad
from pullback.cli.messages import InputError, one_line
from pullback.cli.plugins import plugins
from pullback.errors import PullbackError, PullbackWarning

__all__ = ["command"]


class OneLine(click.Group):
    """A group whose errors and warnings are one line each on stderr; bad input gives exit code 2."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Run with the arguments of the process, or with `args`, and leave by `SystemExit`."""
        try:
            with _warnings_in_a_line():
                code = super().main(*args, **{**options, "standalone_mode": False})
        except click.ClickException as error:
            _complain(error.format_message())
            code = 2
        except (InputError, PullbackError) as error:
            _complain(error)
            code = 2
        except click.Abort:
            _complain("interrupted")
            code = 130
        sys.exit(code if isinstance(code, int) else 0)


def _complain(problem: object) -> None:
    click.echo(f"pullback: {one_line(problem)}", err=True)


@contextmanager
def _warnings_in_a_line() -> Iterator[None]:
    def show(message: Any, *_: Any, **__: Any) -> None:
        click.echo(f"pullback: warning: {one_line(message)}", err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", PullbackWarning)
        warnings.showwarning = show
        yield


def _version(context: click.Context, _: click.Parameter, requested: bool) -> None:
    if requested:
        click.echo(f"pullback {pullback.__version__}, core: {pullback.core()}")
        context.exit()


@click.group(cls=OneLine, invoke_without_command=True)
@click.option(
    "--version", is_flag=True, callback=_version, expose_value=False, is_eager=True, help="Print the version."
)
@click.pass_context
def command(context: click.Context) -> None:
    """Automatic differentiation for plain Python and NumPy code, in which every primitive is a plugin."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


command.add_command(grad)
command.add_command(plugins)
