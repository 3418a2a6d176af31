"""Derivatives of plain NumPy functions by methods that share nothing with the library: complex steps and extrapolated differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Derivative", "complex_steps", "directional", "flat", "jacobian", "leaves", "rebuilt"]

_STEP = 0.01
_SHRINK = 1.4
_ROWS = 11
_TINY = 1e-30


class Derivative(NamedTuple):
    """A derivative, for each of its numbers how far from the truth it may be, and whether complex steps gave it."""

    value: Any
    error: Any
    exact: bool = False


def leaves(structure: Any) -> Iterator[Any]:
    """Yield the arrays and numbers of nested tuples, lists and dicts."""
    if isinstance(structure, dict):
        structure = list(structure.values())
    if isinstance(structure, (tuple, list)):
        for part in structure:
            yield from leaves(part)
    else:
        yield structure


def flat(structure: Any) -> Any:
    """Return all numbers of a structure as one vector of float64; a complex array gives its real and then its imaginary parts."""
    parts = [np.zeros(0)]
    for leaf in leaves(structure):
        array = np.asarray(leaf).reshape(-1)
        parts += [array.real, array.imag] if array.dtype.kind == "c" else [array]
    return np.concatenate([part.astype(np.float64) for part in parts])


def rebuilt(vector: Any, like: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return inputs such as `like`, of double precision, with the numbers of `vector`, of which real inputs may take complex ones."""
    found, start = [], 0
    for leaf in like:
        array = np.asarray(leaf)
        size = array.size
        part = vector[start : start + size]
        start += size
        if array.dtype.kind == "c":
            part = part + 1j * vector[start : start + size]
            start += size
        part = part.reshape(array.shape)
        found.append(part.copy() if isinstance(leaf, np.ndarray) else part[()])
    return tuple(found)


def jacobian(function: Callable[..., Any], inputs: tuple[Any, ...]) -> Derivative:
    """Return the Jacobian of the numbers of ``function(*inputs)`` by the numbers of `inputs`.

    By complex steps (Squire and Trapp, 1998) where `function` is analytic, which is found out by comparing them with differences.
    """
    at = flat(inputs)
    if not at.size:
        empty = np.zeros((flat(function(*_copies(inputs))).size, 0))
        return Derivative(empty, empty)
    directions = np.eye(at.size)
    columns = [directional(lambda x: flat(function(*rebuilt(x, inputs))), at, way) for way in directions]
    differences = Derivative(np.stack([c.value for c in columns], -1), np.stack([c.error for c in columns], -1))
    exact = complex_steps(function, inputs)
    if exact is None or exact.shape != differences.value.shape:
        return differences
    scale = 1.0 + np.abs(differences.value)
    if np.all(np.abs(exact - differences.value) <= 100.0 * differences.error + 1e-7 * scale):
        return Derivative(exact, np.zeros_like(exact), True)
    return differences


def complex_steps(function: Callable[..., Any], inputs: tuple[Any, ...]) -> Any:
    if any(np.iscomplexobj(leaf) for leaf in (*inputs, *leaves(function(*_copies(inputs))))):
        return None
    at = flat(inputs)
    columns = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            for way in np.eye(at.size):
                outputs = [np.asarray(leaf) for leaf in leaves(function(*rebuilt(at + 1j * _TINY * way, inputs)))]
                columns.append(np.concatenate([output.imag.reshape(-1) for output in outputs]) / _TINY)
        except Exception:
            return None  # what cannot be computed with complex numbers is not analytic for us
    return np.stack(columns, axis=-1)


def _copies(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in inputs)


def directional(function: Callable[[Any], Any], at: Any, way: Any) -> Derivative:
    """Return the derivative of a vector `function` at `at` along `way`, and an estimate of its error.

    Central differences with shrinking steps, extrapolated to step zero: Ridders (1982), Advances in Engineering Software 4, 75-76.
    """
    step = _STEP
    previous: list[Any] = []
    best: Any = None
    error: Any = None
    for _ in range(_ROWS):
        row = [(function(at + step * way) - function(at - step * way)) / (2.0 * step)]
        if best is None:
            best, error = row[0], np.full(np.shape(row[0]), np.inf)
        factor = _SHRINK**2
        for order, earlier in enumerate(previous):
            row.append((row[order] * factor - earlier) / (factor - 1.0))
            factor *= _SHRINK**2
            apart = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - earlier))
            closer = apart < error
            best, error = np.where(closer, row[-1], best), np.where(closer, apart, error)
        previous = row
        step /= _SHRINK
    return Derivative(best, error)
