"""Arrays of objects that hold variables: what `np.asarray(v)` and `np.array([v[0], 2 * v[1]])` make, and what comes of them."""

import time

import numpy as np
import pytest

from pullback import ChainBrokenError, PullbackWarning, Variable, check_grads, grad, hessian, jvp, value_and_grad, vjp
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array, gather

RNG = np.random.default_rng(19)
V = RNG.normal(size=4)
P = np.abs(V) + 0.5
M = RNG.normal(size=(3, 4))


def test_there_and_back():
    v = Variable(M)
    objects = np.asarray(v)
    assert objects.dtype == object
    assert objects.shape == M.shape
    assert as_array(objects) is not v
    np.testing.assert_array_equal(plain(as_array(objects)), M)
    np.testing.assert_array_equal(plain(as_array(objects.T)), M.T)
    np.testing.assert_array_equal(plain(as_array(objects[::-1, 1])), M[::-1, 1])
    assert np.asarray(objects) is objects
    assert np.array(v, copy=True).dtype == object


def test_elements_do_not_follow_later_assignments():
    def f(x):
        y = x * 1.0
        objects = np.asarray(y)
        y[0] = 7.0
        return np.sum(objects * x)

    np.testing.assert_allclose(grad(f)(V), 2 * V)


UFUNCS = [
    "arccos", "arcsin", "arctan", "arctanh", "cbrt", "cos", "cosh", "deg2rad", "degrees", "exp", "exp2", "expm1", "log",
    "log10", "log1p", "log2", "rad2deg", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "square", "reciprocal", "negative", "absolute",
    "fabs", "conjugate", "arcsinh", "positive",
]  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_of_objects(name):
    ufunc = getattr(np, name)
    x = np.array([0.3, 0.5, 0.7])

    def f(x):
        return np.sum(ufunc(np.asarray(x)) * x)

    np.testing.assert_allclose(value_and_grad(f)(x)[0], np.sum(ufunc(x) * x))
    check_grads(f, (x,), rtol=1e-5)


def test_arccosh_of_objects():
    check_grads(lambda x: np.sum(np.arccosh(np.asarray(x))), (np.array([2.0, 3.0]),))


@pytest.mark.parametrize(
    "ufunc", [np.arctan2, np.hypot, np.fmod, np.add, np.maximum, np.power, np.divide, np.remainder]
)
def test_ufuncs_of_two_arrays_of_objects(ufunc):
    check_grads(lambda x: np.sum(ufunc(np.asarray(x), np.asarray(x[::-1] * 0.8))), (P,), step=1e-3, rtol=1e-5)
    check_grads(lambda x: np.sum(ufunc(np.asarray(x), 0.4)), (P,), step=1e-3, rtol=1e-5)


def test_integers_of_objects():
    np.testing.assert_array_equal(np.floor(np.asarray(Variable(P))), np.floor(P))
    np.testing.assert_array_equal(np.rint(np.asarray(Variable(P))) == np.rint(P), True)
    assert not np.logical_xor(np.asarray(Variable(P)), 1.0).any()


PROGRAMS = {
    "arithmetic": lambda x: 2.0 * np.asarray(x) ** 2 + np.asarray(x) - x[0],
    "sum": lambda x: np.sum(np.asarray(x)),
    "sum method": lambda x: np.asarray(x).sum(),
    "prod": lambda x: np.prod(np.asarray(x)),
    "dot": lambda x: np.dot(np.asarray(x), np.asarray(x)),
    "matmul": lambda x: np.asarray(x) @ np.ones((4, 2)),
    "outer": lambda x: np.outer(np.asarray(x), np.asarray(x)),
    "cumsum": lambda x: np.cumsum(np.asarray(x)),
    "indexing": lambda x: np.asarray(x)[[0, 0, 2]],
    "reshaping": lambda x: np.asarray(x).reshape(2, 2).T,
    "output": lambda x: np.asarray(x),
    "with a variable on the left": lambda x: x * np.asarray(x),
    "with a variable on the right": lambda x: np.asarray(x) * x,
    "in a dispatched function": lambda x: np.concatenate((x, np.asarray(x * 2))),
    "in stack": lambda x: np.stack([np.asarray(x), x]),
    "in where": lambda x: np.where(V > 0, np.asarray(x), x * x),
    "assigned": lambda x: _assigned(x),
    "array of elements": lambda x: np.array([x[0], 2.0 * x[1], 3.0]) * x[2],
    "array of lists": lambda x: np.array([[x[0], 2.0 * x[1]], [3.0, x[0] * x[3]]]) @ np.ones(2),
    "array of rows": lambda x: np.array([x, x * x]),
    "array of a mixture": lambda x: np.array([x * x, V]),
    "sorted": lambda x: np.array(sorted(x)),
    "Python's sum": lambda x: sum(x),
    "Python's max": lambda x: max(x) * min(x),
    "reduce": lambda x: np.add.reduce(np.asarray(x)),
    "full": lambda x: np.full(3, x[0] * x[1]) * np.ones(3),
    "vstack of lists": lambda x: np.vstack([[x[0], x[1]], [1.0, x[2]]]),
    "list in a function": lambda x: np.sum([x[0], 2.0 * x[1] * x[1]]),
    "an array beside": lambda x: np.ones(4) * np.asarray(x),
    "filled by hand": lambda x: _filled(x),
    "vectorize": lambda x: np.vectorize(lambda t: t * t, otypes=[object])(np.asarray(x)),
    "asarray of a list": lambda x: np.asarray([x[1], x[0]]) * x[0],
    "asanyarray": lambda x: np.asanyarray(x) * 2.0,
    "ascontiguousarray": lambda x: np.ascontiguousarray(x.T) * 2.0,
    "meshgrid of objects": lambda x: np.meshgrid(np.asarray(x), x)[0],
}


def _assigned(x):
    y = np.zeros_like(x)
    y[1:] = np.asarray(x)[1:] * x[0]
    return y


def _filled(x):
    y = np.empty(3, dtype=object)
    for n in range(3):
        y[n] = x[n] * x[n + 1]
    return y


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    f = PROGRAMS[name]

    def plainly(x):
        return np.asarray(f(x), dtype=float)

    found = f(Variable(V))
    np.testing.assert_allclose(np.asarray(plain(as_array(found)), dtype=float), plainly(V))
    check_grads(f, (V,), step=1e-3, rtol=1e-5)


def test_the_gradient_of_an_array_of_objects_as_the_output():
    slope, curve = grad(lambda x: np.asarray(x).sum() ** 2)(V), hessian(lambda x: np.asarray(x).sum() ** 2)(V)
    np.testing.assert_allclose(slope, 2 * np.sum(V) * np.ones(4))
    np.testing.assert_allclose(curve, 2 * np.ones((4, 4)))


def test_float_variables_in_arrays():
    x = Variable(2.0), Variable(3.0)
    found = as_array([x[0], x[1] * x[0], 1.0])
    np.testing.assert_array_equal(plain(found), [2.0, 6.0, 1.0])

    def f(a, b):
        y = np.array([a, a * b, 3.0])
        return (
            np.sum(np.stack([a, b]) ** 2)
            + (y * y).sum()
            + np.sum(np.concatenate(([a, 1.0], [b]))) * np.dot(y, [a, b, 1.0])
        )

    check_grads(f, (2.0, 3.0))
    slopes = grad(f, (0, 1))(2.0, 3.0)
    assert {type(slope) for slope in slopes} == {float}
    check_grads(lambda a: np.hstack([a, np.ones(2) * a]), (2.0,))
    check_grads(lambda a: np.linspace(a, 2 * a, 3), (2.0,))
    check_grads(lambda a: np.ones(3) * a + np.full((2, 3), a), (2.0,))
    check_grads(lambda a, x: a * x + np.where(x > 0, a, x), (2.0, V))


def test_lists_of_other_shapes_are_refused():
    v = Variable(V)
    with pytest.raises(ValueError):
        np.stack([[v[0], 1.0], [v[1]]])
    with pytest.raises(ValueError):
        as_array([v, v[:2]])
    with pytest.raises(TypeError, match="not differentiable"):
        gather(np.array([v[0], "a"], dtype=object))
    with pytest.raises(ValueError):
        np.array([v, v[:2]])


def test_objects_are_not_cast_to_numbers():
    v = Variable(V)
    for use in (
        lambda: np.asarray(v).astype(float),
        lambda: np.array(v, dtype=np.float32),
        lambda: np.array([v[0], 1.0], dtype=float),
        lambda: np.asarray(v, float),
        lambda: np.full(2, v[0], dtype=float),
        lambda: np.full_like(V, v[0]),
        lambda: np.fromiter(v, float),
    ):
        with pytest.raises((ChainBrokenError, ValueError)):
            use()
    assert len(np.fromiter(v, object)) == 4


def test_a_warning_says_that_it_is_slow():
    v = Variable(np.ones(10_001))
    with pytest.warns(PullbackWarning, match="10001 numbers apart"):
        np.asarray(v)


def test_ten_thousand_elements_take_seconds():
    x = np.linspace(0.1, 1.0, 10_000)
    start = time.perf_counter()
    found = grad(lambda x: np.sum(np.sin(np.asarray(x))))(x)
    np.testing.assert_allclose(found, np.cos(x))
    found = grad(lambda x: np.sum(np.array([t * t for t in x])))(x)
    np.testing.assert_allclose(found, 2 * x)
    assert time.perf_counter() - start < 30.0


def test_what_comes_back_untouched_is_the_array_again():
    def f(x):
        return np.concatenate((x, np.asarray(x)))

    x = np.ones(5000)
    start = time.perf_counter()
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)))(x), 2.0)
    assert time.perf_counter() - start < 10.0


def test_empty_and_zero_dimensional():
    v = Variable(np.zeros((0, 2)))
    assert np.asarray(v).shape == (0, 2)
    assert as_array(np.asarray(v)).shape == (0, 2)
    assert np.asarray(Variable(np.float64(2.0))).shape == ()
    check_grads(lambda x: np.asarray(x[0]) * x, (V,))
    check_grads(lambda x: np.asarray(x[0])[()] * x, (V,))


def test_precision_of_elements():
    x = V.astype(np.float32)
    assert as_array(np.asarray(Variable(x))[::-1]).dtype == np.float32
    assert grad(lambda x: np.sum(np.asarray(x)[::-1] * x))(x).dtype == np.float32


def test_complex_numbers_are_not_taken_for_real_ones():
    # NumPy says that the imaginary part of any array of objects is zero, and the norm the root of the sum of squares.
    z = V + 1j * V[::-1]
    for f in (
        lambda z: np.asarray(z).imag,
        lambda z: np.imag(np.array([z[0], 1.0])),
        lambda z: np.linalg.norm(np.array([[z[0], z[1]], [0.0, 1.0]])),
        lambda z: np.array([np.exp(1j * z.real[0]), 1.0]).real,
    ):
        with pytest.raises(ChainBrokenError, match=r"complex variables.*np.stack"):
            vjp(f, z)
    found = grad(lambda z: np.linalg.norm(np.stack([z[0], 2.0 * z[1]])))(z)
    np.testing.assert_allclose(found[0], np.conj(z[0]) / np.hypot(abs(z[0]), abs(2.0 * z[1])))


def test_an_array_of_objects_among_the_inputs_of_a_pair_is_not_lost():
    from pullback_plugins.arithmetic import mul

    def f(x):
        return np.sum(mul(x, np.asarray(x)))

    with pytest.raises(ChainBrokenError, match="not among its inputs"):
        grad(f)(V)
    check_grads(lambda a, x: a * np.asarray(x) + np.asarray(x) / a, (2.0, V))
    check_grads(lambda a, x: np.asarray(x) * a - a * np.asarray([a, 1.0, a * a, 2.0]), (2.0, V))


def test_ufuncs_of_arrays_of_float_variables():
    def f(x, y):
        z = np.array([x, y * x])
        return (
            np.sum(np.sin(z) ** 2) + np.sum(np.arctan2(z, z[::-1])) + np.hypot(z, 2.0)[0] + np.mean(z) + np.exp(z).sum()
        )

    check_grads(f, (1.0, 2.0))
    v = Variable(1.0)
    assert not hasattr(v, "shape")
    assert not hasattr(v, "isnan")
    with pytest.raises(AttributeError, match="no attribute 'foo'"):
        v.foo


def test_errors_name_the_line_of_the_user():
    with pytest.raises(ChainBrokenError, match="test_objects.py"):
        np.interp([Variable(V)[0], 1.0], [0.0, 1.0], [0.0, 1.0])


def test_iterators_over_elements_are_assigned():
    def f(x):
        y = np.zeros_like(x)
        y[:] = x.flat
        y[:2] = range(2)
        return y * x

    check_grads(f, (V,))


def _blocks(x):
    down, right = x.strides
    blocks = np.lib.stride_tricks.as_strided(x, (2, 2, 2, 2), (2 * down, 2 * right, down, right))
    return blocks.max(axis=(2, 3))


def test_strides_lead_to_the_same_numbers():
    x = RNG.normal(size=(4, 4))
    output, gradient = value_and_grad(lambda x: np.sum(_blocks(x) * [[1.0, 2.0], [3.0, 4.0]]))(x)
    expected = _blocks(np.array(x))
    np.testing.assert_allclose(output, np.sum(expected * [[1.0, 2.0], [3.0, 4.0]]))
    weights = np.kron([[1.0, 2.0], [3.0, 4.0]], np.ones((2, 2)))
    np.testing.assert_array_equal(gradient, np.where(np.kron(expected, np.ones((2, 2))) == x, weights, 0.0))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_strides_of_another_size_than_that_of_an_object_are_refused(dtype):
    with pytest.raises(ChainBrokenError, match="as_strided .*sliding_window_view"):
        grad(lambda x: np.abs(np.sum(np.lib.stride_tricks.as_strided(x, (2, 2), x.strides * 2))))(np.ones(3, dtype))


def test_strides_of_a_view_with_gaps_are_refused():
    with pytest.raises(ChainBrokenError, match="as_strided"):
        grad(lambda x: np.sum(np.lib.stride_tricks.as_strided(x[::2], (2,), x[::2].strides)))(np.ones(4))


@pytest.mark.parametrize(
    ("start", "shape", "strides"),
    [
        (0, (2, 4), (16, 8)),
        (2, (3, 3), (-8, 8)),
        (1, (4,), (8,)),
        (0, (2, 2), (-8, 16)),
        (0, (4, 4), None),
        (0, (5,), None),
    ],
)
def test_strides_that_lead_out_of_the_variable_are_refused(start, shape, strides):
    with pytest.raises(ChainBrokenError, match="as_strided"):
        grad(lambda x: np.sum(np.lib.stride_tricks.as_strided(x[start:], shape, strides)))(np.ones(4))


@pytest.mark.parametrize(
    ("shape", "strides"),
    [((2, 3), (8, 8)), ((4,), None), ((2, 2), None), (None, None), ((3, 4), (0, 8))],
)
def test_strides_within_the_variable(shape, strides):
    x = np.array([1.0, 2.0, 4.0, 8.0])
    expected = np.lib.stride_tricks.as_strided(np.arange(4), shape, strides)
    found = grad(lambda x: np.sum(np.lib.stride_tricks.as_strided(x, shape, strides) * np.ones(expected.shape)))(x)
    np.testing.assert_array_equal(found, np.bincount(expected.reshape(-1), minlength=4))


def test_nothing_is_written_through_strides():
    def f(x):
        np.lib.stride_tricks.as_strided(x, (2,), x.strides)[0] = 5.0
        return np.sum(x)

    with pytest.raises(ValueError, match="read-only"):
        grad(f)(np.ones(3))


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (lambda scipy, x: scipy.special.logsumexp(x), "np.logaddexp.reduce"),
        (lambda scipy, x: scipy.special.log_softmax(x), "log_softmax"),
        (lambda scipy, x: scipy.special.polygamma(1, x), "special.polygamma"),
        (lambda scipy, x: scipy.special.multigammaln(x[0], 2), "gammaln"),
        (lambda scipy, x: scipy.spatial.distance.squareform(x[:1]), "an index"),
        (lambda scipy, x: scipy.stats.norm.logpdf(x), "its formula"),
        (lambda scipy, x: scipy.stats.gamma.cdf(1.0, x[0]), "its formula"),
        (lambda scipy, x: scipy.stats.poisson.logpmf([1, 2], x), "its formula"),
    ],
)
def test_ordinary_functions_of_scipy_say_what_to_use(function, advice):
    scipy = pytest.importorskip("scipy")
    for name in ("special", "stats", "spatial.distance"):
        pytest.importorskip(f"scipy.{name}")
    with pytest.raises(ChainBrokenError, match=rf"no universal function .*test_objects.py.*use .*{advice}"):
        grad(lambda x: np.sum(function(scipy, x)))(np.array([1.5, 2.5]))


def test_numbers_from_objects_have_a_dtype_elsewhere():
    def f(x):
        mean = np.mean([x[0], x[1] ** 2])
        assert mean.dtype == np.std(np.asarray(x)).dtype == np.float64
        return mean

    gradient = grad(f)(np.array([1.0, 3.0]))
    np.testing.assert_array_equal(gradient, [0.5, 3.0])
    assert grad(f)(np.array([1.0, 3.0], np.float32)).dtype == np.float32


def test_deviations_of_equal_objects_have_no_slope():
    np.testing.assert_array_equal(grad(lambda x: np.std([x[0], x[1]]))(np.ones(2)), [0.0, 0.0])


def test_none_is_no_number():
    for f in (lambda x: np.sum(x * np.array([1.0, None])), lambda x: np.sum(np.stack([np.array([x[0], None])]))):
        with pytest.raises(TypeError, match="NoneType"):
            grad(f)(np.ones(2))
    with pytest.raises(TypeError, match="NoneType"):
        grad(np.sum)(np.array([1.0, None]))


def test_an_assignment_to_a_plain_array_says_so_through_a_transform():
    def element(x):
        out = np.zeros(3)
        out[0] = x[0] ** 2
        return np.sum(out)

    def row(x):
        out = np.zeros((2, 3))
        out[1] = x
        return np.sum(out)

    for f in (element, row):
        for transformed in (
            grad(f),
            value_and_grad(f),
            hessian(f),
            lambda x, f=f: vjp(f, x),
            lambda x, f=f: jvp(f, (x,), (x,)),
        ):
            with pytest.raises(
                ChainBrokenError, match=r"test_objects.py:\d+.*as np.zeros_like\(x\) of a variable gives"
            ):
                transformed(np.ones(3))


def test_other_errors_of_elements_stay_as_they_are():
    def f(x):
        np.zeros(2)[0] = [1.0, 2.0]
        return np.sum(x)

    with pytest.raises(ValueError, match="setting an array element with a sequence"):
        grad(f)(np.ones(3))


@pytest.mark.parametrize(
    "arranged",
    [
        lambda x: np.asarray(x)[::-1],
        lambda x: np.asarray(x).T,
        lambda x: np.asarray(x)[[0, 1, 0], 1:],
        lambda x: np.array(x, ndmin=4),
        lambda x: np.asarray(x)[..., None],
        lambda x: np.asarray(x).ravel()[:0],
    ],
)
def test_elements_of_one_array_in_another_arrangement(arranged):
    def f(x):
        found = arranged(x)
        # The variable beside it makes an array of the objects.
        return x[0, 0] + np.add(found, x[0, :1]) * np.arange(1.0, np.size(found) + 1.0).reshape(np.shape(found))

    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    np.testing.assert_array_equal(vjp(f, x)[0], f(x))
    if np.size(arranged(x)):
        check_grads(lambda x: f(x) ** 2, (x,))


def test_an_element_that_is_held_has_its_gradient_in_another_arrangement_too():
    v = Variable(np.array([1.0, 2.0]))
    objects = np.asarray(v)
    held = objects[0]
    used = held * 11.0
    total = np.sum(np.concatenate([objects[::-1], v[:1]]) * np.array([3.0, 5.0, 7.0])) + used
    total.backprop()
    np.testing.assert_array_equal(v.grad, [23.0, 3.0])
    assert held.grad == 16.0


def notes(function):
    with pytest.raises((TypeError, ValueError)) as caught:
        grad(function)(P)
    return getattr(caught.value, "__notes__", [])


def test_what_cannot_compute_with_objects_is_explained():
    def spread(x):
        return np.isnan(np.asarray(x)).sum() + x[0]

    (note,) = notes(spread)
    assert note.startswith(
        f"A variable was made into an array of objects at {__file__}:{spread.__code__.co_firstlineno + 1}, "
    )
    assert "SCIPY_ARRAY_API=1" in note
    # Of an outer variable it is said once, where its own differentiation ends.
    assert len(notes(lambda x: grad(lambda y: y * np.isnan(np.asarray(x)).sum())(1.0))) == 1


def test_other_errors_are_not_explained():
    def unrelated(x):
        np.asarray(x)
        raise ValueError("no root in the interval")

    assert notes(unrelated) == []
    with pytest.raises(TypeError):
        np.isnan(np.asarray(Variable(P)))
    assert notes(lambda x: np.isnan(np.array([None]))) == []
