"""`v.flat`: the elements of an array variable in C order, as `ndarray.flat` has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pullback.extend import call_overload, plain

__all__ = ["Flat"]


class Flat:
    """An iterator over all elements of the array variable `base`, which can also be indexed and assigned to."""

    __slots__ = ("_next", "base")

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, base: Any):
        self.base = base
        self._next = 0

    def __len__(self) -> int:
        return int(self.base.size)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._next >= len(self):
            raise StopIteration
        self._next += 1
        return self[self._next - 1]

    @property
    def index(self) -> int:
        """The number of the element that comes next."""
        return self._next

    @property
    def coords(self) -> tuple[int, ...]:
        """The index of the element that comes next."""
        return tuple(int(n) for n in np.unravel_index(self._next, self.base.shape))

    def copy(self) -> Any:
        """Return the elements as an array variable with one axis."""
        return self.base.flatten()

    def _places(self, index: Any) -> Any:
        return np.arange(len(self))[plain(index)]

    def __getitem__(self, index: Any) -> Any:
        places = self._places(index)
        if not self.base.shape:
            return self.base[()] if np.ndim(places) == 0 else self.base.flatten()[places]
        return self.base[np.unravel_index(places, self.base.shape)]

    def __setitem__(self, index: Any, value: Any) -> None:
        call_overload(np.put, (self.base, self._places(index), value))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.copy().__array__(dtype)

    def _compare(self, other: Any, name: str) -> Any:
        return getattr(plain(self.base).flatten(), name)(plain(other))

    def __eq__(self, other: Any) -> Any:
        return self._compare(other, "__eq__")

    def __ne__(self, other: Any) -> Any:
        return self._compare(other, "__ne__")

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, "__lt__")

    def __le__(self, other: Any) -> Any:
        return self._compare(other, "__le__")

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, "__gt__")

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, "__ge__")
