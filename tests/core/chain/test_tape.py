"""The tape: levels, what escapes from them, and what they leave behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp, value_and_grad, vjp
from pullback.chain.tape import Tape
from pullback.math import exp, sin


def forward(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda x: jvp(function, (x,), (1.0,))[1]


def pulled(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda x: vjp(function, x)[1](1.0)[0]


MODES = [grad, forward, pulled]


# Perturbation confusion, in all its known forms.


@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
def test_inner_derivatives_take_outer_variables_as_constants(outer: Any, inner: Any) -> None:
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(2.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(1.0))(2.0) == 4.0
    assert outer(lambda x: inner(lambda y: x * y * y)(x))(3.0) == 12.0
    assert outer(lambda x: inner(lambda _: x)(1.0) + x)(3.0) == 1.0
    assert inner(lambda y: outer(lambda x: x * y)(3.0))(2.0) == 1.0


@pytest.mark.parametrize("a", MODES)
@pytest.mark.parametrize("b", MODES)
@pytest.mark.parametrize("c", MODES)
def test_three_levels_deep(a: Any, b: Any, c: Any) -> None:
    # d/dx [x d/dy (y d/dz (x y z^2) at z=y) at y=x] = d/dx [x d/dy (2 x y^3)] = d/dx [6 x^4]
    assert a(lambda x: x * b(lambda y: y * c(lambda z: x * y * z * z)(y))(x))(2.0) == 24.0 * 8.0


@pytest.mark.parametrize("outer", MODES)
def test_a_closure_that_carries_a_derivative_out(outer: Any) -> None:
    """Siskind and Pearlmutter's higher-order case: a derivative of a function that returns functions."""

    def shift(offset: Any) -> Callable[[Any], Any]:
        def by(function: Any) -> Any:
            return lambda x: function(x + offset)

        return by

    slope = outer(lambda offset: outer(lambda x: shift(offset)(lambda t: t * t * t)(x))(1.0))(2.0)
    assert slope == 18.0


@pytest.mark.parametrize("order", [(a, b, c, d) for a in MODES for b in MODES for c in MODES for d in MODES])
def test_every_mix_of_modes_agrees_to_fourth_order(order: tuple[Any, ...]) -> None:
    derived: Any = lambda x: sin(x) * exp(x)  # noqa: E731
    for transform in order:
        derived = transform(derived)
    assert derived(0.7) == pytest.approx(-4.0 * sin(0.7) * exp(0.7), rel=1e-13)  # (e^x sin x)'''' = -4 e^x sin x


def test_a_pull_inside_another_gradient() -> None:
    def f(x: Any) -> Any:
        output, pull = vjp(lambda y: y * y * x, x)
        return pull(x)[0] + output  # 2 x^3 + x^3

    assert grad(f)(2.0) == 36.0
    assert forward(f)(2.0) == 36.0
    assert grad(grad(f))(2.0) == 36.0


def test_a_pull_from_outside_with_a_cotangent_that_is_a_variable() -> None:
    _, pull = vjp(lambda y: y * y, 3.0)
    assert grad(lambda c: pull(c * c)[0])(2.0) == 24.0
    assert forward(lambda c: pull(c * c)[0])(2.0) == 24.0
    assert pull(1.0) == (6.0,)


def test_tangents_that_are_variables() -> None:
    assert grad(lambda t: jvp(lambda y: y * y, (3.0,), (t * t,))[1])(2.0) == 24.0
    assert grad(lambda t: jvp(lambda y: y * y, (t,), (t,))[1])(2.0) == 8.0
    assert forward(lambda t: jvp(lambda y: y * y, (t,), (t,))[1])(2.0) == 8.0


def test_a_pull_that_outlives_the_level_of_its_values_is_refused() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        _, pull = vjp(lambda y: y * y * x, x)
        kept.append(pull)
        return pull(1.0)[0]

    assert grad(f)(2.0) == 8.0
    with pytest.raises(pb.ChainBrokenError, match="escaped"):
        kept[0](1.0)


# What escapes.


def _keep(transform: str, x: float) -> Any:
    kept: list[Any] = []
    if transform == "grad":
        grad(lambda v: kept.append(v * v) or v)(x)
    elif transform == "jvp":
        jvp(lambda v: kept.append(v * v) or v, (x,), (1.0,))
    elif transform == "jacobian":
        pb.jacobian(lambda v: kept.append(v * v) or v)(x)
    else:
        vjp(lambda v: kept.append(v * v) or v, x)
    return kept[0]


@pytest.mark.parametrize("transform", ["grad", "jvp", "vjp", "jacobian"])
@pytest.mark.parametrize(
    "use",
    [
        lambda v: v + 1.0,
        lambda v: 1.0 - v,
        lambda v: v * v,
        lambda v: -v,
        lambda v: sin(v),
        lambda v: pb.float_var(1.0) * v,
        lambda v: grad(lambda x: x * v)(2.0),
        lambda v: grad(lambda x: x * x)(v),
        lambda v: jvp(lambda x: x * v, (2.0,), (1.0,)),
        lambda v: pb.math.modf(v),
    ],
)
def test_an_escaped_variable_raises_when_it_is_used(transform: str, use: Any) -> None:
    escaped = _keep(transform, 3.0)
    assert escaped.primal == 9.0
    assert escaped > 8.0
    assert pb.stop_gradient(escaped) == 9.0
    with pytest.raises(
        pb.ChainBrokenError, match=r"escaped from the differentiation .*test_tape\.py:\d+.*stop_gradient"
    ):
        use(escaped)


def test_an_escape_through_an_exception() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        kept.append(x * 2.0)
        raise KeyError

    with pytest.raises(KeyError):
        grad(f)(1.0)
    with pytest.raises(pb.ChainBrokenError, match="escaped"):
        kept[0] + 1.0


def test_auxiliary_output_and_outputs_do_not_escape() -> None:
    gradient, aux = grad(lambda x: (x * x, {"twice": 2.0 * x, "list": [x, (x,)]}), has_aux=True)(3.0)
    assert gradient == 6.0
    assert aux == {"twice": 6.0, "list": [3.0, (3.0,)]}
    assert type(aux["twice"]) is float
    output, _ = vjp(lambda x: {"a": [x, 2.0 * x]}, 3.0)
    assert [type(each) for each in output["a"]] == [float, float]


def test_a_variable_of_an_outer_level_does_not_escape_from_the_inner() -> None:
    def f(x: Any) -> Any:
        kept: list[Any] = []
        grad(lambda y: kept.append(x * 2.0) or y)(1.0)
        return kept[0] * x

    assert grad(f)(3.0) == 12.0


# Nothing stays behind.


class Sentinel(Exception):
    pass


@pytest.mark.parametrize("transform", MODES)
def test_an_exception_leaves_nothing(transform: Any) -> None:
    def fails(x: Any) -> Any:
        y = x * x
        grad(lambda z: z * y)(2.0)
        raise Sentinel

    def fails_inside(x: Any) -> Any:
        return grad(lambda z: fails(x * z))(1.0)

    for function in (fails, fails_inside):
        with pytest.raises(Sentinel):
            transform(function)(3.0)
        assert transform(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0


def test_an_exception_in_a_rule_leaves_nothing() -> None:
    def backward(x: Any, out: Any, g: Any) -> Any:
        raise Sentinel

    bad = pb.primitive(lambda x: x, backward, name="bad")
    for call in (lambda: grad(bad)(1.0), lambda: jvp(bad, (1.0,), (1.0,)), lambda: grad(grad(bad))(1.0)):
        with pytest.raises(Sentinel):
            call()
    v = pb.float_var(2.0)
    with pytest.raises(Sentinel):
        bad(v).backprop()
    assert v.grad == 0.0
    (v * v).backprop()
    assert v.grad == 4.0


RUNS: list[tuple[str, Callable[[], Any]]] = [
    ("grad", lambda: grad(lambda x: sin(x) * x)(2.0)),
    ("second order", lambda: grad(grad(lambda x: sin(x) * x))(2.0)),
    ("jvp", lambda: jvp(lambda x: sin(x) * x, (2.0,), (1.0,))),
    ("forward over reverse", lambda: pb.hessian(lambda p: p[0] * sin(p[1]))([1.0, 2.0])),
    ("vjp", lambda: vjp(lambda x: (x, x * x), 2.0)[1]((1.0, 1.0))),
    ("jacobian", lambda: pb.jacobian(lambda p: [p[0] * p[1], p[0]])([1.0, 2.0])),
    ("transposed", lambda: jvp(lambda x: pb.math.hypot(x, x), (2.0,), (1.0,))),
    ("several outputs", lambda: grad(lambda x: pb.math.modf(x)[0])(2.5)),
    ("structures", lambda: value_and_grad(lambda p: p["a"] * p["b"][0])({"a": 1.0, "b": (2.0,)})),
    ("an exception", lambda: _swallow(lambda: grad(lambda x: x / 0.0)(2.0))),
    ("a refusal", lambda: _swallow(lambda: grad(lambda x: float(x))(2.0))),
    ("free variables", lambda: pb.float_var(2.0).__mul__(pb.float_var(3.0)).backprop()),
]


def _swallow(run: Callable[[], Any]) -> None:
    try:
        run()
    except (ArithmeticError, TypeError):
        return
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize("run", [run for _, run in RUNS], ids=[name for name, _ in RUNS])
def test_the_garbage_collector_finds_nothing(run: Callable[[], Any]) -> None:
    run()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            run()
        assert gc.collect() == 0
        assert gc.garbage == []
    finally:
        gc.enable()


def test_reference_counting_frees_what_a_level_held() -> None:
    class Witness:
        pass

    holds = pb.primitive(lambda x, *, by: x * 1.0, lambda x, out, g, *, by: g, name="holds")
    gone: list[Any] = []

    def f(x: Any) -> Any:
        witness = Witness()
        gone.append(weakref.ref(witness))
        return holds(x, by=witness) * x

    gc.disable()
    try:
        grad(f)(2.0)
        jvp(f, (2.0,), (1.0,))
        grad(grad(f))(2.0)
        assert [each() for each in gone] == [None] * 3
        output, pull = vjp(f, 2.0)
        assert gone[-1]() is not None
        assert pull(1.0) == (4.0,)
        del pull
        assert gone[-1]() is None
    finally:
        gc.enable()


def test_a_transform_keeps_nothing_of_its_calls() -> None:
    tapes: list[Any] = []

    def f(x: Any) -> Any:
        tapes.append(id(x._tape))
        return x * x

    derived = grad(f)
    derived(1.0)
    before = {name: id(value) for name, value in vars(derived).items()}
    derived(2.0)
    assert {name: id(value) for name, value in vars(derived).items()} == before


# The tape itself.


def test_levels_rise() -> None:
    assert Tape().level < Tape().level


def test_a_tape_keeps_floats_apart_from_the_rest() -> None:
    tape = Tape()
    x = tape.variable(2.0)
    y = x * 3.0 + x
    assert tape.floats
    assert tape.short
    assert [entry[0] for entry in tape.entries] == [1, 2]
    assert y.primal == 8.0
    pb.primitive(lambda v: v, lambda v, out, g: g, name="waiting")(x)
    assert tape.floats
    assert not tape.short


def test_entries_come_after_what_they_depend_on() -> None:
    tape = Tape()
    x = tape.variable(2.0)
    y = sin(x * x) + pb.math.modf(x)[0] * pb.math.hypot(x, 1.0)
    made = {x._entry}
    for k, i, call, j, _ in tape.entries:
        parents = [i, j] if i is not None else list(call.parents)
        assert all(parent in made for parent in parents if parent is not None)
        assert k not in made
        made.add(k)
    assert y._entry in made
