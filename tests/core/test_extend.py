"""The door for authors: what it exports, that it is light, and transforms of others that go through it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import extend, grad, jacobian, jvp
from pullback.extend import Linearized, Recorder, push, released, strong_product, structure_of


def test_every_name_is_there_and_is_written_of_once() -> None:
    assert len(extend.__all__) == len(set(extend.__all__))
    assert all(hasattr(extend, name) for name in extend.__all__)
    assert not set(extend.__all__) & set(pb.__all__), "what users need stands in pullback itself"
    words = re.findall(r"`(\w+)`", extend.__doc__ or "")
    listed = [word for word in words if word not in ("pullback", "forward")]
    assert sorted(listed) == sorted(extend.__all__)


def test_every_name_is_described() -> None:
    for name in set(extend.__all__) - {"Argnums", "AnyStructure", "next_level", "float_kind"}:
        assert (getattr(extend, name).__doc__ or "").strip(), name


@pytest.mark.parametrize("module", ["numpy", "pluggy", "pydantic", "importlib.metadata", "optree"])
def test_it_loads_no_library(module: str) -> None:
    code = f"import sys, pullback.extend; print({module!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_package_does_not_import_it() -> None:
    code = "import sys, pullback; print('pullback.extend' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# A transform of somebody else's on a run and its linear map.


def gauss_newton(f: Any, x: Any, direction: Any) -> Any:
    """Return JᵀJ times a direction, where J is the Jacobian of f at x."""
    run = Linearized(f, (x,))
    (inputs,) = run.inputs
    pushed = run.push([inputs.fit(direction, inputs.leaves, "the direction")])
    return inputs.gradient(run.pull(pushed)[0])


def test_a_transform_on_linearized() -> None:
    def f(x: Any) -> Any:
        return np.sin(x) * np.roll(x, 1)

    x, v = np.array([0.3, 2.0, -1.0]), np.array([1.0, 0.5, -2.0])
    j = jacobian(f)(x)
    np.testing.assert_allclose(gauss_newton(f, x, v), j.T @ j @ v, rtol=1e-14)
    assert gauss_newton(lambda p: [p["a"] * 3.0, p["b"][0]], {"a": 1.0, "b": (2.0,)}, {"a": 1.0, "b": (5.0,)}) == {
        "a": 9.0,
        "b": (5.0,),
    }
    with pytest.raises(TypeError, match="the direction is built as"):
        gauss_newton(lambda p: p["a"], {"a": 1.0}, [1.0])


def test_it_nests_as_ours_do() -> None:
    def curvature(x: Any) -> Any:
        return gauss_newton(lambda y: y**3, x, 1.0)

    assert curvature(2.0) == 144.0
    assert grad(curvature)(2.0) == 288.0
    assert grad(grad(curvature))(2.0) == 432.0
    assert jvp(curvature, (2.0,), (1.0,)) == (144.0, 288.0)
    assert gauss_newton(grad(lambda y: y**4), 1.0, 1.0) == 144.0


def test_one_run_serves_both_directions_any_number_of_times() -> None:
    runs: list[None] = []

    def f(x: Any) -> Any:
        runs.append(None)
        return x * x

    run = Linearized(f, (np.array([1.0, 2.0]),), keep=True)
    for _ in range(3):
        np.testing.assert_array_equal(run.push([[np.array([1.0, 1.0])]])[0], [2.0, 4.0])
        np.testing.assert_array_equal(run.pull([np.array([1.0, 1.0])])[0][0], [2.0, 4.0])
    assert len(runs) == 1


# A transform of somebody else's on a recorder: structures go in and come out.


class Tangents(Recorder):
    def derive(self, call: Any) -> Any:
        return push(call, call.parents)

    def derive_floats(self, i: Any, d_i: float, j: Any, d_j: float) -> Any:
        return strong_product(i, d_i) if j is None else strong_product(i, d_i) + strong_product(j, d_j)


def forward(f: Any, primals: Any, tangents: Any) -> Any:
    inputs = [structure_of(primal) for primal in primals]
    with Tangents() as recorder:
        args = []
        for structure, tangent in zip(inputs, tangents, strict=True):
            entries = structure.fit(tangent, structure.leaves, "a tangent")
            args.append(structure.rebuild(map(recorder.variable, structure.leaves, entries)))
        outputs = structure_of(f(*args))
    found = [recorder.read(leaf) for leaf in outputs.leaves]
    derivatives = [released(tangent, value, set()) for value, tangent in found]
    return outputs.rebuild([value for value, _ in found]), outputs.gradient(derivatives)


def test_a_transform_on_a_recorder() -> None:
    def f(x: Any, p: Any) -> Any:
        y = np.sin(x) * p["scale"][0]
        y[0] *= 2.0
        values, vectors = np.linalg.eigh(np.outer(y, y) + np.eye(2))
        return {"all": y, "parts": (np.sum(values * vectors[0]), p["scale"][1] ** 2, 3.0), "word": "static"}

    point = (np.array([0.5, 1.0]), {"scale": [3.0, 2.0]})
    direction = (np.array([1.0, -1.0]), {"scale": [0.5, 1.0]})
    (value, tangent), (other, wanted) = forward(f, point, direction), jvp(f, point, direction)
    for found, expected in ((value, other), (tangent, wanted)):
        np.testing.assert_array_equal(found["all"], expected["all"])
        assert found["parts"] == expected["parts"]
        assert found["word"] == expected["word"]
    assert tangent["parts"][2] == 0.0


def test_what_is_released_is_the_callers() -> None:
    value, direction = np.zeros(2), np.ones(2)
    held = {id(direction)}
    mine = released(direction, value, held)
    mine += 1.0
    np.testing.assert_array_equal(direction, 1.0)
    zero = released(None, value, held)
    np.testing.assert_array_equal(zero, 0.0)
    assert zero is not value
    assert type(released(2, 1.0, set())) is float
