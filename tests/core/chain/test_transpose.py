"""Transposition: either mode from the rule of the other."""

from __future__ import annotations

from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp


def _detached(value: Any) -> Any:
    return 2.0 * pb.stop_gradient(value)


def test_a_rule_that_cuts_its_own_cotangent_cannot_be_transposed() -> None:
    pair = pb.primitive(lambda x: 2.0 * x, lambda x, y, g: _detached(g), name="cut")
    assert grad(pair)(3.0) == 2.0
    with pytest.raises(
        pb.RuleError,
        match=r"^backward of cut returned a gradient that its argument grad does not flow into, so forward",
    ):
        jvp(pair, (3.0,), (1.0,))
    pair = pb.primitive(lambda x: 2.0 * x, pushforward=lambda x, y, t: _detached(t), name="cut")
    assert jvp(pair, (3.0,), (1.0,))[1] == 2.0
    with pytest.raises(
        pb.RuleError, match=r"^pushforward of cut returned a tangent that its own tangents do not flow into, so reverse"
    ):
        grad(pair)(3.0)


def test_constant_zeros_of_a_rule_may_be_transposed() -> None:
    pair = pb.primitive(lambda x, y: x, lambda x, y, out, g: (g, 0.0), name="first")
    assert jvp(pair, (3.0, 2.0), (1.0, 5.0))[1] == 1.0
    pair = pb.primitive(lambda x: 2.0, pushforward=lambda x, y, t: 0.0, name="flat")
    assert grad(pair)(3.0) == 0.0
