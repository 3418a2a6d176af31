"""The drop-in for `math`: same names, same values, same errors, and no gradient dropped."""

from __future__ import annotations

import importlib
import math
import pickle
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pullback as pb
from pullback import float_var, grad

NAMES = [name for name in dir(math) if not name.startswith("_")]
CONSTANTS = [name for name in NAMES if not callable(getattr(math, name))]
ONE = (
    ("acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "degrees", "erf", "erfc", "exp")
    + (
        "exp2",
        "expm1",
        "fabs",
        "floor",
        "frexp",
        "gamma",
        "isfinite",
        "isinf",
        "isnan",
        "lgamma",
        "log",
        "log10",
        "log1p",
    )
    + ("log2", "modf", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "trunc", "ulp", "hypot")
)
TWO = ("atan2", "copysign", "fmod", "hypot", "isclose", "log", "nextafter", "pow", "remainder")
INTEGERS = ("comb", "factorial", "gcd", "isqrt", "lcm", "perm")
PREDICATES = ("ceil", "floor", "isfinite", "isinf", "isnan", "trunc", "ulp")
DIFFERENTIABLE = (
    *(name for name in ONE if name not in PREDICATES),
    *("atan2", "copysign", "dist", "fmod", "fsum", "ldexp", "pow", "prod", "remainder"),
)

floats = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e308, -3.0])


def outcome(function: Any, *args: Any) -> tuple[str, Any]:
    """Return what a call gives, or which error it raises, in a form that compares."""
    try:
        return "value", repr(function(*args))
    except (ArithmeticError, ValueError, TypeError) as error:
        return "error", (type(error), str(error))


def test_every_name_of_math_is_there() -> None:
    assert sorted(pb.math.__all__) == NAMES
    assert set(NAMES) <= set(dir(pb.math))
    for name in NAMES:
        assert callable(getattr(pb.math, name)) == callable(getattr(math, name))


def test_constants() -> None:
    for name in CONSTANTS:
        assert getattr(pb.math, name) is getattr(math, name)


def test_star_import_brings_the_whole_of_it() -> None:
    names: dict[str, Any] = {}
    exec("from pullback.math import *", names)
    assert set(NAMES) <= set(names)
    assert grad(names["sin"])(0.0) == 1.0


def test_unknown_names_are_missing_as_from_any_module() -> None:
    with pytest.raises(AttributeError, match="'sine'"):
        _ = pb.math.sine
    with pytest.raises(ImportError):
        exec("from pullback.math import sine")
    assert not hasattr(pb.math, "__no_such_dunder__")


@pytest.mark.parametrize("name", ONE)
@given(x=floats)
@example(x=math.nan)
@example(x=-math.inf)
def test_functions_of_one_number_are_those_of_math(name: str, x: float) -> None:
    assert outcome(getattr(pb.math, name), x) == outcome(getattr(math, name), x)


@pytest.mark.parametrize("name", TWO)
@given(x=floats, y=floats)
@example(x=0.0, y=-1.0)
@example(x=-8.0, y=1.0 / 3.0)
@example(x=10.0, y=400.0)
def test_functions_of_two_numbers_are_those_of_math(name: str, x: float, y: float) -> None:
    assert outcome(getattr(pb.math, name), x, y) == outcome(getattr(math, name), x, y)


@pytest.mark.parametrize("name", INTEGERS)
@given(n=st.integers(-3, 30), k=st.integers(-3, 30))
def test_functions_of_integers_are_those_of_math(name: str, n: int, k: int) -> None:
    for args in ((n,), (n, k)):
        assert outcome(getattr(pb.math, name), *args)[0] == outcome(getattr(math, name), *args)[0]
        if outcome(getattr(math, name), *args)[0] == "value":
            assert outcome(getattr(pb.math, name), *args) == outcome(getattr(math, name), *args)


@given(xs=st.lists(st.floats(-1e6, 1e6), max_size=5), ys=st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_functions_of_sequences_are_those_of_math(xs: list[float], ys: list[float]) -> None:
    for make in (list, tuple, iter):
        assert pb.math.fsum(make(xs)) == math.fsum(xs)
        assert pb.math.prod(make(xs)) == math.prod(xs)
    assert outcome(pb.math.dist, xs, ys) == outcome(math.dist, xs, ys)
    assert outcome(pb.math.hypot, *xs) == outcome(math.hypot, *xs)
    if hasattr(math, "sumprod"):
        assert outcome(pb.math.sumprod, xs, ys) == outcome(math.sumprod, xs, ys)


def test_results_keep_the_types_of_math() -> None:
    for name in ("floor", "ceil", "trunc"):
        assert type(getattr(pb.math, name)(2.5)) is int
        assert type(getattr(pb.math, name)(float_var(2.5))) is int
        assert type(getattr(pb.math, name)(7)) is int
    assert type(pb.math.isnan(1.0)) is bool
    assert type(pb.math.sin(1)) is float
    assert type(pb.math.fabs(-3)) is float
    assert type(pb.math.frexp(6.0)[1]) is int


@pytest.mark.parametrize("bad", ["a", None, [1.0], 1j])
@pytest.mark.parametrize("name", ["sin", "log", "hypot", "erf", "fabs", "isnan"])
def test_what_is_no_number_is_refused_as_by_math(name: str, bad: Any) -> None:
    with pytest.raises(TypeError):
        getattr(pb.math, name)(bad)
    assert outcome(getattr(pb.math, name))[0] == outcome(getattr(math, name))[0]


def _call(name: str, x: Any) -> Any:
    function = getattr(pb.math, name)
    if name in ("fsum", "prod"):
        return function([x, x])
    if name == "dist":
        return function([x, 1.0], [0.0, x])
    if name == "ldexp":
        return function(x, 3)
    out = function(x, 0.75) if name in ("atan2", "copysign", "fmod", "pow", "remainder", "hypot") else function(x)
    return out[0] if isinstance(out, tuple) else out


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_every_differentiable_function_is_differentiated(name: str) -> None:
    x = 1.25 if name == "acosh" else 0.55
    pb.check_grads(lambda v: _call(name, v), (x,), order=2)
    v = float_var(x)
    out = _call(name, v)
    assert type(out) is float_var
    out.backprop()
    assert v.grad == pytest.approx(grad(lambda v: _call(name, v))(x))


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(CONSTANTS)))
def test_no_function_drops_a_gradient_in_silence(name: str) -> None:
    """On a variable a function gives a variable, or what is no differentiable information, or an error."""
    function = getattr(pb.math, name)
    for args in (
        lambda v: (v,),
        lambda v: (v, v),
        lambda v: (2.0, v),
        lambda v: ([v, v],),
        lambda v: ([v, v], [v, 1.0]),
        lambda v: (v, v, v),
    ):

        def f(v: Any, args: Any = args) -> Any:
            try:
                out = function(*args(v))
            except (TypeError, ValueError, OverflowError):
                return v
            parts = out if isinstance(out, tuple) else (out,)
            assert all(type(part) in (pb.ScalarVariable, int, bool) for part in parts) or name == "ulp", out
            return v

        grad(f)(0.75)


@pytest.mark.parametrize("name", [*INTEGERS, "nextafter"])
def test_the_rest_refuses_variables_with_advice(name: str) -> None:
    function = getattr(pb.math, name)
    args: Iterable[Any] = (
        (3, float_var(2.0)) if name in ("comb", "perm", "gcd", "lcm", "nextafter") else (float_var(2.0),)
    )
    with pytest.raises(pb.ChainBrokenError, match=rf"math\.{name} is not differentiable.*test_math\.py.*stop_gradient"):
        function(*args)


def test_predicates_and_roundings_take_variables() -> None:
    for make in (pb.Variable, float_var):
        v = make(2.5)
        assert (pb.math.floor(v), pb.math.ceil(v), pb.math.trunc(v)) == (2, 3, 2)
        assert not pb.math.isnan(v)
        assert not pb.math.isinf(v)
        assert pb.math.isfinite(v)
        assert pb.math.isclose(v, 2.5)
        assert pb.math.isclose(2.4, v, abs_tol=make(0.2))


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: pb.math.log(x), 0.0),
        (lambda x: pb.math.log(x), -1.0),
        (lambda x: pb.math.log(x, 1.0), 2.0),
        (lambda x: pb.math.sqrt(x), -1.0),
        (lambda x: pb.math.asin(x), 2.0),
        (lambda x: pb.math.acosh(x), 0.5),
        (lambda x: pb.math.atanh(x), 1.0),
        (lambda x: pb.math.exp(x), 1000.0),
        (lambda x: pb.math.cosh(x), 1000.0),
        (lambda x: pb.math.pow(x, -1.0), 0.0),
        (lambda x: pb.math.pow(x, 0.5), -1.0),
        (lambda x: pb.math.fmod(x, 0.0), 1.0),
        (lambda x: pb.math.sin(x), math.inf),
        (lambda x: pb.math.gamma(x), -1.0),
        (lambda x: pb.math.floor(x), math.inf),
    ],
)
def test_domain_errors_are_the_same_on_variables(function: Any, x: float) -> None:
    expected = outcome(function, x)
    assert expected[0] == "error"
    assert outcome(function, pb.Variable(x)) == expected
    assert outcome(function, float_var(x)) == expected
    assert outcome(grad(function), x) == expected
    assert outcome(grad(grad(function)), x) == expected
    assert outcome(lambda: pb.jvp(function, (x,), (1.0,))) == expected


def test_log_with_a_base() -> None:
    assert pb.math.log(8.0, 2.0) == math.log(8.0, 2.0)
    assert grad(pb.math.log)(8.0, 2.0) == pytest.approx(1.0 / (8.0 * math.log(2.0)))
    assert grad(pb.math.log, 1)(8.0, 2.0) == pytest.approx(-math.log(8.0) / (2.0 * math.log(2.0) ** 2))
    with pytest.raises(TypeError):
        pb.math.log(2.0, 3.0, 4.0)


def test_what_a_program_registers_answers_at_once_and_no_longer_when_it_leaves() -> None:
    def backward(x: Any, out: Any, g: Any) -> Any:
        return g * 100.0

    mine = pb.primitive(math.sin, backward, name="my_sin", overloads=[math.sin], override=True)
    with pb.plugins([mine]):
        assert grad(lambda x: pb.math.sin(x))(0.0) == 100.0
    assert grad(lambda x: pb.math.sin(x))(0.0) == 1.0


def test_a_function_that_was_passed_through_can_be_registered() -> None:
    step = pb.primitive(math.nextafter, lambda x, y, out, g: (g, None), name="my_nextafter", overloads=[math.nextafter])
    with pytest.raises(pb.ChainBrokenError):
        grad(lambda x: pb.math.nextafter(x, 9.0))(2.0)
    with pb.plugins([step]):
        assert grad(lambda x: pb.math.nextafter(x, 9.0))(2.0) == 1.0
    with pytest.raises(pb.ChainBrokenError):
        grad(lambda x: pb.math.nextafter(x, 9.0))(2.0)


def test_what_is_passed_through_keeps_its_name_and_text() -> None:
    assert pb.math.gcd.__name__ == "gcd"
    assert pb.math.gcd.__doc__ == math.gcd.__doc__
    assert importlib.import_module("pullback.math") is pb.math


def test_functions_of_the_facade_pickle() -> None:
    for name in ("sin", "log", "floor", "gcd"):
        function = getattr(pb.math, name)
        assert pickle.loads(pickle.dumps(function))(6 if name == "gcd" else 6.0) == function(
            6 if name == "gcd" else 6.0
        )


def test_the_product_begins_with_a_variable_and_goes_through_an_array() -> None:
    assert grad(lambda x: pb.math.prod([2.0, x, 3.0], start=x))(5.0) == 60.0
    assert grad(pb.math.prod)(np.array([2.0, 0.0, 3.0])).tolist() == [0.0, 6.0, 0.0]
    assert pb.math.prod([2, 3], start=4) == 24
    assert type(pb.math.prod([2, 3])) is int
    assert pb.math.prod([]) == 1
    with pytest.raises(TypeError):
        pb.math.prod([1.0], 2.0)
