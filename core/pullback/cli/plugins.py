"""``pullback plugins``: which families are installed, what is wrong with them, and what each provides."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import click

from pullback.cli.console import print_json, print_line, print_rows
from pullback.cli.doctor import Finding, diagnose
from pullback.cli.index import index_of
from pullback.cli.messages import InputError, one_line
from pullback.cli.show import families_called, family_rows, primitive_rows, unknown
from pullback.errors import PluginError, PullbackWarning
from pullback.host.default import default_host
from pullback.host.host import Host
from pullback.tables import names

__all__ = ["plugins"]


def _host() -> Host:
    """Return the host of the process, not strict: problems of a family are reported here, even where a program has them raised."""
    try:
        return default_host(strict=False)
    except PluginError:
        return default_host()


@click.group(invoke_without_command=True)
@click.pass_context
def plugins(context: click.Context) -> None:
    """What is installed: families of primitives, ours and others'."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects.")
def list_(as_json: bool) -> None:
    """List the families; none of them is imported."""
    rows = _host().rows()
    if as_json:
        print_json(rows)
        return
    print_rows(
        [[row["family"], row["status"], row["distribution"], row["version"], _brings(row)] for row in rows],
        ["family", "status", "distribution", "version", "primitives"],
        ["bold"],
    )


def _brings(row: dict[str, Any]) -> str:
    return one_line(row["reason"] or ", ".join(row["primitives"]))


@plugins.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects.")
def doctor(as_json: bool) -> None:
    """Load every family, and say what is wrong; the exit code is 1 if there are problems."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        host = _host()
        findings = diagnose(host)
    reported = [finding.detail for finding in findings]
    messages = [one_line(warning.message) for warning in caught if issubclass(warning.category, PullbackWarning)]
    for message in dict.fromkeys(messages):
        if not any(detail in message for detail in reported):
            findings.append(Finding("problem", "warning", "", "", "", message))
    findings.sort(key=lambda finding: finding.severity == "note")
    if as_json:
        print_json([finding.row() for finding in findings])
    elif findings:
        print_rows(
            [[*finding.row().values()] for finding in findings],
            ["severity", "what", "family", "distribution", "version", "detail"],
        )
    problems = sum(finding.severity == "problem" for finding in findings)
    if not as_json:
        active = sum(family.status == "active" for family in host.families)
        print_line(
            f"{active} of {len(host.families)} families active, {problems} problem{'' if problems == 1 else 's'}"
        )
    sys.exit(1 if problems else 0)


@plugins.command()
@click.argument("distribution")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the file is not what it should be.")
def index(distribution: str, check: bool) -> None:
    """Write the file in which a DISTRIBUTION says what its families answer for."""
    path, text = index_of(_host(), distribution)
    fresh = path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == text.encode()
    if not fresh and not check:
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}") from None
    print_line(f"{path}: {'up to date' if fresh else 'old' if check else 'written'}")
    sys.exit(1 if check and not fresh else 0)


@plugins.command()
@click.argument("name")
def show(name: str) -> None:
    """Show a family, or a primitive, of this name."""
    host = _host()
    families = families_called(host, name)
    for family in families:
        print_rows(family_rows(host, family), styles=["bold"])
    pair = names.find(name) if not families else names.get(name)
    if pair is not None:
        print_rows(primitive_rows(host, pair), styles=["bold"])
    elif not families:
        raise unknown(host, name)
