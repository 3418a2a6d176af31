"""Einstein summation: the gradient of each operand is an einsum too, of the cotangent with the other operands."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from functools import cache, partial
from string import ascii_lowercase, ascii_uppercase
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

from pullback import Primitive, composite, hookimpl, nondifferentiable, primitive
from pullback.extend import plain
from pullback_plugins.numpy.array.objects import as_array
from pullback_plugins.numpy.linalg.matrices import is_zero_tangent, shape_of
from pullback_plugins.numpy.linalg.strong_zeros import strong_contraction
from pullback_plugins.numpy.rules.axes import write_to_out

__all__ = ["einsum", "einsum_path"]

Labels: TypeAlias = tuple[int, ...]

# In the order in which NumPy sorts the labels of an implicit output.
_LETTERS = ascii_uppercase + ascii_lowercase


def _parse(
    arguments: Sequence[Any],
) -> tuple[list[Any], list[list[int | EllipsisType]], list[int | EllipsisType] | None]:
    """Return the operands, the labels of each, and the labels of the output (None if it is implicit)."""
    if isinstance(arguments[0], str):
        text, operands = arguments[0].replace(" ", ""), list(arguments[1:])
        inputs, arrow, output = text.partition("->")
        terms = [_labels_of_text(term) for term in inputs.split(",")]
        return operands, terms, _labels_of_text(output) if arrow else None
    pairs = len(arguments) // 2
    operands, terms = (
        list(arguments[: 2 * pairs : 2]),
        [_labels_of_list(labels) for labels in arguments[1 : 2 * pairs : 2]],
    )
    return operands, terms, _labels_of_list(arguments[-1]) if len(arguments) % 2 else None


def _labels_of_text(term: str) -> list[int | EllipsisType]:
    labels: list[int | EllipsisType] = []
    for part in term.replace("...", "*"):
        if part != "*" and part not in _LETTERS:
            raise ValueError(f"invalid subscript {part!r} in einsum; only letters, commas, '->' and '...' are allowed")
        labels.append(... if part == "*" else _LETTERS.index(part))
    return labels


def _labels_of_list(labels: Iterable[Any]) -> list[int | EllipsisType]:
    return [... if label is ... else operator.index(label) for label in labels]


def _explicit_labels(
    operands: list[Any], terms: list[list[int | EllipsisType]], output: list[int | EllipsisType] | None
) -> tuple[tuple[Labels, ...], Labels]:
    """Return the labels of every operand and of the output, one per axis, with ellipses expanded."""
    if len(operands) != len(terms):
        raise ValueError(f"einsum has {len(terms)} terms of subscripts for {len(operands)} operands")
    used = {label for term in (*terms, output or ()) for label in term if label is not ...}
    unused = [label for label in range(len(_LETTERS)) if label not in used]
    # The number of axes that each ellipsis stands for; they broadcast, so they are aligned at the last axis.
    counts = [x.ndim - (len(term) - 1) if ... in term else 0 for x, term in zip(operands, terms, strict=True)]
    most_axes = max(counts)
    if most_axes > len(unused):
        raise ValueError("einsum has more axes than there are letters to label them")
    ellipsis_labels = unused[:most_axes]
    expanded = []
    for x, term, count in zip(operands, terms, counts, strict=True):
        labels = _expanded(term, ellipsis_labels[most_axes - max(count, 0) :])
        if len(labels) != x.ndim or count < 0:
            raise ValueError(f"einsum has {len(labels)} subscripts for an operand with {x.ndim} axes")
        expanded.append(labels)
    if output is None:
        occurrences = [label for term in terms for label in term if label is not ...]
        unique = sorted(label for label in used if occurrences.count(label) == 1)
        return tuple(expanded), (*ellipsis_labels, *unique)
    if ellipsis_labels and ... not in output:
        raise ValueError("einsum has an ellipsis in its operands, but none in its output")
    return tuple(expanded), _expanded(output, ellipsis_labels)


def _expanded(term: list[int | EllipsisType], ellipsis_labels: list[int]) -> Labels:
    if term.count(...) > 1:
        raise ValueError("einsum takes at most one ellipsis per operand")
    return tuple(label for part in term for label in (ellipsis_labels if isinstance(part, EllipsisType) else (part,)))


def _forward(*operands: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
    interleaved = [
        part for x, operand_labels in zip(operands, labels, strict=True) for part in (x, list(operand_labels))
    ]
    return np.einsum(*interleaved, list(output), optimize=optimize)


def _pushforward(*arguments: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
    count = len(labels)
    operands, out, tangents = arguments[:count], arguments[count], arguments[count + 1 :]
    total = None
    for n, tangent in enumerate(tangents):
        if not is_zero_tangent(tangent):
            factors = (*operands[:n], tangent, *operands[n + 1 :])
            part = _strong_einsum(*factors, labels=labels, output=output, optimize=optimize)
            total = part if total is None else total + part
    return np.zeros_like(plain(out)) if total is None else total


def _strong_einsum(*factors: Any, **params: Any) -> Any:
    return strong_contraction(partial(_einsum_of(len(factors)), **params), *factors)


def _backward_of(n: int) -> Any:
    """Return the backward rule of operand `n`: the einsum of the cotangent with the other operands."""

    def backward(*arguments: Any, labels: tuple[Labels, ...], output: Labels, optimize: Any) -> Any:
        operands, grad, shape = arguments[: len(labels)], arguments[-1], shape_of(arguments[n])
        others = (*operands[:n], *operands[n + 1 :])
        other_labels = (*labels[:n], *labels[n + 1 :])
        # An axis of length one may have been broadcast, so its gradient is summed over its label.
        sizes = {label: size for label, size in zip(labels[n], shape, strict=True) if size != 1}
        own_labels = tuple(sizes)
        labels_elsewhere = {label for term in (*other_labels, output) for label in term}
        kept_labels = tuple(label for label in own_labels if label in labels_elsewhere)
        cotangent = _strong_einsum(
            grad,
            *others,
            labels=(output, *other_labels),
            output=kept_labels,
            optimize=optimize if isinstance(optimize, (bool, str)) else True,
        )
        # A label that occurs in this operand only was summed over, so the gradient is constant along its axis.
        lengths = iter(shape_of(cotangent))
        cotangent = np.reshape(
            cotangent, tuple(next(lengths) if label in labels_elsewhere else 1 for label in own_labels)
        )
        cotangent = np.broadcast_to(cotangent, tuple(sizes.values()))
        labels_per_axis = tuple(label for label, size in zip(labels[n], shape, strict=True) if size != 1)
        if len(labels_per_axis) != len(own_labels):
            cotangent = _on_diagonal(cotangent, labels=labels_per_axis, distinct=own_labels)
        return np.reshape(cotangent, shape)

    return backward


def _placed_on_diagonal(x: Any, *, labels: Labels, distinct: Labels) -> Any:
    sizes = dict(zip(distinct, x.shape, strict=True))
    placed = np.zeros(tuple(sizes[label] for label in labels), dtype=x.dtype)
    np.einsum(placed, list(labels), list(distinct))[...] = x
    return placed


_on_diagonal: Primitive = primitive(
    _placed_on_diagonal,
    lambda x, out, grad, *, labels, distinct: np.einsum(grad, list(labels), list(distinct)),
    pushforward=lambda x, out, tangent, *, labels, distinct: _on_diagonal(tangent, labels=labels, distinct=distinct),
    name="einsum_diagonal",
)
"""Return zeros, with `x` on the diagonal of axes of the same label: for "ii", (n,) -> (n, n)."""


@cache
def _einsum_of(count: int) -> Primitive:
    """Return the primitive for `count` operands."""
    return primitive(
        _forward, tuple(map(_backward_of, range(count))), pushforward=_pushforward, name=f"einsum_of_{count}"
    )


_einsum_of_1, _einsum_of_2, _einsum_of_3 = map(_einsum_of, (1, 2, 3))


@composite(overloads=["numpy:einsum"])
def einsum(*operands: Any, out: Any = None, optimize: Any = False, **kwargs: Any) -> Any:
    """Return the sum of products that the subscripts describe in Einstein's notation."""
    dtype = kwargs.pop("dtype", None)
    for name in ("order", "casting"):
        kwargs.pop(name, None)
    if kwargs:
        raise TypeError(f"einsum() got unexpected keyword arguments {sorted(kwargs)}")
    if len(operands) < 2:
        raise ValueError("einsum needs subscripts and at least one operand")
    arrays, terms, output = _parse(operands)
    arrays = [as_array(x) if dtype is None else as_array(x).astype(dtype) for x in arrays]
    labels, output_labels = _explicit_labels(arrays, terms, output)
    for operand_labels, x in zip(labels, arrays, strict=True):
        if any(x.shape[n] != x.shape[operand_labels.index(label)] for n, label in enumerate(operand_labels)):
            raise ValueError(
                f"einsum cannot take a diagonal over axes of different lengths, in an operand of shape {x.shape}"
            )
    return write_to_out(_einsum_of(len(arrays))(*arrays, labels=labels, output=output_labels, optimize=optimize), out)


einsum_path = nondifferentiable("numpy:einsum_path", overloads=["numpy:einsum_path"])


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [einsum, einsum_path, _on_diagonal, _einsum_of_1, _einsum_of_2, _einsum_of_3]
