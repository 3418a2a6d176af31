"""Every kind of index, to read and to assign, against NumPy and numerical derivatives."""

import time

import numpy as np
import pytest

from pullback import Variable, check_grads, grad, hessian, jvp
from pullback.tracked import plain

from ..agreement import agrees

RNG = np.random.default_rng(16)
M = RNG.normal(size=(3, 4))
C = RNG.normal(size=(2, 3, 4))

INDICES = {
    "integer": 1,
    "negative": -1,
    "NumPy integer": np.int32(1),
    "0-d array": np.array(1),
    "slice": slice(1, None),
    "step": slice(None, None, -2),
    "empty slice": slice(2, 2),
    "ellipsis": ...,
    "newaxis": None,
    "nothing": (),
    "mixed": (..., None, 1),
    "integer and slice": (1, slice(0, 2)),
    "ellipsis in between": (0, ..., -1),
    "list": [1, 0, 1],
    "list of lists": [[0, 1], [1, 1]],
    "range": range(2),
    "tuple within": ((0, 1, 1),),
    "empty list": [],
    "array": np.array([1, 1, 0]),
    "two arrays": ([0, 1, 1], [2, 0, 0]),
    "arrays apart": ([0, 1, 1], slice(None), [2, 0, 0]),
    "array and integer": ([0, 1, 1], 1),
    "broadcast arrays": (np.array([[0], [1]]), [2, 0, 0]),
    "ix_": np.ix_([0, 1], [2, 0], [1, 3]),
    "mask": C > 0,
    "mask of one axis": np.array([True, False]),
    "mask and array": ([True, True], [1, 1]),
    "mask and slice": (slice(None), np.array([True, False, True])),
    "list mask": [True, False],
    "true": True,
    "false": False,
    "NumPy true": np.True_,
    "true and slice": (True, slice(1)),
    "all": (1, 2, 3),
    "unsigned": np.array([1, 0], dtype=np.uint8),
}


@pytest.mark.parametrize("name", INDICES)
def test_reading(name):
    agrees(lambda x: x[INDICES[name]], C)


@pytest.mark.parametrize("name", INDICES)
def test_assigning(name):
    index = INDICES[name]
    part = RNG.normal(size=C[index].shape)

    def f(x, y):
        z = x * 1.0
        z[index] = y * y
        return z * z

    agrees(f, C, part)
    agrees(lambda x: f(x, 2.0), C)


@pytest.mark.parametrize("name", INDICES)
def test_changing_in_place(name):
    index = INDICES[name]

    def f(x):
        z = x * 1.0
        z[index] *= z[index] + 1.0
        z[index] += 3.0
        return z * z

    agrees(f, C)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1), (1, 1, 4), (1, 1, 1, 3, 4)])
def test_assigned_values_are_broadcast(shape):
    def f(x, y):
        z = x * 1.0
        z[0] = y
        return z * z

    agrees(f, C, RNG.normal(size=shape))


def test_the_last_of_several_assignments_to_an_element_wins():
    def f(x):
        z = np.zeros_like(x)
        z[[0, 0, 1, 0]] = x[:4] ** 2
        return z

    agrees(f, np.arange(1.0, 6.0))
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)))(np.arange(1.0, 6.0)), [0.0, 0.0, 6.0, 8.0, 0.0])


def test_repeated_elements_add_their_gradients():
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[[0, 0, 2]]))(np.ones(3)), [2.0, 0.0, 1.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[(0, 0), 1]))(np.ones((2, 2))), [[0.0, 2.0], [0.0, 0.0]])
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[((0, 0),)]))(np.ones(2)), [2.0, 0.0])


def test_lists_of_variables_are_assigned():
    def f(x):
        z = np.zeros((2, 3)) * x[0, 0]
        z[0] = [x[0, 0], 2.0, x[1, 1] * x[0, 0]]
        z[1:] = [[x[0, 1], x[0, 2], 1.0]]
        z[:, 0] = (x[0, 1], x[2, 2])
        return z * z

    check_grads(f, (M,))


def test_an_index_that_changes_later():
    def f(x):
        index, mask = np.array([0, 1]), np.array([True, False, True])
        y = x[index] * x[mask][:, :2].sum()
        index[:] = 2
        mask[:] = True
        return y

    def g(x):
        return x[[0, 1]] * x[[0, 2]][:, :2].sum()

    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)))(M), grad(lambda x: np.sum(g(x)))(M))


def test_a_value_that_changes_later():
    def f(x):
        y, c = x * 1.0, np.ones(4)
        y[0] = c
        c[:] = 9.0
        return np.sum(y * y)

    np.testing.assert_allclose(plain(f(Variable(M))), np.sum(M[1:] ** 2) + 4.0)


def test_variables_as_indices_are_read():
    place = Variable(np.float64(1.0))
    with pytest.raises(IndexError):
        Variable(M)[place]
    agrees(lambda x: x[np.argsort(M[0])[:3] % 3], M)


def test_other_precisions_and_kinds_of_values():
    x = M.astype(np.float32)

    def f(x, y):
        z = x * 1.0
        z[0] = y
        return np.sum(z * z)

    gx, gy = grad(f, (0, 1))(x, M[0])
    assert gx.dtype == np.float32
    assert gy.dtype == np.float64
    np.testing.assert_allclose(gy, 2 * M[0], rtol=1e-6)
    agrees(lambda z, x: _with(z, x), M + 1j * M, M[0])
    with pytest.warns(np.exceptions.ComplexWarning):
        _with(Variable(M), M[0] * 1j)
    with pytest.raises(TypeError):
        _with(Variable(M), 1j)


def _with(z, x):
    y = z * 1.0
    y[0] = x * x if np.ndim(plain(x)) else x
    return y * y


def test_forward_mode_and_hessian_through_assignments():
    def f(x):
        y = np.zeros_like(x)
        for n in range(3):
            y[n] = x[n] * x[n - 1] + (y[n - 1] if n else 0.0)
        return y

    x, t = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, -1.0])
    out, tangent = jvp(f, (x,), (t,))
    np.testing.assert_allclose(out, [3.0, 5.0, 11.0])
    np.testing.assert_allclose(tangent, [2.0, 4.0, 2.0])
    np.testing.assert_allclose(hessian(lambda x: f(x)[2])(x), [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])


def test_nested_differentiation_with_assignments():
    def f(x):
        y = x * x

        def inner(w):
            z = y * w
            z[0] = w[0] ** 3
            return np.sum(z)

        g = grad(inner)(np.ones(3) * 2.0)
        y[0] = g[0] * x[1]
        return np.sum(y * g)

    check_grads(f, (np.array([1.0, 2.0, 3.0]),))


@pytest.mark.parametrize(
    ("index", "error"),
    [
        (3, IndexError),
        ((0, 0, 0), IndexError),
        (1.0, IndexError),
        ("a", IndexError),
        ([0.5], IndexError),
        ([[True]], IndexError),
        (((0, 1), (0, 1, 2)), IndexError),
    ],
)
def test_what_numpy_refuses_is_refused(index, error):
    v = Variable(M) * 1.0
    with pytest.raises(error):
        M[index]
    with pytest.raises(error):
        v[index]
    with pytest.raises(error):
        v[index] = 0.0


def test_values_of_other_shapes_are_refused():
    v = Variable(M) * 1.0
    with pytest.raises(ValueError):
        v[0] = np.zeros(3)
    with pytest.raises(ValueError):
        v[0, 0] = v
    with pytest.raises(TypeError):
        v[0, 0][0] = 1.0
    with pytest.raises(ValueError):
        del v[0]


def test_a_loop_of_assignments_and_readings_is_no_worse_than_a_copy_each():
    def f(x):
        y = np.zeros_like(x)
        for n in range(1, len(x)):
            y[n] = x[n] * y[n - 1] + x[n - 1]
        return np.sum(y)

    x = np.full(2000, 0.5)
    start = time.perf_counter()
    found = grad(f)(x)
    assert time.perf_counter() - start < 20.0
    assert found.shape == x.shape
