"""Value kinds: how to seed, add, multiply and sum the cotangents of one type of value."""

from pullback.kind.checks import NumericalChecks
from pullback.kind.cotangents import CotangentAlgebra
from pullback.kind.deferred import Deferred
from pullback.kind.lookup import find_kind, fitted, has_kind, kind_of
from pullback.kind.memory import Arena, MemoryPolicy
from pullback.kind.scalar import ScalarKind
from pullback.kind.tuples import TupleKind
from pullback.kind.value import ValueKind

__all__ = [
    "Arena",
    "CotangentAlgebra",
    "Deferred",
    "MemoryPolicy",
    "NumericalChecks",
    "ScalarKind",
    "TupleKind",
    "ValueKind",
    "find_kind",
    "fitted",
    "has_kind",
    "kind_of",
]
