"""The adapter of PyTorch, on an engine of the same interface: tensors of double precision that ask for gradients."""

from __future__ import annotations

import math
import sys
from types import ModuleType
from typing import Any

import pytest
from benchmarks.peers import flat
from benchmarks.peers.pytorch import NAMES, PYTORCH
from benchmarks.problems import make

from .engine import Value


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    module: Any = ModuleType("torch")
    module.float64 = "double"
    module.asked = []

    def tensor(x: float, *, dtype: str, requires_grad: bool) -> Any:
        module.asked.append((dtype, requires_grad))
        return Value(x)

    module.tensor = tensor
    for name in (*NAMES, "amax"):
        setattr(module, name, name)
    module.sin = lambda x: Value(math.sin(x.data), (x,), "sin", (math.cos(x.data),))
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setattr(Value, "backward", _backward)
    return module


def _backward(value: Value, plain: Any = Value.backward) -> None:
    """Leave gradients that are tensors, too."""
    plain(value)
    stack, seen = [value], set()
    while stack:
        each = stack.pop()
        if id(each) not in seen:
            seen.add(id(each))
            each.grad = Value(each.grad)
            stack += each.parents


@pytest.mark.parametrize("key", ["scalar/rosenbrock", "scalar/sines", "scalar/product"])
def test_value_and_gradient(library: Any, key: str) -> None:
    problem = make(key, small=True)
    run = PYTORCH.run(problem)
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    for _ in range(2):  # The second run starts from zero again.
        value, grads = run()
        assert type(value) is float
        assert value == pytest.approx(expected)
        assert grads == pytest.approx(flat(by_hand))


def test_without_the_library_there_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError):
        PYTORCH.run(make("scalar/sines", small=True))


def test_a_tensor_is_of_double_precision_and_asks_for_its_gradient(library: Any) -> None:
    PYTORCH.run(make("scalar/rosenbrock", small=True))()
    assert library.asked == [("double", True)] * 4
