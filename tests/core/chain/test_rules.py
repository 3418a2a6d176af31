"""What rules return is checked: partial derivatives that are taken at once, gradients and tangents that fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import RuleError, elementwise, grad, jvp, primitive
from pullback.chain.rules import fit, partials, promoted, whole
from pullback.kind import Deferred, kind_of
from pullback_plugins.arithmetic import where

product_rule = elementwise(
    lambda x, y: x * y, derivative=(lambda x, y, out: y, lambda x, y, out: x), name="product_rule"
)
double = elementwise(lambda x: 2.0 * x, derivative=2.0, name="double_rule")


def test_partials_are_taken_of_the_inputs_that_are_no_constants() -> None:
    kind = kind_of(1.0)
    assert partials(product_rule, (2.0, 3.0), 6.0, {}, (7, 8), kind) == [(7, 3.0), (8, 2.0)]
    assert partials(product_rule, (2.0, 3.0), 6.0, {}, (None, 8), kind) == [(8, 2.0)]


def test_a_rule_without_partials_waits_for_the_sweep() -> None:
    pair = primitive(lambda x: x, lambda x, out, grad: grad, name="backward_only")
    assert partials(pair, (2.0,), 2.0, {}, (0,), kind_of(2.0)) is None


def test_partials_of_arrays_wait_unless_they_are_numbers() -> None:
    x = np.ones(2)
    kind = kind_of(x)
    assert partials(product_rule, (x, x), x, {}, (0, 1), kind) is None
    assert partials(double, (x,), 2.0 * x, {}, (5,), kind) == [(5, 2.0)]
    assert partials(double, (x,), np.ones((3, 2)), {}, (5,), kind) is None  # broadcast: a sum is to be taken


def test_a_partial_that_does_not_exist_matters_only_where_a_cotangent_arrives() -> None:
    inverse = elementwise(lambda x: x, derivative=lambda x, out: 1.0 / (x - 2.0), name="inverse_rule")
    assert partials(inverse, (2.0,), 2.0, {}, (0,), kind_of(2.0)) is None
    assert grad(lambda x: where(False, inverse(x), 3.0 * x))(2.0) == 3.0
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: inverse(x))(2.0)


def test_too_few_derivatives_for_the_inputs_are_an_error() -> None:
    pair = elementwise(lambda *xs: sum(xs), derivative=(1.0, 1.0), name="of_two")
    with pytest.raises(RuleError, match="of_two.*2 entries for 3 inputs"):
        grad(lambda x: pair(x, 1.0, 2.0))(1.0)


def test_integers_among_the_constants_are_promoted_and_counts_are_not() -> None:
    assert [type(value) for value in promoted(product_rule, (2.0, 3), kind_of(2.0))] == [float, float]
    count = elementwise(lambda n, x: x * n, derivative=(None, lambda n, x, out: n * 1.0), name="count_rule")
    assert promoted(count, (3, 2.0), kind_of(2.0)) == (3, 2.0)
    assert type(promoted(count, (3, 2.0), kind_of(2.0))[0]) is int
    values = (2.0, 3.0)
    assert promoted(product_rule, values, kind_of(2.0)) is values


@pytest.mark.parametrize(
    ("value", "returned", "said"),
    [
        (2.0, None, "returned None where a gradient of"),
        (2.0, "text", "a str where a gradient of"),
        (np.ones(3), np.ones(2), "where a gradient of"),
    ],
)
def test_what_is_no_gradient_of_the_input_is_an_error_that_names_the_rule(value: Any, returned: Any, said: str) -> None:
    pair = primitive(lambda x: x, lambda x, out, grad: returned, name="misfit")
    with pytest.raises(RuleError, match=said) as raised:
        fit(pair, "backward", returned, value)
    assert "misfit" in str(raised.value)
    assert "backward" in str(raised.value)


def test_a_gradient_is_summed_to_the_shape_of_its_input() -> None:
    np.testing.assert_array_equal(fit(double, "derivative", np.ones((4, 3)), np.ones((1, 3))), [[4.0, 4.0, 4.0]])
    assert fit(double, "derivative", np.ones(3), np.ones(3, np.float32)).dtype == np.float32


def test_a_cotangent_in_parts_is_put_together_once_it_is_needed_whole() -> None:
    class Parts(Deferred):
        def materialize(self) -> float:
            return 5.0

    parts = Parts.__new__(Parts)
    assert fit(double, "backward", parts, 1.0) is parts
    assert whole(parts) == 5.0
    assert whole(2.0) == 2.0


@pytest.mark.parametrize(
    ("tangents", "said"), [((1.0,), "1 tangents where 2"), (3.0, "a float where 2"), ((1.0, 2.0, 3.0), "3 tangents")]
)
def test_several_outputs_have_a_tangent_each(tangents: Any, said: str) -> None:
    pair = primitive(
        lambda x: (x, 2.0 * x),
        lambda x, out, grad: grad[0] + 2.0 * grad[1],
        pushforward=lambda x, out, t: tangents,
        name="two_outputs",
    )
    with pytest.raises(RuleError, match=said):
        jvp(lambda x: pair(x)[1], (1.0,), (1.0,))


def test_an_output_that_is_no_number_has_no_tangent() -> None:
    pair = primitive(
        lambda x: (x * x, 7),
        lambda x, out, grad: 2.0 * x * grad[0],
        pushforward=lambda x, out, t: (2.0 * x * t, 99.0),
        name="counted",
    )
    assert jvp(lambda x: pair(x)[0], (3.0,), (1.0,)) == (9.0, 6.0)
    assert pb.grad(lambda x: pair(x)[0])(3.0) == 6.0
