"""What the core is given once is whole, and is what its callers use."""

from __future__ import annotations

import operator
from typing import Any

import pytest

import pullback as pb
from pullback import tables
from pullback.chain.tape import Tape
from pullback.kind import kind_of
from pullback.runtime import RUNTIME, Runtime
from pullback.tracked import Tracked


def test_everything_is_given() -> None:
    assert [name for name in Runtime._fields if getattr(RUNTIME, name) is None] == []
    for name in ("slim", "constant", "pull", "accumulate", "fit", "fit_slope", "kind_of"):
        assert callable(getattr(RUNTIME, name)), name


def test_the_classes_and_tables_are_those_that_everybody_uses() -> None:
    assert RUNTIME.variable is type(pb.Variable(1.0))
    assert issubclass(RUNTIME.variable, Tracked)
    assert RUNTIME.tape is Tape
    assert RUNTIME.kinds is tables.kinds
    assert RUNTIME.overloads is tables.overloads
    assert RUNTIME.kind_of is kind_of


@pytest.mark.parametrize("function", RUNTIME.operators, ids=lambda function: function.__name__)
def test_the_methods_of_an_operator_answer_as_python_does(function: Any) -> None:
    own, reflected = RUNTIME.operators[function]
    x = pb.Variable(3.0)
    if reflected is None:
        assert own(x).primal == function(3.0)
        return
    assert own(x, 2.0).primal == function(3.0, 2.0)
    assert reflected(x, 2.0).primal == function(2.0, 3.0)


def test_the_core_learns_of_changes_in_the_table_that_it_was_given() -> None:
    """A pair that comes later answers for an operator at once, and the old one when it has gone."""
    other = pb.elementwise(
        operator.add, derivative=(10.0, 20.0), name="other_add", overloads=[operator.add], override=True
    )

    class Plugin:
        @pb.hookimpl
        def pullback_register_primitives(self) -> list[Any]:
            return [other]

    def f(x: Any, y: Any) -> Any:
        return x + y

    assert pb.grad(f, argnums=(0, 1))(1.0, 2.0) == (1.0, 1.0)
    with pb.plugins(Plugin()):
        assert pb.grad(f, argnums=(0, 1))(1.0, 2.0) == (10.0, 20.0)
    assert pb.grad(f, argnums=(0, 1))(1.0, 2.0) == (1.0, 1.0)
