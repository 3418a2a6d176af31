"""Other shapes of the same numbers: values, gradients and what has no such shape."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp

from .points import VECTOR, WIDE, C, Case, check_gradients, check_single_precision

CASES: dict[str, Case] = {
    "broadcast_arrays": (lambda x: xp.stack(xp.broadcast_arrays(x, x[:1, :])), WIDE),
    "broadcast_to": (lambda x: xp.broadcast_to(x, (3, 4)), VECTOR),
    "concat": (lambda x: xp.concat([x, C, x * x]), VECTOR),
    "concat flat": (lambda x: xp.concat([x, xp.ones(2)], axis=None), WIDE),
    "expand_dims": (lambda x: xp.expand_dims(x, axis=1) * x, VECTOR),
    "flip": (lambda x: xp.flip(x, axis=1), WIDE),
    "moveaxis": (lambda x: xp.moveaxis(x, 0, 1), WIDE),
    "permute_dims": (lambda x: xp.permute_dims(x, (1, 0)), WIDE),
    "repeat": (lambda x: xp.repeat(x, 2, axis=1), WIDE),
    "reshape": (lambda x: xp.reshape(x, (3, 2), copy=True), WIDE),
    "roll": (lambda x: xp.roll(x, 1, axis=1), WIDE),
    "squeeze": (lambda x: xp.squeeze(x[None], axis=0), WIDE),
    "stack": (lambda x: xp.stack([x, x * x], axis=1), VECTOR),
    "tile": (lambda x: xp.tile(x, (2, 1)), WIDE),
    "unstack": (lambda x: xp.unstack(x, axis=1)[1] * xp.unstack(x, axis=1)[2], WIDE),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize("name", ["concat"])
def test_single_precision_stays(name: str) -> None:
    check_single_precision(*CASES[name])


def test_integers_beside_floats_are_joined_in_the_dtype_of_both() -> None:
    n, x = xp.asarray([1, 2], dtype=xp.int32), xp.asarray([0.5, 1.5], dtype=xp.float32)
    for join in (xp.concat, xp.stack):
        assert join([n, x]).dtype == xp.result_type(n, x) == xp.float64
    assert pb.grad(lambda x: xp.sum(xp.concat([n, x]) ** 2))(np.array([3.0])) == 6.0


def test_a_reshaped_array_is_a_copy_or_a_view_as_is_asked() -> None:
    x = xp.asarray(WIDE)
    view = xp.reshape(x, (6,), copy=False)
    assert np.may_share_memory(np.asarray(view), np.asarray(x))
    assert not np.may_share_memory(np.asarray(xp.reshape(x, (6,), copy=True)), np.asarray(x))
    with pytest.raises(ValueError, match="without a copy"):
        xp.reshape(xp.matrix_transpose(x), (6,), copy=False)


def test_what_has_no_such_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="without axes has no parts"):
        xp.unstack(xp.asarray(1.0))
    with pytest.raises(ValueError, match="size not equal to one"):
        xp.squeeze(xp.asarray(WIDE), 0)
    with pytest.raises(ValueError, match="shape mismatch"):
        xp.broadcast_arrays(xp.ones(2), xp.ones(3))


def test_parts_are_a_tuple_along_the_axis() -> None:
    parts = xp.unstack(xp.asarray(WIDE), axis=1)
    assert isinstance(parts, tuple)
    np.testing.assert_array_equal(np.stack([np.asarray(part) for part in parts], axis=1), WIDE)


def test_arrays_of_several_shapes_are_flattened_and_joined() -> None:
    joined = xp.concat([xp.asarray(WIDE), xp.asarray(VECTOR)], axis=None)
    np.testing.assert_array_equal(np.asarray(joined), [*WIDE.ravel(), *VECTOR])


def test_the_counts_of_repeats_may_be_an_array() -> None:
    np.testing.assert_array_equal(np.asarray(xp.repeat(xp.asarray([5, 6]), xp.asarray([1, 2]))), [5, 6, 6])
