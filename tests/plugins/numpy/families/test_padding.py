"""Every mode of `np.pad`, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad

from ..agreement import agrees

RNG = np.random.default_rng(21)
M = RNG.normal(size=(3, 4))
WIDTHS = [1, 0, (2, 1), ((1, 2), (0, 3)), ((0, 0), (1, 1)), ((7, 5), (9, 1)), np.array([[1, 0], [0, 2]])]
MODES = [
    ("constant", {}),
    ("constant", {"constant_values": 2.0}),
    ("constant", {"constant_values": ((1.0, 2.0), (3.0, 4.0))}),
    ("edge", {}),
    ("linear_ramp", {}),
    ("linear_ramp", {"end_values": (1.0, -2.0)}),
    ("linear_ramp", {"end_values": ((1.0, -2.0), (0.0, 3.0))}),
    ("maximum", {}),
    ("minimum", {"stat_length": 2}),
    ("mean", {}),
    ("mean", {"stat_length": ((1, 2), (3, 9))}),
    ("median", {}),
    ("median", {"stat_length": 2}),
    ("reflect", {}),
    ("reflect", {"reflect_type": "odd"}),
    ("symmetric", {}),
    ("symmetric", {"reflect_type": "odd"}),
    ("wrap", {}),
]


@pytest.mark.parametrize("width", WIDTHS, ids=str)
@pytest.mark.parametrize(("mode", "options"), MODES, ids=str)
def test_modes(mode, options, width):
    agrees(lambda x: np.pad(x, width, mode, **options), M, order=1, exact=False)


@pytest.mark.parametrize(("mode", "options"), MODES, ids=str)
def test_second_order_and_one_axis(mode, options):
    if np.ndim(list(options.values())[0] if options else 0) == 2:
        pytest.skip("for two axes")
    agrees(lambda x: np.pad(x * x, 2, mode, **options), M[0], exact=False)
    x = M.astype(np.float32)
    assert np.pad(Variable(x), 1, mode, **options).dtype == np.float32
    assert grad(lambda x: np.sum(np.pad(x, 1, mode, **options)))(x).dtype == np.float32


def test_empty():
    assert np.pad(Variable(M), 1, "empty").shape == (5, 6)
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.pad(x, 1, "empty")))(M), 1.0)


def test_constants_that_are_variables():
    def f(x, c):
        return np.pad(x, ((1, 2), (0, 1)), constant_values=c)

    check_grads(f, (M, 2.0))
    check_grads(lambda x, c: np.pad(x, 1, constant_values=((c[0], 1.0), (c[1], c[0]))), (M, np.array([1.0, 2.0])))
    check_grads(lambda x: np.pad(x, 1, constant_values=x[0, 0]), (M,))
    check_grads(lambda x: np.pad(x, 2, "linear_ramp", end_values=x[1, 1]), (M,))
    np.testing.assert_array_equal(
        np.pad(Variable(M), 1, constant_values=Variable(2.0)).primal, np.pad(M, 1, constant_values=2.0)
    )


def test_widths_of_some_axes():
    try:
        np.pad(M, {-1: (1, 2)})
    except TypeError:
        pytest.skip("dicts are of NumPy 2.2")
    agrees(lambda x: np.pad(x, {-1: (1, 2)}, "edge"), M)
    agrees(lambda x: np.pad(x, {0: 1}), M)


def test_empty_arrays():
    agrees(lambda x: np.pad(x, ((1, 1), (0, 2))), np.zeros((0, 3)))
    agrees(lambda x: np.pad(x, ((0, 0), (0, 2)), "edge"), np.zeros((0, 3)))


def test_complex_numbers():
    for mode in ("constant", "edge", "mean", "reflect", "wrap", "linear_ramp"):
        agrees(lambda z: np.pad(z, 2, mode), M + 1j * M[::-1], order=1, exact=False)


def test_nothing_is_shared():
    def f(x):
        y = x * 1.0
        z = np.pad(y, 0, "edge")
        z[0] = 5.0
        return y * z

    agrees(f, M)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((1, "no"), {}),
        ((-1,), {}),
        (((1, 2, 3),), {}),
        ((1, "edge"), {"constant_values": 1}),
        ((1, "maximum"), {"stat_length": 0}),
        ((1, "constant"), {"stat_length": 0}),
    ],
)
def test_what_numpy_refuses_is_refused(arguments, options):
    for x in (M, Variable(M)):
        with pytest.raises(ValueError):
            np.pad(x, *arguments, **options)


def test_edges_of_nothing_and_odd_widths_are_refused():
    with pytest.raises(ValueError, match="empty axis"):
        np.pad(Variable(np.zeros((0, 3))), 1, "edge")
    with pytest.raises((TypeError, ValueError)):
        np.pad(Variable(M), 1.5)


def mirrored(row, width, axis, options):
    before, after = width
    row[:before] = options.get("value", 1.0) * (axis + 1)
    if after:
        row[-after:] = row[before : before + after] ** 2


@pytest.mark.parametrize("width", [1, 0, (2, 1), ((1, 2), (0, 3)), ((0, 0), (1, 1))], ids=str)
def test_functions(width):
    agrees(lambda x: np.pad(x, width, mirrored), M, exact=False)
    agrees(lambda x: np.pad(x[0], 2, mirrored, value=3.0), M, exact=False)
    agrees(lambda x: np.pad(x, 1, lambda row, width, axis, options: None), M)
    single = M.astype(np.float32)
    assert grad(lambda x: np.sum(np.pad(x, width, mirrored)))(single).dtype == np.float32


def test_functions_of_variables_and_of_nothing():
    check_grads(lambda x: np.pad(x, 1, mirrored, value=x[0, 0]), (M,))
    for x in (np.zeros((0, 3)), np.float64(2.0)):
        np.testing.assert_array_equal(np.pad(Variable(x), 1).primal, np.pad(x, 1))
        np.testing.assert_array_equal(np.pad(Variable(x), 1, mirrored).primal, np.pad(x, 1, mirrored))
    seen = []
    np.pad(Variable(M), ((1, 2), (0, 3)), lambda row, width, axis, options: seen.append((row.shape, [*width], axis)))
    wanted = []
    np.pad(M, ((1, 2), (0, 3)), lambda row, width, axis, options: wanted.append((row.shape, [*width], axis)))
    assert seen == wanted
    with pytest.raises(ChainBrokenError):
        np.pad(Variable(M), 1, lambda row, width, axis, options: np.zeros(6).__setitem__(slice(None), row))
