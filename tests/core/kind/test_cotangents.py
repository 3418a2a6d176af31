"""The algebra of cotangents has defaults: three methods make a kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import pullback as pb
from pullback import RuleError, grad, hessian, hvp, jacobian, jvp, vjp
from pullback.kind import CotangentAlgebra, kind_of

from .dozens import Dozen, Dozens


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    with pb.plugins(Dozens()):
        yield


def cube(x: Any) -> Any:
    return x * x * x + 2 * x


def test_every_transform_works_on_three_methods() -> None:
    x = Dozen(2.0)
    assert grad(cube)(x) == Dozen(14.0)
    assert grad(grad(cube))(x) == Dozen(12.0)
    assert jvp(cube, (x,), (Dozen(1.0),)) == (Dozen(12.0), Dozen(14.0))
    assert jvp(grad(cube), (x,), (Dozen(1.0),))[1] == Dozen(12.0)
    assert vjp(lambda x, y: x * y, x, Dozen(5.0))[1](Dozen(1.0)) == (Dozen(5.0), x)
    assert hvp(cube, x, Dozen(1.0)) == Dozen(12.0)
    assert jacobian(cube)(x) == Dozen(14.0)
    assert hessian(cube)(x) == Dozen(12.0)
    v = pb.Variable(x)
    cube(v).backprop(Dozen(1.0))
    assert v.grad == Dozen(14.0)


def test_what_is_of_another_kind_is_no_gradient() -> None:
    kind = kind_of(Dozen(1.0))
    assert kind.fit(Dozen(2.0), Dozen(1.0)) == Dozen(2.0)
    for wrong in (1.0, None, "text", object()):
        with pytest.raises(TypeError, match="expected Dozen"):
            kind.fit(wrong, Dozen(1.0))
    halves = pb.primitive(lambda x: x * 0.5, lambda x, y, g: 0.5, name="halves")
    with pytest.raises(RuleError, match="halves returned float where a gradient of Dozen was wanted"):
        grad(halves)(Dozen(1.0))


def test_the_defaults() -> None:
    class Shaped:
        shape = (2, 3)

    class Plain:
        shape = ()

    kind = CotangentAlgebra()
    assert kind.size(Shaped()) == 6
    assert not kind.is_scalar(Shaped())
    assert kind.is_scalar(Plain())
    assert not kind.is_complex(1.0)
    assert kind.add(1.0, 2.0) == 3.0
    assert kind.strong_product(2.0, 3.0) == kind.plain_product(2.0, 3.0) == kind.last_plain_product(2.0, 3.0) == 6.0
    assert kind.infinities(float("inf")) is None
    assert kind.has_nan(float("nan"))
    assert not kind.has_nan(1.0)
    assert not kind.same_shape_and_type(1.0, 1.0)
    assert kind.broadcast(1.0, 2.0) == 1.0
    assert kind.describe(pb.Variable(1.0)) == "float"
    with pytest.raises(TypeError, match="float has no sum"):
        kind.total(1.0)
    for method in (kind.zero, kind.one, kind.size, kind.is_scalar):
        with pytest.raises(NotImplementedError, match=rf"has no {method.__name__}\(\).* define it in CotangentAlgebra"):
            method(1.0)
    with pytest.raises(NotImplementedError, match=r"has no limit_where_nonzero\(\)"):
        kind.limit_where_nonzero(1.0, 2.0)
