"""Einstein's summation: every input's gradient is a summation too, of the other inputs with the cotangent."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from functools import cache, partial
from string import ascii_lowercase, ascii_uppercase
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from pullback import Primitive, composite, hookimpl, nondifferentiable, primitive
from pullback.tracked import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import absent, shape_of
from pullback_plugins.numpy.linalg.strong_zeros import absorbing
from pullback_plugins.numpy.rules.axes import deliver

__all__ = ["einsum", "einsum_path"]

Labels: TypeAlias = tuple[int, ...]

# In NumPy's order, in which the labels of an implicit output are sorted.
_LETTERS = ascii_uppercase + ascii_lowercase


def _parsed(given: Sequence[Any]) -> tuple[list[Any], list[list[int | EllipsisType]], list[int | EllipsisType] | None]:
    """Return the operands, the labels of each and those of the output, None where they are implicit."""
    if isinstance(given[0], str):
        text, operands = given[0].replace(" ", ""), list(given[1:])
        inputs, arrow, output = text.partition("->")
        terms = [_labels(term) for term in inputs.split(",")]
        return operands, terms, _labels(output) if arrow else None
    pairs = len(given) // 2
    operands, terms = list(given[: 2 * pairs : 2]), [_numbers(labels) for labels in given[1 : 2 * pairs : 2]]
    return operands, terms, _numbers(given[-1]) if len(given) % 2 else None


def _labels(term: str) -> list[int | EllipsisType]:
    found: list[int | EllipsisType] = []
    for part in term.replace("...", "*"):
        if part != "*" and part not in _LETTERS:
            raise ValueError(
                f"invalid subscript {part!r} in einsum, only letters, commas, '->' and '...' are understood"
            )
        found.append(... if part == "*" else _LETTERS.index(part))
    return found


def _numbers(labels: Iterable[Any]) -> list[int | EllipsisType]:
    return [... if label is ... else operator.index(label) for label in labels]


def _explicit(
    operands: list[Any], terms: list[list[int | EllipsisType]], output: list[int | EllipsisType] | None
) -> tuple[tuple[Labels, ...], Labels]:
    """Return the labels of every axis, an ellipsis written out."""
    if len(operands) != len(terms):
        raise ValueError(f"einsum has {len(terms)} terms of subscripts for {len(operands)} operands")
    used = {label for term in (*terms, output or ()) for label in term if label is not ...}
    free = [label for label in range(len(_LETTERS)) if label not in used]
    # How many axes each ellipsis stands for; they are aligned at their ends.
    counts = [x.ndim - (len(term) - 1) if ... in term else 0 for x, term in zip(operands, terms, strict=True)]
    most = max(counts)
    if most > len(free):
        raise ValueError("einsum has more axes than there are labels")
    hidden = free[:most]
    written = []
    for x, term, count in zip(operands, terms, counts, strict=True):
        labels = _written(term, hidden[most - max(count, 0) :])
        if len(labels) != x.ndim or count < 0:
            raise ValueError(f"einsum has {len(labels)} subscripts for an operand of {x.ndim} axes")
        written.append(labels)
    if output is None:
        every = [label for term in terms for label in term if label is not ...]
        once = sorted(label for label in used if every.count(label) == 1)
        return tuple(written), (*hidden, *once)
    if hidden and ... not in output:
        raise ValueError("einsum has an ellipsis in its operands that is missing from its output")
    return tuple(written), _written(output, hidden)


def _written(term: list[int | EllipsisType], hidden: list[int]) -> Labels:
    if term.count(...) > 1:
        raise ValueError("einsum takes one ellipsis in a term")
    return tuple(label for part in term for label in (hidden if isinstance(part, EllipsisType) else (part,)))


def _forward(*operands: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
    interleaved = [part for x, own in zip(operands, labels, strict=True) for part in (x, list(own))]
    return np.einsum(*interleaved, list(output), optimize=optimize)


def _pushforward(*given: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
    count = len(labels)
    operands, out, tangents = given[:count], given[count], given[count + 1 :]
    total = None
    for n, tangent in enumerate(tangents):
        if not absent(tangent):
            factors = (*operands[:n], tangent, *operands[n + 1 :])
            part = _product(*factors, labels=labels, output=output, optimize=optimize)
            total = part if total is None else total + part
    return np.zeros_like(plain(out)) if total is None else total


def _product(*factors: Any, **params: Any) -> Any:
    return absorbing(partial(_einsum_of(len(factors)), **params), *factors)


def _backward_of(n: int) -> Any:
    """Return the rule for operand `n`."""

    def backward(*given: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
        operands, grad, shape = given[: len(labels)], given[-1], shape_of(given[n])
        others = (*operands[:n], *operands[n + 1 :])
        of_others = (*labels[:n], *labels[n + 1 :])
        # An axis of length one was broadcast: the gradient is summed over its label, as over all that are not named.
        sizes = {label: size for label, size in zip(labels[n], shape, strict=True) if size != 1}
        wanted = tuple(sizes)
        known = {label for term in (*of_others, output) for label in term}
        present = tuple(label for label in wanted if label in known)
        own = _product(
            grad,
            *others,
            labels=(output, *of_others),
            output=present,
            optimize=optimize if isinstance(optimize, (bool, str)) else True,
        )
        # A label that occurs here alone was summed over, and its gradient is the same all along.
        found = iter(shape_of(own))
        own = np.reshape(own, tuple(next(found) if label in known else 1 for label in wanted))
        own = np.broadcast_to(own, tuple(sizes.values()))
        repeated = tuple(label for label, size in zip(labels[n], shape, strict=True) if size != 1)
        if len(repeated) != len(wanted):
            own = _on_diagonal(own, labels=repeated, wanted=wanted)
        return np.reshape(own, shape)

    return backward


def _spread(x: Any, *, labels: Labels, wanted: Labels) -> Any:
    sizes = dict(zip(wanted, x.shape, strict=True))
    whole = np.zeros(tuple(sizes[label] for label in labels), dtype=x.dtype)
    np.einsum(whole, list(labels), list(wanted))[...] = x
    return whole


_on_diagonal: Primitive = primitive(
    _spread,
    lambda x, out, grad, *, labels, wanted: np.einsum(grad, list(labels), list(wanted)),
    pushforward=lambda x, out, tangent, *, labels, wanted: _on_diagonal(tangent, labels=labels, wanted=wanted),
    name="on_diagonal",
)
"""Return zeros with `x` where indices of the same label are equal."""


@cache
def _einsum_of(count: int) -> Primitive:
    """Return the summation of `count` operands."""
    return primitive(
        _forward, tuple(map(_backward_of, range(count))), pushforward=_pushforward, name=f"einsum_of_{count}"
    )


_einsum_of_1, _einsum_of_2, _einsum_of_3 = map(_einsum_of, (1, 2, 3))


@composite(overloads=["numpy:einsum"])
def einsum(*operands: Any, out: Any = None, optimize: Any = False, **kwargs: Any) -> Any:
    """Return the sum of products that subscripts in Einstein's notation name."""
    dtype = kwargs.pop("dtype", None)
    for name in ("order", "casting"):
        kwargs.pop(name, None)
    if kwargs:
        raise TypeError(f"einsum() got unexpected keyword arguments {sorted(kwargs)}")
    if len(operands) < 2:
        raise ValueError("einsum takes subscripts and at least one operand")
    arrays, terms, output = _parsed(operands)
    arrays = [as_array(x) if dtype is None else as_array(x).astype(dtype) for x in arrays]
    labels, wanted = _explicit(arrays, terms, output)
    for own, x in zip(labels, arrays, strict=True):
        if any(x.shape[n] != x.shape[own.index(label)] for n, label in enumerate(own)):
            raise ValueError(f"einsum takes no diagonal of axes of different lengths, of shape {x.shape}")
    return deliver(_einsum_of(len(arrays))(*arrays, labels=labels, output=wanted, optimize=optimize), out)


einsum_path = nondifferentiable("numpy:einsum_path", overloads=["numpy:einsum_path"])


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [einsum, einsum_path, _on_diagonal, _einsum_of_1, _einsum_of_2, _einsum_of_3]
