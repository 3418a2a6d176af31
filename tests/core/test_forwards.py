"""Which forward serves a kind of value: who is asked, and in which order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

import pullback as pb
from pullback import UnknownPrimitiveError, grad
from pullback.forwards import KindForward, forward_of
from pullback.kind import kind_of
from pullback.tables import kinds, names


class Text:
    """A value that remembers how it was made."""

    def __init__(self, text: str):
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.text == other.text

    __hash__ = None  # type: ignore[assignment]


class Bold(Text):
    """Another type, of a kind that is like the first."""


class TextKind(pb.ValueKind):
    name, types, variable, priority = "text", (Text,), pb.ScalarVariable, 20

    def zero(self, value: Any) -> Any:
        return Text("0")

    def one(self, value: Any) -> Any:
        return Text("1")

    def size(self, value: Any) -> int:
        return 1

    def plain_product(self, cotangent: Any, partial: Any) -> Any:
        return write("*")(cotangent, partial)

    def fit(self, gradient: Any, value: Any) -> Any:
        return gradient


class BoldKind(TextKind):
    name, types, like = "bold", (Bold,), "text"


class BolderKind(TextKind):
    name, types, like = "bolder", (), "bold"


def text(value: Any) -> str:
    return value.text if isinstance(value, Text) else str(value)


def write(name: str) -> Any:
    return lambda *args, **params: Text(f"{name}({', '.join(map(text, args))})")


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    with pb.plugins(Plugin(kinds=[TextKind(), BoldKind()])):
        yield


class Plugin:
    """What brings value kinds, pairs and forwards."""

    def __init__(self, kinds: Any = (), pairs: Any = (), forwards: Any = ()):
        self.brought = kinds, pairs, forwards

    @pb.hookimpl
    def pullback_register_value_kinds(self) -> Any:
        return list(self.brought[0])

    @pb.hookimpl
    def pullback_register_primitives(self) -> Any:
        return list(self.brought[1])

    @pb.hookimpl
    def pullback_register_forwards(self) -> Any:
        return list(self.brought[2])


def pair(forward: Any, name: str = "it", **options: Any) -> Any:
    return pb.elementwise(forward, derivative=lambda x, y: 1.0, name=name, **options)


def test_a_kind_takes_part_in_a_pair_that_knew_nothing_of_it() -> None:
    sine = names.find("sin")
    with pytest.raises(
        UnknownPrimitiveError, match=r"sin has no forward for values of kind 'text', .*register_forwards"
    ):
        pb.math.sin(pb.Variable(Text("x")))
    for which in (sine, "sin"):
        forwards = [(which, "text", write("sin")), ("cos", kind_of(Text("x")), write("cos"))]
        with pb.plugins(Plugin(forwards=forwards)):
            assert sine(Text("x")) == Text("sin(x)")
            assert grad(pb.math.sin)(Text("x")) == Text("*(1, cos(x))")
            assert grad(pb.math.sin)(0.0) == 1.0
        with pytest.raises(UnknownPrimitiveError):
            sine(Text("x"))


def test_what_comes_again_is_not_what_was() -> None:
    named = pair({"float": math.sin})
    for word in ("first", "second"):
        with pb.plugins(Plugin(forwards=[(named, "text", write(word))])):
            assert named(Text("x")) == Text(f"{word}(x)")
            assert type(pb.Variable(Text("x"))) is pb.ScalarVariable
            assert grad(named)(Text("x")) == Text("*(1, 1.0)")


def test_a_forward_goes_before_that_for_all_kinds() -> None:
    for all_kinds in (pair({"*": write("all")}), pair(write("all"))):
        assert all_kinds(Text("x")) == Text("all(x)")
        with pb.plugins(Plugin(forwards=[(all_kinds, "text", write("own"))])):
            assert all_kinds(Text("x")) == Text("own(x)")
        assert all_kinds(Text("x")) == Text("all(x)")


def test_a_kind_that_is_like_another_takes_its_forwards() -> None:
    named = pair({"float": math.sin, "text": write("text"), "*": write("all")})
    assert named(Bold("x")) == Text("text(x)")
    assert grad(named)(Bold("x")) == Text("*(1, 1.0)")
    with pb.plugins(Plugin(forwards=[(named, "bold", write("bold"))])):
        assert named(Bold("x")) == Text("bold(x)")
        assert named(Text("x")) == Text("text(x)")
    strange = pair({"float": math.sin})
    with pb.plugins(Plugin(forwards=[(strange, "text", write("brought"))])):
        assert strange(Bold("x")) == Text("brought(x)")


def test_likeness_is_followed_from_kind_to_kind_and_round_in_a_circle() -> None:
    named = pair({"text": (forward := write("text"))})
    assert forward_of(named, BolderKind()) is forward
    circle = TextKind()
    circle.like = "bold"
    with pb.plugins(Plugin()):
        assert forward_of(pair({"float": math.sin}), circle) is None
    alone = BolderKind()
    alone.like = "nobody"
    assert forward_of(named, alone) is None
    assert forward_of(pair({"nobody": forward}), alone) is forward


def test_a_kind_may_have_a_forward_for_every_pair() -> None:
    class Lifted(TextKind):
        name, types = "lifted", (type("Lift", (Text,), {}),)

        def forward(self, pair: Any) -> Any:
            return None if pair.name == "not_this" else write(pair.name)

    kind = Lifted()
    x = kind.types[0]("x")
    with pb.plugins(Plugin(kinds=[kind])):
        assert names.find("sin")(x) == Text("sin(x)")
        assert pair(math.sin, "any")(x) == Text("any(x)")
        assert pair({"float": math.sin, "*": write("all")}, "any")(x) == Text("any(x)")
        assert pair({"lifted": write("own")}, "any")(x) == Text("own(x)")
        assert pair({"*": write("all")}, "not_this")(x) == Text("all(x)")
        assert names.find("isnan")(x) == Text("isnan(x)")
        brought = pair({"float": math.sin}, "any")
        with pb.plugins(Plugin(forwards=[(brought, kind, write("brought"))])):
            assert brought(x) == Text("brought(x)")
        assert brought(x) == Text("any(x)")


def test_what_is_not_differentiable_asks_the_kind_too() -> None:
    isnan = names.find("isnan")
    with pytest.raises(TypeError):
        isnan(pb.Variable(Text("x")))
    with pb.plugins(Plugin(forwards=[("isnan", "text", write("isnan"))])):
        assert isnan(pb.Variable(Text("x"))) == isnan(Bold("x")) == Text("isnan(x)")
        assert isnan(pb.Variable(1.0)) is False
    with pytest.raises(TypeError):
        isnan(Text("x"))


def test_a_forward_is_called_as_the_pair_is() -> None:
    scaled = pb.primitive(
        {"float": lambda x, y, *, by=2.0: x * y * by},
        lambda x, y, out, g, *, by=2.0: (g, g),
        name="scaled",
    )
    with pb.plugins(Plugin(forwards=[(scaled, "text", lambda x, y, *, by=2.0: Text(f"{text(x)} {text(y)} {by}"))])):
        assert scaled(pb.Variable(Text("x")), 1.5, by=3.0).primal == Text("x 1.5 3.0")


def test_a_forward_may_be_named() -> None:
    named = pair({"float": math.sin})
    with pb.plugins(Plugin(forwards=[(named, "text", "copy:copy")])):
        assert named(Text("x")) == Text("x")


def test_the_key_has_names() -> None:
    assert KindForward("sin", "text", math.sin).key == ("sin", "text")
    forward = KindForward(names.find("sin"), TextKind(), math.sin)
    assert forward.key == ("sin", "text")
    assert str(forward) == "sin[text]"
    assert not forward.override


def test_a_kind_is_found_by_its_name_and_by_the_type_of_its_values() -> None:
    kind = kind_of(Text("x"))
    assert kinds.find_named("text") is kinds.find(Text) is kind
    assert kinds.find_named("array").name == "array"
    assert kinds.find_named("nobody") is None
    assert kinds.find(Bold).name == "bold"
