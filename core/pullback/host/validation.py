"""Validation of the pairs, value kinds and forwards of a family, which runs once, before any of them is used."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import pydantic
from pydantic_core import PydanticCustomError

from pullback.errors import UnknownPrimitiveError
from pullback.forwards import ANY_KIND, FLOAT
from pullback.host.overloads import imported, unreachable
from pullback.kind import ValueKind
from pullback.primitive import Answer, Composite, Primitive
from pullback.variable import Variable

__all__ = ["check_forwards", "check_pairs", "check_value_kinds"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def _fault(problem: str, fix: str) -> PydanticCustomError:
    return PydanticCustomError("pair", "{problem}; fix: {fix}", {"problem": problem, "fix": fix})


def _target(value: Any) -> Any:
    if isinstance(value, str):
        if not _TARGET.fullmatch(value):
            raise _fault(f"{value!r} is no overload", "write it as 'module:qualname'")
        # A function that the installed version lacks is not an error; `plugins doctor` reports it.
        with suppress(UnknownPrimitiveError):
            value = imported(value) or value
    if not isinstance(value, str) and (fault := unreachable(value)):
        raise _fault(*fault)
    return value


def _name(value: Any) -> Any:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _fault(f"{value!r} is no name", "give name='...', letters, digits and _")
    return value


def _forward(value: Any, which: str = "") -> Any:
    if isinstance(value, str) and not _TARGET.fullmatch(value):
        raise _fault(f"{value!r} is no forward{which}", "give a function, or write it as 'module:qualname'")
    if not isinstance(value, str) and not callable(value):
        raise _fault(f"{value!r} cannot be called{which and ',' + which}", "give a function of plain values")
    return value


def _accepts(function: Callable[..., Any], count: int, named: tuple[str, ...] = ()) -> bool:
    """Return whether `function` takes `count` positional arguments besides those in `named`; True if it has no signature."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = [
        parameter
        for parameter in parameters
        if parameter.kind is parameter.POSITIONAL_ONLY
        or (parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.name not in named)
    ]
    required = sum(parameter.default is parameter.empty for parameter in positional)
    variadic = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
    return required <= count and (variadic or count <= len(positional))


def _inputs(pair: Primitive) -> int | None:
    """Return the number of inputs of a pair, or None if its signature does not determine it."""
    count = None if isinstance(pair.default, str) else _required(pair.default)
    for rule in (pair.derivative, pair.backward):
        if count is None and isinstance(rule, tuple):
            count = len(rule)
    return count


def _required(forward: Any) -> int | None:
    """Return the number of inputs of a forward, or None if it may vary or its signature does not determine it."""
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    positional_kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [parameter for parameter in parameters if parameter.kind in positional_kinds]
    return len(positional) if all(parameter.default is parameter.empty for parameter in positional) else None


def _parameters(forward: Any) -> tuple[str, ...]:
    """Return the names of the required keyword-only parameters of a forward. A rule must take them; it may leave out optional ones."""
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(
        parameter.name
        for parameter in parameters
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
    )


def _not_taken(rule: Callable[..., Any], names: tuple[str, ...]) -> str | None:
    """Return the first of the parameters `names` that `rule` does not take, or None if it takes all or has no signature."""
    try:
        parameters = inspect.signature(rule).parameters
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    return next((name for name in names if name not in parameters), None)


_FORMS = {
    "derivative": "derivative(*inputs, output)",
    "backward": "backward(*inputs, output, grad)",
    "pushforward": "pushforward(*inputs, output, *tangents)",
}


def _arity(rule: str, inputs: int) -> int:
    """Return the number of arguments in a call of a rule."""
    return {"derivative": inputs + 1, "backward": inputs + 2, "pushforward": 2 * inputs + 1}[rule]


class _Pair(pydantic.BaseModel):
    """The fields that every pair has."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True, from_attributes=True)

    name: Annotated[Any, pydantic.BeforeValidator(_name)]
    overloads: tuple[Annotated[Any, pydantic.AfterValidator(_target)], ...]
    override: pydantic.StrictBool


class _Function(_Pair):
    """The additional fields of an answer without a rule."""

    function: Annotated[Any, pydantic.AfterValidator(_forward)]


class _Primitive(_Pair):
    """The additional fields of a pair with a rule."""

    inputs: int | None
    parameters: tuple[str, ...]
    forwards: dict[str, Any]
    default: Any
    derivative: Any
    backward: Any
    pushforward: Any

    @pydantic.field_validator("forwards")
    @classmethod
    def _for_each_kind(cls, value: dict[str, Any]) -> dict[str, Any]:
        for kind, target in value.items():
            _forward(target, f" for values of kind {kind!r}")
        return value

    @pydantic.field_validator("default")
    @classmethod
    def _for_all_kinds(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        # If there are forwards for each kind, the default is one of them and is already checked.
        return value if info.data.get("forwards", True) else _forward(value)

    @pydantic.field_validator("derivative", "backward", "pushforward")
    @classmethod
    def _rule(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        form = _FORMS[str(info.field_name)]
        count = info.data.get("inputs")
        if isinstance(value, tuple) and info.field_name == "pushforward":
            raise _fault("is a tuple", f"give one function {form}")
        if isinstance(value, tuple) and count is not None and len(value) != count:
            raise _fault(
                f"has {len(value)} entries for {count} inputs",
                "give one per input, None where it is never differentiated",
            )
        for rule in value if isinstance(value, tuple) else (value,):
            if rule is None:
                continue
            if not callable(rule):
                raise _fault(f"{rule!r} cannot be called", f"give a function {form}")
            parameters = info.data.get("parameters", ())
            if count is not None and not _accepts(rule, arity := _arity(str(info.field_name), count), parameters):
                raise _fault(
                    f"does not take the {arity} arguments of {form}, for {count} inputs", f"write it as {form}"
                )
            if (name := _not_taken(rule, parameters)) is not None:
                raise _fault(
                    f"does not take {name!r}, which is a parameter of the forward",
                    f"write it as {form[:-1]}, *, {name})",
                )
        return value

    @pydantic.model_validator(mode="after")
    def _rules(self) -> _Primitive:
        if self.derivative is None and self.backward is None and self.pushforward is None:
            raise _fault("has no rule", "give backward=, pushforward= or derivative=")
        return self


def check_pairs(pairs: Any) -> list[str]:
    """Return a list of errors in the pairs of a family, each of the form ``primitives[3].backward: ...; fix: ...``."""
    if not isinstance(pairs, (list, tuple)):
        return [f"primitives: the hook returned a {type(pairs).__name__}; fix: return a list of primitives"]
    faults = []
    for place, pair in enumerate(pairs):
        item = f"primitives[{place}]"
        if not isinstance(pair, Answer):
            faults.append(f"{item}: {pair!r} is not a pair; fix: wrap it, as in primitive(forward, backward)")
            continue
        try:
            _validate(pair)
        except pydantic.ValidationError as error:
            faults += [f"{item}{_location(detail['loc'])}: {detail['msg']}" for detail in error.errors()]
    return faults


def _validate(pair: Answer) -> None:
    if isinstance(pair, Primitive):
        parameters = () if isinstance(pair.default, str) else _parameters(pair.default)
        _Primitive.model_validate(vars(pair) | {"inputs": _inputs(pair), "parameters": parameters})
    else:
        _Function.model_validate(vars(pair))


def _location(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)


def check_value_kinds(kinds: Any) -> list[str]:
    """Return a list of errors in the value kinds of a family."""
    if not isinstance(kinds, (list, tuple)):
        return [f"value_kinds: the hook returned a {type(kinds).__name__}; fix: return a list of value kinds"]
    faults = []
    for place, kind in enumerate(kinds):
        item = f"value_kinds[{place}]"
        if not isinstance(kind, ValueKind):
            faults.append(
                f"{item}: {kind!r} is not a value kind; fix: return instances of a subclass of pullback.ValueKind"
            )
        elif not kind.name or not kind.types:
            faults.append(f"{item}: has no name or no types; fix: set both on the class")
        elif not isinstance(kind.name, str) or kind.name == ANY_KIND:
            faults.append(f"{item}.name: {kind.name!r} is no name; fix: write a string, such as 'length'")
        elif not isinstance(kind.like, str):
            faults.append(f"{item}.like: {kind.like!r} is no kind; fix: write the name of one, such as 'array'")
        elif not (isinstance(kind.types, tuple) and all(isinstance(cls, type) for cls in kind.types)):
            faults.append(f"{item}.types: {kind.types!r} are no types; fix: write a tuple of types, as in (Length,)")
        elif containers := [cls.__name__ for cls in kind.types if cls in (tuple, list, dict)]:
            faults.append(f"{item}.types: {containers[0]} is a container, not a value; fix: derive a type of your own")
        elif not (isinstance(getattr(kind, "variable", None), type) and issubclass(kind.variable, Variable)):
            faults.append(f"{item}.variable: is not a variable class; fix: derive it from pullback.Variable")
        elif kind.variable is Variable:
            faults.append(
                f"{item}.variable: Variable is the base of all variables, without storage; fix: pullback.ScalarVariable, or a class of "
                "your own"
            )
    return faults


def _pair_or_name(value: Any) -> Any:
    if isinstance(value, Composite):
        raise _fault(f"{value!r} is made of primitives", "give forwards for these")
    if not isinstance(value, (Answer, str)):
        raise _fault(f"{value!r} is no pair", "give a pair, or the name of a registered one")
    return value if isinstance(value, Answer) else _name(value)


def _kind_or_name(value: Any) -> Any:
    name = value.name if isinstance(value, ValueKind) else value
    if not isinstance(name, str) or not name:
        raise _fault(f"{value!r} is no value kind", "give a value kind, or its name")
    if name in (FLOAT, ANY_KIND):
        raise _fault(
            f"{name!r} is for who makes the pair",
            "name the forward where the pair is made: forward={'float': ...}",
        )
    return value


class _KindForward(pydantic.BaseModel):
    """The fields of a forward of an existing pair for a kind of value."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    pair: Annotated[Any, pydantic.BeforeValidator(_pair_or_name)]
    kind: Annotated[Any, pydantic.BeforeValidator(_kind_or_name)]
    forward: Annotated[Any, pydantic.BeforeValidator(_forward)]
    override: pydantic.StrictBool = False


def check_forwards(forwards: Any) -> list[str]:
    """Return a list of errors in the forwards of a family for existing pairs."""
    form = "write (pair or its name, kind or its name, forward)"
    if not isinstance(forwards, (list, tuple)):
        return [f"forwards: the hook returned a {type(forwards).__name__}; fix: return a list, and in it {form}"]
    faults = []
    for place, forward in enumerate(forwards):
        item = f"forwards[{place}]"
        if not isinstance(forward, tuple) or not 3 <= len(forward) <= 4:
            faults.append(f"{item}: {forward!r} is no forward for a kind; fix: {form}")
            continue
        try:
            _KindForward(**dict(zip(_KindForward.model_fields, forward, strict=False)))
        except pydantic.ValidationError as error:
            faults += [f"{item}{_location(detail['loc'])}: {detail['msg']}" for detail in error.errors()]
    return faults
