"""What the tests of threads share."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest


@pytest.fixture
def restless() -> Iterator[None]:
    """Have Python change threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def together(*work: Callable[[], Any]) -> list[Any]:
    """Return what each of `work` returns, all of them begun at once, each in a thread of its own; raise what one of them raises."""
    start = threading.Barrier(len(work))

    def one(each: Callable[[], Any]) -> Any:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result() for each in [pool.submit(one, each) for each in work]]
