"""The page of NumPy's names says what our families do, and knows every name of the installed NumPy."""

from __future__ import annotations

import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.variable import answer_for

TOOLS = Path(__file__).parents[2] / "tools"
DISPATCHER = type(np.sum)


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    sys.path.insert(0, str(TOOLS))
    try:
        import numpy_functions

        yield numpy_functions
    finally:
        sys.path.remove(str(TOOLS))


def installed(tool: ModuleType) -> Iterator[tuple[Any, Any]]:
    """Each row whose name the installed NumPy has, and what it names there."""
    for row in tool.rows():
        owner: Any = np
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # names on their way out
                for part in row.name.split("."):
                    owner = getattr(owner, part)
        except AttributeError:
            continue
        yield row, owner


def asks(function: Any) -> bool:
    """Whether NumPy asks variables before it calls `function`."""
    return isinstance(function, (np.ufunc, DISPATCHER))


def test_the_page_is_what_the_families_answer_for(tool: ModuleType) -> None:
    assert tool.main("--check") == 0, "run python tools/numpy_functions.py"


def test_the_page_knows_every_name_of_the_installed_numpy(tool: ModuleType) -> None:
    known = {row.name for row in tool.rows()}
    unknown = [name for name in tool.public(np) if name not in known]
    assert not unknown, "say what becomes of them in tools/numpy_reasons.toml, or write a pair"


def test_the_reasons_speak_of_something(tool: ModuleType) -> None:
    reasons = tomllib.loads(tool.REASONS.read_text(encoding="utf-8"))
    answered = tool.answered()
    assert [name for name in reasons["remarks"] if name not in answered] == []
    refused = [name for group in reasons["group"] if group["status"] == "refused" for name in group["names"]]
    assert [name for name in refused if name in answered] == []
    named = [name for group in reasons["group"] for name in group["names"]]
    assert sorted(named) == sorted(set(named)), "a name stands in two groups"
    assert not set(reasons["aliases"]) & set(named)


def test_aliases_are_the_same_function(tool: ModuleType) -> None:
    aliases = tomllib.loads(tool.REASONS.read_text(encoding="utf-8"))["aliases"]
    present = {name: target for name, target in aliases.items() if hasattr(np, name)}
    assert len(present) >= 4
    assert all(getattr(np, name) is getattr(np, target) for name, target in present.items())


def test_what_numpy_asks_about_is_answered_as_the_page_says(tool: ModuleType) -> None:
    wrong = []
    count = 0
    for row, function in installed(tool):
        if not asks(function):
            continue
        count += 1
        answered = answer_for(function) is not None
        if answered != (row.status in ("differentiable", "pass-through")) or row.status == "not dispatched":
            wrong.append(row)
    assert wrong == []
    assert count > 300


def test_what_is_not_dispatched_is_said_to_be_so(tool: ModuleType) -> None:
    # An old name may be dispatched in one version, and an ordinary function around a new one in another.
    callers = {"row_stack", "trapz"}
    wrong = [
        row
        for row, thing in installed(tool)
        if not row.name.startswith(("ndarray.", "emath.", "polynomial."))
        and row.name not in callers
        and not asks(thing)
        and row.status != "not dispatched"
    ]
    assert wrong == []


def test_arrays_have_the_methods_that_the_page_says(tool: ModuleType) -> None:
    from pullback_plugins.numpy.array.variable import ArrayVariable

    listed = {row.name.partition(".")[2]: row.status for row in tool.rows() if row.name.startswith("ndarray.")}
    gone = {"itemset", "newbyteorder", "tostring"}
    x = pb.Variable(np.array([[1.0, 2.0], [3.0, 4.0]]))
    for name, status in listed.items():
        if name in gone or (name == "ptp" and not hasattr(np.ndarray, "ptp")):
            continue
        if status == "refused":
            with pytest.raises(pb.ChainBrokenError):
                getattr(x, name)()
        else:
            assert hasattr(ArrayVariable, name), name


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.packbits(x),
        lambda x: np.savetxt("never.txt", x),
        lambda x: np.arange(x[0], 3.0),
        lambda x: np.asarray(x, dtype=float),
        lambda x: np.full(3, x[0], dtype=float),
        lambda x: np.ma.array(x),
        lambda x: np.asmatrix(x),
        lambda x: np.random.default_rng(0).normal(x),
        lambda x: np.from_dlpack(x),
        lambda x: np.float64(x[0]),
        lambda x: np.format_float_positional(x[0]),
    ],
)
def test_what_is_refused_raises(call: Any) -> None:
    with pytest.raises((pb.ChainBrokenError, pb.UnknownPrimitiveError)):
        call(pb.Variable(np.array([0.5, 1.5, 2.5])))


@pytest.mark.parametrize(
    "call",
    [
        np.asarray,
        np.array,
        np.require,
        lambda x: np.full(3, x),
        lambda x: np.r_[x, 1.0],
        lambda x: np.c_[x, x],
        np.frompyfunc(lambda a: a * a, 1, 1),
        np.vectorize(lambda a: a * a),
    ],
)
def test_arrays_of_objects_keep_the_chain(call: Any) -> None:
    assert pb.grad(lambda x: np.sum(call(x) * 2.0))(np.array([0.5, 1.5, 2.5])).any()
