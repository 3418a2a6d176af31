"""Reverse mode: `grad`, `value_and_grad`, `vjp`."""

from __future__ import annotations

import math
from typing import Any

import pytest

import pullback as pb
from pullback import grad, value_and_grad, vjp
from pullback.math import exp, sin


def test_the_derivative_of_a_function_of_one_number() -> None:
    assert grad(lambda x: sin(x) * x)(2.0) == pytest.approx(math.sin(2.0) + 2.0 * math.cos(2.0))
    assert value_and_grad(lambda x: x**3)(2.0) == (8.0, 12.0)


def test_plain_values_come_out() -> None:
    value, gradient = value_and_grad(lambda x, y: exp(x) * y, (0, 1))(1.0, 2)
    assert [type(each) for each in (value, *gradient)] == [float, float, float]


def test_an_integer_argument_is_promoted() -> None:
    found = grad(lambda x: x**3)(2)
    assert found == 12.0
    assert type(found) is float


def test_only_variables_without_float_are_handed_out() -> None:
    kinds: list[type] = []
    grad(lambda x: kinds.append(type(x)) or x)(1.0)
    grad(lambda p: kinds.append(type(p["a"])) or p["a"])({"a": 1.0})
    vjp(lambda x: kinds.append(type(x)) or x, 1.0)
    pb.jvp(lambda x: kinds.append(type(x)) or x, (1.0,), (1.0,))
    assert set(kinds) == {type(pb.Variable(1.0))}


def test_arguments_that_are_not_selected_stay_plain() -> None:
    def f(x: Any, y: Any, z: Any = 3.0) -> Any:
        assert type(y) is float
        assert type(z) is float
        return x * y * z

    assert grad(f)(1.0, 2.0) == 6.0


def test_auxiliary_output() -> None:
    def f(x: Any) -> Any:
        return x * x, {"steps": 7, "name": "newton", "inner": [x, None, True], "twice": 2.0 * x}

    gradient, aux = grad(f, has_aux=True)(3.0)
    assert gradient == 6.0
    assert aux == {"steps": 7, "name": "newton", "inner": [3.0, None, True], "twice": 6.0}
    assert type(aux["steps"]) is int
    assert type(aux["inner"][2]) is bool
    assert list(aux) == ["steps", "name", "inner", "twice"]
    (value, aux), gradient = value_and_grad(f, has_aux=True)(3.0)
    assert (value, aux["twice"], gradient) == (9.0, 6.0, 6.0)


def test_auxiliary_output_of_nested_gradients() -> None:
    def f(x: Any) -> Any:
        inner, aux = grad(lambda y: (y * y * x, y * x), has_aux=True)(x)
        return inner + aux  # 2 x^2 + x^2

    assert grad(f)(3.0) == 18.0


def test_auxiliary_output_may_be_anything() -> None:
    thing = object()
    assert grad(lambda x: (x, thing), has_aux=True)(1.0) == (1.0, thing)
    assert grad(lambda x: (x, None), has_aux=True)(1.0) == (1.0, None)
    assert grad(lambda x: (x, {1, 2}), has_aux=True)(1.0) == (1.0, {1, 2})
    assert grad(lambda x: (x, "text"), has_aux=True)(1.0) == (1.0, "text")
    assert grad(lambda x: (x, ()), has_aux=True)(1.0) == (1.0, ())


@pytest.mark.parametrize("returned", [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0], None])
def test_auxiliary_output_that_is_missing(returned: Any) -> None:
    with pytest.raises(TypeError, match=r"has_aux=True.*\(output, aux\)"):
        grad(lambda x: returned, has_aux=True)(1.0)


@pytest.mark.parametrize("returned", [None, "text", (1.0,), (1.0, 2.0), [], {}, {"a": 1.0}, True, object, b"bytes"])
def test_an_output_that_is_not_one_number(returned: Any) -> None:
    for transform in (grad, value_and_grad):
        with pytest.raises(TypeError, match="takes a function that returns one real number, but it returned") as caught:
            transform(lambda x: returned)(1.0)
        assert repr(returned) in str(caught.value)


def test_an_output_of_several_variables_is_shown_plain() -> None:
    with pytest.raises(TypeError, match=r"returned \(1\.0, 2\.0\); see jacobian and vjp"):
        grad(lambda x: (x, 2.0 * x))(1.0)


def test_the_error_names_the_function() -> None:
    def loss(x: Any) -> Any:
        return None

    with pytest.raises(TypeError, match="loss"):
        grad(loss)(1.0)


@pytest.mark.parametrize("argument", ["text", None, True, (), [], {}, object(), {"a": None}, ("a", b"b")])
def test_an_argument_that_holds_nothing_to_differentiate_by(argument: Any) -> None:
    for transform in (grad, value_and_grad, pb.jacobian):
        with pytest.raises(
            TypeError, match=rf"argument of type {type(argument).__name__} holds nothing to differentiate by"
        ):
            transform(lambda x: 1.0)(argument)
    with pytest.raises(TypeError, match="holds nothing"):
        vjp(lambda x: 1.0, argument)


def test_what_is_no_function() -> None:
    for transform in (grad, value_and_grad, pb.jacobian, pb.hessian):
        with pytest.raises(TypeError, match=r"^(\w+) takes a function, not 3.0; write \1\(f\)\(x\), not \1\(f\(x\)\)"):
            transform(3.0)  # type: ignore[arg-type]


def test_holomorphic_asks_for_complex_arguments() -> None:
    with pytest.raises(TypeError, match=r"holomorphic=True takes complex"):
        grad(lambda x: x * x, holomorphic=True)(1.0)


def test_vjp() -> None:
    output, pull = vjp(lambda x, y: (x * y, [x + y, {"a": x}]), 3.0, 2.0)
    assert output == (6.0, [5.0, {"a": 3.0}])
    assert pull((1.0, [0.0, {"a": 0.0}])) == (2.0, 3.0)
    assert pull((0.0, [1.0, {"a": 10.0}])) == (11.0, 1.0)
    assert pull((1, [1, {"a": 1}])) == (4.0, 4.0)


def test_vjp_of_structures() -> None:
    output, pull = vjp(lambda p, q: p["w"] * q[0] + p["b"], {"w": 3.0, "b": 1.0}, [2.0, "label"])
    assert output == 7.0
    assert pull(1.0) == ({"w": 2.0, "b": 1.0}, [3.0, None])


@pytest.mark.parametrize(
    "cotangent",
    [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0], {"a": 1.0}, None, (1.0, (2.0,)), ("a", "b"), (1.0, None)],
)
def test_a_cotangent_that_is_built_otherwise(cotangent: Any) -> None:
    _, pull = vjp(lambda x: (x, x * x), 3.0)
    with pytest.raises((TypeError, pb.RuleError)) as caught:
        pull(cotangent)
    assert str(caught.value)


@pytest.mark.parametrize("cotangent", ["a", None, (1.0,), [1.0], {}])
def test_a_cotangent_of_one_number_that_is_none(cotangent: Any) -> None:
    _, pull = vjp(lambda x: x * x, 3.0)
    with pytest.raises(TypeError, match="cotangent"):
        pull(cotangent)


def test_exceptions_of_the_function_pass_through_unchanged() -> None:
    error = KeyError("mine")

    def f(x: Any) -> Any:
        raise error

    for call in (
        lambda: grad(f)(1.0),
        lambda: vjp(f, 1.0),
        lambda: pb.jvp(f, (1.0,), (1.0,)),
        lambda: pb.jacobian(f)(1.0),
    ):
        with pytest.raises(KeyError) as caught:
            call()
        assert caught.value is error


def test_control_flow_on_values() -> None:
    def newton(a: Any) -> Any:
        x = a
        while abs(x * x - a) > 1e-12:
            x = 0.5 * (x + a / x)
        return x if x > 0.0 else -x

    assert grad(newton)(2.0) == pytest.approx(0.5 / math.sqrt(2.0))
    assert grad(grad(newton))(2.0) == pytest.approx(-0.25 * 2.0**-1.5, rel=1e-6)


def test_recursion_and_generators() -> None:
    def power(x: Any, n: int) -> Any:
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert grad(power)(2.0, 5) == 80.0
    assert grad(lambda x: sum(x**n for n in range(4)))(2.0) == 1.0 + 4.0 + 12.0


@pytest.mark.parametrize("argument", ["text", None, {1.0}, []])
@pytest.mark.parametrize("transform", [grad, value_and_grad, pb.jacobian, pb.elementwise_grad])
def test_arguments_are_looked_at_before_the_run(transform: Any, argument: Any) -> None:
    def never(x: Any) -> Any:
        raise AssertionError("the function ran")

    with pytest.raises(
        TypeError, match=rf"{transform.__name__} of .*never: an argument of type .*; argnums chooses another argument"
    ):
        transform(never)(argument)
    with pytest.raises(TypeError, match=r"^vjp: an argument of type .* structure that holds one$"):
        pb.vjp(never, argument)


def test_a_cotangent_that_is_no_number_is_named() -> None:
    with pytest.raises(TypeError, match=r"^the cotangent of float cannot be 'a': "):
        (pb.Variable(3.0) * 2.0).backprop("a")
    with pytest.raises(TypeError, match=r"^the gradient of float cannot be None: "):
        pb.Variable(3.0).grad = None


def test_a_structure_that_does_not_fit_is_written_as_users_write_it() -> None:
    _, pull = pb.vjp(lambda x: {"a": x, "b": (x, x)}, 1.0)
    with pytest.raises(
        TypeError, match=r"^the cotangent is built as \{'a': \*\}, but \{'a': \*, 'b': \(\*, \*\)\} was expected$"
    ):
        pull({"a": 1.0})
    with pytest.raises(TypeError, match=r"is built as a single value, but"):
        pull(1.0)


def test_transforms_are_called_by_their_names() -> None:
    def f(x: float) -> float:
        return x

    made = [t(f) for t in (grad, value_and_grad, pb.elementwise_grad, pb.jacobian, pb.checkpoint)]
    names = [repr(each).partition(" ")[0][1:] for each in made]
    assert names == ["grad", "value_and_grad", "elementwise_grad", "jacobian", "checkpoint"]
