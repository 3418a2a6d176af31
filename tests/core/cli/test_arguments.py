"""What a value on the command line may be."""

from __future__ import annotations

import math

import pytest


def test_the_value_of_a_variable_may_be_an_expression(answer) -> None:
    assert answer("x", "x=pi/2")["value"] == math.pi / 2


@pytest.mark.parametrize("text", ['{"a": 2, "b": [1.0]}', "{'a': 2.0, 'b': [1]}"])
def test_arguments_may_be_structures(answer, module: str, text: str) -> None:
    found = answer(f"{module}:loss", f"p={text}", "n=3")
    assert found == {"value": 11.0, "gradient": {"p": {"a": 14.0, "b": [-6.0]}}}
