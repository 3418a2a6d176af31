"""`numpy.random` itself."""

from typing import Any

from numpy import random as _random

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    return getattr(_random, name)
