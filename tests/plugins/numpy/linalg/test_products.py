"""Products of arrays and their derivatives to second order, against NumPy and numerical derivatives."""

import operator
from functools import partial

import numpy as np
import pytest

from pullback import ChainBrokenError, PullbackWarning, Variable, check_grads, grad, indeterminate, jvp
from pullback.tracked import plain

from ..agreement import check
from ..draws import cplx, real, same_numbers  # noqa: F401

agrees = partial(check, rtol=1e-13, atol=1e-13, step=1e-2)

SHAPES = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 4)),
    ((4, 1, 2, 3), (5, 3, 2)),
]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("product", [np.matmul, operator.matmul])
def test_matmul(product, shapes):
    agrees(lambda x, y: product(x, y), *(real(*shape) for shape in shapes))


@pytest.mark.parametrize("shapes", SHAPES)
def test_matmul_with_one_input_constant(shapes):
    x, y = (real(*shape) for shape in shapes)
    check_grads(lambda x: x @ y, (x,))
    check_grads(lambda y: x @ y, (y,))


def test_matmul_of_an_empty_sum_is_zero_and_so_is_its_gradient():
    x, y = np.zeros((2, 0)), np.zeros((0, 3))
    assert (plain(Variable(x) @ Variable(y)) == np.zeros((2, 3))).all()
    assert [g.shape for g in grad(lambda x, y: np.sum(x @ y), argnums=(0, 1))(x, y)] == [(2, 0), (0, 3)]


@pytest.mark.parametrize(
    "shapes", [((0, 3), (2, 3, 4)), ((2, 3, 0), (0, 4)), ((0, 2, 3), (3, 4)), ((2, 0), (3, 0, 2)), ((2, 0, 3), (3,))]
)
def test_matmul_of_stacks_without_elements(shapes):
    x, y = map(np.ones, shapes)
    assert [g.shape for g in grad(lambda x, y: np.sum(x @ y), argnums=(0, 1))(x, y)] == list(shapes)


def test_matmul_keeps_float32():
    x, y = real(2, 3).astype(np.float32), real(3, 2).astype(np.float32)
    assert all(g.dtype == np.float32 for g in grad(lambda x, y: np.sum(x @ y), argnums=(0, 1))(x, y))


def test_matmul_with_integers_and_with_lists():
    x = real(2, 2)
    for other in (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]):
        assert np.allclose(grad(lambda x: np.sum(x @ other))(x), np.ones((2, 2)) @ np.array(other).T)
        assert np.allclose(grad(lambda x: np.sum(other @ x))(x), np.array(other).T @ np.ones((2, 2)))


def test_matmul_refuses_what_numpy_refuses():
    with pytest.raises(ValueError, match="matmul"):
        Variable(real(2, 3)) @ Variable(real(2, 3))
    with pytest.raises(ValueError, match="matmul"):
        Variable(real(2, 3)) @ Variable(np.float64(2.0))


@pytest.mark.parametrize(
    "shapes", [((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 2)), ((4, 2, 3), (3, 2)),
               ((3,), (4, 3, 2)), ((2, 3), (4, 3, 2)), ((5, 2, 3), (4, 3, 2))]
)  # fmt: skip
def test_dot(shapes):
    x, y = (np.float64(real()) if shape == () else real(*shape) for shape in shapes)
    agrees(lambda x, y: np.dot(x, y), x, y)


def test_dot_into_a_variable_and_not_into_a_plain_array():
    x, y = real(2, 2), real(2, 2)

    out = Variable(x).copy()
    assert np.dot(Variable(x), y, out=out) is out
    assert np.allclose(plain(out), x @ y)
    with pytest.raises(ChainBrokenError, match="plain array"):
        np.dot(Variable(x), y, out=np.zeros((2, 2)))
    with pytest.raises(ValueError, match="wrong shape"):
        np.dot(Variable(x), y[0], out=out)


@pytest.mark.parametrize("shapes", [((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4, 5, 3))])
def test_inner(shapes):
    x, y = (np.float64(real()) if shape == () else real(*shape) for shape in shapes)
    agrees(lambda x, y: np.inner(x, y), x, y)


def test_vdot_outer_and_kron():
    agrees(lambda x, y: np.vdot(x, y), real(2, 3), real(3, 2))
    agrees(lambda x, y: np.outer(x, y), real(3), real(2))
    agrees(lambda x, y: np.outer(x, y), real(2, 2), real(3))
    for shapes in [((2, 3), (3, 2)), ((3,), (2, 2)), ((2, 1, 2), (2,)), ((2,), (3,))]:
        agrees(lambda x, y: np.kron(x, y), *(real(*shape) for shape in shapes))


def test_vdot_conjugates_its_first_argument():
    x, y = cplx(3), cplx(3)
    agrees(lambda x, y: np.vdot(x, y), x, y)


@pytest.mark.parametrize("axes", [0, 1, 2, (0, 1), ([1, 0], [0, 1]), ((-1,), (-2,)), ([], [])])
def test_tensordot(axes):
    agrees(lambda x, y: np.tensordot(x, y, axes), real(3, 3), real(3, 3))
    agrees(lambda x, y: np.tensordot(x, y, axes=([0, 2], [1, 0])), real(2, 3, 4), real(4, 2), order=1)


def test_tensordot_refuses_axes_that_do_not_match():
    with pytest.raises(ValueError, match="shape-mismatch"):
        np.tensordot(Variable(real(2, 3)), real(2, 3), axes=1)
    with pytest.raises((IndexError, ValueError)):
        np.tensordot(Variable(real(2, 3)), real(2, 3), axes=(5, 0))


@pytest.mark.parametrize("f", [np.matmul, np.dot, np.inner, np.outer, np.kron])
def test_products_of_complex_numbers(f):
    agrees(lambda x, y: f(x, y), cplx(2, 2), cplx(2, 2))
    agrees(lambda x, y: f(x, y), real(2, 2), cplx(2, 2))


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors are deprecated")
@pytest.mark.parametrize("sizes", [(3, 3), (2, 3), (3, 2), (2, 2)])
def test_cross(sizes):
    if sizes != (3, 3) and np.lib.NumpyVersion(np.__version__) >= "2.5.0":
        with pytest.raises(ValueError, match="3-dimensional vectors"):
            np.cross(np.ones(sizes[0]), np.ones(sizes[1]))
        with pytest.raises(ValueError, match="3-dimensional vectors"):
            np.cross(Variable(np.ones(sizes[0])), np.ones(sizes[1]))
        return
    agrees(lambda x, y: np.cross(x, y), real(4, sizes[0]), real(sizes[1]))
    agrees(lambda x, y: np.cross(x, y, axisa=0), real(sizes[0], 4), real(4, sizes[1]))


def test_cross_along_other_axes():
    agrees(lambda x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), real(3, 4), real(4, 3))
    agrees(lambda x, y: np.cross(x, y, axis=0), real(3, 4), real(3, 4))
    agrees(lambda x, y: np.cross(x, y), cplx(3), cplx(3))
    with pytest.raises(ValueError, match="two or three"):
        np.cross(Variable(real(4)), real(4))


def test_trace():
    for offset in (-1, 0, 2):
        agrees(lambda x: np.trace(x, offset), real(3, 4))
    agrees(lambda x: np.trace(x, axis1=0, axis2=-1), real(2, 3, 4))
    agrees(lambda x: np.trace(x, 1, 2, 1), cplx(2, 3, 4))
    assert grad(lambda x: np.trace(x, dtype=np.float64))(real(2, 2).astype(np.float32)).dtype == np.float32
    assert plain(np.trace(Variable(np.ones((2, 2), np.float32)), dtype=np.float64)).dtype == np.float64
    with pytest.raises(ValueError, match="two dimensions"):
        np.trace(Variable(real(2)))


NEW = [
    ("vecdot", lambda f, x, y: f(x, y), (2, 3), (3,)),
    ("matvec", lambda f, x, y: f(x, y), (4, 2, 3), (3,)),
    ("matvec", lambda f, x, y: f(x, y), (2, 3), (4, 3)),
    ("vecmat", lambda f, x, y: f(x, y), (2,), (2, 3)),
    ("vecmat", lambda f, x, y: f(x, y), (4, 2), (4, 2, 3)),
    ("matvec", lambda f, x, y: f(x, y, axes=[(0, 1), (0,), (0,)]), (2, 3, 4), (3,)),
    ("vecmat", lambda f, x, y: f(x, y, axes=[(0,), (-1, 0), (-1,)]), (2,), (3, 4, 2)),
    ("vecdot", lambda f, x, y: f(x, y, axis=0), (3, 2), (3, 2)),
    ("vecdot", lambda f, x, y: f(x, y, axis=1, keepdims=True), (3, 2, 2), (3, 2, 2)),
    ("vecdot", lambda f, x, y: f(x, y, axes=[0, 1, ()]), (3, 2), (2, 3)),
    ("matmul", lambda f, x, y: f(x, y, axes=[(0, 1), (-1, 0), (0, 2)]), (2, 3, 4), (2, 4, 3)),
    ("linalg.vecdot", lambda f, x, y: f(x, y, axis=0), (3, 2), (3, 2)),
    ("linalg.matmul", lambda f, x, y: f(x, y), (2, 3), (3, 2)),
    ("linalg.outer", lambda f, x, y: f(x, y), (2,), (3,)),
    ("linalg.tensordot", lambda f, x, y: f(x, y, axes=1), (2, 3), (3, 2)),
    ("linalg.cross", lambda f, x, y: f(x, y, axis=0), (3, 2), (3, 2)),
    ("linalg.trace", lambda f, x, y: f(x, offset=1) * f(y), (4, 3, 3), (4, 2, 2)),
    ("linalg.matrix_transpose", lambda f, x, y: f(x) * y, (4, 2, 3), (4, 3, 2)),
    ("linalg.diagonal", lambda f, x, y: f(x, offset=1) * f(y), (4, 3, 3), (4, 2, 2)),
]


@pytest.mark.parametrize("numbers", [real, cplx])
@pytest.mark.parametrize("case", NEW, ids=lambda case: case[0])
def test_functions_of_numpy_2(case, numbers):
    name, use, *shapes = case
    owner = np.linalg if "." in name else np
    f = getattr(owner, name.rpartition(".")[2], None)
    if f is None:
        pytest.skip(f"this NumPy has no {name}")
    agrees(lambda x, y: use(f, x, y), *(numbers(*shape) for shape in shapes))


@pytest.mark.parametrize("f", [
    lambda s, v: np.dot(s, v), lambda s, v: np.outer(s, v), lambda s, v: np.kron(s, v), lambda s, v: np.inner(s, v),
    lambda s, v: np.einsum(",i->i", s, v), lambda s, v: np.tensordot(s, v, 0), lambda s, v: np.dot([s, 2.0 * s, 1.0], v),
])  # fmt: skip
def test_numbers_and_lists_beside_arrays(f):
    check_grads(f, (2.0, real(3)))


def test_sums_over_nothing():
    assert grad(lambda x: np.einsum("ij->", x))(np.zeros((0, 3))).shape == (0, 3)
    assert grad(lambda x: np.sum(np.einsum("ij,jk", x, np.ones((0, 2)))))(np.zeros((3, 0))).shape == (3, 0)
    assert (grad(lambda x: np.sum(np.tensordot(x, np.ones((0, 2)), 1)))(np.zeros((3, 0)))).shape == (3, 0)


WEIGHTS = np.array([[0.0, 1.0], [0.0, 2.0]])


@pytest.mark.parametrize("f", [
    lambda x: np.sqrt(x @ x), lambda x: np.sqrt(np.dot(x, x)), lambda x: np.sqrt(np.einsum("i,i", x, x)),
    lambda x: np.sqrt(np.vdot(x, x)), lambda x: np.sqrt(np.inner(x, x)), lambda x: np.sqrt(np.outer(x, x).sum()),
    lambda x: np.sqrt(np.trace(np.outer(x, x))), lambda x: np.sqrt(x @ np.ones((2, 2)) @ x), lambda x: np.sqrt(np.tensordot(x, x, 1)),
])  # fmt: skip
def test_the_root_of_a_product_at_zero(f):
    assert (grad(f)(np.zeros(2)) == 0.0).all()


@pytest.mark.parametrize("f", [
    lambda x: WEIGHTS @ x, lambda x: x @ WEIGHTS.T, lambda x: (x[None] @ WEIGHTS.T)[0], lambda x: np.einsum("ij,j->i", WEIGHTS, x),
    lambda x: (WEIGHTS[None] @ x[:, None])[0, :, 0], lambda x: np.einsum("ij,j->i", WEIGHTS, x, optimize=True),
])  # fmt: skip
def test_a_weight_of_zero_absorbs_an_infinite_slope(f):
    x = np.array([0.0, 4.0])
    assert np.allclose(grad(lambda x: np.sum(f(np.sqrt(x))))(x), [0.0, 0.75])
    assert np.allclose(jvp(lambda x: f(np.sqrt(x)), (x,), (np.ones(2),))[1], [0.25, 0.5])


def test_what_is_infinite_stays_so():
    x = np.array([0.0, 4.0])
    signs = np.array([[1.0, 1.0], [-1.0, 0.0], [0.0, 0.0]])
    for f in (lambda x: signs @ x, lambda x: np.einsum("ij,j->i", signs, x)):
        pushed = jvp(lambda x: f(np.sqrt(x)), (x,), (np.ones(2),))[1]
        assert pushed.tolist() == [np.inf, -np.inf, 0.0]
        assert np.isnan(jvp(lambda x: f(np.sqrt(x)), (np.zeros(2),), (np.array([1.0, -1.0]),))[1][0])
        assert grad(lambda x: f(np.sqrt(x))[0])(x).tolist() == [np.inf, 0.25]
        with indeterminate("nan"):
            assert np.isnan(jvp(lambda x: f(np.sqrt(x)), (x,), (np.ones(2),))[1][2])
        with indeterminate("warn"), pytest.warns(PullbackWarning, match="taken as 0"):
            jvp(lambda x: f(np.sqrt(x)), (x,), (np.ones(2),))
