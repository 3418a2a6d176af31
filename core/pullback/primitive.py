"""The pair: a forward function coupled with its rule."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Any

from pullback._core import PairCore
from pullback.errors import ChainBrokenError, RuleError, UnknownPrimitiveError
from pullback.forwards import forward_of
from pullback.location import user_location
from pullback.plan import Forward, Function, Kernel, Plan, Target, resolve
from pullback.residuals import residuals_of
from pullback.signatures import Called, F_co
from pullback.tables import Generation, kinds, names
from pullback.tracked import Tracked, plain, top_recorder

__all__ = [
    "Answer",
    "Composite",
    "Constant",
    "Nondifferentiable",
    "Primitive",
    "resolve",
]


class Answer:
    """What answers for a name and some overloads: the part that all pairs share.

    `overloads` are functions or ``"module:qualname"`` strings; `override` says that it may replace
    another's answer; `distribution` is filled in by the host, for errors and listings.
    """

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

    def __reduce_ex__(self, protocol: Any) -> str | tuple[Any, ...]:
        module = sys.modules.get(self.__module__)
        for attribute, value in list(vars(module).items()) if module else ():
            if value is self:
                return (_attribute, (self.__module__, attribute))
        if names.get(self.name) is self:
            return (_named, (self.name,))
        return super().__reduce_ex__(protocol)


_MAKERS = (__name__, "pullback.decorators")
"""The modules whose functions make pairs for others."""


def _calling_module() -> str:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in _MAKERS:
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", "__main__")) if frame else "__main__"


def _attribute(module: str, attribute: str) -> Any:
    return getattr(import_module(module), attribute)


def _named(name: str) -> Any:
    found = names.find(name)
    if found is None:
        raise UnknownPrimitiveError(f"no registered primitive is called {name!r}")
    return found


class Primitive(Called[F_co], PairCore, Answer):
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
        residuals: Iterable[int] | None = None,
        kernel: Kernel | None = None,
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
        if points is not None and not isinstance(points, Mapping):
            raise TypeError(
                f"points of {self.name} is {points!r}; it takes a mapping from the inputs to the partial derivatives there"
            )
        self.points = dict(points or {})
        self.residuals = None if residuals is None else frozenset(residuals)
        self.unread_by_active: dict[tuple[bool, ...], tuple[int, ...]] = {}
        if kernel is not None and not (_is_kernel(kernel) and self.derivative and len(self.derivative) <= 2):
            raise TypeError(
                f"kernel of {self.name} is {kernel!r}; it takes a capsule, an address, what has an address, or the name of one, "
                "for a pair with the derivative by one or two inputs"
            )
        self.kernel = kernel
        self._prepare()
        if callable(default):
            self.__wrapped__ = default

    def _prepare(self) -> None:
        """Set what the core reads of the rules, and what is found out when the pair is called."""
        self.slopes: tuple[Any, ...] | None = (
            None  # as plans have them: a number where a derivative is the same everywhere
        )
        if self.derivative is not None:
            self.slopes = tuple([float(d.slope) if isinstance(d, Constant) else d for d in self.derivative])
        self.linear = self.slopes is not None and all(type(slope) is float for slope in self.slopes)
        self._backward = self.backward
        self.plans: dict[tuple[type, ...], Plan] = {}  # by the types of the inputs
        self._planned_in: Generation | None = None  # that of the plans
        self.float_plan: Plan | None = None
        self._on_floats = self._first_on_floats

    def _dispatch(self, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        tape = top_recorder((*args, *params.values()) if params else args)
        if tape is None:
            return self.plan(tuple(map(type, args))).forward(*args, **params)
        if params:
            args, params = self._inputs(args, params)
        return tape.record(self, args, params)

    def plan(self, types: tuple[type, ...]) -> Plan:
        """Return how this pair is called on values of `types`."""
        plan = self.plans.get(types)
        if plan is None or plan.generation is not kinds.generation:
            plan = Plan.on(types, self)
            if self._planned_in is not plan.generation:  # not read off the plans, to which another thread may be adding
                self.plans, self._planned_in = {}, plan.generation
            self.plans[types] = plan
        return plan

    def plan_on_floats(self) -> Plan | None:
        """Return how this pair is called on floats; None where it names no forward for them."""
        if self.float_plan is None:
            self.float_plan = Plan.on_floats(self)
            if self.float_plan is not None:
                self._on_floats = self.float_plan.forward
        return self.float_plan

    def _first_on_floats(self, *args: float) -> Any:
        plan = self.plan_on_floats()
        return (self.plan(tuple(map(type, args))) if plan is None else plan).forward(*args)

    def _inputs(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Move inputs that were given by keyword to their position; a variable may not hide among the parameters.

        What has a default in the forward's signature is a parameter, unless a variable is given for it.
        """
        for name, has_default in self._positional[len(args) :]:
            if name not in params or (has_default and not isinstance(params[name], Tracked)):
                break
            args += (params[name],)
            params = {other: value for other, value in params.items() if other != name}
        hidden = [name for name, value in params.items() if isinstance(value, Tracked)]
        if hidden:
            raise ChainBrokenError(
                f"{self.name} does not differentiate its parameter {hidden[0]!r}, which is a variable at {user_location()}; "
                f"pass it by position if it is an input, or pass stop_gradient({hidden[0]})"
            )
        return args, params

    @cached_property
    def _positional(self) -> list[tuple[str, bool]]:
        """(name, whether it has a default) of the forward's arguments that may be given by position."""
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

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in vars(self).items() if name not in _FOUND_OUT}
        if not isinstance(self.kernel, str):
            state["kernel"] = None  # an address means nothing in another process
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._prepare()

    def unread(self, parents: tuple[Any, ...]) -> tuple[int, ...]:
        """Return which inputs the rules do not read, and the number of inputs where they do not read the output.

        `parents` has None for each input that is not differentiated.
        """
        active = tuple([parent is not None for parent in parents])
        count = len(parents) + 1
        read = self._read(active) if self.residuals is None else {n % count for n in self.residuals}
        unread = self.unread_by_active[active] = tuple(n for n in range(count) if n not in read)
        return unread

    def _read(self, active: tuple[bool, ...]) -> set[int]:
        backward: Any = self.backward if self.derivative is None else self.derivative
        if isinstance(backward, tuple) and len(backward) == len(active):
            rules = [rule for rule, wanted in zip(backward, active, strict=True) if wanted]
        else:
            rules = [backward]
        reading = [rule for rule in (self.pushforward, *rules) if rule is not None and not isinstance(rule, Constant)]
        return set().union(*(residuals_of(rule, len(active) + 1) for rule in reading))

    def complain(self, rule: str, problem: str) -> RuleError:
        """Return the error for what `rule` of this pair returned."""
        origin = f" (from {self.distribution})" if self.distribution else ""
        return RuleError(f"{rule} of {self.name}{origin} {problem}")


_FOUND_OUT = ("_backward", "_on_floats", "_planned_in", "float_plan", "plans", "slopes")
"""What a pair does not take along in a pickle: it is found out anew."""


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

    def _forward_for(self, args: tuple[Any, ...]) -> Any:
        """Return what a kind among those of `args` has in the place of the function, or None."""
        generation = kinds.generation
        known = [kind for arg in args if (kind := kinds.known(type(arg))) is not None]
        kind = max(known, key=lambda kind: kind.priority, default=None)
        if kind is not None and (self, kind) not in generation.functions:
            generation.functions[self, kind] = forward_of(self, kind)
        return generation.functions.get((self, kind))


class Composite(Called[F_co], Answer):
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

    if not TYPE_CHECKING:  # how it is called is written in `Called`

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


def _is_kernel(kernel: Kernel) -> bool:
    """Whether `kernel` may be a kernel, as far as its type tells."""
    address = getattr(kernel, "address", kernel)
    if isinstance(address, int):
        return address > 0 and not isinstance(address, bool)
    return isinstance(address, str) or type(address).__name__ == "PyCapsule"


def _name_of(target: Any) -> str:
    if isinstance(target, str):
        return target.rpartition(":")[2].rpartition(".")[2]
    return str(getattr(target, "__name__", type(target).__name__))
