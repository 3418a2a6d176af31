"""Forward mode: `jvp`."""

from __future__ import annotations

import math
from typing import Any

import pytest

import pullback as pb
from pullback import jvp
from pullback.math import sin


def test_jvp() -> None:
    assert jvp(lambda x, y: x * y, (3.0, 2.0), (1.0, 0.5)) == (6.0, 3.5)
    assert jvp(sin, (0.5,), (2.0,)) == (math.sin(0.5), 2.0 * math.cos(0.5))
    assert jvp(lambda x, y: x * y, [3.0, 2.0], [1.0, 0.5]) == (6.0, 3.5)


def test_structures_in_and_out() -> None:
    def f(p: Any, q: Any) -> Any:
        return {"product": p["w"] * q[0], "static": "label", "both": (p["w"], [q[1]])}

    output, tangent = jvp(f, ({"w": 3.0}, [2.0, 5.0]), ({"w": 1.0}, [10.0, 0.25]))
    assert output == {"product": 6.0, "static": "label", "both": (3.0, [5.0])}
    assert tangent == {"product": 32.0, "static": None, "both": (1.0, [0.25])}


def test_static_leaves_take_none_or_themselves_as_tangent() -> None:
    primal = {"x": 2.0, "label": "a", "flag": True}
    for tangent in ({"x": 1.0, "label": None, "flag": None}, {"x": 1.0, "label": "a", "flag": True}):
        assert jvp(lambda p: p["x"] ** 2, (primal,), (tangent,)) == (4.0, 4.0)


def test_types_are_kept() -> None:
    output, tangent = jvp(lambda x: x * 2, (3,), (1,))
    assert (type(output), type(tangent)) == (float, float)


@pytest.mark.parametrize(
    ("primals", "tangents"),
    [
        (3.0, 1.0),
        ((3.0,), 1.0),
        (3.0, (1.0,)),
        ((3.0,), ()),
        ((3.0,), (1.0, 2.0)),
        ((3.0,), ((1.0,),)),
        ((3.0,), ("a",)),
        ((3.0,), (None,)),
        (((3.0, 4.0),), (1.0,)),
        (((3.0, 4.0),), ([1.0, 2.0],)),
        (((3.0, 4.0),), ((1.0,),)),
        (({"a": 3.0},), ({"b": 3.0},)),
        (({"a": 3.0},), ({"a": 3.0, "b": 1.0},)),
        (({"a": 3.0},), ({"a": None},)),
    ],
)
def test_tangents_that_are_built_otherwise(primals: Any, tangents: Any) -> None:
    with pytest.raises(TypeError) as caught:
        jvp(lambda *xs: 1.0, primals, tangents)
    assert "tangent" in str(caught.value)


def test_a_function_of_constants() -> None:
    assert jvp(lambda x: 7.0, (1.0,), (1.0,)) == (7.0, 0.0)
    assert jvp(lambda x: None, (1.0,), (1.0,)) == (None, None)
    assert jvp(lambda x: ("a", x), (1.0,), (3.0,)) == (("a", 1.0), (None, 3.0))


def test_a_deep_chain() -> None:
    def f(x: Any) -> Any:
        for _ in range(100_000):
            x = x * 1.0
        return x

    assert jvp(f, (2.0,), (3.0,)) == (2.0, 3.0)


def test_forward_over_everything() -> None:
    def forward(function: Any) -> Any:
        return lambda x: jvp(function, (x,), (1.0,))[1]

    assert forward(forward(forward(forward(lambda x: x**5))))(1.0) == 120.0
    assert forward(pb.grad(forward(pb.grad(lambda x: x**5))))(1.0) == 120.0
    assert forward(lambda x: pb.jacobian(lambda y: [y * x, y])(x)[0])(3.0) == 1.0
    assert forward(lambda x: pb.hessian(lambda y: y**3 * x)(x))(3.0) == 36.0
