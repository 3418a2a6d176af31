"""How axes and the other arguments of reductions are read."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable
from pullback.tracked import plain
from pullback_plugins.numpy.rules.axes import (
    NOT_GIVEN,
    array_and_axis,
    broadcast_reduced,
    flatten_to_last_axis,
    index_along_axis,
    normalize_axes,
    reduction_arguments,
    write_to_out,
)

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("axis", "ndim", "axes"),
    [
        (None, 3, (0, 1, 2)),
        (-1, 3, (2,)),
        ((2, -3), 3, (2, 0)),
        ([1], 3, (1,)),
        ((), 3, ()),
        (None, 0, ()),
        (-1, 0, ()),
    ],
)
def test_axes_count_from_the_front(axis, ndim, axes):
    assert normalize_axes(axis, ndim) == axes


@pytest.mark.parametrize(("axis", "error"), [(3, IndexError), (-4, IndexError), ((0, 0), ValueError), (0.5, TypeError)])
def test_axes_that_are_none(axis, error):
    with pytest.raises(error):
        normalize_axes(axis, 3)
    with pytest.raises(error):
        np.sum(X, axis=axis)


@pytest.mark.parametrize("axis", [None, 1, -1, (2, 0), ()])
@pytest.mark.parametrize("keepdims", [NOT_GIVEN, False, True, 1])
def test_a_reduction_undone(axis, keepdims):
    x, axes, kept = reduction_arguments(X, axis, keepdims, np.float32)
    assert x.dtype == np.float32
    total = np.sum(x, axis, keepdims=kept)
    np.testing.assert_array_equal(
        broadcast_reduced(total, x, axes), np.broadcast_to(np.sum(x, axis, keepdims=True), x.shape)
    )
    np.testing.assert_array_equal(np.sum(flatten_to_last_axis(x, axes), -1), np.sum(x, axis))


def test_one_axis_and_its_index():
    for axis in (0, -1, None):
        x, place = array_and_axis(X, axis)
        np.testing.assert_array_equal(x[index_along_axis(place, 1)], np.take(X, 1, axis))
    with pytest.raises(np.exceptions.AxisError):
        array_and_axis(np.float64(1.0), 0)


def test_where_results_go():
    out = Variable(np.zeros(2, np.float32))
    assert write_to_out(X, None) is write_to_out(X, NOT_GIVEN) is X
    with pytest.raises(ValueError, match="wrong shape"):
        write_to_out(X, out)
    with pytest.raises(ChainBrokenError):
        write_to_out(X, np.zeros(X.shape))
    target = out * 1.0
    assert write_to_out(np.array([1.0, 2.0]), target) is target
    assert plain(target).dtype == np.float32
    assert plain(target).tolist() == [1.0, 2.0]
