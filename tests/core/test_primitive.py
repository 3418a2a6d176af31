"""The pair: every way to write one, both modes and every order from it, and its complaints."""

from __future__ import annotations

import contextlib
import copy
import inspect
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import elementwise, float_var, grad, jvp, primitive, vjp


def cube(x: float) -> float:
    """Return the cube."""
    return x * x * x


def cube_backward(x: Any, out: Any, g: Any) -> Any:
    return 3.0 * x * x * g


def cube_pushforward(x: Any, out: Any, t: Any) -> Any:
    return 3.0 * x * x * t


pair_by_backward = primitive(cube, cube_backward, name="cube_by_backward")
pair_by_pushforward = primitive(cube, pushforward=cube_pushforward, name="cube_by_pushforward")
pair_by_both = primitive(cube, cube_backward, pushforward=cube_pushforward, name="cube_by_both")
pair_by_derivative = elementwise(cube, derivative=lambda x, out: 3.0 * x * x, name="cube_by_derivative")
pair_by_tuple = primitive(cube, (cube_backward,), name="cube_by_tuple")


@primitive(backward=cube_backward, name="decorated_cube")
def decorated(x: float) -> float:
    """Return the cube, decorated."""
    return x * x * x


@elementwise(derivative=lambda x, out: 3.0 * x * x)
def decorated_elementwise(x: float) -> float:
    return x * x * x


CUBES = [
    pair_by_backward,
    pair_by_pushforward,
    pair_by_both,
    pair_by_derivative,
    pair_by_tuple,
    decorated,
    decorated_elementwise,
]


def forward(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda x: jvp(function, (x,), (1.0,))[1]


@pytest.mark.parametrize("pair", CUBES, ids=lambda pair: pair.name)
def test_every_way_to_write_a_pair_gives_every_order_in_every_mode(pair: Any) -> None:
    assert pair(2.0) == 8.0
    for first in (grad, forward):
        assert first(pair)(2.0) == pytest.approx(12.0)
        for second in (grad, forward):
            assert second(first(pair))(2.0) == pytest.approx(12.0)
            for third in (grad, forward):
                assert third(second(first(pair)))(2.0) == pytest.approx(6.0)
                for fourth in (grad, forward):
                    assert fourth(third(second(first(pair))))(2.0) == pytest.approx(0.0)
    x = float_var(2.0)
    y = pair(x)
    assert type(y) is float_var
    y.backprop()
    assert x.grad == pytest.approx(12.0)


@pytest.mark.parametrize("pair", CUBES, ids=lambda pair: pair.name)
def test_the_chain_goes_on_before_and_after_a_pair(pair: Any) -> None:
    def f(x: Any) -> Any:
        return pb.math.sin(pair(x * x)) * x

    wanted = 6.0 * 1.1**5 * math.cos(1.1**6) * 1.1 + math.sin(1.1**6)
    assert grad(f)(1.1) == pytest.approx(wanted)
    assert forward(f)(1.1) == pytest.approx(wanted)


def test_both_modes_use_the_rule_that_is_theirs() -> None:
    called = []

    def backward(x: Any, out: Any, g: Any) -> Any:
        called.append("backward")
        return 2.0 * x * g

    def pushforward(x: Any, out: Any, t: Any) -> Any:
        called.append("pushforward")
        return 2.0 * x * t

    square = primitive(lambda x: x * x, backward, pushforward=pushforward, name="square")
    assert grad(square)(3.0) == 6.0
    assert called == ["backward"]
    assert forward(square)(3.0) == 6.0
    assert called == ["backward", "pushforward"]


# Several inputs.


def _three() -> list[Any]:
    def value(x: Any, y: Any, z: Any) -> Any:
        return x * y * y + z

    return [
        primitive(value, lambda x, y, z, out, g: (y * y * g, 2.0 * x * y * g, g), name="by_one_backward"),
        primitive(value, lambda x, y, z, out, g: [y * y * g, 2.0 * x * y * g, g], name="by_a_list"),
        primitive(
            value,
            (lambda x, y, z, out, g: y * y * g, lambda x, y, z, out, g: 2.0 * x * y * g, lambda x, y, z, out, g: g),
            name="by_three_backwards",
        ),
        elementwise(
            value,
            derivative=(lambda x, y, z, out: y * y, lambda x, y, z, out: 2.0 * x * y, lambda x, y, z, out: 1.0),
            name="by_derivatives",
        ),
        primitive(
            value, pushforward=lambda x, y, z, out, a, b, c: y * y * a + 2.0 * x * y * b + c, name="by_pushforward"
        ),
    ]


@pytest.mark.parametrize("pair", _three(), ids=lambda pair: pair.name)
@pytest.mark.parametrize("active", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)])
def test_every_choice_of_active_inputs(pair: Any, active: tuple[int, ...]) -> None:
    point = (2.0, 3.0, 5.0)
    partials = (9.0, 12.0, 1.0)
    assert grad(pair, active)(*point) == tuple(partials[n] for n in active)

    def f(*given: Any) -> Any:
        inputs = list(point)
        for n, value in zip(active, given, strict=True):
            inputs[n] = value
        return pair(*inputs)

    primals = tuple(point[n] for n in active)
    for n in range(len(active)):
        unit = tuple(float(m == n) for m in range(len(active)))
        assert jvp(f, primals, unit)[1] == partials[active[n]]


@pytest.mark.parametrize("pair", _three(), ids=lambda pair: pair.name)
def test_one_variable_as_every_input(pair: Any) -> None:
    assert grad(lambda x: pair(x, x, x))(2.0) == 13.0
    assert forward(lambda x: pair(x, x, x))(2.0) == 13.0
    assert grad(grad(lambda x: pair(x, x, x)))(2.0) == 12.0
    assert forward(grad(lambda x: pair(x, x, x)))(2.0) == 12.0
    assert grad(forward(lambda x: pair(x, x, x)))(2.0) == 12.0
    for make in (pb.Variable, float_var):
        x = make(2.0)
        pair(x, x, x).backprop()
        assert x.grad == 13.0


@pytest.mark.parametrize("pair", _three(), ids=lambda pair: pair.name)
def test_inputs_of_several_levels(pair: Any) -> None:
    def outer(x: Any) -> Any:
        return x * grad(lambda y: pair(x, y, x))(3.0)  # x * 2 x y

    assert grad(outer)(2.0) == pytest.approx(4.0 * 2.0 * 3.0)
    assert forward(outer)(2.0) == pytest.approx(24.0)


def test_what_nobody_needs_is_not_computed() -> None:
    asked = []

    def by(place: int) -> Any:
        def backward(x: Any, y: Any, out: Any, g: Any) -> Any:
            asked.append(place)
            return g

        return backward

    pair = primitive(lambda x, y: x + y, (by(0), by(1)), name="lazy")
    grad(pair, 1)(1.0, 2.0)
    assert asked == [1]
    jvp(lambda x: pair(x, 2.0), (1.0,), (1.0,))
    assert asked == [1, 0]


@pytest.mark.parametrize(
    "pair",
    [
        primitive(lambda x, n: x**n, lambda x, n, out, g: (n * x ** (n - 1) * g, None), name="none_among_gradients"),
        primitive(lambda x, n: x**n, (lambda x, n, out, g: n * x ** (n - 1) * g, None), name="none_among_backwards"),
        elementwise(
            lambda x, n: x**n, derivative=(lambda x, n, out: n * x ** (n - 1), None), name="none_among_derivatives"
        ),
    ],
    ids=lambda pair: pair.name,
)
def test_none_marks_what_is_never_differentiated(pair: Any) -> None:
    assert grad(pair, (0, 1))(2.0, 3.0) == (12.0, 0.0)
    assert grad(lambda x: pair(x, x))(3.0) == 27.0
    assert jvp(pair, (2.0, 3.0), (1.0, 5.0))[1] == 12.0
    assert jvp(pair, (2.0, 3.0), (0.0, 5.0))[1] == 0.0
    assert grad(grad(lambda x: pair(x, 3)))(2.0) == 12.0
    assert jvp(grad(lambda x: pair(x, 3)), (2.0,), (1.0,))[1] == 12.0


def test_a_pair_of_any_number_of_inputs() -> None:
    total = primitive(lambda *xs: sum(xs), lambda *xs: (xs[-1],) * (len(xs) - 2), name="total")
    for count in range(1, 6):
        point = tuple(float(n) for n in range(count))
        assert grad(total, tuple(range(count)))(*point) == (1.0,) * count
        assert jvp(total, point, point)[1] == sum(point)


# Parameters and keywords.


def _scaled(x: Any, *, scale: float = 1.0) -> Any:
    return x * scale


scaled = primitive(_scaled, lambda x, out, g, scale=1.0: g * scale, name="scaled")
scaled_elementwise = elementwise(_scaled, derivative=lambda x, out, scale=1.0: scale, name="scaled_elementwise")


@pytest.mark.parametrize("pair", [scaled, scaled_elementwise], ids=lambda pair: pair.name)
def test_parameters_reach_every_rule(pair: Any) -> None:
    assert pair(2.0, scale=3.0) == 6.0
    assert grad(lambda x: pair(x, scale=3.0))(2.0) == 3.0
    assert grad(lambda x: pair(x=x, scale=3.0))(2.0) == 3.0
    assert forward(lambda x: pair(x, scale=3.0))(2.0) == 3.0
    assert grad(lambda x: pair(x))(2.0) == 1.0
    assert grad(pair)(2.0, scale=3.0) == 3.0


@pytest.mark.parametrize("pair", [scaled, scaled_elementwise], ids=lambda pair: pair.name)
def test_a_variable_may_not_hide_among_the_parameters(pair: Any) -> None:
    for call in (
        lambda: grad(lambda x: pair(x, scale=x))(2.0),
        lambda: grad(lambda s: pair(2.0, scale=s))(3.0),
        lambda: pair(2.0, scale=float_var(3.0)),
    ):
        with pytest.raises(pb.ChainBrokenError, match=r"'scale'.*test_primitive.py.*stop_gradient\(scale\)"):
            call()
    assert grad(lambda x: pair(x, scale=pb.stop_gradient(x)))(2.0) == 2.0


def _product(x: Any, y: Any) -> Any:
    return x * y


KEYWORDED = [
    elementwise(_product, derivative=(lambda x, y, out: y, lambda x, y, out: x), name="by_derivative"),
    primitive(_product, lambda x, y, out, g: (y * g, x * g), name="by_backward"),
    primitive(_product, (lambda x, y, out, g: y * g, lambda x, y, out, g: x * g), name="by_backwards"),
]


@pytest.mark.parametrize("pair", KEYWORDED, ids=lambda pair: pair.name)
@pytest.mark.parametrize(
    "call",
    [
        lambda pair, x: pair(x, y=3.0),
        lambda pair, x: pair(x=x, y=3.0),
        lambda pair, x: pair(y=3.0, x=x),
        lambda pair, x: pair(3.0, y=x),
        lambda pair, x: pair(x=3.0, y=x),
    ],
)
def test_inputs_may_be_given_by_keyword(pair: Any, call: Any) -> None:
    assert call(pair, 2.0) == 6.0
    assert grad(lambda x: call(pair, x))(2.0) == 3.0
    assert forward(lambda x: call(pair, x))(2.0) == 3.0
    x = float_var(2.0)
    call(pair, x).backprop()
    assert x.grad == 3.0


def test_a_parameter_with_a_default_that_is_not_keyword_only() -> None:
    pair = primitive(lambda x, scale=1.0: x * scale, lambda x, out, g, scale=1.0: g * scale, name="p")
    assert grad(lambda x: pair(x, scale=3.0))(2.0) == 3.0
    assert grad(lambda x: pair(x=x, scale=3.0))(2.0) == 3.0


def test_inputs_that_are_no_numbers() -> None:
    pick = primitive(
        lambda which, x: x * 2.0 if which == "double" else x,
        (None, lambda which, x, out, g: g * 2.0 if which == "double" else g),
        name="pick",
    )
    assert grad(lambda x: pick("double", x))(3.0) == 2.0
    assert forward(lambda x: pick("double", x))(3.0) == 2.0
    assert grad(lambda x: pick("same", x))(3.0) == 1.0


# Complaints.


def _first(pair: Any) -> Callable[[float], Any]:
    return lambda x: pair(x)[0]


def _thrice(pair: Any) -> Callable[[float], Any]:
    return lambda x: pair(x, x, x)


def two(x: float) -> tuple[float, float]:
    return x, x * x


WRONG: dict[str, tuple[Callable[..., Any], str]] = {
    "a string": (primitive(cube, lambda x, out, g: "up", name="w"), "backward of w returned"),
    "a list": (primitive(cube, lambda x, out, g: [[1.0]], name="w"), "backward of w returned"),
    "a bool": (primitive(cube, lambda x, out, g: True, name="w"), "backward of w returned a bool"),
    "an object": (primitive(cube, lambda x, out, g: object(), name="w"), "backward of w returned"),
    "two for one": (
        primitive(cube, lambda x, out, g: (g, g), name="w"),
        "backward of w returned 2 gradients for 1 input",
    ),
    "none for one": (primitive(cube, lambda x, out, g: (), name="w"), "backward of w returned 0 gradients for 1 input"),
    "two functions": (
        primitive(cube, (cube_backward, cube_backward), name="w"),
        "backward of w has 2 entries for 1 input",
    ),
    "a string derivative": (elementwise(cube, derivative=lambda x, out: "up", name="w"), "derivative of w returned"),
    "no derivative": (elementwise(cube, derivative=lambda x, out: None, name="w"), "derivative of w returned None"),
    "two derivatives": (
        elementwise(cube, derivative=(lambda x, out: 1.0, lambda x, out: 1.0), name="w"),
        "derivative of w has 2 entries for 1 input",
    ),
    "two derivatives for three": (
        _thrice(elementwise(lambda x, y, z: x, derivative=(lambda *_: 1.0, lambda *_: 1.0), name="w")),
        "derivative of w has 2 entries for 3 input",
    ),
    "a string tangent": (primitive(cube, pushforward=lambda x, out, t: "up", name="w"), "pushforward of w returned"),
    "no tangent": (primitive(cube, pushforward=lambda x, out, t: None, name="w"), "pushforward of w returned None"),
    "two tangents": (primitive(cube, pushforward=lambda x, out, t: (t, t), name="w"), "pushforward of w returned"),
    "one tangent for two outputs": (
        _first(primitive(two, pushforward=lambda x, out, t: t, name="w")),
        "pushforward of w returned",
    ),
    "three tangents for two outputs": (
        _first(primitive(two, pushforward=lambda x, out, t: (t, t, t), name="w")),
        "pushforward of w returned",
    ),
    "a string output": (primitive(lambda x: "up", cube_backward, name="w"), "forward of w returned a str"),
    "no output": (primitive(lambda x: None, cube_backward, name="w"), "forward of w returned a NoneType"),
}


@pytest.mark.parametrize("mode", [grad, forward])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_is_named(name: str, mode: Any) -> None:
    function, message = WRONG[name]
    with pytest.raises(pb.RuleError, match=message):
        mode(function)(2.0)


def test_a_wrong_rule_is_named_with_free_variables_too() -> None:
    wrong = primitive(cube, lambda x, out, g: (g, g), name="wrong")
    x = float_var(2.0)
    y = wrong(x)
    with pytest.raises(pb.RuleError, match="wrong returned 2 gradients"):
        y.backprop()
    assert x.grad == 0.0
    assert y.grad == 0.0


def test_an_error_inside_a_rule_is_the_users_own() -> None:
    class MineError(Exception):
        pass

    def fail(*_: Any) -> Any:
        raise MineError

    for pair in (
        primitive(cube, fail, name="w"),
        elementwise(cube, derivative=fail, name="w"),
        primitive(fail, cube_backward, name="w"),
    ):
        with pytest.raises(MineError):
            grad(pair)(2.0)
        with pytest.raises(MineError):
            jvp(pair, (2.0,), (1.0,))


def test_a_partial_that_does_not_exist_matters_only_where_a_cotangent_arrives() -> None:
    root = elementwise(lambda x: math.sqrt(x), derivative=lambda x, out: 0.5 / out, name="naive_root")
    assert grad(lambda x: root(x) * 0.0 + x)(0.0) == 1.0
    assert grad(lambda x: x if root(x) == 0.0 else root(x))(0.0) == 1.0
    with pytest.raises(ZeroDivisionError):
        grad(root)(0.0)


@pytest.mark.parametrize("made", ["primitive", "elementwise"])
def test_a_forward_that_reads_an_outer_variable_loses_nothing_in_silence(made: str) -> None:
    def f(v: Any) -> Any:
        if made == "primitive":
            pair = primitive(lambda x: x * v, lambda x, out, g: g * 1.0, name="closing")
        else:
            pair = elementwise(lambda x: x * v, derivative=lambda x, out: 1.0, name="closing")
        return pair(v)

    with pytest.raises(pb.ChainBrokenError, match="closing"):
        grad(f)(3.0)
    with pytest.raises(pb.ChainBrokenError, match="closing"):
        jvp(f, (3.0,), (1.0,))
    with pytest.raises(pb.ChainBrokenError, match="closing"):
        f(pb.Variable(3.0))


def test_a_missing_target_is_an_error_at_the_first_call_only() -> None:
    pair = primitive("math:no_such_function", lambda x, out, g: g)
    assert pair.name == "no_such_function"
    for call in (lambda: pair(1.0), lambda: grad(pair)(1.0)):
        with pytest.raises(pb.UnknownPrimitiveError, match="math:no_such_function is missing"):
            call()
    absent = primitive("no_such_module:f", lambda x, out, g: g)
    with pytest.raises(pb.UnknownPrimitiveError, match="no_such_module:f is missing"):
        absent(1.0)


def test_a_target_is_resolved_at_the_first_call() -> None:
    import sys

    sys.modules.pop("colorsys", None)
    pair = primitive("colorsys:_v", lambda *xs: (None,) * (len(xs) - 2), name="late")
    assert "colorsys" not in sys.modules
    assert repr(pair) == "<primitive late>"
    pair(0.1, 0.2, 0.3)
    assert "colorsys" in sys.modules


def test_a_forward_for_each_kind_and_none_for_the_others() -> None:
    pair = elementwise({"symbol": "math:sin"}, derivative=lambda x, out: 1.0, name="only_symbols")
    with pytest.raises(
        pb.UnknownPrimitiveError, match=r"only_symbols has no forward for values of kind 'float', only for symbol"
    ):
        grad(pair)(1.0)


# What a pair looks like.


def test_metadata() -> None:
    assert decorated.__name__ == "decorated_cube"
    assert decorated.__doc__ == "Return the cube, decorated."
    assert decorated.__wrapped__.__name__ == "decorated"
    assert decorated.__module__ == __name__
    assert list(inspect.signature(decorated).parameters) == ["x"]
    assert list(inspect.signature(grad(decorated)).parameters) == ["x"]
    assert repr(decorated) == "<primitive decorated_cube>"
    assert decorated_elementwise.name == "decorated_elementwise"


def test_plain_values_run_the_forward_itself() -> None:
    thing = object()
    returned = primitive(lambda x: thing, lambda x, out, g: g, name="returned")
    assert returned(1.0) is thing
    assert returned("text") is thing
    assert type(primitive(lambda x: x, name="same", backward=lambda x, out, g: g)(3)) is int


# Nondifferentiable functions and composites.


def test_nondifferentiable_functions_see_plain_values() -> None:
    seen: list[Any] = []
    look = pb.nondifferentiable(lambda x, *, by=None: seen.append((x, by)) or 7, name="look")

    def f(x: Any) -> Any:
        return x * look(x, by=x)

    assert grad(f)(2.0) == 7.0
    assert grad(grad(f))(2.0) == 0.0
    assert all(type(x) is float and type(by) is float for x, by in seen)


def test_composites_let_variables_flow() -> None:
    @pb.composite(forward=math.sin)
    def both(x: Any) -> Any:
        return pb.math.sin(x)

    assert both(0.5) == math.sin(0.5)
    assert grad(both)(0.5) == math.cos(0.5)
    assert both.__name__ == "both"


# Pickles.


@pytest.mark.parametrize("duplicate", [lambda p: pickle.loads(pickle.dumps(p)), copy.copy, copy.deepcopy])
@pytest.mark.parametrize("pair", CUBES, ids=lambda pair: pair.name)
def test_pairs_of_a_module_pickle_by_reference(pair: Any, duplicate: Any) -> None:
    assert duplicate(pair) is pair


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_shipped_pairs_pickle_by_reference(protocol: int) -> None:
    for pair in (pb.math.sin, pb.math.log, pb.math.hypot, pb.math.isnan, pb.math.fsum):
        assert pickle.loads(pickle.dumps(pair, protocol)) is pair


def test_a_pair_that_is_only_registered_pickles_by_name() -> None:
    pairs = [elementwise(cube, derivative=lambda x, out: 3.0 * x * x, name="registered_cube")]
    with pb.plugins(pairs):
        data = pickle.dumps(pairs[0])
        assert pickle.loads(data) is pairs[0]
    with pytest.raises(pb.UnknownPrimitiveError, match="registered_cube"):
        pickle.loads(data)


def test_a_local_pair_of_module_functions_pickles_by_value() -> None:
    pairs = [primitive(cube, cube_backward, name="nowhere")]
    loaded = pickle.loads(pickle.dumps(pairs[0]))
    assert loaded is not pairs[0]
    assert loaded(2.0) == 8.0
    assert grad(loaded)(2.0) == 12.0


def test_a_used_local_pair_pickles_by_value() -> None:
    pairs = [primitive(cube, cube_backward, name="nowhere")]
    assert grad(pairs[0])(2.0) == 12.0
    assert grad(pickle.loads(pickle.dumps(pairs[0])))(3.0) == 27.0
    clone = copy.copy(pairs[0])
    assert grad(clone)(2.0) == 12.0


def test_a_pair_of_lambdas_says_what_cannot_be_pickled() -> None:
    pairs = [primitive(lambda x: x, lambda x, out, g: g, name="unnamed")]
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(pairs[0])


@pytest.mark.parametrize("forward", [3, {}, [math.sin], {"float": 3}])
def test_a_forward_that_is_none(forward: Any) -> None:
    with pytest.raises(
        TypeError, match=r"^a forward is a function, the name of one, 'module:qualname', or a mapping .*, not "
    ):
        primitive(forward, cube_backward, name="none")


@pytest.mark.parametrize("overloads", ["math:sin", math.sin])
def test_overloads_are_a_list(overloads: Any) -> None:
    for make in (primitive, pb.composite):
        with pytest.raises(TypeError, match=r"^overloads of cube is .*, one function; it takes a list of them: \["):
            make(cube, overloads=overloads)


def test_points_are_a_mapping() -> None:
    with pytest.raises(TypeError, match=r"^points of cube is \[0.0\]; it takes a mapping from the inputs"):
        elementwise(cube, derivative=1.0, points=[0.0])


@pytest.mark.parametrize(
    "forward",
    [
        lambda x: (2.0 * x, 3.0 * x),
        lambda x: 2.0 * x,
        lambda x: float(np.sum(x)),
        lambda x: np.float64(2.0),
        lambda x: (x, 3),
    ],
)
@pytest.mark.parametrize("kind", ["backward", "derivative"])
@pytest.mark.parametrize("x", [2.0, np.float64(2.0), np.ones(3), np.ones((2, 2), dtype=np.float32)])
def test_a_forward_is_called_once(forward: Any, kind: str, x: Any) -> None:
    calls = []

    def counted(x: Any, y: Any = 1.0) -> Any:
        calls.append(x)
        return forward(x)

    rule: Any = (lambda x, out, g: None) if kind == "backward" else 0.0
    pair = primitive(counted, name="counted", **{kind: rule})
    for run in (vjp, lambda f, x: jvp(f, (x,), (x,)), lambda f, x: grad(lambda y: vjp(f, x * y)[0] and y)(1.0)):
        calls.clear()
        with contextlib.suppress(ValueError):  # what comes after is of no interest
            run(pair, x)
        assert len(calls) == 1


def test_an_elementwise_pair_has_one_output() -> None:
    pair = elementwise(lambda x: (x, 2.0 * x), derivative=1.0, name="two")
    for x in (2.0, np.float64(2.0), np.ones(3)):
        for run in (grad(lambda x: pair(x)[0]), lambda x: jvp(pair, (x,), (x,)), lambda x: pair(pb.Variable(x))):
            with pytest.raises(
                pb.RuleError, match="forward of two returned a tuple; an elementwise pair has one output"
            ):
                run(x)
