"""The adapter of HIPS autograd, on a module of the same interface: lists go in as arrays and come out as lists."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from benchmarks.peers import flat
from benchmarks.peers.hips import AUTOGRAD
from benchmarks.problems import make

import pullback as pb


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []

    def value_and_grad(function: Any, argnums: tuple[int, ...]) -> Any:
        def run(*args: Any) -> Any:
            seen.append(args)
            return pb.value_and_grad(function, argnums)(*args)

        return run

    module: Any = ModuleType("autograd")
    module.value_and_grad = value_and_grad
    monkeypatch.setitem(sys.modules, "autograd", module)
    monkeypatch.setitem(sys.modules, "autograd.numpy", np)
    return seen


@pytest.mark.parametrize("key", ["scalar/rosenbrock", "scalar/sines", "arrays/logistic-regression"])
def test_value_and_gradient(library: list[Any], key: str) -> None:
    problem = make(key, small=True)
    value, grads = AUTOGRAD.run(problem)()
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    assert type(value) is float
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(np.hstack(flat(grads)), np.hstack(flat(by_hand)))


def test_a_list_is_one_array_to_the_library(library: list[Any]) -> None:
    _, (grad,) = AUTOGRAD.run(make("scalar/rosenbrock", small=True))()
    ((primal,),) = library
    assert isinstance(primal, np.ndarray)
    assert isinstance(grad, list)


def test_without_the_library_there_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "autograd", None)
    with pytest.raises(ImportError):
        AUTOGRAD.run(make("scalar/sines", small=True))
