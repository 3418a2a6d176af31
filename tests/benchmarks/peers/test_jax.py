"""The adapter of JAX, on a module of the same interface: in double precision, on the processor, compiled or not."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from benchmarks.peers import flat
from benchmarks.peers.jax import JAX_EAGER, JAX_JIT
from benchmarks.problems import make

import pullback as pb


class Config(dict[str, Any]):
    def update(self, name: str, value: Any) -> None:  # type: ignore[override]
        self[name] = value


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    module: Any = ModuleType("jax")
    module.config = Config()
    module.compiled = []
    module.jit = lambda function: (module.compiled.append(function), function)[1]
    module.value_and_grad = pb.value_and_grad
    monkeypatch.setitem(sys.modules, "jax", module)
    monkeypatch.setitem(sys.modules, "jax.numpy", np)
    return module


@pytest.mark.parametrize("peer", [JAX_EAGER, JAX_JIT], ids=lambda peer: peer.name)
@pytest.mark.parametrize("key", ["scalar/rosenbrock", "scalar/sines", "arrays/logistic-regression"])
def test_value_and_gradient(library: Any, peer: Any, key: str) -> None:
    problem = make(key, small=True)
    value, grads = peer.run(problem)()
    expected, by_hand = problem.by_hand(problem.primals, problem.constants)
    assert type(value) is float
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(np.hstack(grads), np.hstack(flat(by_hand)))
    assert library.config == {"jax_enable_x64": True, "jax_platforms": "cpu"}
    assert len(library.compiled) == (peer is JAX_JIT)


def test_without_the_library_there_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError):
        JAX_JIT.run(make("scalar/sines", small=True))
