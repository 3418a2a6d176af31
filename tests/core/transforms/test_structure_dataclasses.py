"""Dataclasses: their fields are leaves, and they are put back without their constructor."""

from __future__ import annotations

import copy
import enum
import functools
from dataclasses import InitVar, dataclass, field
from typing import Any, ClassVar

import pytest

import pullback as pb
from pullback import grad, jvp, vjp


@dataclass
class Plain:
    x: float
    y: float = 2.0
    count: int = 3
    label: str = "label"
    maybe: float | None = None


@dataclass(frozen=True)
class Frozen:
    x: float
    inner: Plain = field(default_factory=lambda: Plain(5.0))


@dataclass(slots=True)
class Slotted:
    x: float
    n: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSlotted:
    x: float
    rest: tuple[float, ...] = (1.0, 2.0)


@dataclass
class Derived:
    x: float
    scale: ClassVar[float] = 10.0
    start: InitVar[float] = 4.0
    twice: float = field(init=False)
    later: float = field(init=False, repr=False)

    def __post_init__(self, start: float) -> None:
        self.twice = 2.0 * self.x


class Colour(enum.IntEnum):
    RED = 1
    BLUE = 2


@dataclass
class Painted:
    x: float
    colour: Colour = Colour.BLUE
    flag: bool = True


@dataclass(frozen=True)
class Cached:
    x: float

    @functools.cached_property
    def square(self) -> Any:
        return self.x * self.x


@dataclass
class Guarded:
    x: float

    def __post_init__(self) -> None:
        if type(self.x) is not float:
            raise AssertionError("a plain float was promised")

    def __setattr__(self, name: str, value: Any) -> None:
        if type(value) is not float:
            raise AssertionError("a plain float was promised")
        super().__setattr__(name, value)


def test_dataclasses() -> None:
    found = grad(lambda p: p.x * p.y * p.count)(Plain(3.0))
    assert found == Plain(6.0, 9.0, None, None, None)  # type: ignore[arg-type]
    assert grad(lambda p: p.x * p.maybe)(Plain(3.0, maybe=4.0)).maybe == 3.0
    frozen = grad(lambda p: p.x * p.inner.x * p.inner.count)(Frozen(3.0))
    assert type(frozen) is Frozen
    assert (frozen.x, frozen.inner.x, frozen.inner.count) == (15.0, 9.0, None)
    assert grad(lambda p: p.x**p.n)(Slotted(3.0)) == Slotted(6.0, None)  # type: ignore[arg-type]
    assert grad(lambda p: p.x * p.rest[1])(FrozenSlotted(x=3.0)) == FrozenSlotted(x=2.0, rest=(0.0, 3.0))
    assert grad(lambda ps: ps[0].x * ps[1]["k"].x)((Slotted(2.0), {"k": Slotted(5.0)})) == (
        Slotted(5.0, None),  # type: ignore[arg-type]
        {"k": Slotted(2.0, None)},  # type: ignore[arg-type]
    )


def test_integer_fields_count_and_stay_integers() -> None:
    def f(p: Any) -> Any:
        assert type(p.count) is int
        assert p.label == "label"
        total = 0.0
        for _ in range(p.count):
            total = total + p.x
        return total

    assert grad(f)(Plain(1.0)).x == 3.0


def test_integers_in_a_field_that_is_declared_as_integers() -> None:
    @dataclass
    class Network:
        weight: float
        layers: list[int]

    def f(p: Any) -> Any:
        return sum(p.weight for size in p.layers for _ in range(size))

    assert grad(f)(Network(1.0, [2, 3])).weight == 5.0


def test_an_integer_in_a_field_that_is_declared_as_float() -> None:
    found = grad(lambda p: p.x * p.y)(Plain(3, 4))
    assert (found.x, found.y) == (4.0, 3.0)


def test_fields_of_enumerations_and_flags_are_static() -> None:
    def f(p: Any) -> Any:
        assert p.colour is Colour.BLUE
        assert p.flag is True
        return p.x * p.colour

    assert grad(f)(Painted(3.0)) == Painted(2.0, None, None)  # type: ignore[arg-type]


def test_fields_that_are_not_initialised() -> None:
    found = grad(lambda p: p.x * p.twice)(Derived(3.0))
    assert (found.x, found.twice) == (6.0, 3.0)
    assert not hasattr(found, "later")


def test_class_variables_are_no_fields() -> None:
    found = grad(lambda p: p.x * p.scale)(Derived(3.0))
    assert found.x == 10.0
    assert set(vars(found)) == {"x", "twice"}
    assert found.scale == 10.0
    assert Derived.scale == 10.0

    @dataclass(slots=True)
    class Constant:
        x: float
        scale: ClassVar[float] = 10.0

    assert grad(lambda p: p.x * p.scale)(Constant(3.0)).x == 10.0


def test_what_was_cached_before_is_computed_anew() -> None:
    point = Cached(3.0)
    assert point.square == 9.0
    assert grad(lambda p: p.square)(point).x == 6.0
    assert jvp(lambda p: p.square, (point,), (Cached(1.0),))[1] == 6.0
    gradient = grad(lambda p: p.square * p.x)(point)
    assert gradient == Cached(27.0)
    assert gradient.square == 27.0**2
    assert point.square == 9.0
    assert type(point.square) is float


def test_checks_of_the_constructor_do_not_run_on_variables() -> None:
    assert grad(lambda p: p.x * p.x)(Guarded(3.0)).x == 6.0


def test_the_callers_object_is_left_alone() -> None:
    point = Plain(3.0)
    before = copy.deepcopy(point)

    def f(p: Any) -> Any:
        p.x = p.x * 2.0
        p.label = "changed"
        return p.x

    assert grad(f)(point).x == 2.0
    assert point == before
    assert type(point.x) is float


def test_dataclasses_as_outputs_tangents_and_cotangents() -> None:
    output, pull = vjp(lambda p: Plain(p.x * p.y, p.x), Plain(3.0, 2.0))
    assert output == Plain(6.0, 3.0)
    (found,) = pull(Plain(1.0, 10.0))
    assert (found.x, found.y) == (12.0, 3.0)
    (again,) = pull(found)
    assert (again.x, again.y) == (2.0 * 12.0 + 3.0, 36.0)
    tangent = jvp(lambda p: p.x * p.y, (Plain(3.0, 2.0),), (found,))[1]
    assert tangent == 12.0 * 2.0 + 3.0 * 3.0
    with pytest.raises(TypeError, match="cotangent"):
        pull(Slotted(1.0))


def test_second_order_over_dataclasses() -> None:
    found = pb.hessian(lambda p: p.x**2 * p.y)(Plain(3.0, 2.0))
    assert found.x.x == 4.0
    assert found.x.y == 6.0
    assert found.y.x == 6.0
    assert found.count is None
    assert grad(lambda p: grad(lambda q: q.x**2 * q.y)(p).x)(Plain(3.0, 2.0)).y == 6.0


def test_a_local_class_that_dies() -> None:
    for _ in range(3):

        @dataclass
        class Local:
            x: float

        assert grad(lambda p: p.x**2)(Local(3.0)).x == 6.0
