"""What the strings that name overloads stand for."""

from __future__ import annotations

import sys
from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from pullback.host.overloads import imported, names_function


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
    assert names_function("wrapping.sine", np.sin)
    assert not names_function("wrapping.sine", wrapping.sine)


def test_other_wrapped_functions_are_what_they_are(wrapping: Any) -> None:
    assert imported("wrapping:ordinary") is wrapping.ordinary
    assert names_function("wrapping.ordinary", wrapping.ordinary)


def test_nothing_is_imported_to_answer() -> None:
    assert imported("no_such_module:sine") is None
    assert not names_function("no_such_module.sine", np.sin)
