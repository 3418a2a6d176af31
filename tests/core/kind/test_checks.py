"""What Jacobians and numerical checks ask: a single number has a basis, everything else is the kind's."""

from __future__ import annotations

import random

import pytest

from pullback.kind import NumericalChecks

from .dozens import Dozen, DozenKind


def test_a_single_number_has_a_basis() -> None:
    kind = DozenKind()
    assert kind.basis(Dozen(3.0)) == [Dozen(1.0)]
    assert kind.join(["part"], Dozen(3.0), trailing=True) == "part"  # type: ignore[list-item]


def test_several_numbers_have_none_and_neither_has_an_axis() -> None:
    class Pairs(DozenKind):
        def size(self, value: object) -> int:
            return 2

    class Row:
        shape = (1,)

    for kind, value in ((Pairs(), Dozen(1.0)), (NumericalChecks(), Row())):
        with pytest.raises(NotImplementedError, match=r"has no basis\(\)"):
            kind.basis(value)
        with pytest.raises(NotImplementedError, match=r"has no join\(\)"):
            kind.join([], value, trailing=False)


def test_numbers_to_compare_are_for_the_kind() -> None:
    kind = DozenKind()
    with pytest.raises(NotImplementedError, match=r"'dozen' has no random\(\), .* define it in DozenKind"):
        kind.random(Dozen(1.0), random.Random(0))
    with pytest.raises(NotImplementedError, match=r"has no dot\(\)"):
        kind.dot(Dozen(1.0), Dozen(1.0))
    with pytest.raises(NotImplementedError, match=r"has no magnitude\(\)"):
        kind.magnitude(Dozen(1.0))
