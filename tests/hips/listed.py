"""A pytest plugin for runs of HIPS autograd's tests: leaves out, and expects to fail, what exceptions.toml lists."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).with_name("exceptions.toml")


def exceptions() -> dict[str, dict[str, str]]:
    """Return what is left out ("private") and what does not pass ("fails"): the reason by the name of the test."""
    return tomllib.loads(LIST.read_text(encoding="utf-8"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    listed = exceptions()
    left_out: list[Any] = []
    for item in items:
        name = f"{item.path.name}::{item.name}"
        if name in listed["private"]:
            left_out.append(item)
        elif name in listed["fails"]:
            item.add_marker(pytest.mark.xfail(reason=listed["fails"][name], strict=True))
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
