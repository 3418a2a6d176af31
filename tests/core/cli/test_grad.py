"""`pullback grad`: values, gradients, JSON, functions of modules, and each error."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pullback import plugins, primitive


def test_it_prints_value_and_gradient(run) -> None:
    result = run("grad", "x * sin(x*y)", "x=1.2", "y=0.7")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = dict(line.split() for line in result.stdout.splitlines())
    assert list(rows) == ["value", "d/dx", "d/dy"]
    assert float(rows["value"]) == pytest.approx(1.2 * math.sin(0.84), rel=1e-15)
    assert float(rows["d/dx"]) == pytest.approx(math.sin(0.84) + 0.84 * math.cos(0.84), rel=1e-14)
    assert float(rows["d/dy"]) == pytest.approx(1.44 * math.cos(0.84), rel=1e-14)


def test_json_is_an_object_of_value_and_gradient(answer) -> None:
    assert answer("x**2 * y", "x=3", "y=2") == {"value": 18.0, "gradient": {"x": 12.0, "y": 9.0}}
    assert answer("pi") == {"value": math.pi, "gradient": {}}
    assert answer("x", "x=2", "y=1") == {"value": 2.0, "gradient": {"x": 1.0, "y": 0.0}}
    assert answer("5", "x=2") == {"value": 5.0, "gradient": {"x": 0.0}}


def test_json_has_names_for_what_is_not_finite(answer) -> None:
    found = answer("sqrt(x) + y", "x=0", "y=inf")
    assert found == {"value": "Infinity", "gradient": {"x": "Infinity", "y": 1.0}}
    assert answer("x", "x=nan")["value"] == "NaN"
    assert answer("x", "x=-inf")["value"] == "-Infinity"


def test_an_expression_may_begin_with_a_minus(answer) -> None:
    assert answer("-x**2", "x=-3") == {"value": -9.0, "gradient": {"x": 6.0}}
    assert answer("--x", "x=3")["value"] == 3.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sine(x)", "x=1"], "did you mean 'sin'?"),
        (["x*", "x=1"], "syntax error"),
        (["log(x)", "x=-1"], "log(-1.0) is not defined"),
        (["1/x", "x=0"], "1.0 / 0.0 is not defined"),
        (["x*y", "x=1"], "no value for 'y', so add y=VALUE"),
        (["x", "x=abc"], "x=abc is not a number"),
        (["x", "x=[1]"], "x=[1] is not a number"),
        (["x", "x=1e"], "x=1e is not a number"),
        (["x", "x"], "'x' is not NAME=VALUE"),
        (["x", "x="], "'x=' is not NAME=VALUE"),
        (["x", "=1"], "cannot be the name"),
        (["x", "x y=1"], "cannot be the name"),
        (["x", "if=1"], "cannot be the name"),
        (["x", "__x__=1"], "cannot be the name"),
        (["x", "x=1", "x=2"], "given twice"),
        (["x", "x=1", "--jsn"], "no option --jsn; did you mean '--json'?"),
        (["x", "x=1", "--range", "1", "2"], "add --plot FILE"),
        (["x", "x=1", "--plot"], "--plot"),
        (["x", "x=1", "--plot", "f.png", "--range", "1", "b"], "'b' is not a valid float"),
        ([], "Missing argument"),
        (["nosuch_module:f", "x=1"], "no module 'nosuch_module'"),
        (["acme_functions:waves", "x=1"], "did you mean 'wave'?"),
        (["acme_functions:CONSTANT", "x=1"], "an int, not a function"),
        (["acme_functions:wave", "y=1"], "needs 'x', so add x=VALUE"),
        (["acme_functions:wave", "x=1", "kid=1"], "takes no 'kid'; did you mean 'kind'?"),
        (["acme_functions:repeated", "x=1", "times=1.5"], "not a whole number"),
        (["acme_functions:loss", "p=abc"], "p=abc is not a number"),
        (["acme_functions:loss", "p={1"], "p={1 is no list, dict or string, as Python or JSON write them"),
        (["acme_functions:variadic", "x=1"], "takes no 'x' (it takes nothing by name)"),
        (["acme_functions:loss", 'p="text"'], "raised TypeError"),
        (["acme_functions:broken", "x=1"], "Use pullback.math instead of math"),
        (["acme_functions:raising", "x=1"], "raised KeyError: 'lost\\nkey' (acme_functions.py:"),
        (["acme_functions:pair", "x=1"], "returned (1.0, 1.0)"),
        (["math:sin", "x=1"], "Use pullback.math instead of math"),
    ],
)
def test_bad_input_gives_one_line_and_exit_code_2(fails, module: str, words: list[str], said: str) -> None:
    assert said in fails("grad", *words)


def test_a_rule_that_raises_gives_one_line(fails) -> None:
    def backward(x: float, y: float, grad: float) -> float:
        raise KeyError("lost")

    with plugins(primitive(lambda x: x, backward, name="ruleless")):
        assert fails("grad", "ruleless(x)", "x=1") == "no gradient: KeyError: 'lost'"


def test_an_array_of_one_number_is_one_number(answer, tmp_path: Path) -> None:
    source = "import numpy\n\ndef f(x):\n    return numpy.reshape(x * x, (1,))\n"
    (tmp_path / "acme_arrays.py").write_text(source, encoding="utf-8")
    assert answer("acme_arrays:f", "x=3") == {"value": 9.0, "gradient": {"x": 6.0}}


def test_a_fresh_process_gives_the_same_exit_codes(shell, tmp_path: Path) -> None:
    good = shell("grad", "x * sin(x*y)", "x=1.2", "y=0.7")
    assert (good.returncode, good.stderr) == (0, "")
    assert "\x1b" not in good.stdout
    bad = shell("grad", "log(x)", "x=-1")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr == "pullback: log(-1.0) is not defined: " + bad.stderr.rpartition(": ")[2]
    assert "Traceback" not in bad.stderr
    (tmp_path / "mine.py").write_text("def f(x):\n    return x * x\n", encoding="utf-8")
    assert json.loads(shell("grad", "mine:f", "x=3", "--json").stdout) == {"value": 9.0, "gradient": {"x": 6.0}}


def test_settings_hold_and_bad_ones_are_an_error(shell) -> None:
    without = shell("grad", "sin(x)", "x=1", PULLBACK_PLUGINS="-trig")
    assert without.returncode == 2
    assert (
        "no primitive is called 'sin': the family 'trig' of pullback, which would answer, is disabled: "
        in without.stderr
    )
    bad = shell("grad", "sin(x)", "x=1", PULLBACK_STRICT="perhaps")
    assert bad.returncode == 2
    (line,) = bad.stderr.splitlines()
    assert "PULLBACK_STRICT" in line or "'strict'" in line


def test_a_warning_of_a_plugin_is_one_line(shell) -> None:
    done = shell("grad", "x * x", "x=3", PULLBACK_PLUGINS="-trgi")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("pullback: warning: ")
    assert "did you mean 'trig'?" in line


def test_only_the_family_that_is_needed_is_imported(shell) -> None:
    code = textwrap.dedent("""
        import sys
        from pullback.cli import main
        try:
            main()
        finally:
            loaded = {name for name in sys.modules if name.startswith("pullback_plugins.")}
            assert "pullback_plugins.trig" in loaded
            assert not {"pullback_plugins.special", "pullback_plugins.hyperbolic"} & loaded, loaded
            assert not {"numpy", "matplotlib", "scipy"} & set(sys.modules)
    """)
    done = shell("grad", "sin(x) * x", "x=1", code=code)
    assert done.returncode == 0, done.stderr


def test_the_fixture_is_strict(fails: Callable[..., str]) -> None:
    with pytest.raises(AssertionError):
        fails("grad", "1")
