"""What the compiled core answers of arrays, against the same in Python."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.chain.tape import Tape
from pullback_plugins.numpy import forwards
from pullback_plugins.numpy.array.kind import ArrayKind, array_kind
from pullback_plugins.numpy.native import dispatch
from pullback_plugins.numpy.native.dispatch import ArrayKindCore

from .values import VALUES


def plain_kind() -> Any:
    """Return the kind without what stands before its methods."""
    methods = [cls for cls in ArrayKind.__mro__ if cls is not ArrayKindCore and cls is not ArrayKind]
    return type("PlainKind", (methods[0],), {})()


@pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{type(v).__name__}{getattr(v, 'dtype', '')}{np.shape(v)}")
def test_the_kind_answers_the_same(value: Any) -> None:
    plain = plain_kind()
    for name in ("convert", "keep"):
        ours, theirs = getattr(array_kind, name)(value), getattr(plain, name)(value)
        assert type(ours) is type(theirs)
        assert (ours is value) == (theirs is value)
        if isinstance(ours, np.ndarray):
            assert ours.dtype == theirs.dtype
            assert ours.strides == theirs.strides
            assert np.may_share_memory(ours, value) == np.may_share_memory(theirs, value)
        np.testing.assert_array_equal(ours, theirs)
    assert array_kind.large(value) is plain.large(value)
    if not isinstance(value, complex) or isinstance(value, np.generic):
        assert array_kind.has_nan(value) is plain.has_nan(value)
    for other in VALUES:
        assert array_kind.same_shape_and_type(value, other) is plain.same_shape_and_type(value, other), other


def test_the_slope_of_tanh_and_shares_are_those_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    y = np.tanh(np.linspace(-2.0, 2.0, 9))
    found = forwards.tanh_slope(np.arctanh(y), y), forwards.share(y, 0.0)
    monkeypatch.setattr(dispatch, "tanh_slope", lambda y: None)
    monkeypatch.setattr(dispatch, "share", lambda x, y: None)
    expected = forwards.tanh_slope(np.arctanh(y), y), forwards.share(y, 0.0)
    assert [part.tobytes() for part in found] == [part.tobytes() for part in expected]


def test_an_operand_that_changes_after_its_use_has_no_effect() -> None:
    for size in (3, 20_000):
        c = np.full(size, 3.0)

        def f(x: Any, c: np.ndarray = c) -> Any:
            y = c * x
            z = x * c
            c[:] = 100.0
            return np.sum(y + z)

        np.testing.assert_array_equal(pb.grad(f)(np.ones(size)), np.full(size, 6.0))
        c[:] = 3.0


def test_a_kind_that_comes_later_is_seen() -> None:
    class Length(SimpleNamespace):
        def __mul__(self, other: Any) -> Any:
            return Length(m=self.m * other)

    half = pb.elementwise(lambda x: x * 0.5, derivative=lambda x, y: 0.5 * (x == x), name="half_of_lengths")
    x = np.arange(3.0)
    np.testing.assert_array_equal(pb.grad(lambda x: np.sum(half(x)))(x), np.full(3, 0.5))

    class LengthKind(pb.ValueKind):
        name = "length"
        types = (Length,)
        variable = pb.ScalarVariable

    class Plugin:
        @pb.hookimpl
        def pullback_register_value_kinds(self) -> list[Any]:
            return [LengthKind()]

    with pb.plugins(Plugin()):
        np.testing.assert_array_equal(pb.grad(lambda x: np.sum(half(x)))(x), np.full(3, 0.5))
    np.testing.assert_array_equal(pb.grad(lambda x: np.sum(half(x)))(x), np.full(3, 0.5))


def test_outputs_of_changing_type_get_their_own_kind() -> None:
    odd = pb.elementwise(
        lambda x: float(x[0]) if x.size == 1 else np.float32(x[0]) if x.size == 2 else x * 2.0,
        derivative=lambda x, y: np.full(np.shape(x), 2.0),
        name="odd_one",
    )
    for size in (3, 1, 2, 3):
        out, pull = pb.vjp(odd, np.ones(size))
        assert type(out) is (np.ndarray if size == 3 else float if size == 1 else np.float32)


def test_gradients_have_the_order_of_axes_that_numpy_gives_products() -> None:
    """On it depends in which order others sum them, and so their last bits."""
    x, y = np.asfortranarray(np.ones((2, 3))), np.ones((2, 3))
    assert not pb.grad(lambda y: np.sum(x * y))(y).flags.c_contiguous
    assert pb.grad(lambda y: np.sum(y * y))(y).flags.c_contiguous


@pytest.mark.parametrize("size", [1, 3, 5_000])
def test_the_cotangent_of_a_sum_is_one_number_that_nobody_may_write_to(size: int) -> None:
    seen: list[Any] = []

    def backward(x: Any, out: Any, grad: Any) -> Any:
        seen.append(grad)
        return grad * 2.0

    double = pb.primitive(lambda x: 2.0 * x, backward, name="watched_double")
    np.testing.assert_array_equal(
        pb.grad(lambda x: np.sum(double(x)) * 3.0)(np.ones((size, 1))), np.full((size, 1), 6.0)
    )
    (grad,) = seen
    assert (grad.shape, grad.strides, grad.flags.writeable) == ((size, 1), (0, 0), False)


def test_one_and_minus_one_are_no_factors() -> None:
    """A complex number times a real one, made complex, has other zeros."""
    opposite = pb.elementwise(lambda x: -x, derivative=-1, name="complex_opposite")
    same = pb.elementwise(lambda x: x + 0.0, derivative=lambda x, y: 1, name="complex_same")
    inputs = np.ones(3, complex), np.float64(2.0)
    for f, sign in (
        (lambda z, s: opposite(z), -1),
        (lambda z, s: same(z), 1),
        (lambda z, s: z + s, 1),
        (lambda z, s: s - z, -1),
    ):
        for part in (0.0, -0.0):
            found = pb.vjp(f, *inputs)[1](np.full(3, complex(1.0, part)))[0]
            assert [str(each) for each in found.imag] == [str(sign * part)] * 3


def test_a_forward_needs_no_hash() -> None:
    class Scaled(list[float]):
        def __call__(self, x: Any) -> Any:
            return self[0] * x

    pair = pb.elementwise(Scaled([3.0]), derivative=3.0, name="scaled_by_a_list")
    np.testing.assert_array_equal(pb.grad(lambda x: np.sum(pair(x)))(np.ones(2)), np.full(2, 3.0))


@pytest.mark.parametrize("kind", [pb.elementwise, pb.primitive])
def test_a_tape_that_ends_while_a_forward_runs_takes_nothing_more(kind: Any) -> None:
    tape = Tape()
    x = tape.variable(np.ones(2))

    def ending(x: Any) -> Any:
        tape.close()
        return x * 2.0

    rule = {"derivative": 2.0} if kind is pb.elementwise else {"backward": lambda x, out, g: 2.0 * g}
    with pytest.raises(pb.ChainBrokenError, match="escaped"):
        kind(ending, **rule, name="ending")(x)
    assert len(tape.entries) == 0
