"""What the strings that name overloads stand for."""

from __future__ import annotations

import math
import operator
import sys
from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from pullback.host.overloads import function_named, imported, public_name


@pytest.fixture
def wrapping(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A library that wraps a universal function, and an ordinary one, as SciPy does under `SCIPY_ARRAY_API`."""

    def wrapped(function: Any) -> Any:
        @wraps(function)
        def dispatched(*args: Any) -> Any:
            return function(*args)

        return dispatched

    library: Any = ModuleType("wrapping")
    library.sine = wrapped(np.sin)
    library.ordinary = wrapped(lambda x: x)
    monkeypatch.setitem(sys.modules, "wrapping", library)
    return library


def test_a_wrapped_universal_function_is_the_one_within(wrapping: Any) -> None:
    assert imported("wrapping:sine") is np.sin
    assert function_named("wrapping.sine") is np.sin


def test_other_wrapped_functions_are_what_they_are(wrapping: Any) -> None:
    assert imported("wrapping:ordinary") is wrapping.ordinary
    assert function_named("wrapping.ordinary") is wrapping.ordinary


def test_nothing_is_imported_to_answer() -> None:
    assert imported("no_such_module:sine") is None
    assert function_named("no_such_module.sine") is None
    assert function_named("no_such_module.Class.sine") is None
    assert function_named("sine") is None


def test_methods_are_found_through_their_class() -> None:
    assert function_named("numpy.ndarray.astype") == np.ndarray.astype
    assert function_named("numpy.add.at") == np.add.at
    assert function_named("numpy.ndarray.nothing") is None


def test_a_module_that_makes_its_attributes_when_asked_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As NumPy and SciPy do with their submodules, which take long to import."""
    asked = []
    lazy: Any = ModuleType("lazy")
    lazy.__getattr__ = lambda name: asked.append(name)
    monkeypatch.setitem(sys.modules, "lazy", lazy)
    assert function_named("lazy.sine") is None
    assert function_named("lazy.inner.sine") is None
    assert asked == []
    lazy.sine = np.sin
    assert function_named("lazy.sine") is np.sin


def test_a_module_that_is_blocked_or_no_module_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    monkeypatch.setitem(sys.modules, "blocked", None)
    monkeypatch.setitem(sys.modules, "odd", Odd())
    for key in ("blocked.sine", "blocked.inner.sine", "odd.sine", "odd.inner.sine"):
        assert function_named(key) is None


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (math.sin, "math.sin"),
        (operator.mul, "operator.mul"),
        (operator.and_, "operator.and_"),
        (abs, "builtins.abs"),
        (np.sin, "numpy.sin"),
        (np.sum, "numpy.sum"),
        (np.linalg.solve, "numpy.linalg.solve"),
        (np.ndarray.astype, "numpy.ndarray.astype"),
        (np.add.at, "numpy.add.at"),
        (lambda x: x, None),
        (3, None),
    ],
    ids=lambda value: str(value).partition(" at 0x")[0],  # not the address, which each process has its own of
)
def test_the_public_name_of_a_function_leads_to_it(function: Any, name: str | None) -> None:
    assert public_name(function) == name
    assert name is None or function_named(name) == function


def test_the_public_name_of_what_does_not_say_where_it_is_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ufuncs do not; and a private module is no public name."""

    class Ufunc:
        __module__ = "numpy"

        def __init__(self) -> None:
            self.__name__ = "sine"

    function = Ufunc()
    assert public_name(function) is None
    for place, name in [
        ("strange._ufuncs", None),
        ("strange.inner", "strange.inner.sine"),
        ("strange", "strange.sine"),
    ]:
        module: Any = ModuleType(place)
        module.sine = function
        monkeypatch.setitem(sys.modules, place, module)
        assert public_name(function) == name
