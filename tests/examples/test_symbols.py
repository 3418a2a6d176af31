"""The example of a kind of value, against the families as they stand: its programs compute what pullback computes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import grad, jvp

SOURCE = Path(__file__).parents[2] / "examples" / "pullback-symbols" / "src" / "pullback_symbols" / "__init__.py"
NUMPY = {
    "add": np.add,
    "mul": np.multiply,
    "neg": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "sum_all": np.sum,
    "broadcast_to_shape": np.broadcast_to,
    "ones": np.ones,
}


@pytest.fixture
def trace() -> Iterator[Any]:
    specification = importlib.util.spec_from_file_location("pullback_symbols", SOURCE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with pb.plugins(module):
        yield module.trace


def run(program: list[str], x: Any) -> Any:
    scope: dict[str, Any] = {**NUMPY, "input": lambda _: x}
    exec("\n".join(program[:-1]), scope)
    return scope[program[-1].removeprefix("return ")]


def wave(x: Any) -> Any:
    return np.sum(np.sin(x) * np.exp(x) * 2.0 + x)


@pytest.mark.parametrize(
    "function",
    [
        wave,
        grad(wave),
        grad(lambda x: np.sum(grad(wave)(x) * np.cos(x))),
        grad(lambda x: jvp(wave, (x,), (x,))[1]),
    ],
    ids=["value", "gradient", "second", "mixed"],
)
def test_programs_of_derivatives(trace: Any, function: Any) -> None:
    x = np.array([0.3, -1.2, 2.0])
    np.testing.assert_allclose(run(trace(function, (3,)), x), function(x), rtol=1e-14)


def test_it_comes_and_goes(trace: Any) -> None:
    assert trace(grad(wave), (3,))[1] == "v1 = sin(v0)"
    with pytest.raises(pb.UnknownPrimitiveError, match=r"tanh has no forward for values of kind 'symbol'"):
        trace(grad(lambda x: np.sum(np.tanh(x))), (3,))
