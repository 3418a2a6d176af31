"""What the tables contain: kinds of different names, and forwards that nobody uses."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

import pullback as pb
from pullback import ConflictError, ScalarKind, ScalarVariable, composite
from pullback.host.contents import replace, unused


class Symbol:
    pass


class Sign:
    pass


def symbols(*types: type, name: str = "symbol") -> Any:
    return ScalarKind(name, types, ScalarVariable)


def test_two_kinds_of_the_same_name_conflict(bench: Any, refuses: Any) -> None:
    host = bench.host()
    host.register(bench.plugin(kinds=[symbols(Symbol)], name="one"))
    again = bench.plugin(kinds=[symbols(Sign)], name="two")
    text = refuses(host, again, ConflictError, bench)
    assert (
        "family 'two', registered at run time and family 'one', registered at run time both bring a value kind" in text
    )
    assert text.endswith("called 'symbol'; fix: give it another name")
    refuses(host, bench.plugin(kinds=[symbols(Sign, name="sign"), symbols(bool, name="sign")]), ConflictError, bench)
    host.register(bench.plugin(kinds=[symbols(Sign, name="sign")]))
    assert host.kinds.named("sign").types == (Sign,)


@pytest.mark.parametrize("name", ["float", "array"])
def test_a_kind_may_not_have_the_name_of_one_of_ours(bench: Any, refuses: Any, name: str) -> None:
    text = refuses(bench.host(), bench.plugin(kinds=[symbols(Symbol, name=name)]), ConflictError, bench)
    assert f"{name!r} is a value kind of pullback; fix: give yours another name" in text


def test_a_type_that_has_a_kind_is_no_case_for_an_override(bench: Any, refuses: Any) -> None:
    host = bench.host()
    host.register(bench.plugin(kinds=[symbols(Symbol)]))
    text = refuses(host, bench.plugin(kinds=[symbols(Symbol, name="other")]), ConflictError, bench)
    assert text.endswith("or derive a type of your own")


def test_forwards_under_the_name_of_no_pair_are_unused(bench: Any) -> None:
    host = bench.host()
    it, made = bench.pair("it"), composite(lambda x: x, name="made", override=True)
    forwards = [
        ("it", "symbol", math.sin),
        ("made", "symbol", math.sin),
        ("nobody", "symbol", math.sin),
        (it, "sign", abs),
    ]
    plugin = bench.plugin(it, made, forwards=forwards)
    host.register(plugin)
    assert [str(forward) for forward in host.kinds.unused] == ["made[symbol]", "nobody[symbol]"]
    assert unused([], host.names) == ()
    host.unregister(plugin)
    assert host.kinds.unused == ()


def test_the_error_for_a_missing_forward_lists_them() -> None:
    class Exact:
        @pb.hookimpl
        def pullback_register_value_kinds(self) -> list[Any]:
            return [symbols(Fraction, name="fraction")]

        @pb.hookimpl
        def pullback_register_forwards(self) -> list[Any]:
            return [("log", "fraction", abs), ("sin", "fractions", abs), ("exp", "fraction", abs), ("lg", "other", abs)]

    with pb.plugins(Exact()):
        assert pb.math.exp(Fraction(-1, 2)) == Fraction(1, 2)
        with pytest.raises(pb.UnknownPrimitiveError, match=r"ln has no .*, has that name: log\[fraction\]$"):
            pb.math.log(Fraction(1, 2))
        with pytest.raises(pb.UnknownPrimitiveError, match=r"sin has no .*: log\[fraction\], sin\[fractions\]$"):
            pb.math.sin(Fraction(1, 2))


def test_replacing_keeps_what_stays() -> None:
    table = {"a": 1, "b": 2}
    replace(table, {"b": 3, "c": 4})
    assert table == {"b": 3, "c": 4}
