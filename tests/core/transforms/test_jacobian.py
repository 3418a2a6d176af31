"""Matrices of derivatives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pullback as pb
from pullback import hessian, hvp, jacobian
from pullback.math import exp, sin

MODES: list[Any] = ["auto", "reverse", "forward"]


def polar(p: Any) -> Any:
    return [p[0] * pb.math.cos(p[1]), p[0] * sin(p[1]), p[0]]


@pytest.mark.parametrize("mode", MODES)
def test_the_layout(mode: Any) -> None:
    assert jacobian(lambda p: (p[0] * p[1], p[0]), mode=mode)([3.0, 2.0]) == ([2.0, 3.0], [1.0, 0.0])
    assert jacobian(lambda p: {"s": p["a"] * p["b"][0]}, mode=mode)({"a": 3.0, "b": (2.0,)}) == {
        "s": {"a": 2.0, "b": (3.0,)}
    }
    assert jacobian(lambda x: x * x, mode=mode)(3.0) == 6.0
    assert jacobian(lambda x: [x, (x * x, {"c": 5.0})], mode=mode)(3.0) == [1.0, (6.0, {"c": 0.0})]
    assert jacobian(lambda p: sum(p), mode=mode)((1.0, 2.0, 3.0)) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("mode", MODES)
def test_several_arguments(mode: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return [x * y, x + 2.0 * y]

    assert jacobian(f, (0, 1), mode)(3.0, 2.0) == [(2.0, 3.0), (1.0, 2.0)]
    assert jacobian(f, (1, 0), mode)(3.0, 2.0) == [(3.0, 2.0), (2.0, 1.0)]
    assert jacobian(f, "y", mode)(3.0, 2.0) == [3.0, 2.0]
    assert jacobian(f, ("y",), mode)(3.0, y=2.0) == [(3.0,), (2.0,)]


@settings(max_examples=30, deadline=None)
@given(r=st.floats(0.1, 5.0), angle=st.floats(-3.0, 3.0))
def test_modes_agree(r: float, angle: float) -> None:
    found = [jacobian(polar, mode=mode)([r, angle]) for mode in MODES]
    for each in found[1:]:
        for row, other in zip(each, found[0], strict=True):
            assert row == pytest.approx(other, rel=1e-14, abs=1e-300)


def test_auto_takes_the_cheaper_mode() -> None:
    used: list[str] = []

    def backward(x: Any, out: Any, g: Any) -> Any:
        used.append("reverse")
        return g

    def pushforward(x: Any, out: Any, t: Any) -> Any:
        used.append("forward")
        return t

    same = pb.primitive(lambda x: x + 0.0, backward, pushforward=pushforward, name="same")
    jacobian(lambda p: same(p[0]) + p[1])([1.0, 2.0])
    assert set(used) == {"reverse"}
    used.clear()
    jacobian(lambda x: [same(x), x, x])(1.0)
    assert set(used) == {"forward"}


@pytest.mark.parametrize("mode", MODES)
def test_outputs_that_are_not_differentiable(mode: Any) -> None:
    assert jacobian(lambda x: (x * x, "label", None), mode=mode)(3.0) == (6.0, None, None)


@pytest.mark.parametrize("mode", MODES)
def test_constant_outputs_and_unused_inputs(mode: Any) -> None:
    assert jacobian(lambda p: [7.0, p[0]], mode=mode)([1.0, 2.0]) == [[0.0, 0.0], [1.0, 0.0]]
    assert jacobian(lambda x: 3, mode=mode)(1.0) == 0.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("returned", [None, "text", (), {"a": None}])
def test_an_output_without_numbers_is_an_error(mode: Any, returned: Any) -> None:
    with pytest.raises(TypeError, match="returned"):
        jacobian(lambda x: returned, mode=mode)(1.0)


def test_a_mode_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match='"auto", "reverse" or "forward"'):
        jacobian(sin, mode="backward")  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
def test_jacobians_of_jacobians(mode: Any) -> None:
    def f(p: Any) -> Any:
        return [p[0] ** 2 * p[1], p[1] ** 3]

    for other in MODES:
        found = jacobian(jacobian(f, mode=mode), mode=other)([2.0, 3.0])
        assert found == [[[6.0, 4.0], [4.0, 0.0]], [[0.0, 0.0], [0.0, 18.0]]]


def test_hessian() -> None:
    assert hessian(lambda p: p[0] ** 2 * p[1])([3.0, 2.0]) == [[4.0, 6.0], [6.0, 0.0]]
    assert hessian(lambda x: x**4)(2.0) == 48.0
    found = hessian(lambda p: exp(p["a"]) * p["b"])({"a": 0.0, "b": 2.0})
    assert found == {"a": {"a": 2.0, "b": 1.0}, "b": {"a": 1.0, "b": 0.0}}
    assert hessian(lambda x, y: x * x * y, (0, 1))(3.0, 2.0) == ((4.0, 6.0), (6.0, 0.0))
    assert hessian(lambda x, y: x * y * y, 1)(3.0, 2.0) == 6.0
    assert hessian(lambda x, y: x * y * y, "y")(3.0, y=2.0) == 6.0


def test_the_hessian_of_a_gradient_and_back() -> None:
    def f(p: Any) -> Any:
        return sin(p[0] * p[1]) + p[1] ** 3

    point = [0.7, 1.3]
    reverse = jacobian(pb.grad(f), mode="reverse")(point)
    for row, other in zip(hessian(f)(point), reverse, strict=True):
        assert row == pytest.approx(other)
    direction = [0.5, -2.0]
    product = [sum(a * b for a, b in zip(row, direction, strict=True)) for row in hessian(f)(point)]
    assert hvp(f, point, direction) == pytest.approx(product)


def test_hvp() -> None:
    assert hvp(lambda p: p[0] ** 2 * p[1], [3.0, 2.0], [1.0, 0.0]) == [4.0, 6.0]
    assert hvp(lambda x: x**3, 2.0, 5.0) == 60.0
    assert pb.grad(lambda v: hvp(lambda x: x**3, 2.0, v))(1.0) == 12.0
    assert pb.grad(lambda x: hvp(lambda y: y**3, x, 1.0))(2.0) == 6.0
    with pytest.raises(TypeError):
        hvp(lambda p: p[0] * p[1], [1.0, 2.0], 1.0)
    with pytest.raises(TypeError):
        hvp(lambda p: p[0] * p[1], [1.0, 2.0], [1.0])


def test_hessian_of_what_is_not_one_number() -> None:
    with pytest.raises(TypeError, match="one real number"):
        hessian(lambda x: (x, x))(1.0)


def test_third_order_tensors() -> None:
    assert jacobian(hessian(lambda p: p[0] ** 2 * p[1]))([3.0, 2.0]) == [
        [[0.0, 2.0], [2.0, 0.0]],
        [[2.0, 0.0], [0.0, 0.0]],
    ]
