"""What sits in the hot path of scalar code, in Python: storage of variables and tapes, and the sweeps over floats.

`_compiled` has the same names, in C; `_core` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

__all__ = [
    "COMPILED",
    "FloatCore",
    "Natives",
    "PairCore",
    "TapeCore",
    "blank",
    "forward_floats",
    "install",
    "reverse_floats",
]

COMPILED = False

Entry: TypeAlias = tuple[int, Any, Any, Any, Any]


class TapeCore:
    """The storage of a tape: entries in the order in which they were written, and the number of the next value.

    The entries stand in one list, one after the other: that is less memory, and nothing for the garbage collector to follow.
    `append` and `next` are bound methods of that list and of a counter; the operators of `Variable` call them directly.
    """

    __slots__ = ("append", "flat", "floats", "kind", "level", "next", "short", "size")

    def __init__(self) -> None:
        self.flat: list[Any] = []
        self.append: Callable[[Entry], None] = self.flat.extend
        self.next: Callable[[], int] = count().__next__
        self.floats = True
        self.short = True
        self.kind: Any = None
        self.size = 0

    @property
    def entries(self) -> list[Entry]:
        """The entries as tuples ``(k, i, d_i, j, d_j)``, made when they are asked for."""
        return list(zip(*[iter(self.flat)] * 5, strict=True))

    def end(self, escaped: Callable[..., Any]) -> None:
        """End the recording: from now on, `escaped` is called, which raises."""
        self.size = self.next()
        self.next = self.append = escaped


def reverse_floats(tape: Any, seeds: Mapping[int, float], wanted: Sequence[int]) -> list[float]:
    """The fast path of `reverse_entries`: floats only. A result that is nan asks for the general path."""
    grads = [0.0] * tape.size
    for k, seed in seeds.items():
        grads[k] = seed
    numbers = reversed(tape.flat)
    for d_j, j, d_i, i, k in zip(numbers, numbers, numbers, numbers, numbers, strict=True):
        grad = grads[k]
        if grad:
            grads[i] += grad * d_i
            if j is not None:
                grads[j] += grad * d_j
    return [grads[k] for k in wanted]


def forward_floats(tape: Any, seeds: Mapping[int, float], wanted: Sequence[int]) -> list[float]:
    """The fast path of the forward sweep: floats only. A result that is nan asks for the general path."""
    tangents = [0.0] * tape.size
    for k, seed in seeds.items():
        tangents[k] = seed
    numbers = iter(tape.flat)
    for k, i, d_i, j, d_j in zip(numbers, numbers, numbers, numbers, numbers, strict=True):
        tangents[k] = tangents[i] * d_i if j is None else tangents[i] * d_i + tangents[j] * d_j
    return [tangents[k] for k in wanted]


def install(cls: type, tape: type, methods: Mapping[Any, tuple[Any, Any]]) -> None:
    """Do nothing: here the Python methods of the operators are found as all methods are."""


class Natives:
    """From an operator to the pair whose native function answers for it; here nobody asks."""

    def learn(self, function: Any, pair: Any) -> None:
        """Do nothing."""

    def forget(self, function: Any) -> None:
        """Do nothing."""

    def clear(self) -> None:
        """Do nothing."""


class PairCore:
    """What calls a pair: on floats its forward, and else `_dispatch`."""

    _on_floats: Callable[..., Any]
    _dispatch: Callable[..., Any]

    def __call__(self, *args: Any, **params: Any) -> Any:
        for arg in args:
            if type(arg) is not float:
                return self._dispatch(args, params)
        if params:
            return self._dispatch(args, params)
        return self._on_floats(*args)

    def _set_native(self, native: Any, inputs: int) -> None:
        """Do nothing."""


class FloatCore:
    """The storage of a variable."""

    __slots__ = ("_entry", "_tape", "_value")

    _entry: Any
    _tape: Any
    _value: Any


blank: Callable[[type], Any] = object.__new__
"""Make a variable of a class, its fields unset."""
