"""Questions about arrays are answered as they are of plain arrays, and carry no derivative."""

import numpy as np
import pytest

from pullback import Variable
from pullback_plugins.numpy.families.queries import NAMES

RNG = np.random.default_rng(22)
M = RNG.normal(size=(3, 4))

QUESTIONS = {
    "shape": lambda x: np.shape(x),
    "ndim": lambda x: np.ndim(x),
    "size": lambda x: np.size(x),
    "size axis": lambda x: np.size(x, 1),
    "iscomplexobj": lambda x: np.iscomplexobj(x),
    "isrealobj": lambda x: np.isrealobj(x),
    "result_type": lambda x: np.result_type(x, np.float32, 1),
    "common_type": lambda x: np.common_type(x),
    "can_cast": lambda x: np.can_cast(x.dtype, np.float32, "same_kind"),
    "min_scalar_type": lambda x: np.min_scalar_type(x),
    "may_share_memory": lambda x: np.may_share_memory(x, x[1:]),
    "shares_memory": lambda x: np.shares_memory(x, x + 1),
    "array_equal": lambda x: np.array_equal(x, M),
    "array_equal of lists": lambda x: np.array_equal([x[0, 0], 1.0], x[0, :2]),
    "array_equiv": lambda x: np.array_equiv(x, M[0]),
    "allclose": lambda x: np.allclose(x, M + 1e-12),
    "isclose": lambda x: np.isclose(x, M[0]),
    "array_repr": lambda x: np.array_repr(x),
    "array_str": lambda x: np.array_str(x),
    "array2string": lambda x: np.array2string(x, precision=2),
    "nonzero": lambda x: np.nonzero(x),
    "argwhere": lambda x: np.argwhere(x),
    "flatnonzero": lambda x: np.flatnonzero(x),
    "iscomplex": lambda x: np.iscomplex(x),
    "isreal": lambda x: np.isreal(x),
    "isfinite": lambda x: np.isfinite(x),
    "isscalar": lambda x: np.isscalar(x),
    "count_nonzero": lambda x: np.count_nonzero(x, axis=0),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(name):
    expected, found = QUESTIONS[name](M), QUESTIONS[name](Variable(M))
    assert type(found) is type(expected)
    np.testing.assert_equal(found, expected)


def test_one_word_for_each_name():
    assert len(set(NAMES)) == len(NAMES)
    assert {name for name in NAMES if not hasattr(np, name)} <= {"in1d"}  # NumPy 2.4 has only isin
