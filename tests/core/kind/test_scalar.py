"""Kinds of what behaves like a number: the chain assumes nothing of floats."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import mpmath
import pytest

import pullback as pb
from pullback import ScalarKind, ScalarVariable, Variable, grad, jvp
from pullback.kind import ValueKind, kind_of


def family(*kinds: ValueKind, pairs: Any = ()) -> Any:
    """Return a plugin that brings value kinds, and pairs."""

    class Family:
        @pb.hookimpl
        def pullback_register_value_kinds(self) -> list[ValueKind]:
            return list(kinds)

        @pb.hookimpl
        def pullback_register_primitives(self) -> list[Any]:
            return list(pairs)

    return Family()


fractions = ScalarKind("fraction", (Fraction,), ScalarVariable)
decimals = ScalarKind("decimal", (Decimal,), ScalarVariable)
reals = ScalarKind("mpf", (mpmath.mpf,), ScalarVariable)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    with pb.plugins(family(fractions), family(decimals), family(reals)), mpmath.workdps(50):
        yield


def polynomial(x: Any) -> Any:
    y = x * x - 3 * x + 1
    return y * y * x - (+y) + (-x)


def slope(x: Any) -> Any:
    y, d = x * x - 3 * x + 1, 2 * x - 3
    return 2 * y * d * x + y * y - d - 1


def bend(x: Any) -> Any:
    y, d = x * x - 3 * x + 1, 2 * x - 3
    return 2 * (d * d * x + 2 * y * x + y * d) + 2 * y * d - 2


def rational(x: Any) -> Any:
    return (x * x + 1) / (x - 5) + 2 / x - x / 3


def rational_slope(x: Any) -> Any:
    return 2 * x / (x - 5) - (x * x + 1) / ((x - 5) * (x - 5)) - 2 / (x * x) - 1 / type(x)(3)


def forward(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda x: jvp(function, (x,), (type(pb.stop_gradient(x))(1),))[1]


POINTS = [Fraction(2, 7), Decimal("0.28"), mpmath.mpf("0.3"), 0.3]


@pytest.mark.parametrize("x", POINTS, ids=lambda x: type(x).__name__)
def test_the_same_code_in_every_kind(x: Any) -> None:
    exact = isinstance(x, Fraction)
    for first in (grad, forward):
        found = first(polynomial)(x)
        assert type(found) is type(x)
        assert found == slope(x) if exact else abs(found - slope(x)) < 1e-14
        for second in (grad, forward):
            found = second(first(polynomial))(x)
            assert type(found) is type(x)
            assert found == bend(x) if exact else abs(found - bend(x)) < 1e-14


@pytest.mark.parametrize("x", POINTS, ids=lambda x: type(x).__name__)
def test_free_variables_of_every_kind(x: Any) -> None:
    v = Variable(x)
    assert type(v.grad) is type(x)
    assert v.grad == 0
    y = polynomial(v)
    y.backprop()
    y.backprop()
    assert type(v.grad) is type(x)
    assert v.grad == pytest.approx(2 * slope(x)) if isinstance(x, float) else abs(v.grad - 2 * slope(x)) < 1e-14


@pytest.mark.parametrize("x", POINTS, ids=lambda x: type(x).__name__)
def test_division_in_every_kind(x: Any) -> None:
    for first in (grad, forward):
        found = first(rational)(x)
        assert type(found) is type(x)
        assert abs(found - rational_slope(x)) < type(x)(1) / 10**13


def test_fractions_divide_exactly() -> None:
    x = Fraction(2, 7)
    assert grad(rational)(x) == rational_slope(x)
    assert forward(rational)(x) == rational_slope(x)


def test_fifty_digits_stay_fifty_digits() -> None:
    x = mpmath.mpf(1) / 3
    for first in (grad, forward):
        assert abs(first(rational)(x) - mpmath.diff(rational, x)) < mpmath.mpf(10) ** -40
        assert abs(first(polynomial)(x) - slope(x)) < mpmath.mpf(10) ** -45


def test_powers_of_fifty_digits() -> None:
    x = mpmath.mpf(1) / 3
    assert abs(grad(lambda v: v**3)(x) - 3 * x * x) < mpmath.mpf(10) ** -45


@pytest.mark.parametrize("x", POINTS, ids=lambda x: type(x).__name__)
def test_comparisons_and_builtins_in_every_kind(x: Any) -> None:
    kind = type(x)
    assert grad(lambda v: max(v, kind(0)) * v)(x) == 2 * x
    assert grad(lambda vs: sum(vs))([x, x]) == [kind(1), kind(1)]
    assert abs(grad(lambda v: abs(v) * v)(-x) - 2 * x) < type(x)(1) / 10**13


@pytest.mark.parametrize("x", POINTS, ids=lambda x: type(x).__name__)
def test_transforms_in_every_kind(x: Any) -> None:
    kind = type(x)
    value, gradient = pb.value_and_grad(lambda p: p["a"] * p["b"][0])({"a": x, "b": [kind(2)]})
    assert value == 2 * x
    assert gradient == {"a": kind(2), "b": [x]}
    assert pb.hessian(lambda p: p[0] * p[0] * p[1])([x, kind(2)]) == [[kind(4), 2 * x], [2 * x, kind(0)]]
    for mode in ("auto", "reverse", "forward"):
        assert pb.jacobian(lambda v: (v * v, v), mode=mode)(x) == (2 * x, kind(1))  # type: ignore[arg-type]
    output, pull = pb.vjp(lambda v: v * v, x)
    assert output == x * x
    assert pull(kind(3)) == (6 * x,)
    assert pb.hvp(lambda v: v * v * v, x, kind(1)) == 6 * x
    assert pb.stop_gradient(x) is x


def test_kinds_that_meet() -> None:
    x = Fraction(1, 2)
    assert grad(lambda v: v * 3 + 1)(x) == 3
    found = grad(lambda v: v * 0.5)(x)
    assert found == Fraction(1, 2)
    assert type(found) is Fraction
    assert grad(lambda a, b: a * b, argnums=(0, 1))(0.5, Fraction(3, 4)) == (0.75, Fraction(1, 2))
    assert [type(g) for g in grad(lambda a, b: a * b, argnums=(0, 1))(0.5, Fraction(3, 4))] == [float, Fraction]
    with pytest.raises(TypeError):
        grad(lambda v: v * Decimal(2))(0.5)


def test_a_pair_names_its_forward_for_each_kind() -> None:
    sine = pb.elementwise(
        {"float": "math:sin", "mpf": mpmath.sin}, derivative=lambda x, out: cosine(x), name="any_sine"
    )
    cosine = pb.elementwise(
        {"float": "math:cos", "mpf": mpmath.cos}, derivative=lambda x, out: -sine(x), name="any_cosine"
    )
    x = mpmath.mpf("0.7")
    assert sine(0.0) == 0.0
    for first in (grad, forward):
        assert abs(first(sine)(x) - mpmath.cos(x)) < mpmath.mpf(10) ** -45
        assert abs(grad(first(sine))(x) + mpmath.sin(x)) < mpmath.mpf(10) ** -45
        assert abs(first(sine)(0.7) - 0.7648421872844885) < 1e-15
    with pytest.raises(
        pb.UnknownPrimitiveError, match=r"any_sine has no forward for values of kind 'fraction', only for float, mpf"
    ):
        grad(sine)(Fraction(1, 2))


def test_the_kind_of_highest_priority_chooses_the_forward() -> None:
    class Loud(ScalarKind):
        priority = 5

    class Unit:
        def __init__(self, value: Any):
            self.value = float(getattr(value, "value", value))

        def __add__(self, other: Any) -> Unit:
            return Unit(self.value + other.value)

        def __mul__(self, other: Any) -> Unit:
            return Unit(self.value * float(getattr(other, "value", other)))

        __rmul__ = __mul__

        def __eq__(self, other: object) -> bool:
            return self.value == getattr(other, "value", other)

        __hash__ = None  # type: ignore[assignment]

    units = Loud("unit", (Unit,), ScalarVariable)
    which: list[str] = []
    pair = pb.elementwise(
        {
            "float": lambda x, y: which.append("float") or x * y,
            "unit": lambda x, y: which.append("unit") or Unit(1.0) * x * y,
        },
        derivative=(lambda x, y, out: y, lambda x, y, out: x),
        name="chosen",
    )
    with pb.plugins(family(units)):
        found = grad(lambda u: pair(u, 3.0))(Unit(2.0))
        assert isinstance(found, Unit)
        assert found.value == 3.0
        assert grad(lambda x: pair(x, 3.0))(2.0) == 3.0
    assert which == ["unit", "float"]


@pytest.mark.parametrize("kind", [fractions, decimals, reals, kind_of(1.0)], ids=lambda kind: kind.name)
def test_the_contract_of_a_scalar_kind(kind: ScalarKind) -> None:
    make = kind.types[0]
    x = make(3)
    assert kind.convert(x) is x
    assert type(kind.convert(2)) is make
    for value, wanted in (
        (kind.zero(x), 0),
        (kind.one(x), 1),
        (kind.add(x, x), 6),
        (kind.strong_product(x, x), 9),
        (kind.fit(2, x), 2),
    ):
        assert type(value) is make
        assert value == wanted
    assert kind.is_scalar(x)
    assert kind.size(x) == 1
    assert kind.magnitude(-x) == 3.0
    assert kind.dot(x, x) == 9.0
    assert kind.basis(x) == [1]
    assert kind.describe(x) == make.__name__
    assert type(kind.random(x, random.Random(0))) is make
    assert all(abs(kind.random(x, random.Random(seed))) >= 0.5 for seed in range(20))
    for wrong in ("a", None, True, [1.0], object(), (1.0,)):
        with pytest.raises(TypeError):
            kind.fit(wrong, x)


def test_a_plugin_that_brings_no_kind_is_told() -> None:
    with pytest.raises(pb.PullbackError), pb.plugins(family(SimpleNamespace(name="no kind"))):  # type: ignore[arg-type]
        pass
    with pytest.raises(pb.ConflictError), pb.plugins(family(ScalarKind("again", (Fraction,), ScalarVariable))):
        pass
    assert kind_of(Fraction(1)) is fractions


def test_powers_stay_in_their_kind_at_every_order() -> None:
    def f(x: Any) -> Any:
        return x**3 / (1 + x)

    assert grad(grad(f))(Fraction(1, 2)) == Fraction(38, 27)
    assert grad(grad(grad(f)))(Fraction(1, 2)) == Fraction(32, 27)
    assert abs(grad(grad(f))(Decimal("0.5")) - Decimal(38) / Decimal(27)) < Decimal("1e-26")
    assert pb.hessian(lambda p: p[0] ** 2 * p[1])([Fraction(1, 2), Fraction(3)]) == [[6, 1], [1, 0]]
    assert grad(lambda x: x**0 + x**1)(Fraction(0)) == 1
