"""Determinants, inverses and systems, and their derivatives, against NumPy, numerical derivatives and high precision."""

import mpmath as mp
import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad, hessian, jvp, vjp
from pullback.tracked import plain

from ..draws import BOTH, cplx, real, same_numbers  # noqa: F401

NUMPY_1 = np.__version__.startswith("1.")


def regular(numbers, *shape):
    """Return matrices that are well conditioned."""
    return numbers(*shape) * 0.3 + 2.0 * np.eye(*shape[-2:])


def parts(output):
    return output if isinstance(output, tuple) else (output,)


def agrees(f, *args, order=2, rtol=1e-6):
    """Check the values of `f` against NumPy's own, and its derivatives."""
    expected, found = f(*args), f(*map(Variable, args))
    assert type(expected) is type(found) or not isinstance(expected, tuple)
    for a, b in zip(parts(expected), parts(found), strict=True):
        np.testing.assert_allclose(plain(b), a, rtol=1e-12, atol=1e-12)
        assert np.shape(plain(b)) == np.shape(a)
    check_grads(f, args, order=order, rtol=rtol)


def in_high_precision(f, x, digits=60):
    """Return the gradient of `f` at the matrix `x`, by central differences in many digits."""
    with mp.workdps(digits):
        step = mp.mpf(10) ** (-digits // 3)
        found = np.empty(x.shape)
        for index in np.ndindex(x.shape):
            ends = []
            for sign in (1, -1):
                moved = mp.matrix(x.tolist())
                moved[index] += sign * step
                ends.append(f(moved))
            found[index] = float((ends[0] - ends[1]) / (2 * step))
        return found


# Determinants.


@BOTH
def test_det(numbers):
    for shape in [(1, 1), (2, 2), (4, 4), (2, 3, 3)]:
        agrees(lambda x: np.linalg.det(x), regular(numbers, *shape))
    agrees(lambda x: np.linalg.det(x), numbers(3, 3), order=3)


def test_det_of_singular_matrices_to_second_order():
    rank_two = real(4, 2) @ real(2, 4)
    rank_three = real(4, 3) @ real(3, 4)
    for x in (
        rank_two,
        rank_three,
        np.zeros((2, 2)),
        np.zeros((3, 3)),
        np.diag([0.0, 1.0, 0.0, 2.0]),
        np.zeros((1, 1)),
    ):
        check_grads(lambda x: np.linalg.det(x), (x,), rtol=1e-5)
    assert np.allclose(grad(np.linalg.det)(np.diag([0.0, 2.0, 3.0])), np.diag([6.0, 0.0, 0.0]))
    assert np.allclose(hessian(np.linalg.det)(np.zeros((2, 2)))[0, 0], [[0, 0], [0, 1]])


def test_det_of_a_singular_complex_matrix():
    check_grads(lambda x: np.linalg.det(x), (cplx(3, 2) @ cplx(2, 3),), rtol=1e-5)


def test_det_of_a_stack_in_which_one_is_singular():
    x = np.stack([real(3, 3), real(3, 2) @ real(2, 3)])
    check_grads(lambda x: np.linalg.det(x), (x,), rtol=1e-5)


def test_det_of_nothing_is_one_and_has_no_gradient():
    assert np.linalg.det(Variable(np.zeros((0, 0)))).primal == 1.0
    assert grad(np.linalg.det)(np.zeros((0, 0))).shape == (0, 0)


def test_det_of_nan_has_a_gradient_of_nan():
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(np.linalg.det)(np.full((2, 2), np.nan))).all()


@BOTH
def test_slogdet(numbers):
    for shape in [(1, 1), (3, 3), (2, 2, 2)]:
        agrees(lambda x: np.linalg.slogdet(x), regular(numbers, *shape))
    agrees(lambda x: np.linalg.slogdet(x), numbers(3, 3), rtol=1e-5)


def test_slogdet_names_its_outputs():
    found = np.linalg.slogdet(Variable(real(2, 2)))
    assert found.logabsdet is found[1]


def test_slogdet_of_a_singular_matrix_is_infinite_but_a_zero_cotangent_stays_zero():
    x = np.stack([np.diag([1.0, 0.0]), np.diag([1.0, 2.0])])
    found = grad(lambda x: np.sum(np.linalg.slogdet(x)[1]))(x)
    assert np.isinf(found[0]).any()
    assert np.allclose(found[1], np.diag([1.0, 0.5]))
    found = grad(lambda x: np.linalg.slogdet(x)[1][1])(x)
    assert np.allclose(found, [np.zeros((2, 2)), np.diag([1.0, 0.5])])


# Inverses.


@BOTH
def test_inv(numbers):
    for shape in [(1, 1), (3, 3), (2, 2, 2)]:
        agrees(lambda x: np.linalg.inv(x), regular(numbers, *shape))


@BOTH
@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2)])
def test_pinv(shape, numbers):
    agrees(lambda x: np.linalg.pinv(x), numbers(*shape) + 2 * np.eye(*shape[-2:]), rtol=1e-5)


def test_pinv_where_the_rank_stays():
    left, right = real(4, 2), real(2, 3)
    agrees(lambda x, y: np.linalg.pinv(x @ y), left, right, rtol=1e-4)


def test_pinv_of_symmetric_matrices():
    agrees(lambda x: np.linalg.pinv(x + x.T, hermitian=True), regular(real, 3, 3))
    agrees(lambda x: np.linalg.pinv(x, hermitian=True), np.tril(regular(real, 3, 3)))
    agrees(lambda x: np.linalg.pinv(x + x.T, 1e-10, True), regular(real, 3, 3))


def test_singular_matrices_are_refused_as_numpy_does():
    for f in (np.linalg.inv, lambda x: np.linalg.solve(x, np.ones(2))):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            f(Variable(np.zeros((2, 2))))
    for f in (np.linalg.inv, np.linalg.det, np.linalg.slogdet, lambda x: np.linalg.matrix_power(x, 2)):
        with pytest.raises(np.linalg.LinAlgError, match="square"):
            f(Variable(np.zeros((2, 3))))


# Systems.


@BOTH
@pytest.mark.parametrize(
    ("of_a", "of_b"), [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 4)), ((2, 3, 3), (3, 2)), ((3, 3), (4, 3, 2)),
                       ((1, 2, 2), (3, 2, 1))]
)  # fmt: skip
def test_solve(of_a, of_b, numbers):
    if NUMPY_1 and len(of_b) == len(of_a) - 1 > 1:
        pytest.skip("NumPy 1 takes that for a stack of vectors")
    agrees(lambda a, b: np.linalg.solve(a, b), regular(numbers, *of_a), numbers(*of_b))


def test_solve_of_a_stack_with_vectors():
    a, b = regular(real, 2, 3, 3), real(2, 3) if NUMPY_1 else real(3)
    agrees(lambda a, b: np.linalg.solve(a, b), a, b)


def test_solve_with_one_input_constant_and_in_float32():
    a, b = regular(real, 3, 3), real(3)
    check_grads(lambda a: np.linalg.solve(a, b), (a,))
    check_grads(lambda b: np.linalg.solve(a, b), (b,))
    single = a.astype(np.float32), b.astype(np.float32)
    assert all(g.dtype == np.float32 for g in grad(lambda a, b: np.sum(np.linalg.solve(a, b)), (0, 1))(*single))


@BOTH
@pytest.mark.parametrize(("shape", "of_b"), [((4, 2), (4,)), ((4, 2), (4, 3)), ((2, 4), (2,)), ((3, 3), (3, 2))])
def test_lstsq(shape, of_b, numbers):
    a, b = numbers(*shape) + 2 * np.eye(*shape), numbers(*of_b)
    agrees(lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0], a, b, rtol=1e-5)
    for n in (1, 3):
        expected = np.linalg.lstsq(a, b, rcond=None)[n]
        found = plain(np.linalg.lstsq(Variable(a), b, rcond=None)[n])
        assert found.shape == expected.shape
        assert np.allclose(found, expected)
    assert np.linalg.lstsq(Variable(a), b, rcond=None)[2] == min(shape)
    check_grads(lambda a: np.linalg.lstsq(a, b, rcond=None)[3], (a,), rtol=1e-5)


def test_the_residuals_of_lstsq():
    a, b = real(5, 2), real(5, 2)
    agrees(lambda a, b: np.linalg.lstsq(a, b, rcond=None)[1], a, b, rtol=1e-5)


def test_lstsq_where_the_rank_stays():
    check_grads(
        lambda x, y, b: np.linalg.lstsq(x @ y, b, rcond=None)[0], (real(4, 2), real(2, 3), real(4)), rtol=1e-4, order=1
    )


def test_tensorsolve_and_tensorinv():
    a, b = real(2, 3, 6), real(2, 3)
    agrees(lambda a, b: np.linalg.tensorsolve(a, b), a, b, order=1)
    agrees(lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)), real(6, 2, 3), b, order=1)
    agrees(lambda a: np.linalg.tensorinv(a), real(2, 2, 4) + np.eye(4).reshape(2, 2, 4) * 3)
    agrees(lambda a: np.linalg.tensorinv(a, ind=1), real(4, 2, 2) + np.eye(4).reshape(4, 2, 2) * 3)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.tensorsolve(Variable(real(2, 3)), real(2))
    with pytest.raises(ValueError, match="Invalid ind"):
        np.linalg.tensorinv(Variable(real(2, 2)), ind=0)


# Powers and chains.


@BOTH
@pytest.mark.parametrize("n", [-3, -1, 0, 1, 2, 3, 5, 6])
def test_matrix_power(n, numbers):
    x = regular(numbers, 2, 3, 3)
    expected = np.linalg.matrix_power(x, n)
    assert np.allclose(plain(np.linalg.matrix_power(Variable(x), n)), expected)
    check_grads(lambda x: np.linalg.matrix_power(x, n) * x, (x,), rtol=1e-5)


def test_matrix_power_refuses_other_exponents():
    with pytest.raises(TypeError, match="integer"):
        np.linalg.matrix_power(Variable(real(2, 2)), 0.5)


def test_the_first_power_is_no_view():
    x = Variable(real(2, 2)) * 1.0
    y = np.linalg.matrix_power(x, 1)
    y[0, 0] = 7.0
    assert plain(x)[0, 0] != 7.0


def test_multi_dot():
    agrees(lambda *m: np.linalg.multi_dot(m), real(2, 3), real(3, 4))
    agrees(lambda *m: np.linalg.multi_dot(m), real(2, 3), real(3, 4), real(4, 2), real(2, 1))
    agrees(lambda *m: np.linalg.multi_dot(m), real(3), real(3, 4), real(4))
    agrees(lambda *m: np.linalg.multi_dot(m), real(3), real(3, 4))
    agrees(lambda *m: np.linalg.multi_dot(m), real(2, 3), real(3, 4), real(4))
    with pytest.raises(ValueError, match="at least two"):
        np.linalg.multi_dot([Variable(real(2, 2))])
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.multi_dot([Variable(real(2, 2)), real(2), real(2, 2)])
    with pytest.raises(ChainBrokenError, match="plain array"):
        np.linalg.multi_dot([Variable(real(2, 2)), real(2, 2)], out=np.zeros((2, 2)))


def test_matrix_rank_is_a_plain_number():
    assert np.linalg.matrix_rank(Variable(np.diag([1.0, 0.0]))) == 1


FUNCTIONS = [
    np.linalg.det, lambda x: np.linalg.slogdet(x)[1], np.linalg.inv, np.linalg.pinv, lambda x: np.linalg.matrix_power(x, 2),
    lambda x: np.linalg.solve(x, x), np.linalg.eigvalsh,
    lambda x: np.linalg.svd(x)[1], lambda x: np.linalg.eigh(x @ x)[0], lambda x: np.linalg.qr(x)[1], np.linalg.cholesky,
    lambda x: np.linalg.norm(x, "nuc", axis=(-2, -1)), lambda x: np.linalg.norm(x, axis=(-2, -1)), np.linalg.eigvals,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
def test_matrices_without_elements_and_stacks_without_matrices(f):
    for shape in [(0, 0), (0, 2, 2), (3, 0, 0)]:
        assert grad(lambda x: np.sum(np.real(f(x))))(np.zeros(shape)).shape == shape


@pytest.mark.parametrize("dtype", [np.float32, np.complex64])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_single_precision_stays(f, dtype):
    x = np.array([[4.0, 1.0], [1.0, 3.0]], dtype=dtype)
    output, pull = vjp(f, x)
    assert output.dtype == f(x).dtype
    assert pull(np.ones_like(output))[0].dtype == dtype
    assert jvp(f, (x,), (x,))[1].dtype == output.dtype


# Accuracy, where the condition is bad: the error may grow with the condition number, not with its square.


def hilbert(n):
    return 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


def relative(found, expected):
    return np.max(np.abs(found - expected)) / np.max(np.abs(expected))


def test_the_gradient_of_det_of_a_hilbert_matrix():
    x = hilbert(6)
    expected = in_high_precision(mp.det, x)
    assert relative(grad(np.linalg.det)(x), expected) < 1e-16 * np.linalg.cond(x)
    assert relative(grad(lambda x: np.linalg.slogdet(x)[1])(x), expected / np.linalg.det(x)) < 1e-15 * np.linalg.cond(x)


def test_the_gradient_of_det_where_the_inverse_overflows():
    x = np.diag([1e-200, 1e-150, 1.0])
    found = grad(np.linalg.det)(x)
    assert np.allclose(np.diag(found) / [1e-150, 1e-200, 1.0], [1.0, 1.0, 0.0])


def test_the_gradient_of_det_of_numbers_at_the_ends_of_the_range():
    found = grad(np.linalg.det)(np.diag([1e-310, 1e300, 1e-300]))
    assert np.allclose(found, np.diag([1.0, 0.0, 1e-10]), rtol=1e-10, atol=0.0)


def test_the_gradient_of_det_of_rows_and_columns_in_different_units():
    x, rows, columns = regular(real, 4, 4), np.array([1e12, 1e-9, 1.0, 1e5]), np.array([1e-7, 1.0, 1e9, 1e-11])
    expected = np.linalg.det(x) * np.linalg.inv(x).T * np.prod(rows) * np.prod(columns) / np.outer(rows, columns)
    assert np.allclose(grad(np.linalg.det)(rows[:, None] * x * columns), expected, rtol=1e-12, atol=0.0)


def test_the_gradient_of_det_where_parts_of_the_product_overflow():
    s = np.concatenate((np.full(40, 1e10), np.full(40, 1e-10)))
    assert np.allclose(np.diag(grad(np.linalg.det)(np.diag(s))), 1.0 / s)


def test_the_gradient_of_solve_with_a_hilbert_matrix():
    x, b = hilbert(6), np.ones(6)
    expected = in_high_precision(lambda a: sum(mp.lu_solve(a, mp.matrix(b.tolist()))), x)
    assert relative(grad(lambda a: np.sum(np.linalg.solve(a, b)))(x), expected) < 1e-15 * np.linalg.cond(x)


def test_the_gradient_of_inv_of_a_hilbert_matrix():
    x = hilbert(5)
    expected = in_high_precision(lambda a: (a**-1)[0, 1], x)
    assert relative(grad(lambda a: np.linalg.inv(a)[0, 1])(x), expected) < 1e-15 * np.linalg.cond(x)


def test_modes_agree_on_a_long_product():
    x, tangent, cotangent = regular(real, 3, 3), real(3, 3), real(3, 3)

    def f(x):
        return np.linalg.inv(x) @ x.T @ np.linalg.matrix_power(x, -2)

    pushed = jvp(f, (x,), (tangent,))[1]
    (pulled,) = vjp(f, x)[1](cotangent)
    assert np.isclose(np.sum(pushed * cotangent), np.sum(pulled * tangent))
