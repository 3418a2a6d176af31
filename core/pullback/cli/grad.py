"""``pullback grad``: the value and the gradient of an expression or a function."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pullback.cli.arguments import assignments, numbers
from pullback.cli.console import print_json, print_rows
from pullback.cli.expression import Expression
from pullback.cli.messages import InputError, cause, did_you_mean, one_line
from pullback.cli.target import Target
from pullback.transforms import value_and_grad

__all__ = ["grad"]

_OPTIONS = ("--plot", "--range", "--json", "--help")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("function", metavar="EXPRESSION|MODULE:FUNCTION")
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@click.option("--plot", "plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it, and its derivative.")
@click.option("--range", "interval", type=(float, float), metavar="LOW HIGH", help="Where to draw; around the values.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object; what is not finite is a string there.")
def grad(
    function: str, values: tuple[str, ...], plot: Path | None, interval: tuple[float, float] | None, as_json: bool
) -> None:
    """Print the value and the gradient of an expression or a function.

    \b
    pullback grad "x * sin(x*y)" x=1.2 y=0.7
    pullback grad "max(x, 0) if y > 1 else x**2" x=3 y=2
    pullback grad mymodule:loss p='{"a": 2.0, "b": [1.0, 3.0]}'
    pullback grad "exp(-x**2)" x=0.5 --plot bell.png --range -3 3

    An expression may use the primitives of all installed families (pullback plugins list), the constants pi, e, tau,
    inf and nan, and the operators of Python. A module is looked for in the current directory, too.
    """
    for word in (function, *values):
        if word.startswith("--") and did_you_mean(word, _OPTIONS):
            raise InputError(f"there is no option {word}{did_you_mean(word, _OPTIONS)}")
    if interval is not None and plot is None:
        raise InputError("--range says where --plot draws; add --plot FILE")
    texts = assignments(values)
    computed: Callable[[dict[str, Any]], Any]
    if Target.names(function):
        target = Target(function)
        computed, variables = target, target.values(texts)
    else:
        expression = Expression(function)
        expression.require(texts)
        computed, variables = expression, numbers(texts)
    by = [name for name, value in variables.items() if _differentiable(value)]
    value, gradient = differentiated(computed, variables, by)
    if plot is not None:
        from pullback.cli.plot import draw

        with warnings.catch_warnings():
            # Warnings were already shown once, for these values.
            warnings.simplefilter("ignore")
            draw(plot, function, lambda moved: differentiated(computed, moved, by), variables, interval)
    if as_json:
        print_json({"value": _jsonable(value), "gradient": _jsonable(gradient)})
    else:
        rows = [["value", _shown(value)], *([f"d/d{name}", _shown(slope)] for name, slope in gradient.items())]
        print_rows(rows if plot is None else [*rows, ["plot", str(plot)]])


def differentiated(
    function: Callable[[dict[str, Any]], Any], variables: dict[str, Any], by: list[str]
) -> tuple[Any, dict[str, Any]]:
    """Return the value of `function`, and its derivatives with respect to the variables named in `by`."""

    def call(*values: Any) -> Any:
        return function({**variables, **dict(zip(by, values, strict=True))})

    call.__qualname__ = getattr(function, "source", "the function")
    if not by:
        return _constant(call()), {}
    try:
        value, slopes = value_and_grad(call, tuple(range(len(by))))(*(variables[name] for name in by))
    except InputError:
        raise
    except (ArithmeticError, ValueError, TypeError) as error:
        raise InputError(f"no gradient: {cause(error)}") from None
    except Exception as error:  # whatever the rule of a plugin raises
        raise InputError(f"no gradient: {type(error).__name__}: {one_line(error)}") from None
    # An array of one element is one number.
    return value.item() if hasattr(value, "item") else value, dict(zip(by, slopes, strict=True))


def _constant(value: Any) -> Any:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise InputError(f"the value is {one_line(repr(value))}, and not one real number")
    return float(value)


def _differentiable(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_differentiable, value))
    if isinstance(value, dict):
        return any(map(_differentiable, value.values()))
    return isinstance(value, float)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(part) for part in value]
    if hasattr(value, "tolist"):
        return _jsonable(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        # JSON has no such numbers; Python's float and JavaScript's Number read these names.
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def _shown(value: Any) -> str:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return repr(value)
