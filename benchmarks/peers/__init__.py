"""The ways of taking a gradient that are timed side by side: by hand, pullback's own, and the libraries that people use."""

from __future__ import annotations

from importlib.util import find_spec

from .flat_tape import TAPE
from .hips import AUTOGRAD
from .jax import JAX_EAGER, JAX_JIT
from .micrograd import MICROGRAD
from .mygrad import MYGRAD
from .own import COMPILED, FLOAT_VAR, FLOAT_VAR_PURE, PURE, VARIABLE, VARIABLE_PURE
from .peer import Peer, UnableError, flat
from .plain import BY_HAND, PLAIN
from .pytorch import PYTORCH

__all__ = [
    "BY_HAND",
    "COMPILED",
    "LIBRARIES",
    "OWN",
    "PEERS",
    "PLAIN",
    "PURE",
    "TAPE",
    "Peer",
    "UnableError",
    "find",
    "flat",
    "installed",
]

OWN = (COMPILED, PURE, VARIABLE, FLOAT_VAR, VARIABLE_PURE, FLOAT_VAR_PURE)
LIBRARIES = (MICROGRAD, AUTOGRAD, MYGRAD, PYTORCH, JAX_EAGER, JAX_JIT)
PEERS = (PLAIN, BY_HAND, TAPE, *OWN, *LIBRARIES)


def find(name: str) -> Peer:
    """Return the peer of that name."""
    return next(peer for peer in PEERS if peer.name == name)


def installed() -> list[Peer]:
    """Return the peers whose library is there."""
    return [peer for peer in PEERS if not peer.module or find_spec(peer.module) is not None]
