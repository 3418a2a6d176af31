"""The errors say what happened, where, and what to do; they can be caught as what they are in Python's terms too."""

from __future__ import annotations

import pickle

import pytest

import pullback as pb
from pullback import errors


@pytest.mark.parametrize(
    ("error", "bases"),
    [
        (errors.ChainBrokenError, (errors.PullbackError, TypeError)),
        (errors.UnknownPrimitiveError, (errors.PullbackError, TypeError)),
        (errors.RuleError, (errors.PullbackError, ValueError)),
        (errors.ConflictError, (errors.PullbackError, ValueError)),
        (errors.PluginError, (errors.PullbackError, RuntimeError)),
        (errors.PluginWarning, (errors.PullbackWarning, UserWarning)),
    ],
)
def test_the_hierarchy_that_callers_catch(error: type, bases: tuple[type, ...]) -> None:
    assert issubclass(error, bases[0])
    assert issubclass(error, bases[1])
    assert getattr(pb, error.__name__) is error


def test_every_error_is_exported_at_the_top() -> None:
    assert set(errors.__all__) <= set(pb.__all__)


def test_an_error_pickles() -> None:
    error = pickle.loads(pickle.dumps(errors.ChainBrokenError("lost at line 3")))
    assert type(error) is errors.ChainBrokenError
    assert str(error) == "lost at line 3"
