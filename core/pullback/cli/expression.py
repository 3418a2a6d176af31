"""Expressions such as ``x * sin(x*y)``: parsed by Python, checked node by node, and computed here, never by `eval`."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pullback.cli.functions import function_names, known_function
from pullback.cli.messages import InputError, cause, did_you_mean, excerpt, one_line
from pullback.errors import PullbackError
from pullback.tracked import plain

__all__ = ["CONSTANTS", "Expression", "number"]

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ALLOWED = (
    ast.Expression, ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.And, ast.Or,
    ast.Compare, ast.IfExp, ast.Call, ast.Tuple, ast.List, *_BINARY, *_UNARY, *_COMPARE,
)  # fmt: skip
_REFUSED: dict[type[ast.AST], str] = {
    ast.Attribute: "attributes (write sin(x), not math.sin(x))",
    ast.Subscript: "subscripts",
    ast.Lambda: "lambda",
    ast.ListComp: "comprehensions",
    ast.SetComp: "comprehensions",
    ast.DictComp: "comprehensions",
    ast.GeneratorExp: "comprehensions",
    ast.NamedExpr: "assignments",
    ast.Starred: "starred arguments",
    ast.keyword: "keyword arguments",
    ast.Await: "await",
    ast.Dict: "dicts",
    ast.Set: "sets",
    ast.JoinedStr: "strings",
    ast.BitXor: "the operator ^ (a power is **)",
    ast.BitAnd: "the operator & (write and)",
    ast.BitOr: "the operator | (write or)",
    ast.Invert: "the operator ~",
    ast.LShift: "the operator <<",
    ast.RShift: "the operator >>",
    ast.MatMult: "the operator @",
    ast.Is: "is",
    ast.IsNot: "is",
    ast.In: "in",
    ast.NotIn: "in",
}

_PLACE = re.compile(r",? at [^`]*?:\d+(, in `[^`]*`)?")
"""The source line that errors name, which is not the user's here."""


class Expression:
    """An expression in numbers, variables, constants, Python's operators, and registered primitives.

    Raises `InputError`, with one line for the user, if it is malformed or calls an unregistered function.
    """

    def __init__(self, source: str):
        self.source = source.strip()
        self._root = _parse(self.source)
        self._functions: dict[str, Callable[..., Any]] = {}
        self.variables: list[str] = []
        """The names that are not called, in the order of their first use, constants included."""
        self._check()

    def require(self, names: Iterable[str]) -> None:
        """Raise `InputError` if a variable has no value and is no constant."""
        values = set(names)
        for name in self.variables:
            if name in values or name in CONSTANTS:
                continue
            if name in function_names():
                raise InputError(f"{name!r} is a function, so write {name}(...); or give a value, {name}=VALUE")
            raise InputError(f"no value for {name!r}, so add {name}=VALUE{did_you_mean(name, {*values, *CONSTANTS})}")

    def __call__(self, variables: Mapping[str, Any]) -> Any:
        """Return the value of the expression for these values, which may be variables of the chain.

        Raises `InputError` if it is not defined there, or is not a number.
        """
        try:
            value = self._value(self._root, variables)
        except RecursionError:
            raise InputError("the expression is too deeply nested") from None
        if isinstance(plain(value), bool):
            raise InputError(f"the expression is {plain(value)}, which is no number")
        if isinstance(value, tuple):
            raise InputError(f"the expression has {len(value)} values; it must have one")
        return _real(value)

    # Checking.

    def _check(self) -> None:
        arguments: set[int] = set()
        functions: set[int] = set()
        for node in ast.walk(self._root):
            if isinstance(node, ast.Call):
                arguments.update(map(id, node.args))
                if node.keywords:
                    raise self._refuse(node.keywords[0])
                if not isinstance(node.func, ast.Name):
                    raise self._refuse(node.func if type(node.func) in _REFUSED else node)
                functions.add(id(node.func))
        names = [node for node in ast.walk(self._root) if isinstance(node, ast.Name)]
        for node in names:
            if node.id.startswith("__"):
                raise InputError(f"names with two underscores are not part of an expression: {node.id}")
        for node in ast.walk(self._root):
            if isinstance(node, (ast.Tuple, ast.List)) and id(node) not in arguments:
                raise InputError(f"a list may only be the argument of a function: {self._text(node)}")
            if type(node) not in _ALLOWED:
                raise self._refuse(node)
            if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
                raise InputError(f"{ast.unparse(node)} is no real number")
        # In the order of the source: ast.walk goes by depth.
        for node in sorted(names, key=lambda name: (name.lineno, name.col_offset)):
            if id(node) in functions:
                self._functions.setdefault(node.id, known_function(node.id))
            elif node.id not in self.variables:
                self.variables.append(node.id)

    def _refuse(self, node: ast.AST) -> InputError:
        what = _REFUSED.get(type(node), f"{type(node).__name__.lower()}s")
        return InputError(f"{what} may not be part of an expression: {self._text(node)}")

    def _text(self, node: ast.AST) -> str:
        return excerpt(ast.get_source_segment(self.source, node) or self.source)

    # Evaluation.

    def _value(self, node: ast.AST, variables: Mapping[str, Any]) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return variables[name] if name in variables else CONSTANTS[name]
            case ast.UnaryOp(op=op, operand=operand):
                return self._unary(node, op, self._value(operand, variables))
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(node, op, self._value(left, variables), self._value(right, variables))
            case ast.BoolOp(op=op, values=values):
                return self._boolean(isinstance(op, ast.And), values, variables)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self._comparison(self._value(left, variables), ops, comparators, variables)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._value(body if self._value(test, variables) else orelse, variables)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, [self._value(arg, variables) for arg in args])
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return tuple(self._value(element, variables) for element in elements)
        raise AssertionError(type(node).__name__)

    def _unary(self, node: ast.AST, op: ast.unaryop, operand: Any) -> Any:
        if isinstance(operand, tuple):
            raise InputError(f"{self._text(node)}: it takes a number, not several values")
        return _UNARY[type(op)](operand)

    def _binary(self, node: ast.AST, op: ast.operator, left: Any, right: Any) -> Any:
        symbol, function = _BINARY[type(op)]
        for operand in (left, right):
            if isinstance(operand, tuple):
                raise InputError(f"{self._text(node)}: {symbol} takes numbers, not several values")
        try:
            left, right = _real(left), _real(right)
            x, y = plain(left), plain(right)
            if symbol == "**" and x < 0 and math.isfinite(y) and y != math.floor(y):
                raise InputError(f"({x!r}) ** {y!r} is not a real number")
            return function(left, right)
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"{_shown(left)} {symbol} {_shown(right)} is not defined: {cause(error)}") from None

    def _boolean(self, every: bool, operands: list[ast.expr], variables: Mapping[str, Any]) -> Any:
        value: Any = None
        for operand in operands:
            value = self._value(operand, variables)
            if bool(value) != every:
                break
        return value

    def _comparison(
        self, left: Any, ops: list[ast.cmpop], operands: list[ast.expr], variables: Mapping[str, Any]
    ) -> bool:
        for op, operand in zip(ops, operands, strict=True):
            right = self._value(operand, variables)
            if isinstance(left, tuple) or isinstance(right, tuple):
                raise InputError("a comparison takes numbers, not several values")
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def _call(self, name: str, args: list[Any]) -> Any:
        try:
            return self._functions[name](*args)
        except PullbackError as error:
            raise InputError(f"{name}: {_PLACE.sub('', one_line(error))}") from None
        except TypeError as error:
            raise InputError(f"{name}: {one_line(error)}") from None
        except (ArithmeticError, ValueError) as error:
            shown = ", ".join(map(_shown, args))
            raise InputError(f"{name}({shown}) is not defined: {cause(error)}") from None
        except Exception as error:  # whatever the forward of a plugin raises
            raise InputError(f"{name} raised {type(error).__name__}: {one_line(error)}") from None


def number(source: str) -> float:
    """Return the number that `source` denotes, such as ``1.5``, ``-inf`` or ``pi/2``. Raises `InputError`."""
    try:
        return float(source)
    except ValueError:
        pass
    expression = Expression(source)
    expression.require(())
    return float(plain(expression({})))


def _parse(source: str) -> ast.AST:
    if not source:
        raise InputError("the expression is empty")
    try:
        with warnings.catch_warnings():
            # Such as "1if x else 2", of which Python only warns.
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            return ast.parse(source, "<expression>", "eval").body
    except SyntaxError as error:
        place = f" at column {error.offset}" if error.offset else ""
        raise InputError(f"syntax error{place}: {one_line(error.msg)}: {excerpt(source)}") from None
    except ValueError as error:
        raise InputError(f"syntax error: {one_line(error)}") from None
    except (MemoryError, RecursionError):
        raise InputError("the expression is too deeply nested") from None


def _real(value: Any) -> Any:
    """Return integers and truth values as floats, so that 2**10**9 overflows at once instead of being computed."""
    return float(value) if isinstance(value, int) else value


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return repr(plain(value))
