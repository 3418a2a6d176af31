"""Where a decomposition is not unique: equal eigenvalues, singular values of zero, and the phase of complex vectors.

The eigenvectors of equal eigenvalues may be any basis of their eigenspace. There the rules take ``1 / (w[j] - w[i])`` as zero. That is
correct for functions that do not depend on the choice of the basis; for others a `PullbackWarning` is issued. The same holds for the
phase of complex vectors.

Shapes: eigenvalues and singular values are (..., k), their differences and sums (..., k, k).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pullback import PullbackWarning
from pullback.extend import plain, user_location
from pullback_plugins.numpy.linalg.matrices import relative_rounding_error

__all__ = [
    "ARBITRARY_ORDER",
    "ARBITRARY_PHASE",
    "ARBITRARY_VECTORS",
    "UNKNOWN_IN_FORWARD_MODE",
    "ZERO_SINGULAR_VALUE",
    "Reciprocals",
    "differences",
    "off_diagonal",
    "phase_changes",
    "reciprocal_differences",
    "warn_nonzero",
]  # fmt: skip

# A cotangent shows that the result depends on an arbitrary choice where it exceeds the rounding error of the decomposition by this factor.
_NOISE_FACTOR = 1e3


def _reciprocal(x: Any, undefined: Any) -> Any:
    """Return ``1 / x``, and 0 where `undefined`."""
    return np.where(undefined, 0.0, 1.0 / np.where(undefined, 1.0, x))


def differences(w: Any) -> Any:
    """Return ``w[j] - w[i]`` in row i and column j: (..., k) -> (..., k, k)."""
    return w[..., None, :] - w[..., :, None]


def warn_nonzero(name: str, part: Any, mask: Any, scale: Any, tolerance: float, message: str) -> None:
    """Warn with `message` if `part` is nonzero somewhere under `mask`: larger than rounding errors, `tolerance` times max |scale|."""
    magnitude = np.abs(plain(part)) * mask
    if np.any(magnitude > _NOISE_FACTOR * tolerance * np.max(np.abs(plain(scale)), initial=0.0)):
        warnings.warn(f"{name} at {user_location()}: {message}", PullbackWarning, stacklevel=3)


_NO_DERIVATIVE = "; its derivative does not exist there"
ARBITRARY_VECTORS = (
    "the result depends on the choice of the vectors that belong to equal {}, which is arbitrary" + _NO_DERIVATIVE
)
ARBITRARY_ORDER = "the result depends on which of equal {} is which, or on other values besides them" + _NO_DERIVATIVE
ZERO_SINGULAR_VALUE = (
    "the result depends on a singular value of zero, where it has a kink as |x| has, or on its vectors" + _NO_DERIVATIVE
)
ARBITRARY_PHASE = "the result depends on the phase of complex vectors, which is arbitrary" + _NO_DERIVATIVE
# Forward mode does not know what is computed from the tangents later.
UNKNOWN_IN_FORWARD_MODE = (
    "some of the vectors belong to equal {}, and forward mode cannot tell whether the result depends on their choice; if it "
    "does, its derivative is wrong. Reverse mode (grad, vjp) can tell"
)


def phase_changes(turn: Any) -> Any:
    """Return the component of a cotangent along the phase of each vector: (..., k, k) -> (..., k), plain."""
    return np.diagonal(plain(turn), axis1=-2, axis2=-1).imag


def off_diagonal(mask: Any) -> Any:
    """Return `mask` without its diagonal."""
    return mask & ~np.eye(mask.shape[-1], dtype=bool)


def reciprocal_differences(w: Any, tolerance: float) -> tuple[Any, Any]:
    """Return ``1 / (w[j] - w[i])``, zero where the eigenvalues are equal, and the mask of where they are."""
    w_primal = plain(w)
    scale = np.max(np.abs(w_primal), axis=-1, initial=0.0)[..., None, None]
    equal = np.abs(differences(w_primal)) <= tolerance * scale
    return _reciprocal(differences(w), equal), equal


class Reciprocals:
    """The reciprocals of singular values, of their differences and of their sums; masks of where these are zero."""

    def __init__(self, x: Any, s: Any):
        s_primal = plain(s)
        self.tolerance = relative_rounding_error(x)
        limit = self.tolerance * np.max(s_primal, axis=-1, initial=0.0, keepdims=True)
        self.is_zero = s_primal <= limit
        self.reciprocals = _reciprocal(s, self.is_zero)
        self.reciprocal_differences, self.equal = reciprocal_differences(s, self.tolerance)
        total, total_primal = s[..., None, :] + s[..., :, None], s_primal[..., None, :] + s_primal[..., :, None]
        self.both_zero = total_primal <= 2.0 * limit[..., None]
        self.reciprocal_sums = _reciprocal(total, self.both_zero)
