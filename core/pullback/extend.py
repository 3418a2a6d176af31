"""All that authors of families, kinds of values, transforms and engines may use besides `pullback` itself, and nothing else.

Who writes pairs: `plain`, `Tracked`, `Nondifferentiable`, `Constant`, `resolve`, `Deferred`; `product` and `policy`, the product in which
an exact zero absorbs; `where`, the line that errors name, and `suspect`.

Who answers for the functions of a library: `answer_for`, `call_overload`, `call_operator`; `KindForward`.

Who writes a kind of value: the three parts of `pullback.ValueKind`, which are `CotangentAlgebra`, `MemoryPolicy` (with `Arena`) and
`NumericalChecks`; `kind_of`, `has_kind`, `find_kind`, `fitted`; `TupleKind`, `float_kind`, `ValueCore`.

Who writes a transform on a run and its linear map: `Linearized`; `structure_of`, `AnyStructure`, `map_variables`; `Selection` and
`Argnums`, for arguments; `Transformed`, the base of what a transform returns; `released`.

Who writes a transform that follows every call: `Recorder`, or all of `RecorderProtocol`; `Call`, `push`, `pull`, `partials`; `outcome`,
`outputs`, `differentiable`, `next_level`.

Who writes an engine: a kind with a `forward` for every pair.

`docs/plugins.md` shows each at work. What stands here stays; other modules may move.
"""

from pullback.chain.outputs import differentiable
from pullback.chain.recorder import Recorder, outputs
from pullback.chain.rules import partials
from pullback.chain.sweep import pull, push
from pullback.chain.tape import Call, outcome
from pullback.dispatch import answer_for, call_operator, call_overload
from pullback.errors import suspect, where
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
from pullback.primitive import Constant, Nondifferentiable, resolve
from pullback.product import policy, product
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
    "product",
    "pull",
    "push",
    "released",
    "resolve",
    "structure_of",
    "suspect",
    "where",
]
