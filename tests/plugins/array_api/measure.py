"""Differentiate every case of the catalogue, compare with differences, and print a line of JSON for each.

Run as a program, since `SCIPY_ARRAY_API` must be set before SciPy is imported: ``python -m tests.plugins.array_api.measure``.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ["SCIPY_ARRAY_API"] = "1"
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from catalogue import Case, scipy_cases, sklearn_cases

import pullback as pb
from pullback.tracked import plain


def weighted(result: Any) -> Any:
    """Return one number that depends on every element of `result`, each in its own way."""
    shape = np.shape(plain(result))
    weights = np.cos(np.arange(np.prod(shape, dtype=int)) + 1.0).reshape(shape)
    return np.sum(result * weights)


def slopes(case: Case) -> Any:
    """Return the gradient on plain arrays by Richardson's differences of central ones, and an estimate of their error."""
    grad = np.empty_like(case.x)
    error = 0.0
    for index in np.ndindex(case.x.shape):
        found = []
        for step in (2e-3, 1e-3, 5e-4):
            ends = []
            for sign in (1.0, -1.0):
                x = case.x.copy()
                x[index] += sign * step
                ends.append(float(weighted(case.function(x))))
            found.append((ends[0] - ends[1]) / (2 * step))
        first, second = (4 * found[1] - found[0]) / 3, (4 * found[2] - found[1]) / 3
        grad[index] = (16 * second - first) / 15
        error = max(error, abs(grad[index] - second))
    return grad, error


def forward(case: Case, grad: Any) -> float:
    """Return how far the derivative along a direction by forward mode is from that by `grad`; nan where forward mode refuses."""
    direction = np.sin(np.arange(case.x.size) + 1.0).reshape(case.x.shape)
    try:
        _, slope = pb.jvp(lambda x: weighted(case.function(x)), (case.x,), (direction,))
    except pb.UnknownPrimitiveError:
        return float("nan")
    return abs(float(slope) - float(np.sum(grad * direction)))


def measure(case: Case) -> dict[str, Any]:
    """Return how far the gradient of a case is from differences, or what went wrong."""
    try:
        expected, error = slopes(case)
    except Exception as wrong:
        return {"name": case.name, "error": f"plain: {type(wrong).__name__}: {wrong}"}
    try:
        value, grad = pb.value_and_grad(lambda x: weighted(case.function(x)))(case.x)
        if not isinstance(grad, np.ndarray):
            raise TypeError(f"the gradient is a {type(grad).__name__}")
        scale = max(1.0, float(np.max(np.abs(expected))))
        return {
            "name": case.name,
            "value": abs(float(value) - float(weighted(case.function(case.x)))) / max(1.0, abs(float(value))),
            "off": float(np.max(np.abs(grad - expected))) / scale,
            "differences": error / scale,
            "size": float(np.max(np.abs(grad))),
            "forward": forward(case, grad) / scale,
        }
    except Exception as wrong:
        if os.environ.get("TRACE"):
            import traceback

            traceback.print_exc()
        return {"name": case.name, "error": f"{type(wrong).__name__}: {wrong}"}


def main(*wanted: str) -> None:
    warnings.simplefilter("ignore")
    cases = scipy_cases() if "scipy" in wanted or not wanted else []
    if "sklearn" in wanted:
        import sklearn

        sklearn.set_config(array_api_dispatch=True)
        cases = [*cases, *sklearn_cases()]
    for case in cases:
        if len(wanted) < 2 or case.name in wanted:
            print(json.dumps(measure(case)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
