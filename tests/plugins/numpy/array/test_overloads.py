"""What array variables cannot answer themselves, they ask the table of overloads: whoever answers there is heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.variable import answer_for
from pullback_plugins.numpy.array.overloads import ArrayNamespace, AsArray

OVERLOADS = {
    "an array of objects": (np.ndarray.__array__, np.asarray),
    "a nest of lists": (AsArray, lambda v: v + [v[0], v[1]]),
    "a nest of lists in front": (AsArray, lambda v: [v[0], v[1]] * v),
    "an array of objects as an operand": (AsArray, lambda v: v + np.array([v[0], v[1]])),
    "an array of objects for a ufunc": (AsArray, lambda v: np.add(v, np.array([v[0], v[1]]))),
    "an array of objects for a target": (
        np.ndarray.__array_ufunc__,
        lambda v: np.add(v, 1.0, out=np.zeros(2, dtype=object)),
    ),
    "a ufunc of Python": (np.ndarray.__array_ufunc__, lambda v: np.frompyfunc(lambda x: x * x, 1, 1)(v)),
    "a ufunc of Python with two inputs": (np.ndarray.__array_ufunc__, lambda v: np.frompyfunc(max, 2, 1)(v, v)),
    "like": (np.ndarray.__array_function__, lambda v: np.zeros(3, like=v)),
    "the namespace": (ArrayNamespace, lambda v: v.__array_namespace__()),
}


class Heard(Exception):
    """What the pair raises that is asked instead of ours."""


def instead(function: Any) -> pb.Primitive:
    """Return a pair that answers for `function`, and says so by an error."""

    def answer(*args: Any, **params: Any) -> Any:
        raise Heard

    return pb.composite(answer, name="instead", overloads=[function], override=True)


@pytest.mark.parametrize(("function", "use"), OVERLOADS.values(), ids=OVERLOADS)
def test_the_table_of_overloads_is_asked(function: Any, use: Callable[[Any], Any]) -> None:
    v = pb.Variable(np.array([1.0, 2.0]))
    use(v)
    with pb.plugins(instead(function)), pytest.raises(Heard):
        use(v)
    use(v)


@pytest.mark.parametrize("function", dict.fromkeys(function for function, _ in OVERLOADS.values()))
def test_a_pair_of_ours_answers(function: Any) -> None:
    pair = answer_for(function)
    assert pair is not None
    assert pair.__module__.startswith("pullback_plugins.")


def test_objects_become_variables_through_the_table() -> None:
    v = pb.Variable(np.array([1.0, 2.0]))
    with pb.plugins(instead(AsArray)), pytest.raises(Heard):
        pb.grad(lambda x: x[0])(np.array([v[0], v[1]]))
