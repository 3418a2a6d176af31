"""The errors say what happened, where, and what to do; they can be caught as what they are in Python's terms too."""

from __future__ import annotations

import math
import pickle
import statistics

import pytest

import pullback as pb
from pullback import errors


@pytest.mark.parametrize(
    ("error", "bases"),
    [
        (errors.ChainBrokenError, (errors.PullbackError, TypeError)),
        (errors.UnknownPrimitiveError, (errors.PullbackError, TypeError)),
        (errors.RuleError, (errors.PullbackError, ValueError)),
        (errors.ConflictError, (errors.PullbackError, ValueError)),
        (errors.PluginError, (errors.PullbackError, RuntimeError)),
        (errors.PluginWarning, (errors.PullbackWarning, UserWarning)),
    ],
)
def test_the_hierarchy_that_callers_catch(error: type, bases: tuple[type, ...]) -> None:
    assert issubclass(error, bases[0])
    assert issubclass(error, bases[1])
    assert getattr(pb, error.__name__) is error


def test_every_error_is_exported_at_the_top() -> None:
    assert set(errors.__all__) <= set(pb.__all__)


def test_an_error_pickles() -> None:
    error = pickle.loads(pickle.dumps(errors.ChainBrokenError("lost at line 3")))
    assert type(error) is errors.ChainBrokenError
    assert str(error) == "lost at line 3"


def test_where_is_the_first_line_outside_of_the_package() -> None:
    with pytest.raises(pb.ChainBrokenError) as caught:
        pb.grad(lambda x: math.sin(x))(1.0)
    line = next(
        entry
        for entry in caught.traceback
        if entry.path.name == "test_errors.py" and "math.sin" in str(entry.statement)
    )
    assert f"{__file__}:{line.lineno + 1}" in str(caught.value)
    assert "math.sin(x)" in str(caught.value)


def test_where_names_the_innermost_line_of_the_user() -> None:
    def helper(x: float) -> float:
        return float(x)

    with pytest.raises(pb.ChainBrokenError, match=r"float\(x\)"):
        pb.grad(lambda x: helper(x))(1.0)


def test_where_survives_code_without_a_file() -> None:
    names: dict[str, object] = {"math": math}
    exec(compile("def f(x):\n    return math.cos(x)", "<no file>", "exec"), names)
    with pytest.raises(pb.ChainBrokenError, match="<no file>:2"):
        pb.grad(names["f"])(1.0)  # type: ignore[arg-type]


def test_where_reads_lines_with_wide_characters() -> None:
    with pytest.raises(pb.ChainBrokenError, match=r"`float\(ξ\)`"):
        pb.grad(lambda ξ: ("ψψψψ", float(ξ))[1])(1.0)  # noqa: PLC2401


def test_where_names_the_line_of_the_user_behind_a_library() -> None:
    with pytest.raises(pb.ChainBrokenError) as caught:
        pb.grad(lambda x: statistics.fmean([x, 1.0]))(2.0)
    message = str(caught.value)
    assert f"{statistics.__file__}:" in message
    assert f", called from {__file__}:" in message
    assert "in `statistics.fmean([x, 1.0])`" in message


def test_where_has_the_first_line_of_what_spans_several() -> None:
    def f(x: float) -> float:
        return math.hypot(
            x,
            1.0,
        )

    with pytest.raises(pb.ChainBrokenError, match=r"in `math\.hypot\( \.\.\.`; its gradient"):
        pb.grad(f)(1.0)
