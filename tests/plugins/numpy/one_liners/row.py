"""What a row of the tables is, and the inputs that many rows share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["PSD", "Row", "A", "B", "C", "M", "N", "P", "S", "T", "U", "X", "Y", "Z", "spread"]


@dataclass(frozen=True)
class Row:
    """One call of NumPy as its users write it: `function` of `inputs`, all of which are differentiated.

    `order` is 1 where the second derivative is not compared. `tolerance` is a factor. `needs` names what NumPy must have
    (``linalg.vecdot``). `gradients` are exact, one an input, of the sum of the output; `curvature` is the Hessian of that, by the
    first input, times a vector of ones. `refused` says that an error must be raised; `may_refuse` that one may be.
    """

    id: str
    function: Callable[..., Any]
    inputs: tuple[Any, ...]
    order: int = 2
    tolerance: float = 1.0
    needs: str = ""
    gradients: tuple[Any, ...] | None = None
    curvature: Any = None
    refused: bool = False
    may_refuse: bool = False

    @property
    def available(self) -> bool:
        found: Any = np
        for name in filter(None, self.needs.split(".")):
            found = getattr(found, name, None)
        return found is not None


def spread(*shape: int, seed: int = 0) -> Any:
    """Return numbers of both signs, no two of them, nor their absolute values, closer than 0.05."""
    size = int(np.prod(shape))
    order = np.random.default_rng(seed).permutation(size)
    return ((order - size // 2 + 0.37) * 0.23).reshape(shape)


# Vectors: of both signs, positive, within (-1, 1), complex.
X = np.array([0.5, -1.2, 2.0, 0.3, -0.7])
Y = np.array([1.5, 0.2, -0.4, 0.9, -1.1])
P = np.array([0.4, 1.3, 2.1, 0.9, 3.2])
U = np.array([0.3, -0.6, 0.15, 0.8, -0.25])
Z = np.array([0.5 + 1.0j, -1.2 + 0.3j, 0.7 - 0.8j, 1.1 + 0.2j])

# Matrices: square with a good condition, rectangular, symmetric positive definite; and an array with three axes.
A = np.array([[2.0, 0.3, -0.5], [0.1, 1.5, 0.4], [-0.6, 0.2, 1.8]])
B = np.array([[0.7, -0.2, 0.9], [1.1, 0.4, -0.3], [0.25, 1.6, 0.6]])
C = np.array([[1.2, 0.5, 0.1], [-0.4, 0.8, 0.35], [0.15, -0.9, 1.4]])
M = spread(3, 4, seed=1)
N = spread(4, 2, seed=2)
S = np.array([[2.0, 0.3, -0.4], [0.3, 1.5, 0.2], [-0.4, 0.2, 3.0]])
PSD = S
T = spread(2, 3, 4, seed=3)
