"""Special functions as SciPy finds them in the namespace."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.variable import answer_for
from pullback_plugins import array_api as xp
from pullback_plugins.array_api import special as module

from .points import VECTOR, Case, check_gradients

CASES: dict[str, Case] = {
    "erf": (lambda x: xp.special.erf(x) + xp.special.gammaln(x), VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


def test_what_a_special_function_without_a_pair_does() -> None:
    mathieu_a = import_module("scipy.special").mathieu_a
    assert answer_for(getattr(mathieu_a, "__wrapped__", mathieu_a)) is None, "it has a pair now: take another one"

    def f(x: Any) -> Any:
        value = xp.special.mathieu_a(2.0, x)
        assert value.shape == x.shape
        return xp.sum(x * x), value

    np.testing.assert_array_equal(pb.grad(f, has_aux=True)(VECTOR)[0], 2 * VECTOR)
    with pytest.raises(pb.UnknownPrimitiveError, match=r"through scipy\.special\.mathieu_a"):
        pb.grad(lambda x: xp.sum(f(x)[1]))(VECTOR)
    with pytest.raises(pb.UnknownPrimitiveError, match=r"through scipy\.special\.mathieu_a"):
        pb.jvp(lambda x: f(x)[1], (VECTOR,), (VECTOR,))
    with pytest.raises(AttributeError, match="no universal function"):
        _ = xp.special.logsumexp
    with pytest.raises(AttributeError, match="no universal function"):
        _ = xp.special.no_such_function


def test_what_scipy_writes_out_itself_is_left_to_it() -> None:
    for name in module.WRITTEN_OUT:
        function = getattr(import_module("scipy.special"), name)
        if answer_for(getattr(function, "__wrapped__", function)) is None:
            with pytest.raises(AttributeError, match="SciPy knows better"):
                getattr(xp.special, name)
        else:
            assert callable(getattr(xp.special, name))
    with pytest.raises(AttributeError):
        _ = xp.special._private
