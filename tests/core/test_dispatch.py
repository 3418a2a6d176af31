"""Dispatch: who answers for a function, and what is said where nobody does."""

from __future__ import annotations

import numpy as np
import pytest

import pullback as pb
from pullback import grad


def test_an_unknown_function_gets_a_recipe() -> None:
    with pytest.raises(pb.UnknownPrimitiveError, match=r"busday_offset, called on a variable") as caught:
        grad(lambda x: np.busday_offset(x, 1))(2.0)
    assert "pullback.primitive(" in str(caught.value)
    assert "pullback.register(" in str(caught.value)


def test_the_method_of_a_ufunc_is_named_with_its_ufunc() -> None:
    odd = np.frompyfunc(lambda x, y: x, 2, 1)
    with pytest.raises(pb.UnknownPrimitiveError, match=r"<lambda> .*reduce"):
        grad(lambda x: odd.reduce(x))(np.ones(3))


def test_an_overridden_operator_is_respected_on_the_fast_path() -> None:
    import operator

    loud = pb.elementwise(
        operator.mul,
        derivative=(lambda x, y, out: 100.0, lambda x, y, out: 10.0),
        name="loud_mul",
        overloads=[operator.mul],
        override=True,
    )
    assert grad(lambda x: x * 2.0)(3.0) == 2.0
    with pb.plugins([loud]):
        assert grad(lambda x: x * 2.0)(3.0) == 100.0
        assert grad(lambda x: 2.0 * x)(3.0) == 10.0
        assert grad(lambda x: x * x)(3.0) == 110.0
    assert grad(lambda x: x * 2.0)(3.0) == 2.0
