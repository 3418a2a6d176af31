"""The parts of the rules for matrices, of one and of stacks of them."""

import numpy as np
import pytest

from pullback_plugins.numpy.linalg.matrices import (
    adjoint,
    as_hermitian,
    diagonal,
    diagonal_matrix,
    hermitian_from_lower,
    hermitian_part,
    lower_triangle,
    skew_hermitian_part,
)

from ..draws import BOTH, same_numbers  # noqa: F401


@BOTH
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (0, 0)])
def test_a_matrix_is_the_sum_of_its_parts(shape, numbers):
    x = numbers(*shape)
    np.testing.assert_allclose(hermitian_part(x) + skew_hermitian_part(x), x)
    np.testing.assert_array_equal(hermitian_part(x), adjoint(hermitian_part(x)))
    np.testing.assert_array_equal(lower_triangle(x) + adjoint(lower_triangle(adjoint(x), 0.0)), x)
    np.testing.assert_allclose(hermitian_from_lower(hermitian_part(x)), hermitian_part(x))
    np.testing.assert_array_equal(diagonal(diagonal_matrix(diagonal(x))), diagonal(x))


@BOTH
def test_only_one_triangle_is_read(numbers):
    x = hermitian_part(numbers(3, 3))
    assert as_hermitian(x) is x
    for uplo, read in (("L", np.tril), ("U", np.triu)):
        given = np.where(read(np.ones((3, 3))), x, np.nan)
        np.testing.assert_allclose(as_hermitian(given, uplo), x)
