"""The pair: a forward function coupled with its rule, and the decorators that make one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import FrameType
from typing import Any, TypeAlias, overload

from pullback._core import COMPILED, PairCore
from pullback.errors import ChainBrokenError, RuleError, UnknownPrimitiveError, where
from pullback.forwards import ANY_KIND, FLOAT, forward_of
from pullback.reads import reads
from pullback.tables import kinds, names
from pullback.tracked import Tracked, plain, top_recorder

__all__ = [
    "Composite",
    "Constant",
    "Nondifferentiable",
    "Primitive",
    "composite",
    "elementwise",
    "nondifferentiable",
    "primitive",
]

Function: TypeAlias = Callable[..., Any]
Target: TypeAlias = Function | str
"""A function, or ``"module:qualname"`` of one, looked up when it is first needed."""
Forward: TypeAlias = Target | Mapping[str, Target]
"""One target for every value kind, or one for each, by the kind's name."""
Native: TypeAlias = Any
"""A compiled function: a capsule, an address, what has an `address`, or ``"module:qualname"`` of one (`docs/plugins.md`)."""


def resolve(target: Target) -> Function:
    """Return the function that `target` is or names; raise `UnknownPrimitiveError` when it does not exist."""
    if not isinstance(target, str):
        return target
    module, _, qualname = target.partition(":")
    try:
        found: Any = import_module(module)
        for part in qualname.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise UnknownPrimitiveError(f"{target} is missing from the installed version: {error}") from error
    return found  # type: ignore[no-any-return]


class Answer:
    """What answers for a name and some overloads: the part that all pairs share.

    `overloads` are functions or ``"module:qualname"`` strings; `override` says that it may replace
    another's answer; `distribution` is filled in by the host, for errors and listings.
    """

    float_rule: tuple[Any, ...] | None = None
    """The forward on floats and the partial derivatives, for the fast path of the operators, once they are bound."""

    def __init__(self, name: str, overloads: Iterable[Target], override: bool, doc: str | None):
        self.name = self.__name__ = name
        if isinstance(overloads, str) or callable(overloads):
            raise TypeError(
                f"overloads of {name} is {overloads!r}, one function; it takes a list of them: [{overloads!r}]"
            )
        self.overloads: tuple[Target, ...] = tuple(overloads)
        self.override = override
        self.distribution: str | None = None
        self.__doc__ = doc
        # The module that makes the pair, found as namedtuple finds it: pickles refer to the pair by it.
        self.__module__ = _calling_module()

    def __repr__(self) -> str:
        origin = f" of {self.distribution}" if self.distribution else ""
        return f"<{type(self).__name__.lower()} {self.name}{origin}>"

    def __call__(self, *args: Any, **params: Any) -> Any:
        raise NotImplementedError

    def __reduce_ex__(self, protocol: Any) -> str | tuple[Any, ...]:
        module = sys.modules.get(self.__module__)
        for attribute, value in list(vars(module).items()) if module else ():
            if value is self:
                return (_attribute, (self.__module__, attribute))
        if names.get(self.name) is self:
            return (_named, (self.name,))
        return super().__reduce_ex__(protocol)


def _calling_module() -> str:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "__main__")) if frame else "__main__"


def _attribute(module: str, attribute: str) -> Any:
    return getattr(import_module(module), attribute)


def _named(name: str) -> Any:
    found = names.find(name)
    if found is None:
        raise UnknownPrimitiveError(f"no registered primitive is called {name!r}")
    return found


class Primitive(PairCore, Answer):
    """A forward function and its rule. Make one with `primitive` or `elementwise`.

    Called on plain values it is its forward. Called on a variable it also records itself, at the highest level among
    its inputs, for the sweeps of the chain.
    """

    def __init__(
        self,
        forward: Forward,
        *,
        name: str | None = None,
        backward: Function | tuple[Function | None, ...] | None = None,
        pushforward: Function | None = None,
        derivative: Any = None,
        overloads: Iterable[Target] = (),
        override: bool = False,
        points: Mapping[Any, Any] | None = None,
        reads: Iterable[int] | None = None,
        native: Native | None = None,
    ):
        default = forward if not isinstance(forward, Mapping) else next(iter(forward.values()), None)
        if not (callable(default) or isinstance(default, str)):
            raise TypeError(
                f"a forward is a function, the name of one, 'module:qualname', or a mapping from the names of value kinds to these, "
                f"not {forward!r}"
            )
        doc = default.__doc__ if callable(default) else f"The differentiable `{default.replace(':', '.')}`."
        super().__init__(name or _name_of(default), overloads, override, doc)
        self.forwards: dict[str, Target] = dict(forward) if isinstance(forward, Mapping) else {}
        self.default = default
        self.backward = backward
        self.pushforward = pushforward
        self.derivative: tuple[Any, ...] | None = None
        if derivative is not None:
            slopes = derivative if isinstance(derivative, tuple) else (derivative,)
            self.derivative = tuple(Constant(slope) if isinstance(slope, (int, float)) else slope for slope in slopes)
        self.linear = self.derivative is not None and all(isinstance(each, Constant) for each in self.derivative)
        if points is not None and not isinstance(points, Mapping):
            raise TypeError(
                f"points of {self.name} is {points!r}; it takes a mapping from the inputs to the partial derivatives there"
            )
        self.points = dict(points or {})
        self._bound: dict[str, tuple[Target, Function]] = {}
        self._by_types: tuple[Any, dict[tuple[type, ...], Function]] = (None, {})
        self.reads = None if reads is None else frozenset(reads)
        self._unread: dict[tuple[bool, ...], tuple[int, ...]] = {}
        self._names: tuple[tuple[str, bool], ...] | None = None
        if native is not None and not (_is_native(native) and self.derivative and len(self.derivative) <= 2):
            raise TypeError(
                f"native of {self.name} is {native!r}; it takes a capsule, an address, what has an address, or the name of one, "
                "for a pair with the derivative by one or two inputs"
            )
        self.native = native
        self._on_floats = self._bind_floats
        if callable(default):
            self.__wrapped__ = default

    def _dispatch(self, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        tape = top_recorder((*args, *params.values()) if params else args)
        if tape is None:
            return self.forward(args)(*args, **params)
        if params:
            args, params = self._inputs(args, params)
        return tape.record(self, args, params)

    def _inputs(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Move inputs that were given by keyword to their position; a variable may not hide among the parameters.

        What has a default in the forward's signature is a parameter, unless a variable is given for it.
        """
        for name, has_default in self._positional()[len(args) :]:
            if name not in params or (has_default and not isinstance(params[name], Tracked)):
                break
            args += (params[name],)
            params = {other: value for other, value in params.items() if other != name}
        hidden = [name for name, value in params.items() if isinstance(value, Tracked)]
        if hidden:
            raise ChainBrokenError(
                f"{self.name} does not differentiate its parameter {hidden[0]!r}, which is a variable at {where()}; "
                f"pass it by position if it is an input, or pass stop_gradient({hidden[0]})"
            )
        return args, params

    def _positional(self) -> tuple[tuple[str, bool], ...]:
        """Return (name, whether it has a default) of the forward's arguments that may be given by keyword."""
        if self._names is None:
            self._names = tuple(self._read_names())
        return self._names

    def _read_names(self) -> list[tuple[str, bool]]:
        from inspect import Parameter, signature

        try:
            parameters = list(signature(resolve(self.default)).parameters.values())
        except ValueError:
            return []
        return [
            (each.name, each.default is not each.empty)
            for each in parameters
            if each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        ]

    def forward(self, args: tuple[Any, ...]) -> Function:
        """Return the forward function for the value kinds of `args`, which are plain."""
        types = tuple(map(type, args))
        # What was found out goes with the kinds that it was found out from: another thread may let some come or go meanwhile.
        kinds_then, known = self._by_types
        if kinds_then is not kinds.forwards:
            known = {}
            self._by_types = (kinds.forwards, known)
        found = known.get(types)
        if found is None:
            found = known[types] = self._forward_for(types)
        return found

    def _forward_for(self, types: tuple[type, ...]) -> Function:
        if not self.forwards:
            known = [kind for cls in types if (kind := kinds.known(cls)) is not None and cls not in kind.promoted]
            leading = max(known, key=lambda kind: kind.priority, default=None)
            if leading is None:
                return self._bind("", self.default)
            return self._bind(leading.name, forward_of(self, leading) or self.default, leading)
        kind = kinds.leading(types)
        if kind is None:
            return self._bind("", self.default)
        target = forward_of(self, kind)
        if target is None:
            advice = "" if kind.name == FLOAT else ". A family brings one by the hook pullback_register_forwards"
            raise UnknownPrimitiveError(
                f"{self.name} has no forward for values of kind {kind.name!r}, only for {', '.join(self.forwards)}, at {where()}{advice}"
            )
        return self._bind(kind.name, target, kind)

    def _plan(self, types: tuple[type, ...]) -> tuple[Function, bool, tuple[Any, ...]] | None:
        """Return the forward for `types`, whether all slopes are constants, and the derivatives: what the compiled core asks.

        None where the values are not of such kinds, or floats only.
        """
        found = [kinds.known(cls) for cls in types]
        if (
            self.derivative is None
            or len(self.derivative) != len(types)
            or None in found
            or all(kind.eager for kind in found)
        ):
            return None
        return self._forward_for(types), self.linear, tuple(map(_on_two_floats, self.derivative))

    def _bind(self, name: str, target: Target, kind: Any = None) -> Function:
        """Return the forward for the value kind of a name, '' for none."""
        bound = self._bound.get(name)
        if bound is None or bound[0] is not target:  # families that bring forwards come and go
            function = resolve(target)
            bound = self._bound[name] = (target, function if kind is None else kind.shortened(function))
        return bound[1]

    def _bind_floats(self, *args: float) -> Any:
        if not self.bind_floats():
            self._on_floats = self.forward(args)
        return self._on_floats(*args)

    def bind_floats(self) -> bool:
        """Look up what the calls on floats need, and return whether this pair names a forward for them."""
        # Asking for the kind of floats would load the family that brings it.
        named = self.forwards.get(FLOAT) or self.forwards.get(ANY_KIND)
        if named is None and self.forwards:
            return False
        if COMPILED and self.native is not None and self.derivative is not None:
            self._bind_native(self.native, len(self.derivative))
        self._on_floats = self._bind("", self.default) if named is None else self._bind(FLOAT, named)
        if self.derivative is not None and None not in self.derivative:
            self.float_rule = (self._on_floats, *map(_on_two_floats, self.derivative))
        return True

    def _bind_native(self, native: Native, inputs: int) -> None:
        """Take the native function; one that is named and missing was not built, and is not missed."""
        try:
            address = resolve(native) if isinstance(native, str) else native
        except UnknownPrimitiveError:
            return
        self._set_native(getattr(address, "address", address), inputs)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(vars(self))
        state |= {"_bound": {}, "_by_types": (None, {})}
        if not isinstance(self.native, str):
            state["native"] = None  # an address means nothing in another process
        state.pop("_on_floats", None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._on_floats = self._bind_floats

    def unread(self, parents: tuple[Any, ...]) -> tuple[int, ...]:
        """Return which inputs the rules do not read, and the number of inputs where they do not read the output.

        `parents` has None for each input that is not differentiated.
        """
        active = tuple([parent is not None for parent in parents])
        found = self._unread.get(active)
        if found is None:
            count = len(parents)
            read = self._read(active) if self.reads is None else {n % (count + 1) for n in self.reads}
            found = self._unread[active] = tuple(n for n in range(count + 1) if n not in read)
        return found

    def _read(self, active: tuple[bool, ...]) -> set[int]:
        rules: list[Any] = [self.pushforward] if self.pushforward is not None else []
        backwards = self.derivative if self.derivative is not None else self.backward
        if isinstance(backwards, tuple) and len(backwards) == len(active):
            rules += [rule for rule, wanted in zip(backwards, active, strict=True) if wanted and rule is not None]
        elif backwards is not None:
            rules.append(backwards)
        return set().union(*(reads(rule, len(active) + 1) for rule in rules if not isinstance(rule, Constant)))

    def complain(self, rule: str, problem: str) -> RuleError:
        """Return the error for what `rule` of this pair returned."""
        origin = f" (from {self.distribution})" if self.distribution else ""
        return RuleError(f"{rule} of {self.name}{origin} {problem}")


class Nondifferentiable(Answer):
    """A function whose result is not differentiable information: on variables it is called on their plain values.

    A kind of value may have another function for it, as for the forward of a pair.
    """

    forwards: Mapping[str, Target] = {}

    def __init__(
        self, function: Target, *, name: str | None = None, overloads: Iterable[Target] = (), override: bool = False
    ):
        super().__init__(
            name or _name_of(function), overloads, override, function.__doc__ if callable(function) else None
        )
        self.function = function

    def __call__(self, *args: Any, **params: Any) -> Any:
        bare = tuple(map(plain, args))
        function = resolve(self._forward_for(bare) or self.function)
        return function(*bare, **{name: plain(value) for name, value in params.items()})

    def _forward_for(self, args: tuple[Any, ...]) -> Target | None:
        """Return what a kind among those of `args` has in the place of the function, or None."""
        known = [kind for arg in args if (kind := kinds.known(type(arg))) is not None]
        if not known:
            return None
        kind, concluded = max(known, key=lambda kind: kind.priority), kinds.brought.concluded
        try:
            found: Target | None = concluded[self, kind]
        except KeyError:
            found = concluded[self, kind] = forward_of(self, kind)
        return found


class Composite(Answer):
    """A plain function made of primitives, which answers for an overload: variables flow through it.

    `forward`, if given, computes the same on plain floats, faster.
    """

    def __init__(
        self,
        function: Function,
        *,
        forward: Function | None = None,
        name: str | None = None,
        overloads: Iterable[Target] = (),
        override: bool = False,
    ):
        super().__init__(name or _name_of(function), overloads, override, function.__doc__)
        self.function = self.__wrapped__ = function
        self._on_floats = forward or function

    def __call__(self, *args: Any, **params: Any) -> Any:
        for arg in args:
            if type(arg) is not float:
                return self.function(*args, **params)
        return self._on_floats(*args, **params)


class Constant:
    """A partial derivative that is the same everywhere."""

    __slots__ = ("slope",)

    def __init__(self, slope: float):
        self.slope = slope

    def __call__(self, *_: Any, **__: Any) -> float:
        return self.slope


def _is_native(native: Native) -> bool:
    """Whether `native` may be a native function, as far as its type tells."""
    address = getattr(native, "address", native)
    if isinstance(address, int):
        return address > 0 and not isinstance(address, bool)
    return isinstance(address, str) or type(address).__name__ == "PyCapsule"


def _on_two_floats(derivative: Any) -> Any:
    """Return `derivative` in the form that the operators use fastest: a number where it is the same everywhere."""
    return float(derivative.slope) if isinstance(derivative, Constant) else derivative


def _name_of(target: Any) -> str:
    if isinstance(target, str):
        return target.rpartition(":")[2].rpartition(".")[2]
    return str(getattr(target, "__name__", type(target).__name__))


@overload
def primitive(forward: None = None, backward: Any = None, **options: Any) -> Callable[[Function], Primitive]: ...
@overload
def primitive(forward: Forward, backward: Any = None, **options: Any) -> Primitive: ...
def primitive(forward: Forward | None = None, backward: Any = None, **options: Any) -> Any:
    """Couple a forward and a backward function into a primitive. Also a decorator of the forward.

    ``forward(*inputs, **params)`` works on plain values. ``backward(*inputs, output, grad, **params)`` returns the gradient
    of each input: one value for one input, a tuple for several, None where an input is never differentiated.
    `backward` may instead be a tuple of such functions, one an input, each returning its own gradient.

    Options: `pushforward` (``pushforward(*inputs, output, *tangents, **params)``, the tangent of the output), `name`,
    `overloads`, `override`, `points` (inputs where calculus does not say, and the partials there), `reads` (the places of the inputs, and
    -1 for the output, whose numbers the rules read, where their code mentions more: a tape keeps only the shapes of the others).
    Give `backward`, `pushforward` or both; the missing one is found by transposition.

    >>> from pullback import grad, primitive
    >>> cube = primitive(lambda x: x * x * x, lambda x, y, grad: 3 * x * x * grad, name="cube")
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    """
    if forward is None:
        return lambda function: Primitive(function, backward=backward, **options)
    return Primitive(forward, backward=backward, **options)


@overload
def elementwise(forward: None = None, *, derivative: Any, **options: Any) -> Callable[[Function], Primitive]: ...
@overload
def elementwise(forward: Forward, *, derivative: Any, **options: Any) -> Primitive: ...
def elementwise(forward: Forward | None = None, *, derivative: Any, **options: Any) -> Any:
    """Make a primitive of an elementwise function from its derivative. Also a decorator of the forward.

    ``derivative(*inputs, output)`` is the partial derivative, or a number where that is constant; for several inputs
    `derivative` is a tuple of these, one an input, None where an input is never differentiated. The chain does the multiplying, in
    both modes. `forward` may be a mapping from the name of a value kind to the function for it; ``"*"`` names all kinds left over.
    `native` is a compiled function of the output and the partial derivatives on floats (see `docs/plugins.md`), which the
    compiled core calls in the place of `forward` and `derivative`. Other options as for `primitive`.

    >>> import math
    >>> from pullback import elementwise, grad
    >>> @elementwise(derivative=lambda x, y: 1 - y * y)
    ... def squash(x):
    ...     return math.tanh(x)
    >>> grad(squash)(0.0)
    1.0
    """
    if forward is None:
        return lambda function: Primitive(function, derivative=derivative, **options)
    return Primitive(forward, derivative=derivative, **options)


def nondifferentiable(function: Target, **options: Any) -> Nondifferentiable:
    """Declare that the result of `function` is not differentiable information (`isnan`, a shape, a comparison)."""
    return Nondifferentiable(function, **options)


@overload
def composite(function: None = None, **options: Any) -> Callable[[Function], Composite]: ...
@overload
def composite(function: Function, **options: Any) -> Composite: ...
def composite(function: Function | None = None, **options: Any) -> Any:
    """Let a plain function made of primitives answer for `overloads`. Also a decorator."""
    if function is None:
        return lambda function: Composite(function, **options)
    return Composite(function, **options)
