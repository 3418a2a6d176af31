"""Expressions: what Python computes, what a primitive computes, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pullback import Variable, elementwise, plugins, value_and_grad
from pullback.cli.expression import Expression, number
from pullback.cli.messages import InputError


def value(source: str, **variables: float) -> Any:
    expression = Expression(source)
    expression.require(variables)
    return expression(variables)


def refusal(source: str, **variables: float) -> str:
    with pytest.raises(InputError) as raised:
        value(source, **variables)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    "source",
    [
        "1 + 2 * 3", "(1 + 2) * 3", "-x ** 2", "2 ** 3 ** 2", "2 ** -1", "7 // 2", "-7 // 2", "-7 % 3", "7 / 2 / 2",
        "1 - 2 - 3", "+x", "--x", "1_000.5", "1e3", "0x10", "x if x > 1 else -x", "x if not x > 1 else -x",
        "1 if 0 < x < 4 < 5 else 2", "1 if 0 < x > 4 else 2", "1 if x == 3 != 4 else 2", "(x > 1) * 5",
        "1 if x < 0 or x > 2 and x < 5 else 2", "0 or x", "x and 2", "True + x",
    ],
)  # fmt: skip
def test_operators_are_those_of_python(source: str) -> None:
    if "True" in source:
        assert "no real number" in refusal(source, x=3.0)
        return
    found = value(source, x=3.0)
    assert found == eval(source, {"x": 3.0})
    assert type(found) is float


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sin(x)", math.sin(2.0)),
        ("log(x)", math.log(2.0)),
        ("log(x, 10)", math.log(2.0, 10)),
        ("pow(x, 3)", 8.0),
        ("abs(-x)", 2.0),
        ("round(x / 3)", 1.0),
        ("round(x / 3, 2)", 0.67),
        ("round(12345, -2)", 12300.0),
        ("hypot(x, 1.5)", 2.5),
        ("hypot(1, 2, 2)", 3.0),
        ("max(x, 1)", 2.0),
        ("max(1, x, 7)", 7.0),
        ("min([x, 1, 7])", 1.0),
        ("min(x, 7)", 2.0),
        ("atan2(1, x)", math.atan2(1.0, 2.0)),
        ("arctan(x)", math.atan(2.0)),
        ("arctan2(1, x)", math.atan2(1.0, 2.0)),
        ("floor(x / 3)", 0.0),
        ("ldexp(x, -1)", 1.0),
        ("fsum([x, 1, 1])", 4.0),
        ("dist((0, 0), (3, 4))", 5.0),
        ("where(x > 1, 5, 6)", 5.0),
        ("0 if isnan(x) else 1", 1.0),
        ("pi + e + tau", math.pi + math.e + math.tau),
        ("-inf", -math.inf),
    ],
)
def test_functions_and_constants_are_what_a_user_expects(source: str, expected: float) -> None:
    assert value(source, x=2.0) == pytest.approx(expected, rel=1e-15)


def test_nan_is_a_constant() -> None:
    assert math.isnan(value("nan"))


def test_a_given_variable_wins_over_a_constant_but_not_over_a_function() -> None:
    assert value("e * 2", e=5.0) == 10.0
    assert value("sin(sin)", sin=0.5) == math.sin(0.5)


def test_variables_come_in_the_order_of_the_text() -> None:
    assert Expression("z * sin(a + z) - pi").variables == ["z", "a", "pi"]


def test_only_the_branch_that_is_taken_is_computed() -> None:
    assert value("log(x) if x > 0 else 0", x=-1.0) == 0.0
    assert value("1 if x == 0 or 1/x > 2 else 2", x=0.0) == 1.0
    assert value("1 if 0 < x < 1/x else 2", x=0.0) == 2.0


def test_variables_of_the_chain_flow_through() -> None:
    found = Expression("x * sin(x) if x > 0 else x")({"x": Variable(2.0)})
    assert isinstance(found, Variable)
    found.backprop()


def slopes(source: str, *at: float) -> Any:
    names = "xyz"[: len(at)]
    expression = Expression(source)
    gradient = value_and_grad(
        lambda *values: expression(dict(zip(names, values, strict=True))), argnums=tuple(range(len(at)))
    )(*at)
    assert gradient[0] == value(source, **dict(zip(names, at, strict=True)))
    return gradient[1]


def test_ties_share_the_gradient_evenly_however_many_they_are() -> None:
    assert slopes("max(x, y)", 1.0, 1.0) == (0.5, 0.5)
    assert slopes("max(x, y, z)", 1.0, 1.0, 1.0) == pytest.approx((1 / 3, 1 / 3, 1 / 3), rel=1e-15)
    assert slopes("min(x, y, z, 5)", 0.1, 0.1, 0.1) == pytest.approx((1 / 3, 1 / 3, 1 / 3), rel=1e-15)
    assert slopes("max([x, y, z])", 1.0, 3.0, 2.0) == (0.0, 1.0, 0.0)
    assert slopes("min(x, y, z)", 2.0, 1.0, 1.0) == (0.0, 0.5, 0.5)
    assert math.isnan(value("max(nan, 1, 2)"))
    assert math.isnan(value("max(1, 2, nan)"))
    assert value("max(inf, inf, inf)") == math.inf


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x.real", "attributes"),
        ("math.sin(x)", "write sin(x), not math.sin(x)"),
        ("x[0]", "subscripts"),
        ("lambda: x", "lambda"),
        ("(lambda: x)()", "lambda"),
        ("[x for x in [1]]", "comprehensions"),
        ("max(y for y in [x])", "comprehensions"),
        ("{x}", "sets"),
        ("{1: x}", "dicts"),
        ("(y := x)", "assignments"),
        ("sin(x, k=2)", "keyword arguments"),
        ("sin(**x)", "keyword arguments"),
        ("sin(*x)", "starred"),
        ("f'{x}'", "strings"),
        ("'x'", "no real number"),
        ("b'x'", "no real number"),
        ("1j * x", "no real number"),
        ("None", "no real number"),
        ("...", "no real number"),
        ("2 ^ x", "a power is **"),
        ("x & 1", "write and"),
        ("x | 1", "write or"),
        ("~x", "operator ~"),
        ("x << 1", "operator <<"),
        ("x @ x", "operator @"),
        ("x is x", "is"),
        ("x in [x]", "in"),
        ("__import__('os')", "two underscores"),
        ("__builtins__", "two underscores"),
        ("sin(x)(x)", "calls"),
        ("(x, x)", "only be the argument"),
        ("[x]", "only be the argument"),
        ("max([[x]])", "only be the argument"),
        ("await x", "await"),
        ("yield x", "syntax error"),
        ("x = 1", "syntax error"),
        ("import os", "syntax error"),
        ("x; x", "syntax error"),
        ("2x", "syntax error"),
        ("x +", "syntax error"),
        ("(x", "syntax error"),
        ("x\n+ 1", "syntax error"),
        ("", "empty"),
        ("  ", "empty"),
        ("x > 1", "no number"),
        ("isnan(x)", "no number"),
        ("frexp(x)", "2 values"),
        ("frexp(x) + 1", "several values"),
        ("-frexp(x)", "several values"),
        ("1 if modf(x) > 1 else 2", "several values"),
        ("eval(x)", "no primitive is called 'eval'"),
        ("open(x)", "no primitive is called 'open'"),
        ("sine(x)", "did you mean 'sin'?"),
        ("expm1_(x)", "did you mean 'expm1'?"),
        ("x * y", "no value for 'y', so add y=VALUE"),
        ("x * tua", "did you mean 'tau'?"),
        ("sin * x", "write sin(...)"),
        ("sin()", "sin: "),
        ("sin(x, x)", "sin: "),
        ("max(x)", "two numbers or more"),
        ("max([])", "two numbers or more"),
        ("round(x, 0.5)", "whole number of digits"),
        ("ldexp(x, x)", "ldexp: "),
        ("log(-x)", "log(-3.0) is not defined"),
        ("log(x, 0)", "log(3.0, 0) is not defined"),
        ("1 / (x - 3)", "1.0 / 0.0 is not defined"),
        ("x // 0", "not defined"),
        ("x % 0", "not defined"),
        ("(x - 3) ** -1", "not defined"),
        ("(-x) ** 0.5", "(-3.0) ** 0.5 is not a real number"),
        ("exp(1000 * x)", "exp(3000.0) is not defined"),
        ("9 ** 9 ** 9", "not defined"),
        ("1" + "0" * 400 + " * x", "not defined"),
        ("dist([1], [1, 2])", "dist([1], [1, 2]) is not defined"),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_in_one_line(source: str, said: str) -> None:
    assert said in refusal(source, x=3.0)


@pytest.mark.filterwarnings("error")
def test_what_python_only_warns_of_warns_of_nothing() -> None:
    assert value("1if x else 2", x=1.0) == 1.0


@pytest.mark.parametrize("source", ["(" * 400 + "x" + ")" * 400, "-" * 20_000 + "x", "+".join(["x"] * 20_000)])
def test_depth_is_an_error_and_no_crash(source: str) -> None:
    said = refusal(source, x=1.0)
    assert "nested" in said
    assert len(said) < 200


def test_nothing_of_python_is_reached_by_name() -> None:
    for name in ("print", "exit", "int", "vars", "getattr", "type"):
        assert "no primitive" in refusal(f"{name}(x)", x=1.0)


def test_what_is_registered_at_run_time_can_be_called() -> None:
    thrice = elementwise(lambda x: 3.0 * x, derivative=lambda x, y: 3.0, name="thrice")

    assert "no primitive" in refusal("thrice(x)", x=1.0)
    with plugins(thrice):
        assert value("thrice(x)", x=2.0) == 6.0
        assert slopes("thrice(x) * x", 2.0) == (12.0,)
    assert "no primitive" in refusal("thrice(x)", x=1.0)


def test_whatever_a_plugin_raises_is_one_line() -> None:
    def forward(x: float) -> float:
        raise KeyError("lost\nkey")

    broken = elementwise(forward, derivative=lambda x, y: 1.0, name="broken")
    with plugins(broken):
        assert refusal("broken(x)", x=1.0) == "broken raised KeyError: 'lost\\nkey'"


def test_the_error_of_a_primitive_names_no_line_of_ours() -> None:
    parametric = elementwise({"nosuch": "math:sin"}, derivative=lambda x, y: 1.0, name="parametric")
    with plugins(parametric):
        said = refusal("parametric(x)", x=1.0)
    assert said == "parametric: parametric has no forward for values of kind 'float', only for nosuch,"[:-1]


@pytest.mark.parametrize(
    ("text", "expected"), [("1.5", 1.5), ("-inf", -math.inf), ("pi/2", math.pi / 2), ("2**-1", 0.5), ("sqrt(4)", 2.0)]
)
def test_a_number_may_be_an_expression(text: str, expected: float) -> None:
    assert number(text) == expected


def test_a_number_has_no_variables() -> None:
    with pytest.raises(InputError, match="no value for 'x'"):
        number("x")
