"""Plain values come out of whatever holds variables."""

import numpy as np
import pytest

from pullback import Variable
from pullback.tracked import plain
from pullback_plugins.numpy.rules.undifferentiated import primals

M = np.array([[0.5, -1.2], [2.0, 0.3]])


def test_values_come_bare_out_of_every_container():
    v = Variable(M)
    found = primals({"a": [v, (v[0, 0], 1)], "b": np.asarray(v)})
    np.testing.assert_equal(found, {"a": [M, (M[0, 0], 1)], "b": M})
    assert plain(primals(v.flat)[3]) == M[1, 1]


@pytest.mark.parametrize("x", [M, np.float32(2.0), "text", None, slice(1, 2), np.linalg.eigh(M)], ids=type)
def test_what_holds_no_variable_stays_what_it_is(x):
    assert primals(x) is x
