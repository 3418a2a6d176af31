"""Programs of derivatives: NumPy runs them, and the results agree with the derivatives that pullback computes on arrays."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np
import pullback_symbols
import pytest
from pullback_symbols import trace

import pullback as pb
from pullback import grad, jvp, value_and_grad
from pullback.extend import find_kind
from pullback.math import exp, sin

NUMPY: dict[str, Any] = {
    "add": np.add,
    "mul": np.multiply,
    "neg": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "sum_all": np.sum,
    "broadcast_to_shape": np.broadcast_to,
    "ones": np.ones,
    "zeros": np.zeros,
}


def run(program: list[str], *inputs: Any) -> Any:
    """Return the result of a program for some arrays."""
    body, (word, result) = program[:-1], program[-1].split(" ", 1)
    assert word == "return"
    scope = {**NUMPY, "input": inputs.__getitem__}
    for line in body:
        exec(line, scope)
    return eval(result, scope)


def wave(x: Any) -> Any:
    return np.sum(np.sin(x) * np.exp(x) * 2.0 + x)


def slope(x: Any) -> Any:
    return np.sum(grad(wave)(x) * np.cos(x))


X = np.array([0.3, -1.2, 2.0])


@pytest.mark.parametrize(
    "function",
    [
        wave,
        grad(wave),
        value_and_grad(wave),
        grad(slope),
        lambda x: jvp(wave, (x,), (x,)),
        grad(lambda x: jvp(wave, (x,), (x * x,))[1]),
    ],
    ids=["value", "gradient", "both", "second", "forward", "reverse over forward"],
)
def test_the_program_computes_what_pullback_computes(function: Callable[[Any], Any]) -> None:
    program = trace(function, X.shape)
    for x in (X, X[::-1] * 0.7):
        result, expected = run(program, x), function(x)
        pairs = zip(result, expected, strict=True) if isinstance(expected, tuple) else [(result, expected)]
        for one, other in pairs:
            np.testing.assert_allclose(one, other, rtol=1e-14)


def test_the_program_of_a_gradient() -> None:
    assert trace(grad(lambda x: np.sum(np.sin(x) * x)), (3,)) == [
        "v0 = input(0)",
        "v1 = sin(v0)",
        "v2 = mul(v1, v0)",
        "v3 = sum_all(v2)",
        "v4 = ones(())",
        "v5 = broadcast_to_shape(v4, shape=(3,))",
        "v6 = mul(v5, v0)",
        "v7 = mul(v5, v1)",
        "v8 = cos(v0)",
        "v9 = mul(v6, v8)",
        "v10 = add(v7, v9)",
        "return v10",
    ]


def test_functions_of_pullback_math_and_several_inputs() -> None:
    program = trace(grad(lambda x, y: exp(x * y) * sin(y), argnums=(0, 1)), (), ())
    result = run(program, 0.3, 0.8)
    assert result == pytest.approx(grad(lambda x, y: exp(x * y) * sin(y), argnums=(0, 1))(0.3, 0.8), rel=1e-14)


def test_what_it_does_not_answer_for_is_an_error() -> None:
    with pytest.raises(pb.UnknownPrimitiveError, match=r"tanh has no forward for values of kind 'symbol'"):
        trace(grad(lambda x: np.sum(np.tanh(x))), (3,))


def test_numbers_and_arrays_are_what_they_were() -> None:
    trace(grad(wave), (3,))
    np.testing.assert_array_equal(grad(lambda x: np.sum(np.sin(x)))(X), np.cos(X))
    assert grad(sin)(0.0) == 1.0


def test_the_kind_is_found() -> None:
    kind = find_kind(pullback_symbols.Symbol)
    assert kind is not None
    assert kind is find_kind("symbol")
    assert kind.name == "symbol"


def test_the_index_names_every_forward_and_the_type() -> None:
    text = files(pullback_symbols).joinpath("index.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    keys = ["pullback_symbols.Symbol", *(str(forward) for forward in pullback_symbols.pullback_register_forwards())]
    assert lines == [f"{key} = symbols" for key in sorted(keys)], "run pullback plugins index pullback-symbols"


def test_it_imports_from_the_two_doors_alone() -> None:
    import ast
    import inspect

    tree = ast.parse(inspect.getsource(pullback_symbols))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module for module in imported if module and module.startswith("pullback")} == {
        "pullback",
        "pullback.extend",
    }
    assert len(inspect.getsource(pullback_symbols).splitlines()) < 80
