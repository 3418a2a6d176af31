"""Where a decomposition is arbitrary: equal eigenvalues, singular values of zero, and the phase of complex vectors.

Where eigenvalues are equal, their eigenvectors are any basis of a space. Quotients of differences of eigenvalues are taken for
zero there, which is right for what does not depend on the choice; for the rest a `PullbackWarning` is given. So it is for the
phase of complex vectors.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pullback import PullbackWarning
from pullback.errors import where
from pullback.tracked import plain
from pullback_plugins.numpy.linalg.matrices import resolution

__all__ = [
    "EQUAL", "KINK", "ORDER", "PHASE", "UNKNOWN", "Quotients", "differences", "gaps", "off_diagonal", "phases", "warn_of",
]  # fmt: skip

# Times the error of the decomposition: what a cotangent must exceed to say that the output depends on an arbitrary choice.
_DOUBT = 1e3


def _reciprocal(x: Any, undefined: Any) -> Any:
    """Return ``1 / x``, and 0 where `undefined`."""
    return np.where(undefined, 0.0, 1.0 / np.where(undefined, 1.0, x))


def differences(w: Any) -> Any:
    """Return ``w[j] - w[i]`` in row i and column j."""
    return w[..., None, :] - w[..., :, None]


def warn_of(name: str, part: Any, mask: Any, scale: Any, tolerance: float, why: str) -> None:
    """Warn when `part` is not zero where `mask` is true, up to `tolerance` times the largest of `scale`."""
    bare = np.abs(plain(part)) * mask
    if np.any(bare > _DOUBT * tolerance * np.max(np.abs(plain(scale)), initial=0.0)):
        warnings.warn(f"{name} at {where()}: {why}", PullbackWarning, stacklevel=3)


_VOID = "; its derivative does not exist there"
EQUAL = "what is computed depends on the choice of the vectors that belong to equal {}, which is arbitrary" + _VOID
ORDER = "what is computed depends on which of equal {} is which, or on more than them alone" + _VOID
KINK = (
    "what is computed depends on a singular value of zero, which turns by its absolute value, or on its vectors" + _VOID
)
PHASE = "what is computed depends on the phase of complex vectors, which is arbitrary" + _VOID
# A tangent does not know what will be made of it.
UNKNOWN = (
    "some of the vectors belong to equal {}, and forward mode cannot tell whether what is computed depends on their choice; if it "
    "does, its derivative is wrong. Reverse mode (grad, vjp) knows"
)


def phases(turn: Any) -> Any:
    """Return by how much a cotangent would turn the phase of each vector, plain."""
    return np.diagonal(plain(turn), axis1=-2, axis2=-1).imag


def off_diagonal(mask: Any) -> Any:
    """Return `mask` without its diagonal."""
    return mask & ~np.eye(mask.shape[-1], dtype=bool)


def gaps(w: Any, tolerance: float) -> tuple[Any, Any]:
    """Return ``1 / (w[j] - w[i])``, and where eigenvalues are equal, there 0."""
    bare = plain(w)
    scale = np.max(np.abs(bare), axis=-1, initial=0.0)[..., None, None]
    equal = np.abs(differences(bare)) <= tolerance * scale
    return _reciprocal(differences(w), equal), equal


class Quotients:
    """The reciprocals of singular values, their differences and their sums, and where these are zero."""

    def __init__(self, x: Any, s: Any):
        bare = plain(s)
        self.tolerance = resolution(x)
        limit = self.tolerance * np.max(bare, axis=-1, initial=0.0, keepdims=True)
        self.none = bare <= limit
        self.one = _reciprocal(s, self.none)
        self.apart, self.equal = gaps(s, self.tolerance)
        total, bare_total = s[..., None, :] + s[..., :, None], bare[..., None, :] + bare[..., :, None]
        self.both_none = bare_total <= 2.0 * limit[..., None]
        self.together = _reciprocal(total, self.both_none)
