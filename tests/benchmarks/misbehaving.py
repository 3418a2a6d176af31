"""Generators for processes: good ones and bad ones."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Generator
from typing import Any


def echoes(start: int) -> Generator[Any, Any, None]:
    print("what a library prints is no answer", flush=True)
    message = yield start
    while True:
        message = yield (message, os.getpid())


def raises() -> Generator[Any, Any, None]:
    yield 1
    raise RecursionError("too deep\nwith a second line")


def crashes() -> Generator[Any, Any, None]:
    yield 1
    os.kill(os.getpid(), signal.SIGSEGV)


def sleeps() -> Generator[Any, Any, None]:
    yield 1
    time.sleep(600)
    yield 2


class _Crash:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


def crashes_when_let_go() -> Generator[Any, Any, None]:
    held = _Crash()
    yield 1
    del held


def environment(name: str) -> Generator[Any, Any, None]:
    yield os.environ.get(name)
