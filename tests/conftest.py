"""What holds for all tests: which core they speak of, and names that every process gives them alike."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest

# Where no compiled core could be built, the tests (and the processes that they start) run on the pure one as if somebody had chosen it:
# without the warning that nobody has, which tests/core/test_slow_core.py expects where it belongs.
# The environment `plugin` has no pullback of its own: its tests install one.
if find_spec("pullback"):
    import pullback as pb

    if pb.core() != "compiled":
        os.environ["PULLBACK_PURE"] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names that hold an address: pytest-xdist needs the same names from each of its processes."""
    strange = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if strange:
        raise pytest.UsageError(f"give `ids=` to what holds an address of memory in the names of tests: {strange}")
