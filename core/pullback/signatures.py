"""Where the types of pairs and variables are told to type checkers: in ``signatures.pyi``, which stands beside this file.

Nothing here does anything when a program runs.
"""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Called", "F_co", "Operated"]

F_co = TypeVar("F_co", covariant=True)


class Called(Generic[F_co]):
    """What is called as a function of type `F_co` is, and with variables in the place of inputs."""

    __slots__ = ()


class Operated:
    """What Python's operators and indices take, and give back as variables."""

    __slots__ = ()
