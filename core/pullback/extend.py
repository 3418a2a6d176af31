"""The public interface, besides `pullback` itself, for authors of families, value kinds, transforms and engines.

For pairs: `plain`, `Tracked`, `Nondifferentiable`, `Constant`, `resolve`, `Deferred`; `strong_product` and `policy`, for the product
in which an exact zero times inf or nan is zero; `user_location`, the user's line for errors, and `suspect`.

For overloads of the functions of a library: `answer_for`, `call_overload`, `call_operator`; `KindForward`.

For a value kind: the three parts of `pullback.ValueKind`, which are `CotangentAlgebra`, `MemoryPolicy` (with `Arena`) and
`NumericalChecks`; `kind_of`, `has_kind`, `find_kind`, `fitted`; `TupleKind`, `float_kind`, `ValueCore`.

For a transform on a run and its linear map: `Linearized`; `structure_of`, `AnyStructure`, `map_variables`; `Selection` and
`Argnums`, for arguments; `Transformed`, the base class of the functions that a transform returns; `released`.

For a transform that handles every call: `Recorder`, or all of `RecorderProtocol`; `Call`, `push`, `pull`, `partials`; `outcome`,
`outputs`, `differentiable`, `next_level`.

For an engine: a kind with a `forward` for every pair.

`docs/plugins.md` has an example of each. These names are stable; other modules may change.
"""

from pullback.chain.outputs import differentiable
from pullback.chain.recorder import Recorder, outputs
from pullback.chain.rules import partials
from pullback.chain.sweep import pull, push
from pullback.chain.tape import Call, outcome
from pullback.dispatch import answer_for, call_operator, call_overload
from pullback.errors import suspect
from pullback.forwards import KindForward
from pullback.kind import (
    Arena,
    CotangentAlgebra,
    Deferred,
    MemoryPolicy,
    NumericalChecks,
    TupleKind,
    find_kind,
    fitted,
    has_kind,
    kind_of,
)
from pullback.location import user_location
from pullback.primitive import Constant, Nondifferentiable, resolve
from pullback.strong_zero import policy, strong_product
from pullback.tracked import RecorderProtocol, Tracked, next_level, plain
from pullback.transforms.arguments import Argnums, Selection
from pullback.transforms.linearize import Linearized, released
from pullback.transforms.structure import AnyStructure, map_variables, structure_of
from pullback.transforms.transformed import Transformed
from pullback.variable import ValueCore, float_kind

__all__ = [
    "AnyStructure",
    "Arena",
    "Argnums",
    "Call",
    "Constant",
    "CotangentAlgebra",
    "Deferred",
    "KindForward",
    "Linearized",
    "MemoryPolicy",
    "Nondifferentiable",
    "NumericalChecks",
    "Recorder",
    "RecorderProtocol",
    "Selection",
    "Tracked",
    "Transformed",
    "TupleKind",
    "ValueCore",
    "answer_for",
    "call_operator",
    "call_overload",
    "differentiable",
    "find_kind",
    "fitted",
    "float_kind",
    "has_kind",
    "kind_of",
    "map_variables",
    "next_level",
    "outcome",
    "outputs",
    "partials",
    "plain",
    "policy",
    "pull",
    "push",
    "released",
    "resolve",
    "strong_product",
    "structure_of",
    "suspect",
    "user_location",
]
