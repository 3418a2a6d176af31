"""Nests of containers, dataclasses and pydantic models: taken apart into leaves, and put back."""

from __future__ import annotations

import copy
import enum
import functools
import math
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import InitVar, dataclass, field
from typing import Any, ClassVar, NamedTuple

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pullback as pb
from pullback import grad, jacobian, jvp, value_and_grad, vjp
from pullback.transforms.structure import Structure, structure_of

Pair = namedtuple("Pair", "a b")


class Typed(NamedTuple):
    x: float
    label: str = "label"


# Containers.


@pytest.mark.parametrize(
    ("point", "function", "wanted"),
    [
        ((2.0, 3.0), lambda p: p[0] * p[1], (3.0, 2.0)),
        ([2.0, 3.0], lambda p: p[0] * p[1], [3.0, 2.0]),
        (Pair(2.0, 3.0), lambda p: p.a * p.b, Pair(3.0, 2.0)),
        (Typed(2.0), lambda p: p.x**2, Typed(4.0, None)),  # type: ignore[arg-type]
        ({"b": 2.0, "a": 3.0}, lambda p: p["a"] * p["b"], {"b": 3.0, "a": 2.0}),
        (OrderedDict(b=2.0, a=3.0), lambda p: p["a"] * p["b"], OrderedDict(b=3.0, a=2.0)),
        (defaultdict(float, b=2.0), lambda p: p["b"] * 3.0, defaultdict(float, b=3.0)),
        (deque([2.0, 3.0]), lambda p: p[0] * p[1], deque([3.0, 2.0])),
        ({1: 2.0, "a": 3.0, None: 5.0}, lambda p: p[1] * p["a"] * p[None], {1: 15.0, "a": 10.0, None: 6.0}),
        (
            {"a": [(2.0, {"b": 3.0})], "c": []},
            lambda p: p["a"][0][0] * p["a"][0][1]["b"],
            {"a": [(3.0, {"b": 2.0})], "c": []},
        ),
        ([2.0, None, "s", True, b"b", object], lambda p: p[0] * 3.0, [3.0, None, None, None, None, None]),
        ([2, 3], lambda p: p[0] * p[1], [3.0, 2.0]),
    ],
    ids=repr,
)
def test_a_gradient_is_built_like_its_argument(point: Any, function: Any, wanted: Any) -> None:
    for found in (grad(function)(point), jacobian(function)(point), vjp(function, point)[1](1.0)[0]):
        assert found == wanted
        assert type(found) is type(wanted)
        assert list(found) == list(wanted)
    assert jvp(function, (point,), (wanted,))[1] == pytest.approx(sum(leaf * leaf for leaf in Structure(wanted).leaves))


def test_the_function_sees_its_own_containers() -> None:
    def f(p: Any) -> Any:
        assert type(p) is OrderedDict
        assert type(p["pair"]) is Pair
        assert type(p["default"]) is defaultdict
        assert p["default"].default_factory is list
        assert list(p) == ["z", "pair", "default"]
        return p["z"] * p["pair"].b

    grad(f)(OrderedDict(z=1.0, pair=Pair("a", 2.0), default=defaultdict(list)))


def test_outputs_keep_their_containers() -> None:
    output, tangent = jvp(lambda x: OrderedDict(z=x, a=Pair(x, "s")), (2.0,), (1.0,))
    assert output == OrderedDict(z=2.0, a=Pair(2.0, "s"))
    assert tangent == OrderedDict(z=1.0, a=Pair(1.0, None))
    assert type(tangent["a"]) is Pair


def test_one_object_twice_is_two_leaves() -> None:
    shared = [2.0]
    assert grad(lambda p: p[0][0] * p[1][0])((shared, shared)) == ([2.0], [2.0])


def test_a_subclass_of_a_container_is_refused_or_kept_but_never_broken() -> None:
    class Row(tuple):
        __slots__ = ()

    class Rows(list):
        pass

    class Table(dict):
        pass

    for point in (Row((1.0, 2.0)), Rows([1.0]), Table(a=1.0)):
        with pytest.raises(TypeError, match="holds nothing to differentiate by"):
            grad(lambda p: 1.0)(point)
        assert grad(lambda p: p[0] * 2.0)([1.0, point]) == [2.0, None]


structures = st.recursive(
    st.floats(-3.0, 3.0) | st.none() | st.text(max_size=3) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.tuples(inner, inner)
        | st.builds(Pair, inner, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(tree=structures, x=st.floats(-2.0, 2.0))
def test_any_structure_goes_round(tree: Any, x: float) -> None:
    structure = Structure(tree)
    assert structure.like(structure.leaves) == tree
    gradient = grad(lambda p: sum((leaf * leaf for leaf in Structure(p[1]).leaves), p[0]))((x, tree))
    assert gradient[0] == 1.0
    doubled = Structure(gradient[1])
    assert doubled.leaves == [2.0 * leaf for leaf in structure.leaves]
    assert structure.match(gradient[1], "a gradient") == doubled.leaves
    aux = grad(lambda v: (v, tree), has_aux=True)(x)[1]
    assert aux == tree


@pytest.mark.parametrize(
    ("point", "other"),
    [
        ((1.0, 2.0), [1.0, 2.0]),
        ([1.0], (1.0,)),
        ({"a": 1.0}, {"b": 1.0}),
        ({"a": 1.0}, OrderedDict(b=1.0)),
        (Pair(1.0, 2.0), Pair(1.0, (2.0,))),
        (Pair(1.0, 2.0), (1.0, (2.0, 3.0))),
        ([1.0, [2.0]], [1.0, 2.0]),
        ([1.0], 1.0),
        (1.0, [1.0]),
    ],
    ids=repr,
)
def test_structures_that_do_not_match(point: Any, other: Any) -> None:
    with pytest.raises(TypeError, match="tangent"):
        jvp(lambda p: 1.0, (point,), (other,))
    _, pull = vjp(lambda x: Structure(point).like([x * 1.0 for _ in Structure(point).leaves]), 2.0)
    with pytest.raises(TypeError, match="cotangent"):
        pull(other)


# Dataclasses.


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


# Pydantic models.


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


# Leaves.


def test_leaves_that_are_numbers_but_static() -> None:
    assert grad(lambda p: p[0] * (3.0 if p[1] else 0.0))((2.0, True)) == (3.0, None)


def test_structure_errors_name_both_sides() -> None:
    with pytest.raises(TypeError) as caught:
        jvp(lambda p: 1.0, ({"a": 1.0},), ({"b": 1.0},))
    assert "'a'" in str(caught.value)
    assert "'b'" in str(caught.value)


# Rows of floats, which have a path of their own.


@pytest.mark.parametrize(
    "row", [[], [2.0], [2.0, 3.0], (2.0, 3.0), (2.0,), [2.0, 3], [2.0, True], [2.0, None], [2.0, "a"], [2.0, [3.0]]]
)
def test_a_row_behaves_as_the_structure_that_it_is(row: Any) -> None:
    short, long = structure_of(row), Structure(row)
    assert short.leaves == long.leaves
    assert type(short.leaves) is list
    assert short.leaves is not row
    assert short.is_leaf == long.is_leaf
    doubled = [leaf * 2 for leaf in long.leaves]
    for name in ("like", "gradient"):
        ours, theirs = getattr(short, name)(doubled), getattr(long, name)(doubled)
        assert ours == theirs
        assert type(ours) is type(theirs)
    for other in ([], [1.0], [1.0, 2.0], (1.0, 2.0), [1.0, [2.0]], {"a": 1.0}, 1.0, None, [1, 2]):
        assert _matched(short, other) == _matched(long, other)


def _matched(structure: Any, other: Any) -> Any:
    try:
        return structure.match(other, "it")
    except TypeError as error:
        return str(error)


def test_a_thousand_inputs_have_their_own_gradient_each() -> None:
    xs = [float(n) for n in range(1, 1001)]
    weights = [n % 7 - 3.0 for n in range(1000)]

    def f(xs: Any) -> Any:
        return sum(w * x * x for w, x in zip(weights, xs, strict=True))

    assert grad(f)(xs) == [2.0 * w * x for w, x in zip(weights, xs, strict=True)]
    assert grad(f)(tuple(xs)) == tuple(2.0 * w * x for w, x in zip(weights, xs, strict=True))
    value, pull = vjp(f, xs)
    first, again = pull(1.0)[0], pull(1.0)[0]
    assert first == again == grad(f)(xs)
    assert first is not again
    assert grad(lambda xs: xs[-1] * math.inf)(xs)[-2:] == [0.0, math.inf]
    assert grad(lambda xs: xs[0] * math.inf + xs[1] * -math.inf)(xs)[:3] == [math.inf, -math.inf, 0.0]
    assert math.isnan(grad(lambda xs: xs[0] * math.nan)(xs)[0])
