"""`pullback plugins show`: a family with its pairs, or one primitive."""

from __future__ import annotations

import pytest


def test_a_family_is_shown_with_its_pairs(run) -> None:
    result = run("plugins", "show", "trig")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = [line.split(None, 1) for line in result.stdout.splitlines()]
    found = dict(rows)
    assert (found["family"], found["status"], found["distribution"]) == ("trig", "active", "pullback")
    assert found["module"] == "pullback_plugins.trig"
    (sine,) = [text for label, text in rows if label == "primitive" and text.startswith("sin:")]
    assert "elementwise, by its derivative" in sine
    assert "math.sin" in sine
    assert "numpy.sin" in sine


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cbrt", {"family": "exponential", "rule": "elementwise, by its derivative", "point": "at 0.0: inf"}),
        ("hypot", {"family": "arithmetic", "rule": "backward"}),
        ("log", {"rule": "composite of primitives", "overloads": "math.log"}),
        ("isnan", {"rule": "not differentiable information"}),
        ("mul", {"overloads": "operator.mul, numpy.multiply"}),
    ],
)
def test_a_primitive_is_shown(run, name: str, expected: dict[str, str]) -> None:
    from pullback import __version__

    result = run("plugins", "show", name)
    assert result.exit_code == 0
    rows = [tuple(line.split(None, 1)) for line in result.stdout.splitlines()]
    for row in {"primitive": name, "distribution": "pullback", "version": __version__, **expected}.items():
        assert row in rows


def test_forwards_for_kinds_are_shown(run) -> None:
    import pullback as pb
    from pullback.forwards import KindForward

    brought = [KindForward("sin", "nokind", "cmath:sin"), KindForward("tan", "nokind", "cmath:tan")]
    pb.register(brought)
    try:
        rows = [tuple(line.split(None, 1)) for line in run("plugins", "show", "user").stdout.splitlines()]
        assert ("forward", "sin[nokind]: cmath.sin") in rows
        assert ("forward", "tan[nokind]: cmath.tan") in rows
        rows = [tuple(line.split(None, 1)) for line in run("plugins", "show", "sin").stdout.splitlines()]
        assert ("kinds", "float, array, nokind") in rows
    finally:
        pb.unregister(brought)
    assert "nokind" not in run("plugins", "show", "sin").stdout


def test_the_docstring_is_that_of_the_function(run) -> None:
    assert "logarithm" in run("plugins", "show", "log").stdout
    assert "str(object" not in run("plugins", "show", "isnan").stdout


def test_what_does_not_exist_gives_one_line(fails) -> None:
    assert "neither a family nor a primitive is called 'sqr'; did you mean 'sqrt'?" in fails("plugins", "show", "sqr")
    assert "did you mean 'trig'?" in fails("plugins", "show", "trg")
    assert "Missing argument" in fails("plugins", "show")
