"""From a value to its kind, and from a type or a name."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import pullback as pb
from pullback import ScalarKind, ScalarVariable, grad
from pullback.kind import find_kind, fitted, has_kind, kind_of

from .dozens import Dozen, Dozens

fractions = ScalarKind("fraction", (Fraction,), ScalarVariable)


def family(*kinds: pb.ValueKind) -> Any:
    """Return a plugin that brings value kinds."""

    class Family:
        @pb.hookimpl
        def pullback_register_value_kinds(self) -> list[pb.ValueKind]:
            return list(kinds)

    return Family()


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    with pb.plugins(family(fractions)):
        yield


def test_a_kind_that_leaves_is_forgotten() -> None:
    class Degrees(Fraction):
        pass

    class Local(Fraction):
        __slots__ = ()

    own = ScalarKind("degrees", (Degrees,), ScalarVariable)
    assert kind_of(Local(1)) is fractions
    with pb.plugins(family(own)):
        assert kind_of(Degrees(1)) is own
    assert kind_of(Degrees(1)) is fractions


def test_a_type_without_a_kind() -> None:
    class Nobody:
        pass

    with pytest.raises(TypeError, match=r"no value kind is registered for .*Nobody"):
        kind_of(Nobody())
    with pytest.raises(TypeError):
        grad(lambda x: x)(Nobody())


def test_excluded_types_are_of_no_kind() -> None:
    with pytest.raises(TypeError):
        kind_of(True)
    assert kind_of(1) is kind_of(1.0)
    assert kind_of(pb.float_var(1.0)) is kind_of(1.0)


def test_a_kind_is_found_by_a_type_and_by_its_name() -> None:
    assert find_kind(Fraction) is find_kind("fraction") is kind_of(Fraction(1)) is fractions
    assert find_kind("float") is find_kind(float) is kind_of(1.0)
    assert find_kind("dozen") is find_kind(Dozen) is None
    with pb.plugins(Dozens()):
        assert find_kind("dozen") is find_kind(Dozen) is kind_of(Dozen(1.0))
    assert find_kind(str) is None


def test_has_kind_asks_of_variables_and_of_values() -> None:
    assert has_kind(pb.Variable(1.0))
    assert has_kind(1.0)
    assert not has_kind("text")
    assert not has_kind(Dozen(1.0))


def test_what_a_user_gives_is_fitted_or_refused() -> None:
    assert fitted(2, Fraction(1), "a tangent") == Fraction(2)
    with pytest.raises(TypeError, match=r"a tangent of float cannot be 'text': "):
        fitted("text", 1.0, "a tangent")
