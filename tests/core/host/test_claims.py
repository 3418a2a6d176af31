"""What a family answers for is comparable: a function is the same however it is named, and an override is kept."""

from __future__ import annotations

import math
import operator
import sys
from typing import Any

import pytest

from pullback import Variable, elementwise
from pullback.host.claims import Claim, claims
from pullback.kind import ScalarKind


def pair(name: str, *overloads: Any, **options: Any) -> Any:
    return elementwise(lambda x: x, derivative=lambda x, out: 1.0, name=name, overloads=overloads, **options)


def test_a_pair_claims_its_name_and_every_overload() -> None:
    found = list(claims([pair("cube", operator.neg, "math:sin")], []))
    assert [(claim.what, claim.dotted) for claim in found] == [
        ("the name", "cube"),
        ("the overload", "_operator.neg"),
        ("the overload", "math.sin"),
    ]
    assert str(found[1]) == "the overload _operator.neg"


def test_an_overload_that_is_imported_is_known_by_the_function() -> None:
    by_string, by_object = (list(claims([pair("p", target)], []))[1] for target in ("_operator:neg", operator.neg))
    assert by_string.key is by_object.key is operator.neg
    assert by_string == by_object


def test_an_overload_that_is_not_imported_is_known_by_its_string_and_stays_so() -> None:
    module = "this"  # prints a poem when it is imported, so nobody has
    assert module not in sys.modules
    claim = list(claims([pair("p", f"{module}:s")], []))[1]
    assert (claim.key, claim.dotted) == ("this:s", "this.s")
    assert module not in sys.modules


def test_a_target_that_is_missing_is_claimed_by_its_string() -> None:
    assert list(claims([pair("p", "math:nosuch")], []))[1].key == "math:nosuch"


def test_one_function_by_two_names_is_claimed_once() -> None:
    assert len(list(claims([pair("p", "_operator:neg", "operator:neg", operator.neg)], []))) == 2


@pytest.mark.parametrize("override", [False, True])
def test_every_claim_of_a_pair_says_whether_it_overrides(override: bool) -> None:
    found = list(claims([pair("p", math.sin, override=override)], []))
    assert {claim.override for claim in found} == {override}


def test_a_kind_claims_its_types() -> None:
    class Length(float):
        pass

    (claim,) = claims([], [ScalarKind("length", (Length,), Variable)])
    assert (claim.what, claim.key) == ("values of type", Length)
    assert claim.dotted.endswith(".Length")


def test_claims_can_be_kept_in_sets() -> None:
    assert len({Claim("the name", "a", "a"), Claim("the name", "a", "a"), Claim("the name", "b", "b")}) == 2
