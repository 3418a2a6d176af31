"""Nests of containers: taken apart into leaves, and put back."""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict, deque, namedtuple
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pullback import grad, jacobian, jvp, vjp
from pullback.transforms.structure import Structure, structure_of

Pair = namedtuple("Pair", "a b")


class Typed(NamedTuple):
    x: float
    label: str = "label"


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
    ids=lambda value: "f" if callable(value) else repr(value),
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
    assert structure.rebuild(structure.leaves) == tree
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
    _, pull = vjp(lambda x: Structure(point).rebuild([x * 1.0 for _ in Structure(point).leaves]), 2.0)
    with pytest.raises(TypeError, match="cotangent"):
        pull(other)


def test_leaves_that_are_numbers_but_static() -> None:
    assert grad(lambda p: p[0] * (3.0 if p[1] else 0.0))((2.0, True)) == (3.0, None)


def test_structure_errors_name_both_sides() -> None:
    with pytest.raises(TypeError) as caught:
        jvp(lambda p: 1.0, ({"a": 1.0},), ({"b": 1.0},))
    assert "'a'" in str(caught.value)
    assert "'b'" in str(caught.value)


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
    for name in ("rebuild", "gradient"):
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
