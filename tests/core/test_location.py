"""The line of the user that errors name."""

from __future__ import annotations

import math
import statistics

import pytest

import pullback as pb


def test_where_is_the_first_line_outside_of_the_package() -> None:
    with pytest.raises(pb.ChainBrokenError) as caught:
        pb.grad(lambda x: math.sin(x))(1.0)
    line = next(
        entry
        for entry in caught.traceback
        if entry.path.name == "test_location.py" and "math.sin" in str(entry.statement)
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
