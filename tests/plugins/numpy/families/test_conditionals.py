"""Choices by a condition: against NumPy, at their edges, and where what is not chosen is infinite."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.testing import check_grads
from pullback.tracked import plain
from pullback.transforms import grad

X = np.array([[0.7, -1.3, 2.4], [-0.2, 0.9, 1.6]])
Y = np.array([1.1, -0.6, 0.8])
MASK = X > 0.5
PLACES = np.array([[0, 1, 2], [2, 0, 1]])
SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "where": (lambda x, y: np.where(MASK, x, y), (X, Y)),
    "where of a number": (lambda x: np.where(MASK, x * x, 0.0), (X,)),
    "where by a variable": (lambda x: np.where(x > 0.5, np.sin(x), x**2), (X,)),
    "where of lists": (lambda x: np.where([True, False], [x[0, 0], 2.0], x[1, :2]), (X,)),
    "clip": (lambda x: np.clip(x, -0.5, 1.0) * x, (X,)),
    "clip by arrays": (lambda x, low, high: np.clip(x, low, high), (X, Y - 1.0, Y + 1.0)),
    "clip from below": (lambda x: np.clip(x, 0.0, None) * x, (X,)),
    "clip from above": (lambda x: np.clip(x, None, 0.5) * x, (X,)),
    "clip with crossed bounds": (lambda x, low, high: np.clip(x, low, high) * x, (X, Y + 1.0, Y - 1.0)),
    "select": (lambda x: np.select([x > 2.0, x > 0.0], [x**2, np.sin(x)], default=x**3), (X,)),
    "select with a default": (lambda x, y: np.select([x > 1.0], [x * y], y), (X, Y)),
    "piecewise": (lambda x: np.piecewise(x, [x < 0.0, x > 1.0], [np.sin, lambda x: x**2, 3.0]), (X,)),
    "piecewise without a default": (
        lambda x: np.piecewise(x, [x > 0.0], [lambda x, a, b=1.0: a * b * x**2], 2.0, b=3.0),
        (X,),
    ),
    "choose": (lambda x, y: np.choose(PLACES, [x, y, x * y]), (X, Y)),
    "choose from rows": (lambda x: np.choose(PLACES[0] % 2, x), (X,)),
    "choose and wrap": (lambda x, y: np.choose(PLACES + 2, [x, y], mode="wrap"), (X, Y)),
    "nan_to_num": (lambda x: np.nan_to_num(x) ** 2, (X,)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_values_and_derivatives(name: str) -> None:
    function, args = SMOOTH[name]
    found = function(*map(pb.Variable, args))
    expected = function(*args)
    np.testing.assert_allclose(plain(found), expected, rtol=1e-14, atol=1e-15)
    assert plain(found).dtype == np.asarray(expected).dtype
    assert np.shape(plain(found)) == np.shape(expected)
    check_grads(function, args, step=1e-3)


def test_where_of_a_condition_alone() -> None:
    rows, columns = np.where(pb.Variable(X) > 0.5)
    np.testing.assert_array_equal(X[rows, columns], X[MASK])
    assert type(rows) is np.ndarray
    with pytest.raises(ValueError, match="both or neither"):
        np.where(MASK, pb.Variable(X))


def test_where_needs_no_second_where() -> None:
    x = np.array([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0.0)))(x), [0.0, 0.0, 0.25])
        np.testing.assert_array_equal(
            grad(lambda x: np.sum(np.where(x != 0, np.sin(x) / x, 1.0)))(np.zeros(2)), [0.0, 0.0]
        )


def test_clip_at_its_edges() -> None:
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.clip(x, 0.0, 1.0)))(x), [0.0, 1.0, 1.0, 1.0, 0.0])
    np.testing.assert_array_equal(grad(lambda low: np.sum(np.clip(x, low, 1.0)))(0.0), 1.0)
    np.testing.assert_array_equal(grad(lambda high: np.sum(np.clip(x, 0.0, high)))(1.0), 1.0)
    np.testing.assert_array_equal(grad(lambda a: np.sum(np.clip(x, 2.0, a)))(1.0), 5.0)
    with pytest.raises(TypeError, match="where"):
        np.clip(pb.Variable(x), 0.0, 1.0, where=x > 0)
    target = pb.Variable(x) * 1.0
    assert np.clip(target, 0.0, 1.0, out=target) is target
    np.testing.assert_array_equal(target.primal, np.clip(x, 0.0, 1.0))
    with pytest.raises(pb.ChainBrokenError):
        np.clip(pb.Variable(x), 0.0, 1.0, out=np.zeros(5))
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
        check_grads(lambda x: np.clip(x, min=0.0, max=1.0) * x, (X,), step=1e-3)
        with pytest.raises(ValueError, match="forbidden"):
            np.clip(pb.Variable(x), 0.0, 1.0, min=0.0)


def test_nan_to_num() -> None:
    x = np.array([1.0, math.nan, math.inf, -math.inf])
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(np.nan_to_num(x, nan=2.0, posinf=3.0, neginf=4.0)))(x), [1.0, 0.0, 0.0, 0.0]
    )
    np.testing.assert_array_equal(np.nan_to_num(pb.Variable(x)).primal, np.nan_to_num(x))
    target = pb.Variable(x) * 1.0
    assert np.nan_to_num(target, copy=False, nan=7.0) is target
    assert target.primal[1] == 7.0
    z = np.array([1.0 + 2.0j, complex(math.nan, 1.0)])
    np.testing.assert_array_equal(np.nan_to_num(pb.Variable(z)).primal, np.nan_to_num(z))
    np.testing.assert_array_equal(grad(lambda z: np.sum(np.imag(np.nan_to_num(z))))(z), [-1j, -1j])


def test_what_stands_for_nan_may_be_a_variable() -> None:
    x = np.array([1.0, math.nan, math.inf, -math.inf, math.nan])

    def f(x: Any, a: Any, b: Any, c: Any) -> Any:
        return np.nan_to_num(x, nan=a, posinf=b, neginf=c) * np.arange(1.0, 6.0)

    args = (np.float64(2.0), np.float64(3.0), np.float64(4.0))
    np.testing.assert_array_equal(pb.vjp(f, x, *args)[0], f(x, *args))
    assert [float(g) for g in grad(lambda *a: np.sum(f(pb.Variable(x), *a)), argnums=(0, 1, 2))(*args)] == [
        7.0,
        3.0,
        4.0,
    ]
    check_grads(lambda a, b, c: f(pb.Variable(x) * 1.0, a, b, c) ** 2, args)
    fill = np.arange(5.0)
    wanted = grad(lambda a: np.sum(np.nan_to_num(pb.Variable(x), nan=a)))(fill)
    np.testing.assert_array_equal(wanted, [0.0, 1.0, 0.0, 0.0, 1.0])
    z = np.array([complex(1.0, math.nan), complex(math.nan, math.inf)])
    assert grad(lambda a: np.sum(np.imag(np.nan_to_num(pb.Variable(z), nan=a, posinf=3 * a))))(2.0) == 4.0
    single = np.nan_to_num(pb.Variable(x.astype(np.float32)), nan=pb.Variable(np.float64(2.0)))
    assert single.dtype == np.float32
    target = pb.Variable(x) * 1.0
    assert grad(lambda a: np.sum(np.nan_to_num(target, copy=False, nan=a)[1:2]))(2.0) == 1.0


def test_choose_refuses() -> None:
    with pytest.raises(ValueError, match="invalid entry"):
        np.choose(PLACES, [pb.Variable(X), X])
    with pytest.raises(TypeError, match="not a variable"):
        np.choose(pb.Variable(X), [X, X])


def test_select_and_piecewise_refuse() -> None:
    with pytest.raises(ValueError, match="same length"):
        np.select([MASK], [pb.Variable(X), X])
    with pytest.raises(TypeError, match="boolean"):
        np.select([np.ones(3)], [pb.Variable(Y)])
    with pytest.raises(ValueError, match="functions are expected"):
        np.piecewise(pb.Variable(Y), [Y > 0.0], [1.0, 2.0, 3.0])


def test_piecewise_of_one_number() -> None:
    check_grads(lambda x: np.piecewise(x, [x < 0.0, x >= 0.0], [np.sin, np.exp]), (np.float64(0.3),))
    check_grads(lambda x: np.piecewise(x, x > 0.0, [np.sin, np.exp]), (Y,), step=1e-3)


def test_dtypes_and_shapes() -> None:
    x = np.float32([0.25, 1.5])
    for function in (
        lambda x: np.where(x > 1.0, x, 0.0),
        lambda x: np.clip(x, 0.5, None),
        lambda x: np.nan_to_num(x),
        lambda x: np.select([x > 1.0], [x], 0.0),
    ):
        assert function(pb.Variable(x)).dtype == function(x).dtype
        assert grad(lambda x, f=function: np.sum(f(x)))(x).dtype == np.float32
        for shape in ((), (0,), (2, 0)):
            assert grad(lambda x, f=function: np.sum(f(x)))(np.full(shape, 0.25)).shape == shape


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grad(lambda x: np.sum(np.clip(x, 0, 1)))(np.array([0.0, -5.0, 5.0]))


def test_the_only_choice_is_copied():
    def f(x):
        chosen = np.choose([0, 0], [x])
        chosen[0] = 5.0
        return np.sum(chosen * x)

    np.testing.assert_array_equal(grad(f)(np.array([2.0, 3.0])), [5.0, 6.0])
