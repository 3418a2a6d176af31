"""The kind of several outputs."""

from __future__ import annotations

from pullback.kind import TupleKind


def test_tuples_of_cotangents() -> None:
    kind = TupleKind()
    assert kind.zero((1.0, 2.0)) == (None, None)
    assert kind.add((1.0, None, None), (2.0, 3.0, None)) == (3.0, 3.0, None)


def test_what_is_none_has_no_nan_and_fits() -> None:
    kind = TupleKind()
    assert kind.tuples
    assert kind.has_nan((None, float("nan")))
    assert not kind.has_nan((None, 1.0))
    assert kind.fit((1.0, None), (2.0, 3.0)) == (1.0, None)
