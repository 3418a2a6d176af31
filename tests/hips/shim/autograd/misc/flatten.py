"""Structures as one vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pullback.transforms.structure import Structure

__all__ = ["flatten"]


def flatten(tree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return all numbers in `tree` as a vector, and the function that builds the like of `tree` from one."""
    structure = Structure(tree)
    shapes = [np.shape(leaf) for leaf in structure.leaves]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    vector = np.concatenate([np.ravel(leaf) for leaf in structure.leaves] or [np.zeros(0)])

    def unflatten(vector: Any) -> Any:
        parts = np.split(vector, ends)
        return structure.rebuild([np.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)])

    return vector, unflatten
