"""`pullback grad`: values, gradients, JSON, functions of modules, and each error."""

from __future__ import annotations

import json
import math
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pullback import plugins, primitive

MODULE = """
import math
from pullback.math import exp, sin

def loss(p, n=3):
    return sum((p["a"] * k - p["b"][0]) ** 2 for k in range(n))

def wave(x: float, y: float = 2.0, *, kind="up"):
    return sin(x * y) * (1.0 if kind == "up" else -1.0)

def square(x, /):
    return x * x

def anything(**values):
    return values["u"] * values["v"]

def repeated(x, times: int):
    for _ in range(times):
        x = x * x
    return x

def broken(x):
    return math.sqrt(x)

def raising(x):
    raise KeyError("lost\\nkey")

def pair(x):
    return x, x

class Model:
    @staticmethod
    def area(r):
        return math.pi * r ** 2

CONSTANT = 3
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "acme_functions.py").write_text(MODULE, encoding="utf-8")
    yield "acme_functions"
    sys.modules.pop("acme_functions", None)


def test_it_prints_value_and_gradient(run) -> None:
    result = run("grad", "x * sin(x*y)", "x=1.2", "y=0.7")
    assert result.exit_code == 0
    assert result.stderr == ""
    rows = dict(line.split() for line in result.stdout.splitlines())
    assert list(rows) == ["value", "d/dx", "d/dy"]
    assert float(rows["value"]) == pytest.approx(1.2 * math.sin(0.84), rel=1e-15)
    assert float(rows["d/dx"]) == pytest.approx(math.sin(0.84) + 0.84 * math.cos(0.84), rel=1e-14)
    assert float(rows["d/dy"]) == pytest.approx(1.44 * math.cos(0.84), rel=1e-14)


def answer(run, *words: str) -> dict:
    result = run("grad", *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found) == ["value", "gradient"]
    return found


def test_json_is_an_object_of_value_and_gradient(run) -> None:
    assert answer(run, "x**2 * y", "x=3", "y=2") == {"value": 18.0, "gradient": {"x": 12.0, "y": 9.0}}
    assert answer(run, "pi") == {"value": math.pi, "gradient": {}}
    assert answer(run, "x", "x=2", "y=1") == {"value": 2.0, "gradient": {"x": 1.0, "y": 0.0}}
    assert answer(run, "5", "x=2") == {"value": 5.0, "gradient": {"x": 0.0}}


def test_json_has_names_for_what_is_not_finite(run) -> None:
    found = answer(run, "sqrt(x) + y", "x=0", "y=inf")
    assert found == {"value": "Infinity", "gradient": {"x": "Infinity", "y": 1.0}}
    assert answer(run, "x", "x=nan")["value"] == "NaN"
    assert answer(run, "x", "x=-inf")["value"] == "-Infinity"


def test_an_expression_may_begin_with_a_minus(run) -> None:
    assert answer(run, "-x**2", "x=-3") == {"value": -9.0, "gradient": {"x": 6.0}}
    assert answer(run, "--x", "x=3")["value"] == 3.0


def test_the_value_of_a_variable_may_be_an_expression(run) -> None:
    assert answer(run, "x", "x=pi/2")["value"] == math.pi / 2


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
        (["acme_functions:loss", "p={1"], "is not a number"),
        (["acme_functions:loss", 'p="text"'], "raised TypeError"),
        (["acme_functions:broken", "x=1"], "Use pullback.math instead of math"),
        (["acme_functions:raising", "x=1"], "raised KeyError: 'lost\\nkey' (acme_functions.py:"),
        (["acme_functions:pair", "x=1"], "returned (1.0, 1.0)"),
        (["math:sin", "x=1"], "Use pullback.math instead of math"),
    ],
)
def test_bad_input_gives_one_line_and_exit_code_2(fails, module: str, words: list[str], said: str) -> None:
    assert said in fails("grad", *words)


def test_the_place_in_an_error_is_the_users_line_or_none(fails, module: str) -> None:
    assert "acme_functions.py" in fails("grad", "acme_functions:broken", "x=1")
    assert ".py" not in fails("grad", "math:sin", "x=1")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nosuch_dependency", "raised ModuleNotFoundError: No module named 'nosuch_dependency'"),
        ("1 / 0", "raised ZeroDivisionError: division by zero (acme_broken.py:1)"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("def f(:", "raised SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_imported_gives_one_line(fails, tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "acme_broken.py").write_text(source, encoding="utf-8")
    assert said in fails("grad", "acme_broken:f", "x=1")


def test_functions_take_arguments_by_name(run, module: str) -> None:
    found = answer(run, f"{module}:wave", "y=0.5", "x=3", "kind=down")
    assert found["value"] == pytest.approx(-math.sin(1.5))
    assert found["gradient"] == pytest.approx({"y": -3.0 * math.cos(1.5), "x": -0.5 * math.cos(1.5)})
    assert answer(run, f"{module}:square", "x=3") == {"value": 9.0, "gradient": {"x": 6.0}}
    assert answer(run, f"{module}:anything", "u=3", "v=5") == {"value": 15.0, "gradient": {"u": 5.0, "v": 3.0}}
    found = answer(run, f"{module}:Model.area", "r=2")
    assert found["gradient"] == pytest.approx({"r": 4.0 * math.pi})
    assert answer(run, "pullback.math:exp", "x=0") == {"value": 1.0, "gradient": {"x": 1.0}}


def test_an_argument_that_is_a_whole_number_stays_one(run, module: str) -> None:
    assert answer(run, f"{module}:repeated", "x=3", "times=2") == {"value": 81.0, "gradient": {"x": 108.0}}


def test_a_rule_that_raises_gives_one_line(fails) -> None:
    def backward(x: float, y: float, grad: float) -> float:
        raise KeyError("lost")

    with plugins(primitive(lambda x: x, backward, name="ruleless")):
        assert fails("grad", "ruleless(x)", "x=1") == "no gradient: KeyError: 'lost'"


def test_an_array_of_one_number_is_one_number(run, tmp_path: Path) -> None:
    source = "import numpy\n\ndef f(x):\n    return numpy.reshape(x * x, (1,))\n"
    (tmp_path / "acme_arrays.py").write_text(source, encoding="utf-8")
    assert answer(run, "acme_arrays:f", "x=3") == {"value": 9.0, "gradient": {"x": 6.0}}


@pytest.mark.parametrize("text", ['{"a": 2, "b": [1.0]}', "{'a': 2.0, 'b': [1]}"])
def test_arguments_may_be_structures(run, module: str, text: str) -> None:
    found = answer(run, f"{module}:loss", f"p={text}", "n=3")
    assert found == {"value": 11.0, "gradient": {"p": {"a": 14.0, "b": [-6.0]}}}


def test_the_module_is_found_in_the_current_directory_and_the_path_is_restored(run, module: str) -> None:
    before = list(sys.path)
    assert answer(run, f"{module}:square", "x=1")["value"] == 1.0
    assert sys.path == before


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
    assert "no primitive is called 'sin'" in without.stderr
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
