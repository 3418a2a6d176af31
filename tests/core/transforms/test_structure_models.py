"""Pydantic models: taken apart and put back past their validation, which is never tricked."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

import pydantic
import pytest

import pullback as pb
from pullback import grad, jacobian, jvp, value_and_grad, vjp


class Rates(pydantic.BaseModel):
    growth: float
    steps: int = 4
    name: str = "hare"
    ceiling: float | None = None


class Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(validate_assignment=True, strict=True)
    x: float = pydantic.Field(gt=0.0)
    calls: ClassVar[list[Any]] = []

    @pydantic.field_validator("x")
    @classmethod
    def _seen(cls, value: float) -> float:
        cls.calls.append(value)
        return value


class FrozenModel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)
    x: float
    inner: Rates
    many: list[Rates] = []
    table: dict[str, float] = {}


class Hidden(pydantic.BaseModel):
    x: float
    _secret: list[float] = pydantic.PrivateAttr(default_factory=lambda: [7.0])


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    x: float


class Squared(pydantic.BaseModel):
    x: float

    @functools.cached_property
    def square(self) -> Any:
        return self.x * self.x

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @functools.cached_property
    def cube(self) -> Any:
        return self.x**3


class Root(pydantic.RootModel[list[float]]):
    pass


def test_a_model_in_and_a_model_of_gradients_out() -> None:
    value, found = value_and_grad(lambda p: p.growth**p.steps)(Rates(growth=2.0))
    assert value == 16.0
    assert type(found) is Rates
    assert (found.growth, found.steps, found.name, found.ceiling) == (32.0, None, None, None)
    assert grad(lambda p: p.growth * p.ceiling)(Rates(growth=2.0, ceiling=3.0)).ceiling == 2.0


def test_models_in_models_and_containers() -> None:
    point = FrozenModel(x=2.0, inner=Rates(growth=3.0), many=[Rates(growth=5.0), Rates(growth=7.0)], table={"a": 11.0})
    found = grad(lambda p: p.x * p.inner.growth * p.many[1].growth * p.table["a"])(point)
    assert type(found.inner) is Rates
    assert found.x == 3.0 * 7.0 * 11.0
    assert found.inner.growth == 2.0 * 7.0 * 11.0
    assert [each.growth for each in found.many] == [0.0, 66.0]
    assert found.table == {"a": 42.0}
    listed = grad(lambda ps: ps["a"][0].growth ** 2)({"a": [Rates(growth=3.0)]})
    assert listed["a"][0].growth == 6.0


def test_validation_does_not_see_the_variables_that_we_put_in() -> None:
    point = Strict(x=3.0)
    Strict.calls.clear()
    found = grad(lambda p: -p.x * p.x)(point)
    assert found.x == -6.0
    assert Strict.calls == []
    assert point.x == 3.0


@pytest.mark.parametrize("change", ["assign", "construct"])
def test_validation_of_a_variable_inside_the_function_never_loses_it_in_silence(change: str) -> None:
    def f(p: Any) -> Any:
        if change == "assign":
            p.x = p.x * 2.0
            return p.x
        return Strict(x=p.x * 2.0).x

    with pytest.raises((pydantic.ValidationError, pb.ChainBrokenError)):
        grad(f)(Strict(x=3.0))


def test_copies_inside_the_function_keep_the_chain() -> None:
    def f(p: Any) -> Any:
        q = p.model_copy(update={"growth": p.growth * 2.0})
        r = q.model_copy(deep=True)
        return r.growth * p.model_copy().growth

    assert grad(f)(Rates(growth=3.0)).growth == 12.0
    assert grad(lambda p: Rates.model_construct(growth=p.growth**2).growth)(Rates(growth=3.0)).growth == 6.0


def test_assignment_where_nothing_validates() -> None:
    def f(p: Any) -> Any:
        p.growth = p.growth * p.growth
        return p.growth

    point = Rates(growth=3.0)
    assert grad(f)(point).growth == 6.0
    assert point == Rates(growth=3.0)


def test_private_attributes_travel() -> None:
    point = Hidden(x=3.0)
    point._secret.append(8.0)
    found = grad(lambda p: p.x * p._secret[1])(point)
    assert found.x == 8.0
    assert point._secret == [7.0, 8.0]


def test_extra_fields_are_fields() -> None:
    point = Open(x=3.0, y=2.0, tag="t")  # type: ignore[call-arg]
    found = grad(lambda p: p.x * p.y)(point)
    assert (found.x, found.y, found.tag) == (2.0, 3.0, None)
    assert set(found.model_extra) == {"y", "tag"}


def test_root_models() -> None:
    assert grad(lambda p: p.root[0] * p.root[1])(Root([3.0, 2.0])).root == [2.0, 3.0]


def test_fields_that_were_set_are_remembered() -> None:
    point = Rates(growth=2.0)
    assert grad(lambda p: p.growth**2)(point).model_fields_set == {"growth"}
    assert point.model_fields_set == {"growth"}


def test_what_a_model_had_cached_is_computed_anew() -> None:
    point = Squared(x=3.0)
    assert (point.square, point.cube) == (9.0, 27.0)
    assert grad(lambda p: p.square)(point).x == 6.0
    assert grad(lambda p: p.cube)(point).x == 27.0
    found = grad(lambda p: p.x * 5.0)(point)
    assert found.x == 5.0
    assert found.square == 25.0
    assert point.square == 9.0


def test_models_as_outputs() -> None:
    output, pull = vjp(lambda p: p.model_copy(update={"growth": p.growth**2}), Rates(growth=3.0))
    assert output == Rates(growth=9.0)
    assert type(output.growth) is float
    assert pull(Rates(growth=1.0))[0].growth == 6.0
    assert (
        jvp(lambda p: p.model_copy(update={"growth": p.growth**2}), (Rates(growth=3.0),), (Rates(growth=2.0),))[
            1
        ].growth
        == 12.0
    )
    found = jacobian(lambda p: {"a": p.growth**2, "b": p})(Rates(growth=3.0))
    assert found["a"].growth == 6.0
    assert found["b"].growth.growth == 1.0


def test_a_gradient_step_on_a_model() -> None:
    point = Rates(growth=2.0)
    for _ in range(50):
        slope = grad(lambda p: (p.growth - 5.0) ** 2)(point)
        point = point.model_copy(update={"growth": point.growth - 0.2 * slope.growth})
    assert point.growth == pytest.approx(5.0)
    assert Rates.model_validate(point.model_dump()) == point
