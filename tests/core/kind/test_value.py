"""The contract of a kind: three parts, and what is missing is named."""

from __future__ import annotations

import pytest

import pullback as pb
from pullback.kind import CotangentAlgebra, MemoryPolicy, NumericalChecks, ValueKind


def test_the_bare_contract_says_what_is_missing() -> None:
    bare = ValueKind()
    for method in (bare.zero, bare.one, bare.is_scalar, bare.size, bare.magnitude, bare.basis):
        with pytest.raises(NotImplementedError, match=rf"has no {method.__name__}\(\), .* define it in ValueKind"):
            method(1.0)


def test_a_kind_is_of_three_parts() -> None:
    for part in (CotangentAlgebra, MemoryPolicy, NumericalChecks):
        assert issubclass(ValueKind, part)
    own = {name for name, value in vars(ValueKind).items() if callable(value) and not name.startswith("_")}
    assert own == {
        "convert",
        "wrap",
        "takes",
        "differentiable",
        "promote",
        "specialized",
        "suppress_warnings",
        "forward",
    }


def test_by_default_a_value_is_what_it_is() -> None:
    kind, value = ValueKind(), object()
    assert kind.convert(value) is value
    assert kind.specialized(len) is len
    assert kind.promote(3) == 3
    assert kind.takes(value)
    assert kind.differentiable(value)
    assert kind.suppress_warnings(lambda: 5) == 5
    assert kind.forward(pb.elementwise(lambda x: x, derivative=lambda x, y: 1.0, name="it")) is None
    assert (kind.like, kind.name, kind.types, kind.priority) == ("", "", (), 0)
