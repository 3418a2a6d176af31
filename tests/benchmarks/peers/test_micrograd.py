"""The adapter of micrograd, on an engine of the same interface: a sine that it does not have, and its own neurons."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from benchmarks.peers import UnableError, flat
from benchmarks.peers.micrograd import MICROGRAD
from benchmarks.problems import make

from .engine import Value


class Neuron:
    def __init__(self, inputs: int, last: bool) -> None:
        self.weights, self.bias, self.last = [Value(0.0) for _ in range(inputs)], Value(0.0), last

    def __call__(self, xs: list[Value]) -> Value:
        score = sum((w * x for w, x in zip(self.weights, xs, strict=True)), self.bias)
        return score if self.last else score.relu()


class MLP:
    """As `micrograd.nn.MLP`: layers of neurons, the parameters of a neuron its weights and then its bias."""

    def __init__(self, inputs: int, outputs: list[int]) -> None:
        sizes = [inputs, *outputs]
        last = len(outputs) - 1
        self.layers = [[Neuron(sizes[k], k == last) for _ in range(sizes[k + 1])] for k in range(len(outputs))]

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for neuron in layer for p in (*neuron.weights, neuron.bias)]

    def zero_grad(self) -> None:
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __call__(self, xs: list[Value]) -> Value:
        for layer in self.layers:
            xs = [neuron(xs) for neuron in layer]
        return xs[0]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    limit = sys.getrecursionlimit()
    engine, nn = (Any, Any)
    engine, nn = ModuleType("micrograd.engine"), ModuleType("micrograd.nn")  # type: ignore[assignment]
    engine.Value, nn.MLP = Value, MLP  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "micrograd", ModuleType("micrograd"))
    monkeypatch.setitem(sys.modules, "micrograd.engine", engine)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "micrograd.nn", nn)  # type: ignore[arg-type]
    yield engine
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize("key", ["scalar/rosenbrock", "scalar/sines", "scalar/product"])
def test_value_and_gradient(library: Any, key: str) -> None:
    problem = make(key, small=True)
    run = MICROGRAD.run(problem)
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    for _ in range(2):  # The second run starts from zero again.
        value, grads = run()
        assert type(value) is float
        assert value == pytest.approx(expected)
        assert grads == pytest.approx(flat(by_hand))


def test_without_the_library_there_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "micrograd.engine", None)
    with pytest.raises(ImportError):
        MICROGRAD.run(make("scalar/sines", small=True))


def test_the_two_moons_are_computed_by_its_own_neurons(library: Any) -> None:
    problem = make("scalar/moons", small=True)
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    run = MICROGRAD.run(problem)
    for _ in range(2):
        value, grads = run()
        assert value == pytest.approx(expected)
        assert grads == pytest.approx(flat(by_hand))


def test_it_knows_no_arrays() -> None:
    with pytest.raises(UnableError, match="floats only"):
        MICROGRAD.run(make("arrays/network", small=True))
