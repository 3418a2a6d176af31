"""What the core may know of a variable: value, level, recorder."""

from __future__ import annotations

from typing import Any

import pullback as pb
from pullback.tracked import Tracked, plain, top_recorder


def test_plain_takes_every_level_off() -> None:
    seen: list[Any] = []

    def outer(x: Any) -> Any:
        def inner(y: Any) -> Any:
            seen.append(plain(x * y))
            return x * y

        return pb.grad(inner)(x)

    pb.grad(outer)(3.0)
    assert seen == [9.0]
    assert type(seen[0]) is float


def test_plain_leaves_what_is_no_variable() -> None:
    thing = object()
    assert plain(thing) is thing


def test_the_recorder_is_that_of_the_highest_level() -> None:
    def outer(x: Any) -> Any:
        def inner(y: Any) -> Any:
            assert top_recorder((x, y)) is top_recorder((y, x)) is y._tape
            assert top_recorder((1.0, x)) is x._tape
            assert top_recorder((1.0, "a", None)) is None
            free = pb.float_var(2.0)
            assert top_recorder((free, x)) is x._tape
            return x * y * free

        return pb.grad(inner)(2.0) * x

    assert pb.grad(outer)(3.0).primal == 12.0


def test_both_variables_are_tracked() -> None:
    assert isinstance(pb.Variable(1.0), Tracked)
    assert isinstance(pb.float_var(1.0), Tracked)
    assert not isinstance(1.0, Tracked)
