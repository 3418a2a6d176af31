"""The family of what a program registers pair by pair."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

import pullback as pb
from pullback import ConflictError, PluginError, RuleError, elementwise
from pullback.host.default import default_host
from pullback_plugins.user import UserFamily, family


def primitives() -> list[str]:
    (row,) = [each for each in default_host().rows() if each["family"] == "user"]
    return list(row["primitives"])


def made(name: str, *overloads: Any, slope: float = 2.0, **options: Any) -> Any:
    return elementwise(lambda x: slope * x, derivative=lambda x, out: slope, name=name, overloads=overloads, **options)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    before = primitives()
    yield
    assert primitives() == before


def test_it_grows_and_shrinks() -> None:
    mine = UserFamily()
    assert mine.pullback_register_primitives() == []
    one, two = made("one"), made("two")
    mine.add([one, two])
    assert mine.pullback_register_primitives() == [one, two]
    mine.remove([one])
    assert mine.pullback_register_primitives() == [two]
    with pytest.raises(ValueError, match="not in list"):
        mine.remove([one])


def test_what_the_hook_returns_is_a_copy() -> None:
    mine = UserFamily()
    mine.pullback_register_primitives().append(made("one"))
    assert mine.pullback_register_primitives() == []


def test_it_is_a_plugin_like_any_other() -> None:
    (row,) = [each for each in default_host().rows() if each["family"] == "user"]
    assert row["distribution"] == "pullback"
    assert hasattr(UserFamily.pullback_register_primitives, "pullback_impl")


def test_a_registered_pair_answers_until_it_is_unregistered() -> None:
    pair = made("tests_double")
    pb.register(pair)
    try:
        assert "tests_double" in primitives()
        assert pair in family.pullback_register_primitives()
        assert pb.tables.names.find("tests_double") is pair
        assert pb.grad(lambda x: pair(x) * x)(3.0) == 12.0
    finally:
        pb.unregister(pair)
    assert pb.tables.names.get("tests_double") is None
    assert pb.grad(lambda x: pair(x) * x)(3.0) == 12.0  # a pair needs no registration to be called


def test_a_pair_pickles_by_its_name_while_it_is_registered() -> None:
    pair = made("tests_pickled")
    with pb.plugins(pair):
        text = pickle.dumps(pair)
        assert pickle.loads(text) is pair
    with pytest.raises(pb.UnknownPrimitiveError, match="no registered primitive is called 'tests_pickled'"):
        pickle.loads(text)


def test_an_override_answers_and_then_the_earlier_again() -> None:
    sine = made("tests_sine", math.sin, slope=5.0, override=True)
    assert pb.grad(lambda x: pb.math.sin(x))(0.0) == 1.0
    with pb.plugins(sine):
        assert pb.grad(lambda x: pb.math.sin(x))(0.0) == 5.0
        assert pb.math.sin(1.0) == 5.0
    assert pb.grad(lambda x: pb.math.sin(x))(0.0) == 1.0
    assert pb.math.sin(1.0) == math.sin(1.0)


def test_an_operator_that_was_used_before_is_overridden_and_comes_back() -> None:
    import operator

    minus = pb.elementwise(
        lambda x, y: x - y,
        derivative=(lambda x, y, out: 7.0, lambda x, y, out: -7.0),
        name="tests_minus",
        overloads=[operator.sub],
        override=True,
    )
    assert pb.grad(lambda x: x - 1.0)(0.0) == 1.0
    with pb.plugins(minus):
        assert pb.grad(lambda x: x - 1.0)(0.0) == 7.0
        assert pb.grad(lambda x: 1.0 - x)(0.0) == -7.0
    assert pb.grad(lambda x: x - 1.0)(0.0) == 1.0


def test_without_override_the_function_stays_with_its_family() -> None:
    with pytest.raises(ConflictError, match=r"(?s)'user'.*'trig'.*override=True"):
        pb.register(made("tests_sine", math.sin))
    assert pb.math.sin(1.0) == math.sin(1.0)


def test_errors_name_the_family() -> None:
    with pytest.raises(
        RuleError, match=r"pullback .* \(entry point 'user'\): primitives\[0\]\.name: 'no name' is no name; fix: "
    ):
        pb.register(made("no name"))


def test_what_was_never_registered_cannot_be_unregistered() -> None:
    with pytest.raises(PluginError, match="not registered"):
        pb.unregister(made("tests_stranger"))


def test_an_exception_in_a_block_takes_the_pairs_away() -> None:
    with pytest.raises(KeyError, match="tests_a, tests_b"), pb.plugins([made("tests_a"), made("tests_b")]):
        raise KeyError(", ".join(primitives()))
