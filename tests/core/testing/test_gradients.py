"""`check_grads` accepts what is right and rejects what is wrong, in each mode and order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

import pullback as pb
from pullback import check_grads, elementwise, float_var, primitive
from pullback.math import exp, log, sin


@dataclass
class Point:
    x: float
    n: int = 2


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (lambda x: sin(x) * x, (2.0,)),
        (lambda x, y: x * x * y, (3.0, 2.0)),
        (lambda x: x, (0.0,)),
        (lambda x: 7.0, (1.0,)),
        (lambda p: p["a"] * p["b"][0], ({"a": 2.0, "b": [3.0]},)),
        (lambda p: p.x**p.n, (Point(1.5),)),
        (lambda x: {"a": x * x, "b": (sin(x), "static")}, (0.3,)),
        (lambda x: exp(x), (-30.0,)),
        (lambda x: x * 1e8, (3.0,)),
        (lambda x: log(x), (1e6,)),
        (pb.math.hypot, (3.0, 4.0)),
        (lambda x: x**3, (2,)),
    ],
)
def test_right_gradients_pass(function: Any, args: Any) -> None:
    check_grads(function, args)
    check_grads(function, list(args), order=1)


def wrong_square(**rules: Any) -> Any:
    return primitive(lambda x: x * x, name="wrong", **rules)


def right_back(x: Any, out: Any, g: Any) -> Any:
    return 2.0 * x * g


@pytest.mark.parametrize(
    ("pair", "order", "modes", "message"),
    [
        (wrong_square(backward=lambda x, out, g: 3.0 * x * g), 1, ("reverse",), "first-order reverse mode of wrong"),
        (wrong_square(backward=lambda x, out, g: 3.0 * x * g), 1, ("forward",), "first-order forward mode of wrong"),
        (
            wrong_square(backward=right_back, pushforward=lambda x, out, t: 2.1 * x * t),
            1,
            ("forward",),
            "first-order forward",
        ),
        (
            wrong_square(backward=lambda x, out, g: 2.0 * pb.stop_gradient(x) * g),
            2,
            ("reverse",),
            "second-order reverse over reverse mode of wrong",
        ),
        (
            wrong_square(backward=right_back, pushforward=lambda x, out, t: 2.0 * pb.stop_gradient(x) * t),
            2,
            ("forward",),
            "second-order forward over forward mode",
        ),
        (
            elementwise(lambda x: x * x, derivative=lambda x, out: 2.0 * x + 1e-4, name="wrong"),
            1,
            ("reverse",),
            "first-order",
        ),
        (elementwise(lambda x: x * x, derivative=lambda x, out: math.nan, name="wrong"), 1, ("reverse",), "nan"),
    ],
)
def test_wrong_gradients_are_found_and_named(pair: Any, order: int, modes: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_grads(pair, (3.0,), order, modes)
    if order == 2:
        check_grads(pair, (3.0,), 1, modes)


def test_a_wrong_mode_does_not_fail_the_other() -> None:
    pair = wrong_square(backward=right_back, pushforward=lambda x, out, t: 2.1 * x * t)
    check_grads(pair, (3.0,), 1, ("reverse",))


def test_a_lost_chain_is_found() -> None:
    with pytest.raises(pb.ChainBrokenError):
        check_grads(lambda x: math.sin(x), (1.0,))
    with pytest.raises(AssertionError):
        check_grads(lambda x: pb.stop_gradient(x) * x, (1.0,))


def test_a_c_function_on_a_float_var_is_caught() -> None:
    x = float_var(1.0)
    assert type(math.sin(x)) is float  # the chain ends here, which only check_grads can tell
    with pytest.raises(pb.ChainBrokenError, match=r"math\.sin"):
        check_grads(lambda v: math.sin(v), (1.0,))


def test_a_wrong_partial_of_one_of_many_inputs() -> None:
    pair = primitive(lambda x, y, z: x + y * z, lambda x, y, z, out, g: (g, z * g, -y * g), name="wrong")
    with pytest.raises(AssertionError, match="wrong"):
        check_grads(pair, (1.0, 2.0, 3.0), order=1)


def test_bad_calls() -> None:
    with pytest.raises(ValueError, match="modes are"):
        check_grads(sin, (1.0,), modes=("backward",))
    with pytest.raises(ValueError, match="modes are"):
        check_grads(sin, (1.0,), modes=())
    with pytest.raises(TypeError, match=r"check_grads\(f, \(x,\)\)"):
        check_grads(sin, 1.0)  # type: ignore[arg-type]


def test_it_chooses_the_same_directions_every_time() -> None:
    seen: list[list[float]] = [[], []]
    for record in seen:

        def f(x: Any, record: list[float] = record) -> Any:
            record.append(float(pb.stop_gradient(x)))
            return x * x

        check_grads(f, (1.0,))
    assert seen[0] == seen[1]


def test_third_order() -> None:
    check_grads(lambda x: sin(x) * x, (0.7,), order=3, rtol=1e-4)
