"""Random programs over arrays, run in a process of its own: prints what each gives, its numbers to the last bit.

``python programs.py SEED COUNT``. Whatever can go wrong in a program is part of its result, as the type and the text of the error,
and so are its warnings.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

import pullback as pb

Step = Callable[[list[Any]], Any]

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 2.0, 0.5, math.nan, math.inf, -math.inf, 5e-324, -5e-324, 1e-310, 2.2250738585072014e-308,
    1e308, -1.7e308, 1e155, 1e-160, 710.0, -746.0, 3.0, 1e16, -2.5,
]  # fmt: skip
NUMBERS: list[Any] = [
    0, 1, 2, 3, -1, -2, 7, 2**53, 2**53 + 1, -(2**64) - 1, 10**400, True, False, 0.0, -0.0, 0.5, -1.5, 1e200, 5e-324,
    math.inf, -math.inf, math.nan, 1j, 2.0 - 0.5j, np.float64(1.5), np.float64(-0.0), np.float32(0.1), np.float16(2.0),
    np.int8(3), np.int64(-2), np.uint8(200), np.bool_(True), np.complex64(1 + 2j), np.longdouble(0.1), None, "two",
]  # fmt: skip
SHAPES = [
    (), (1,), (2,), (3,), (4,), (5,), (7,), (8,), (9,), (17,), (0,), (2, 3), (3, 2), (1, 4), (4, 1), (2, 0), (2, 1, 3), (3, 3),
]  # fmt: skip
# On both sides of the sizes from which on memory is worth a thought: 16 and 64 KiB of doubles.
LARGE_SHAPES = [(2047,), (2048,), (2049,), (8191,), (8192,), (8193,), (64, 32), (64, 128), (3, 683)]
MOST = 20_000
"""So many numbers may an array have: outer products of outer products would fill the memory."""
DTYPES = [np.float64] * 12 + [np.float32, np.float32, np.complex128, np.complex128, np.float16, np.longdouble]
CONSTANT_DTYPES = [*DTYPES, np.int64, np.int8, np.bool_, np.uint8, ">f8"]

OPERATORS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x**y,
    lambda x, y: x + y * x,
    lambda x, y: x // y,
    lambda x, y: x % y,
    lambda x, y: divmod(x, y)[1],
]
ROUNDABOUT: list[Callable[[Any, Any], Any]] = [
    lambda x, y: np.where(x > y, x, y * 2.0),
    lambda x, y: x * (np.sum(x) - np.mean(y)),
    lambda x, y: np.sum(x * y) - x,
    lambda x, y: np.clip(x, -1.0, y),
    lambda x, y: x @ y,
    lambda x, y: np.add(x, y, dtype=np.float32),
    lambda x, y: np.multiply(x, y, out=np.zeros_like(x * y), where=np.greater(x, 0.5)),
    lambda x, y: np.hypot(x, y, out=np.zeros_like(x + y)),
    lambda x, y: np.subtract(x, y, out=np.zeros(np.shape(x))),
    lambda x, y: np.add.reduce(x * y, axis=None),
    lambda x, y: np.multiply.outer(np.ravel(x)[:2], y),
    lambda x, y: np.stack([x, y])[0] - y,
    lambda x, y: np.concatenate([np.ravel(x), np.ravel(y)])[: max(x.size, 1)].reshape(x.shape),
]
UNARY = [
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "exp", "exp2",
    "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "reciprocal", "negative", "positive", "absolute", "fabs",
    "sign", "floor", "ceil", "rint", "trunc", "degrees", "radians", "deg2rad", "rad2deg", "conjugate", "spacing", "isnan", "sinc",
]  # fmt: skip
BINARY = [
    "add", "subtract", "multiply", "divide", "power", "float_power", "maximum", "minimum", "fmax", "fmin", "hypot", "arctan2",
    "logaddexp", "logaddexp2", "copysign", "fmod", "remainder", "floor_divide", "nextafter", "heaviside", "ldexp", "less",
]  # fmt: skip
METHODS: list[Callable[[Any], Any]] = [
    lambda x: -x,
    lambda x: +x,
    lambda x: abs(x),
    lambda x: x.sum(),
    lambda x: x.sum(axis=-1, keepdims=True),
    lambda x: x.mean(),
    lambda x: x.max(),
    lambda x: x.min(axis=0),
    lambda x: x.prod(),
    lambda x: x.reshape(-1),
    lambda x: x.ravel() * 2.0,
    lambda x: x.T,
    lambda x: x.astype(np.float32),
    lambda x: x.astype(np.float64),
    lambda x: x.clip(-1.0, 1.0),
    lambda x: x.copy(),
    lambda x: x[::2],
    lambda x: x[..., ::-1],
    lambda x: x[0],
    lambda x: x[-1:],
    lambda x: x[[0, 0, -1]],
    lambda x: x[x > 0],
    lambda x: x[None],
    lambda x: x.real,
    lambda x: x.imag,
    lambda x: x.conj(),
    lambda x: np.cumsum(x),
    lambda x: np.sum(x, axis=tuple(range(np.ndim(x)))),
    lambda x: np.broadcast_to(x, (2, *x.shape)),
    lambda x: x * x.size + len(x.shape),
    lambda x: np.var(x),
    lambda x: pb.stop_gradient(x) * x,
    lambda x: np.tanh(x) * np.exp(-(x**2)) + np.log1p(x**2),
]


def assigned(x: Any, part: Any, place: int) -> Any:
    """Return a copy of `x` with `part` assigned to, or combined with, some of its elements."""
    x = x * 1.0
    if place == 0:
        x[0] = part
    elif place == 1:
        x[..., ::2] *= 2.0
    elif place == 2:
        x[1:] = x[:-1] * 0.5
    elif place == 3:
        x[x < 0] = 0.0
    else:
        x.flat[-1] = 3.0
    return x


def updated(x: Any, y: Any, place: int) -> Any:
    """Return a copy of `x`, changed by an operator in place."""
    x = x.copy() if place < 4 else x
    if place in (0, 4):
        x += y
    elif place in (1, 5):
        x -= y
    elif place in (2, 6):
        x *= y
    else:
        x /= y
    return x


# Pairs of a program's own. What some rules return is of no use, or only just.

OWN: list[Callable[..., Any]] = [
    pb.elementwise(lambda x: x * x / 2, derivative=lambda x, y: x, name="half_square"),
    pb.elementwise(lambda x: 3 * x, derivative=3, name="three_times"),
    pb.elementwise(lambda x: x, derivative=1.0, name="same"),
    pb.elementwise(lambda x: -x, derivative=-1, name="opposite"),
    pb.elementwise(np.tanh, derivative=lambda x, y: 1 - y * y, name="own_tanh"),
    pb.elementwise(lambda x: x + 1, derivative=lambda x, y: 1, name="successor"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: 2.5, name="by_a_float"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.float64(2.5), name="by_a_scalar"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.float32(2.5), name="by_a_single"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.array(2.5), name="by_no_axes"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.full(np.shape(x), 2.5, np.float32), name="by_singles"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.ones((2, *np.shape(x))), name="too_large"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: np.ones(13), name="of_another_shape"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: "words", name="of_words"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: None, name="of_nothing"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: [2.5] * np.size(x), name="of_a_list"),
    pb.elementwise(lambda x: x * 2.5, derivative=lambda x, y: y > 0, name="of_truths"),
    pb.elementwise(lambda x: np.sum(x), derivative=lambda x, y: 1.0, name="not_elementwise"),
    pb.elementwise(lambda x: x.astype(np.float32), derivative=lambda x, y: 1.0, name="to_single"),
    pb.elementwise(lambda x: x > 0, derivative=0.0, name="to_truths"),
    pb.elementwise(lambda x: (x, x), derivative=1.0, name="two_outputs"),
    pb.elementwise(lambda x: float(np.sum(np.real(x))), derivative=lambda x, y: np.ones_like(x), name="to_a_float"),
    pb.elementwise(lambda x: [x], derivative=1.0, name="to_a_list"),
    pb.elementwise(lambda x: 1 / x, derivative=lambda x, y: 1 / 0, name="of_an_error"),
    pb.elementwise(lambda x: np.sqrt(x), derivative=lambda x, y: 0.5 / y, name="own_root"),
    pb.primitive(lambda x: x * x, lambda x, y, grad: 2 * x * grad, name="own_square"),
    pb.primitive(lambda x: 2.0 * x, lambda x, y, grad: [grad * 2], name="own_double"),
    pb.primitive(lambda x: x[..., :1], lambda x, y, grad: np.sum(grad) * (x == x), name="own_first"),
    pb.primitive(lambda x: np.sum(x), lambda x, y, grad: grad, name="own_sum_by_a_scalar"),
    pb.primitive(lambda x: np.sum(x), lambda x, y, grad: np.full(np.shape(x), grad), name="own_sum"),
    pb.primitive(lambda x: x * 1.0, lambda x, y, grad: 1, name="own_integer"),
    pb.primitive(lambda x: x * 1.0, lambda x, y, grad: None, name="own_nothing"),
    pb.primitive(lambda x: x * 1.0, lambda x, y, grad: (grad, grad), name="own_too_many"),
    pb.primitive(lambda x: x * 1.0, lambda x, y, grad: np.ones(11), name="own_shape"),
    pb.primitive(lambda x: x * 1.0, lambda x, y, grad: grad > 0, name="own_truth"),
    pb.primitive(lambda x: x * 1.0, None, pushforward=lambda x, y, tangent: tangent * 1.0, name="own_pushed"),
    pb.primitive(lambda x: (x * 2.0, np.sum(x)), lambda x, y, grad: grad[0] * 2.0 + grad[1], name="own_pair"),
]
OWN_BINARY: list[Callable[..., Any]] = [
    pb.elementwise(
        lambda x, y: x * y + y, derivative=(lambda x, y, out: y, lambda x, y, out: x + 1), name="times_plus"
    ),
    pb.elementwise(
        lambda x, y: x / y, derivative=(lambda x, y, out: 1 / y, lambda x, y, out: -out / y), name="own_ratio"
    ),
    pb.elementwise(lambda x, y: x - 2 * y, derivative=(1, -2), name="minus_twice"),
    pb.elementwise(lambda x, y: x + y, derivative=(1.0, -1.0), name="wrong_sum"),
    pb.elementwise(np.hypot, derivative=(lambda x, y, out: x / out, 1), name="half_hypot"),
    pb.elementwise(lambda x, y: x * y, derivative=(lambda x, y, out: y, None), name="half_product"),
    pb.elementwise(lambda x, y: x + y, derivative=(1, None), name="half_sum"),
    pb.elementwise(lambda x, y: x, derivative=(1, 0), name="left_one"),
    pb.elementwise(lambda n, x: x * n, derivative=(None, lambda n, x, out: n), name="own_multiple"),
    pb.elementwise(lambda x, y: x * y, derivative=lambda x, y, out: y, name="too_few"),
    pb.primitive(lambda x, y: x * y, lambda x, y, out, grad: (grad * y, grad * x), name="own_product"),
    pb.primitive(lambda x, y: x + y, (lambda x, y, out, grad: grad, None), name="own_half_sum"),
    pb.primitive(
        lambda x, y: x * np.sum(y), lambda x, y, out, grad: (grad * np.sum(y), np.sum(grad * x)), name="own_scaled"
    ),
]
OWN_TERNARY: list[Callable[..., Any]] = [
    pb.elementwise(
        lambda x, y, z: x * y + z,
        derivative=(lambda x, y, z, out: y, lambda x, y, z, out: x, 1),
        name="own_fma",
    ),
    pb.elementwise(
        lambda a, x, y: np.where(np.real(a) > 0, x, y),
        derivative=(None, lambda a, x, y, out: np.real(a) > 0, lambda a, x, y, out: 1.0 * (np.real(a) <= 0)),
        name="own_choice",
    ),
    pb.elementwise(lambda x, y, z: x - y - z, derivative=(1, -1, -1), name="own_rest"),
    pb.primitive(
        lambda x, y, z: x * y * z, lambda x, y, z, out, grad: (grad * y * z, None, grad * x * y), name="own_triple"
    ),
]


def numbers(chooser: random.Random, shape: tuple[int, ...], special: float) -> Any:
    """Return doubles, a share of them special ones."""
    count = math.prod(shape)
    drawn = [
        chooser.choice(SPECIAL) if chooser.random() < special else chooser.uniform(-2.0, 2.0)
        for _ in range(min(count, 30))
    ]
    return np.resize(np.array(drawn, dtype=np.float64), shape)


def array(chooser: random.Random, shape: tuple[int, ...], dtypes: list[Any], special: float) -> Callable[[], Any]:
    """Return a function that makes an array, or a NumPy scalar, always the same one anew."""
    dtype, layout = chooser.choice(dtypes), chooser.random()
    with np.errstate(all="ignore"):
        drawn = numbers(chooser, shape, special)
        if np.dtype(dtype).kind == "c":
            drawn = drawn + 1j * numbers(chooser, shape, special)
        elif np.dtype(dtype).kind in "iub":
            drawn = np.nan_to_num(drawn, posinf=3, neginf=-4).clip(-5, 5)
        drawn = drawn.astype(dtype)

    def made() -> Any:
        if not shape:
            return drawn.copy() if layout < 0.5 else drawn.copy()[()]
        if layout < 0.7:
            return drawn.copy()
        if layout < 0.8:
            return np.repeat(drawn, 2, axis=-1)[..., ::2]
        if layout < 0.9:
            return np.array(drawn, order="F")
        if layout < 0.95:
            result = drawn.copy()
            result.flags.writeable = False
            return result
        return drawn.copy()[::-1]

    return made


def beside(chooser: random.Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape that broadcasts with `shape`, most often the same."""
    kind = chooser.random()
    if kind < 0.7:
        return shape
    if kind < 0.8:
        return ()
    if kind < 0.9:
        return shape[1:]
    if kind < 0.95:
        return tuple([1 if chooser.random() < 0.5 else size for size in shape])
    return (2, *shape)


def constant(chooser: random.Random, shape: tuple[int, ...], special: float) -> Callable[[], Any]:
    """Return a function that makes a constant, always the same one anew."""
    kind = chooser.random()
    if kind < 0.5:
        number = chooser.choice(NUMBERS)
        return lambda: number
    if kind < 0.55 and math.prod(shape) < 20:
        made = array(chooser, shape, [np.float64], special)
        return lambda: made().tolist()
    return array(chooser, beside(chooser, shape), CONSTANT_DTYPES, special)


def step(chooser: random.Random, shape: tuple[int, ...], special: float) -> Step:
    """Return a function from the values so far to the next one."""
    kind, which, first, second = chooser.random(), chooser.randrange(10**6), chooser.random(), chooser.random()
    made = constant(chooser, shape, special)
    changed = chooser.random() < 0.2
    strict = chooser.choice(("all", "divide", "under", "over", "invalid")) if chooser.random() < 0.04 else None

    def operand(values: list[Any], share: float, depth: float) -> Any:
        return values[int(len(values) * share**depth)]

    def taken(values: list[Any]) -> Any:
        # Late values more often: the chain shall be deep.
        x, y = operand(values, first, 0.4), operand(values, second, 1.0)
        if kind < 0.2:
            return OPERATORS[which % len(OPERATORS)](x, y)
        if kind < 0.36:
            return beside_constant(OPERATORS[which % len(OPERATORS)], x)
        if kind < 0.5:
            return getattr(np, UNARY[which % len(UNARY)])(x)
        if kind < 0.56:
            return getattr(np, BINARY[which % len(BINARY)])(x, y)
        if kind < 0.64:
            return beside_constant(getattr(np, BINARY[which % len(BINARY)]), x)
        if kind < 0.67:
            return ROUNDABOUT[which % len(ROUNDABOUT)](x, y)
        if kind < 0.8:
            return METHODS[which % len(METHODS)](x)
        if kind < 0.83:
            return assigned(x, y, which % 5)
        if kind < 0.86:
            return updated(x, y if which % 2 else made(), which % 8)
        if kind < 0.92:
            found = OWN[which % len(OWN)](x)
            return found[0] * found[1] if isinstance(found, tuple) else found
        if kind < 0.97:
            pair = OWN_BINARY[which % len(OWN_BINARY)]
            return pair(x, y) if which % 2 else beside_constant(pair, x)
        operands = ((x, y, x), (x, made(), y), (made(), y, x), (x, x, made()))[which % 4]
        return OWN_TERNARY[which % len(OWN_TERNARY)](*operands)

    def beside_constant(function: Callable[[Any, Any], Any], x: Any) -> Any:
        given = made()
        result = function(x, given) if which % 3 else function(given, x)
        if changed and isinstance(given, np.ndarray) and given.flags.writeable:
            given[...] = 1  # what was recorded may not see it
        return result

    def guarded(values: list[Any]) -> Any:
        if strict is None:
            return taken(values)
        with np.errstate(**{strict: "raise"}):
            return taken(values)

    return guarded


def program(chooser: random.Random) -> tuple[Callable[..., Any], Callable[[], tuple[Any, ...]]]:
    """Return a function of three arrays or numbers, and one that makes its inputs; the same chooser gives the same."""
    shape = chooser.choice(LARGE_SHAPES if chooser.random() < 0.03 else SHAPES)
    special = chooser.choice((0.0, 0.0, 0.0, 0.0, 0.05, 0.3))
    dtypes = DTYPES if chooser.random() < 0.4 else [np.float64]
    makers = [
        array(chooser, shape, dtypes, special),
        array(chooser, beside(chooser, shape), dtypes, special),
        array(chooser, beside(chooser, shape), dtypes, special)
        if chooser.random() < 0.7
        else (lambda number=chooser.choice([*SPECIAL, 0.3, 0.7, 1.3, -0.6]): number),
    ]
    steps = [step(chooser, shape, special) for _ in range(chooser.randint(1, 9))]

    def run(*inputs: Any) -> Any:
        values = list(inputs)
        for each in steps:
            values.append(each(values))
            if np.size(pb.stop_gradient(values[-1])) > MOST:
                raise ValueError("too many numbers")
        return values[-1]

    return run, lambda: tuple(make() for make in makers)


def bits(value: Any) -> Any:
    """Return `value` with its numbers as text that tells every bit."""
    if isinstance(value, (tuple, list)):
        return [bits(part) for part in value]
    if isinstance(value, float) and not isinstance(value, np.generic):
        return "nan" if value != value else value.hex()
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc":
        kind = f"{type(value).__name__} {value.dtype} {value.shape}"
        if isinstance(value, np.ndarray):
            kind += f" {'C' * value.flags.c_contiguous}{'F' * value.flags.f_contiguous}{'W' * value.flags.writeable}"
        return [kind, *map(number_bits, np.ravel(value)[:200])]
    return f"{type(value).__name__} {value!r}"


def number_bits(x: Any) -> str:
    """Return the text of a real or complex number; the sign of a nan says nothing."""
    parts = (x.real, x.imag) if x.dtype.kind == "c" else (x,)
    return " ".join(
        "nan" if part != part else float(part).hex() if part.dtype.itemsize <= 8 else repr(part) for part in parts
    )


def outcome(function: Callable[[], Any]) -> Any:
    """Return what `function` gives or how it fails, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = bits(function())
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            found = re.sub(r"0x[0-9a-f]+", "0x", found)
    said = Counter(f"{each.category.__name__}: {each.message}" for each in caught)
    return [found, *(f"{count} {text}" for text, count in sorted(said.items()))]


def total(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of one real output."""
    return lambda *args: np.sum(np.real(f(*args)))


def twice(f: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    """Return what a vector-Jacobian product gives for two cotangents."""
    output, pull = pb.vjp(f, *inputs)
    ones = np.ones(np.shape(output), np.asarray(output).dtype)[()]
    first = pull(ones)
    return output, first, pull(ones * 0.5), first


def free(f: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    """Return the gradients of free-standing variables."""
    variables = [pb.Variable(x) for x in inputs]
    result = f(*variables)
    result.backprop()
    return pb.stop_gradient(result), [x.grad for x in variables]


def tangents(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.ones(np.shape(x), np.asarray(x * 1.0).dtype)[()] for x in inputs)


def results(seed: int) -> list[Any]:
    """Return what all that differentiates a program gives."""
    chooser = random.Random(seed)
    f, inputs = program(chooser)
    scalar = total(f)
    every = (0, 1, 2)
    found = [outcome(lambda: scalar(*inputs())), outcome(lambda: pb.value_and_grad(scalar, argnums=every)(*inputs()))]
    found.append(outcome(lambda: twice(f, inputs())))
    found.append(outcome(lambda: pb.jvp(f, inputs(), tangents(inputs()))))
    found.append(outcome(lambda: free(scalar, inputs())))
    found.append(outcome(lambda: pb.grad(lambda x: total(pb.grad(scalar))(x, *inputs()[1:]) * np.sum(x))(inputs()[0])))
    if np.size(inputs()[0]) < 10:
        found.append(outcome(lambda: pb.jacobian(f)(*inputs())))
        found.append(outcome(lambda: pb.hvp(lambda x: scalar(x, *inputs()[1:]), inputs()[0], tangents(inputs())[0])))
    for choice in ("nan", "warn"):
        with pb.indeterminate(choice):
            found.append(outcome(lambda: pb.grad(scalar, argnums=every)(*inputs())))
    with np.errstate(**{chooser.choice(("all", "divide", "under", "over", "invalid")): "raise"}):
        found.append(outcome(lambda: pb.value_and_grad(scalar, argnums=every)(*inputs())))
    return found


def main() -> None:
    seed, count = map(int, sys.argv[1:])
    for number in range(seed, seed + count):
        print(json.dumps([number, *results(number)]))
    print(pb.core())


if __name__ == "__main__":
    main()
