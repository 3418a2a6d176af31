"""The methods that NumPy calls on the elements of an array of objects."""

from __future__ import annotations

import operator
import subprocess
import sys

import numpy as np
import pytest

import pullback as pb
from pullback.object_methods import ObjectMethods

NAMES = sorted(name for name in vars(ObjectMethods) if not name.startswith("__"))


class Bare:
    """An object without any method, on which NumPy says what it misses."""


@pytest.mark.parametrize("name", sorted(n for n, u in vars(np).items() if isinstance(u, np.ufunc)))
def test_every_name_that_numpy_asks_for_is_there(name: str) -> None:
    ufunc = getattr(np, name)
    if not {"O", "d"} <= set("".join(ufunc.types)) or ufunc.signature is not None:
        return  # not for objects, or not for floats
    wanted: str | None = None
    operands = [np.array([Bare()], dtype=object)] * ufunc.nin
    try:
        ufunc(*operands)
    except AttributeError as error:
        wanted = error.name
    except TypeError as error:
        if "callable" not in str(error):
            return  # an operator, or a function of math, answers
        wanted = str(error).split("callable ")[1].split()[0]
    assert wanted is None or wanted in NAMES or hasattr(type(pb.Variable(1.0)), wanted), wanted


@pytest.mark.parametrize("variable", [pb.Variable, pb.float_var])
@pytest.mark.parametrize("name", NAMES)
def test_they_are_numpy_s_own_functions(name: str, variable: type) -> None:
    ufunc = getattr(np, name)
    x = variable(1.25 if name == "arccosh" else 0.75)
    if name == "logical_xor":
        assert ufunc(x, x) == getattr(x, name)(x)
        return
    rest = [0.5] * (ufunc.nin - 1)
    y = getattr(x, name)(*rest)
    assert y.primal == pytest.approx(float(ufunc(x.primal, *rest)), rel=1e-15)


def test_without_numpy_there_are_none() -> None:
    code = "import pullback as pb; x = pb.Variable(1.0); assert not hasattr(x, 'sin'); import numpy; assert hasattr(x, 'sin')"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_other_names_are_an_attribute_error() -> None:
    for name in ("foo", "add", "__array_interface__"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            operator.attrgetter(name)(pb.Variable(1.0))
