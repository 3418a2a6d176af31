"""The plan of a call: which forward, which partial derivatives and which kernel, for one pair and some types."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import UnknownPrimitiveError, Variable, elementwise, primitive
from pullback.kind import kind_of
from pullback.plan import Plan, resolve
from pullback.tables import kinds, names

from ..threads import restless, together

kind_of(np.ones(1))  # loads the kind of arrays
double = elementwise({"float": "math:exp", "array": "numpy:exp"}, derivative=2.0, name="double_plan")
of_floats = elementwise({"float": math.sin}, derivative=lambda x, y: math.cos(x), name="of_floats_plan")
anything = elementwise(operator.neg, derivative=lambda x, y: -1.0, name="anything_plan")
backward_only = primitive(lambda x: x, lambda x, out, grad: grad, name="backward_plan")


def test_a_target_is_a_function_or_the_name_of_one() -> None:
    assert resolve(math.sin) is math.sin
    assert resolve("math:sin") is math.sin
    assert resolve("numpy:add.reduce")([1, 2]) == 3
    for missing in ("math:nosuch", "no_such_module:f", "numpy:add.nosuch"):
        with pytest.raises(UnknownPrimitiveError, match=missing):
            resolve(missing)


def test_the_forward_is_that_of_the_kind_of_the_types() -> None:
    assert Plan.on((float,), double).forward is math.exp
    array = Plan.on((np.ndarray,), double).forward
    np.testing.assert_array_equal(array(np.zeros(2)), 1.0)
    assert Plan.on((float,), anything).forward is operator.neg
    with pytest.raises(
        UnknownPrimitiveError, match="of_floats_plan has no forward for values of kind 'array', only for float"
    ):
        Plan.on((np.ndarray,), of_floats)


def test_a_call_of_variables_is_one_of_the_level_below() -> None:
    for types in ((Variable,), (type(Variable(np.ones(2))),)):
        plan = Plan.on(types, double)
        assert plan.forward is None
        assert plan.slopes is None


def test_slopes_are_for_arrays_and_for_as_many_inputs_as_there_are() -> None:
    assert Plan.on((np.ndarray,), double).slopes is not None
    assert Plan.on((float,), double).slopes is None  # floats are recorded at once
    assert Plan.on((np.ndarray,), backward_only).slopes is None
    assert Plan.on((np.ndarray, np.ndarray), anything).slopes is None
    assert Plan.on((np.ndarray,), double).linear
    assert not Plan.on((np.ndarray,), anything).linear


def test_floats_of_any_number_have_a_plan_that_holds_for_good() -> None:
    plan: Any = Plan.on_floats(of_floats)
    assert plan.forward is math.sin
    assert plan.types is None
    assert plan.generation is None
    assert Plan.on_floats(elementwise({"array": "numpy:sin"}, derivative=1.0, name="of_arrays_plan")) is None


def test_a_plan_is_of_its_generation() -> None:
    class Length(float):
        pass

    class Plugin:
        @pb.hookimpl
        def pullback_register_value_kinds(self) -> list[Any]:
            return [pb.ScalarKind("length_plan", (Length,), pb.ScalarVariable)]

    before = Plan.on((np.ndarray,), double).generation
    with pb.plugins(Plugin()):
        assert Plan.on((np.ndarray,), double).generation != before
        with pytest.raises(UnknownPrimitiveError, match="length_plan"):
            Plan.on((Length,), double)


def test_a_kernel_that_was_not_built_is_not_missed() -> None:
    pair = elementwise(
        math.sin, derivative=lambda x, y: math.cos(x), name="kernel_plan", kernel="no_such_module:kernel"
    )
    assert Plan.on_floats(pair).forward is math.sin  # type: ignore[union-attr]
    assert pb.grad(lambda x: pair(x))(0.5) == math.cos(0.5)


def test_a_plan_holds_for_one_generation_of_the_tables() -> None:
    pair = elementwise(lambda x: x**3, derivative=lambda x, y: 3 * x * x, name="cube_plan")
    before = pair.plan((np.ndarray,))
    assert pair.plan((np.ndarray,)) is before
    pair.plan((np.float64,))
    with pb.plugins(pb.nondifferentiable(lambda x: x, name="nothing")):
        between = pair.plan((np.ndarray,))
        assert between is not before
        assert between.generation is kinds.generation
        assert set(pair.plans) == {(np.ndarray,)}  # the other is forgotten with its generation
    assert pair.plan((np.ndarray,)) is not between


@pytest.mark.usefixtures(restless.__name__)
def test_threads_plan_one_pair_at_once() -> None:
    def plan(width: int) -> bool:
        # From one thread to the next, the types differ in their number.
        return all(
            pair.plan(types).forward is math.hypot
            for types in itertools.product((float, int, np.float64), repeat=width)
        )

    for _ in range(20):
        pair = pb.primitive(math.hypot, (None,), name="hypot_plan")
        assert all(together(*[functools.partial(plan, width) for width in (2, 3, 4, 5, 6)]))


def test_what_is_found_out_while_the_tables_change_does_not_outlive_the_change() -> None:
    """A plan that is made while a family comes is of the generation before."""

    class Changing(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            if not changed:
                changed.append(True)
                kinds.renew()
            return super().get(key, default)

    changed: list[bool] = []
    pair = elementwise({"array": np.sin, "float": math.sin}, derivative=0.0, name="changing")
    pair.forwards = Changing(pair.forwards)
    plan = pair.plan((np.ndarray,))
    assert plan.generation is not kinds.generation
    assert pair.plan((np.ndarray,)) is not plan
    assert pair.plan((np.ndarray,)).generation is kinds.generation


def test_the_plan_on_floats_serves_any_number_of_them_for_good() -> None:
    hypot = elementwise(math.hypot, derivative=(1.0, 1.0), name="hypot")
    assert hypot.float_plan is None
    assert hypot(3.0, 4.0) == 5.0
    plan = hypot.float_plan
    assert isinstance(plan, Plan)
    assert (plan.forward, plan.slopes, plan.linear) == (math.hypot, (1.0, 1.0), True)
    kinds.renew()
    assert hypot.plan_on_floats() is plan


def test_an_operator_notes_the_plan_on_floats_of_its_pair() -> None:
    with pb.plugins(pb.nondifferentiable(lambda x: x, name="nothing")):
        assert kinds.generation.operators == {}
        assert pb.grad(lambda x: x * x)(3.0) == 6.0
        assert kinds.generation.operators == {operator.mul: names["mul"].float_plan}
