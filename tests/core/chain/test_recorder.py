"""Recorders of others: a transform in a few lines, here forward mode, held against `jvp`."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import pullback as pb
from pullback import ChainBrokenError, Variable, grad, jvp
from pullback.chain.recorder import Recorder, outputs
from pullback.chain.sweep import pull, push
from pullback.chain.tape import Call, outcome
from pullback.kind import kind_of
from pullback.math import atan2, exp, hypot, log, sin, sqrt
from pullback.strong_zero import strong_product
from pullback.tracked import next_level


class Dual(Recorder):
    """Forward mode: the entry is the tangent."""

    def derive(self, call: Any) -> Any:
        return push(call, call.parents)


class FastDual(Dual):
    """The same, which takes partial derivatives of floats."""

    def derive_floats(self, i: Any, d_i: float, j: Any, d_j: float) -> Any:
        tangent = i * d_i if j is None else i * d_i + j * d_j
        if tangent != tangent:  # an exact zero absorbs
            tangent = strong_product(i, d_i) + (0.0 if j is None else strong_product(j, d_j))
        return tangent


class ByHand:
    """The whole protocol without the base class."""

    floats = False

    def __init__(self) -> None:
        self.level = next_level()

    def variable(self, value: Any, entry: Any) -> Any:
        return kind_of(value).variable._new(value, self, entry)

    def read(self, value: Any) -> Any:
        return (value._value, value._entry) if getattr(value, "_tape", None) is self else (value, None)

    def record(self, primitive: Any, args: Any, params: Any) -> Any:
        values, parents = zip(*map(self.read, args), strict=True)
        output, kind = outcome(primitive, values, params)
        tangent = push(Call(primitive, values, output, params, parents, kind), parents)
        return (
            outputs(self, output, tangent) if kind.tuples else kind.wrap(output, self, tangent, primitive, args, params)
        )


RECORDERS = [Dual, FastDual, ByHand]
each_recorder = pytest.mark.parametrize("recorder", RECORDERS, ids=lambda cls: cls.__name__)


def forward(cls: Any, f: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """Return what `jvp` does, for a function that returns one value."""
    recorder = cls()
    y, t = recorder.read(f(*map(recorder.variable, primals, tangents)))
    return y, kind_of(y).zero(y) if t is None else t


def same(found: Any, wanted: Any) -> None:
    for a, b in zip(found, wanted, strict=True):
        assert type(a) is type(b)
        np.testing.assert_array_equal(a, b)


def assigned(x: Any) -> Any:
    y = x * 1.0
    row = y[1:]
    y[0] = sin_of(y[2]) * 3.0
    row += y[0] * x[:2]
    y[1:2] *= 2.0
    return y * y


def sin_of(x: Any) -> Any:
    return np.sin(x)


def several(x: Any) -> Any:
    values, vectors = np.linalg.eigh(x + x.T)
    mantissa, _ = np.frexp(x)
    return np.sum(values * vectors[0] ** 2) * mantissa


MATRIX = np.array([[2.0, -1.0, 0.3], [0.5, 3.0, 1.5], [0.1, 0.2, -1.0]])
CASES = {
    "twice": (lambda v: v * 2, (3.0,)),
    "reflected": (lambda v: 2 - 3 / v, (3.0,)),
    "integer": (lambda v: v**3 + 2**v, (1.5,)),
    "unary": (lambda v: -abs(v) + +v, (-1.5,)),
    "itself": (lambda v: v * v + v / v, (3.0,)),
    "two": (lambda v, w: v * w - w / v + v**w, (3.0, 2.0)),
    "functions": (lambda v, w: sin(v) * exp(w) + atan2(v, w) + hypot(v, w, 2.0), (0.3, 0.7)),
    "large integer": (lambda v: v * (10**30), (3.0,)),
    "arrays": (lambda v: np.exp(np.sin(v)) * 2 / (1 + v), (np.array([0.1, 0.2, 3.0]),)),
    "broadcast": (lambda v, w: v * w + np.arange(6.0).reshape(3, 2), (MATRIX[:, :1], MATRIX[0, :2])),
    "array and float": (lambda v, w: np.sum(v * w) * w, (np.array([1.0, 2.0]), 3.0)),
    "methods": (lambda v: (v.reshape(9).sum() * v.T @ v).mean(axis=0), (MATRIX,)),
    "in place": (assigned, (np.array([1.0, 2.0, 0.5]),)),
    "several outputs": (several, (MATRIX,)),
    "solve": (lambda a, b: np.linalg.solve(a, b), (MATRIX, MATRIX[0])),
    "constant": (lambda v: v * 0.0 + 3.0, (2.0,)),
    "float32": (lambda v: np.sin(v) * 2, (np.array([1.0, 2.0], np.float32),)),
}


def tangents_of(primals: Any) -> Any:
    return tuple(
        0.75 if isinstance(x, float) else (np.cos(np.arange(x.size)).reshape(x.shape)).astype(x.dtype) for x in primals
    )


@each_recorder
@pytest.mark.parametrize("name", CASES)
def test_forward_mode_is_that_of_jvp(recorder: Any, name: str) -> None:
    f, primals = CASES[name]
    tangents = tangents_of(primals)
    same(forward(recorder, f, primals, tangents), jvp(f, primals, tangents))


def polynomial(x: Any) -> Any:
    return sin(x) * x * x + 2 / x


@each_recorder
def test_it_nests_in_itself_and_in_the_transforms(recorder: Any) -> None:
    def slope(x: Any) -> Any:
        return forward(recorder, polynomial, (x,), (1.0,))[1]

    def pushed(x: Any) -> Any:
        return jvp(polynomial, (x,), (1.0,))[1]

    bend = grad(grad(polynomial))(0.7)
    third = grad(grad(grad(polynomial)))(0.7)
    assert slope(0.7) == pushed(0.7)
    assert grad(slope)(0.7) == pytest.approx(bend, rel=1e-14)
    assert forward(recorder, grad(polynomial), (0.7,), (1.0,))[1] == pytest.approx(bend, rel=1e-14)
    assert (
        forward(recorder, slope, (0.7,), (1.0,))[1] == jvp(pushed, (0.7,), (1.0,))[1] == pytest.approx(bend, rel=1e-14)
    )
    assert grad(lambda x: forward(recorder, slope, (x,), (1.0,))[1])(0.7) == pytest.approx(third, rel=1e-13)
    # The outer variable is a constant of the inner level, whichever comes first in a call.
    assert grad(lambda x: x * forward(recorder, lambda y: x + y, (1.0,), (1.0,))[1])(2.0) == 1.0
    assert forward(recorder, lambda x: x * grad(lambda y: y * x)(1.0), (3.0,), (1.0,)) == (9.0, 6.0)


@each_recorder
def test_arrays_nest_too(recorder: Any) -> None:
    def slope(x: Any) -> Any:
        return np.sum(forward(recorder, lambda v: np.sin(v) * v, (x,), (np.ones(3),))[1] ** 2)

    def pushed(x: Any) -> Any:
        return np.sum(jvp(lambda v: np.sin(v) * v, (x,), (np.ones(3),))[1] ** 2)

    x = np.array([0.3, -2.0, 1.0])
    np.testing.assert_allclose(grad(slope)(x), grad(pushed)(x), rtol=1e-14)


@each_recorder
def test_an_exact_zero_absorbs_at_singular_points(recorder: Any) -> None:
    for f, x in ((lambda v: sqrt(v) ** 2, 0.0), (lambda v: sqrt(v * 0.0), 1.0), (lambda v: abs(v) * v, 0.0)):
        same(forward(recorder, f, (x,), (1.0,)), jvp(f, (x,), (1.0,)))


@each_recorder
def test_errors_are_those_of_the_pair(recorder: Any) -> None:
    for f, x, error in ((lambda v: 1 / v, 0.0, ZeroDivisionError), (lambda v: log(v), -1.0, ValueError)):
        with pytest.raises(error):
            forward(recorder, f, (x,), (1.0,))


@each_recorder
def test_free_standing_variables_are_constants(recorder: Any) -> None:
    w = pb.float_var(2.0)
    y, tangent = forward(recorder, lambda v: v * w, (3.0,), (1.0,))
    assert tangent.primal == 2.0
    y.backprop()
    assert w.grad == 3.0


def test_what_does_not_depend_on_the_inputs_has_no_entry() -> None:
    asked = []

    class Counting(FastDual):
        def derive(self, call: Any) -> Any:
            asked.append(call)
            return super().derive(call)

        def derive_floats(self, *given: Any) -> Any:
            asked.append(given)
            return super().derive_floats(*given)

    with Counting() as counting:
        x = counting.variable(3.0, None)
        assert counting.read(sin(x) * 2.0 + x) == (math.sin(3.0) * 2.0 + 3.0, None)
        y = x * counting.variable(2.0, 1.0)
    assert counting.read(y) == (6.0, 3.0)
    assert asked == [(1.0, 3.0, None, 0.0)]
    assert counting.read(5.0) == (5.0, None)
    assert counting.read(Variable(5.0))[1] is None


def test_the_compiled_core_makes_no_call_of_an_operation_on_floats() -> None:
    class Recording(FastDual):
        recorded = 0

        def record(self, *given: Any) -> Any:
            self.recorded += 1
            return super().record(*given)

    def f(x: Any, y: Any) -> Any:
        return (x * y - 2.0 / x + (-y) * abs(x)) * sin(x) + (x + 1) ** 2

    forward(FastDual, f, (1.5, 0.5), (1.0, 2.0))  # from here on the pairs of the operators are known
    with Recording() as recording:
        y = f(recording.variable(1.5, 1.0), recording.variable(0.5, 2.0))
    assert recording.read(y) == jvp(f, (1.5, 0.5), (1.0, 2.0))
    assert recording.recorded == (0 if pb.core() == "compiled" else 12)


def test_partials_that_are_infinite_or_no_floats_are_for_derive() -> None:
    class Strict(FastDual):
        def derive_floats(self, i: Any, d_i: float, j: Any, d_j: float) -> Any:
            assert type(d_i) is type(d_j) is float
            assert math.isfinite(d_i)
            assert math.isfinite(d_j)
            return super().derive_floats(i, d_i, j, d_j)

    f = lambda v, w: sqrt(v) * w + exp(w) ** 2 - (v + 2.0) ** 0.5  # noqa: E731
    same(forward(Strict, f, (0.0, 1.0), (0.0, 1.0)), jvp(f, (0.0, 1.0), (0.0, 1.0)))
    assert grad(lambda x: forward(Strict, f, (x, 1.0), (0.0, 1.0))[1])(2.0) == pytest.approx(
        1.0 / (2.0 * math.sqrt(2.0))
    )


def test_a_variable_that_escaped_is_refused() -> None:
    for cls in (Dual, FastDual):
        with cls() as recorder:
            x = recorder.variable(3.0, 1.0)
            a = recorder.variable(np.ones(3), np.ones(3))
        for compute in (
            lambda x=x: x * 2,
            lambda x=x: sin(x),
            lambda x=x: 1.0 - x,
            lambda a=a: a * 2,
            lambda a=a: np.sum(a),
        ):
            with pytest.raises(ChainBrokenError, match="escaped"):
                compute()


def test_the_other_direction_pulls_one_call() -> None:
    class Gradients(Recorder):
        """Reverse mode by brute force: the entry says by how much each input moves the value."""

        def derive(self, call: Any) -> Any:
            total: dict[str, Any] = {}
            for parent, slope in pull(call, kind_of(call.output).one(call.output)):
                for name, number in parent.items():
                    total[name] = total.get(name, 0.0) + number * slope
            return total

    with Gradients() as gradients:
        x, y = gradients.variable(2.0, {"x": 1.0}), gradients.variable(3.0, {"y": 1.0})
        z = x * y + sin(x) * y
    assert gradients.read(z)[1] == {"x": 3.0 + 3.0 * math.cos(2.0), "y": 2.0 + math.sin(2.0)}


def test_a_named_tuple_of_outputs_stays_one() -> None:
    class Pair(NamedTuple):
        up: Any
        down: Any

    both = pb.primitive(
        lambda x: Pair(x + 1.0, x - 1.0), lambda x, out, grad: grad[0] + grad[1], pushforward=lambda x, out, t: (t, t)
    )
    with Dual() as dual:
        found = both(dual.variable(2.0, 5.0))
    assert isinstance(found, Pair)
    assert [dual.read(part) for part in found] == [(3.0, 5.0), (1.0, 5.0)]


def test_a_recorder_that_says_nothing_is_asked_for_it() -> None:
    with (
        pytest.raises(NotImplementedError, match="Recorder says nothing of the derivative of mul"),
        Recorder() as recorder,
    ):
        recorder.variable(2.0, 1.0) * 3.0


def test_nothing_is_left_behind() -> None:
    def run() -> weakref.ref[Any]:
        with FastDual() as recorder:
            x = recorder.variable(3.0, 1.0)
            sin(x) * x + 2.0
        return weakref.ref(recorder)

    gc.collect()
    gc.disable()
    try:
        assert run()() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("entry", [None, 0, 7, -1, -2, 10**30, -(2**63), 2**63, 0.0, -1.0, "text", (1, 2), True])
def test_an_entry_may_be_anything(entry: Any) -> None:
    with Dual() as dual:
        x = dual.variable(2.0, entry)
        assert dual.read(x) == (2.0, entry)
        assert type(dual.read(x)[1]) is type(entry)
        x._entry = "another"
        x._entry = entry
        assert dual.read(x) == (2.0, entry)
        assert dual.read(dual.variable(np.ones(2), entry))[1] is entry


def test_its_level_is_nested_in_those_that_began_before() -> None:
    first, second = Dual(), Dual()
    assert 0 < first.level < second.level
    x, y = first.variable(2.0, 1.0), second.variable(3.0, 1.0)
    for both in (x * y, y * x):
        value, tangent = second.read(both)
        assert first.read(value) == (6.0, 3.0)
        assert first.read(tangent) == (2.0, 1.0)


def test_a_variable_assigned_to_an_element_of_a_plain_array_is_refused() -> None:
    with pytest.raises(ChainBrokenError, match="an assignment to a plain array"), Dual() as dual:
        np.zeros(2)[0] = dual.variable(np.ones(2), np.ones(2))[0]


def test_a_tuple_is_no_value() -> None:
    with Dual() as dual, pytest.raises(TypeError, match="a variable is over one value, not a tuple"):
        dual.variable((1.0, 2.0), 1.0)


def test_a_subclass_need_not_call_our_init() -> None:
    class Scaled(Dual):
        def __init__(self, factor: float, *, offset: float = 0.0):
            self.factor, self.offset = factor, offset

    with Scaled(2.0, offset=1.0) as scaled:
        x = scaled.variable(3.0, 1.0)
        y = x * x
    assert scaled.read(y) == (9.0, 6.0)
    assert scaled.level > 0
    with pytest.raises(ChainBrokenError, match="escaped"):
        x * 2.0
