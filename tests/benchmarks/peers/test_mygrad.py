"""The adapter of MyGrad, on an engine of the same interface."""

from __future__ import annotations

import math
import sys
from types import ModuleType
from typing import Any

import pytest
from benchmarks.peers import flat
from benchmarks.peers.mygrad import MYGRAD
from benchmarks.problems import make

from .engine import Value


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    module: Any = ModuleType("mygrad")
    module.tensor = Value
    module.sin = lambda x: Value(math.sin(x.data), (x,), "sin", (math.cos(x.data),))
    monkeypatch.setitem(sys.modules, "mygrad", module)
    return module


@pytest.mark.parametrize("key", ["scalar/rosenbrock", "scalar/sines", "scalar/product"])
def test_value_and_gradient(library: Any, key: str) -> None:
    problem = make(key, small=True)
    run = MYGRAD.run(problem)
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    for _ in range(2):  # The second run starts from zero again.
        value, grads = run()
        assert type(value) is float
        assert value == pytest.approx(expected)
        assert grads == pytest.approx(flat(by_hand))


def test_without_the_library_there_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mygrad", None)
    with pytest.raises(ImportError):
        MYGRAD.run(make("scalar/sines", small=True))
