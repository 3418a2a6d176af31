"""Plain NumPy one-liners: each against a high-precision reference, none silently wrong.

A row is run alone with ``-k``: ``pytest tests/plugins/numpy/one_liners -k log_sum_exp``.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.tracked import Tracked

from .reference import Derivative, complex_steps, directional, flat, jacobian, leaves, rebuilt
from .row import Row
from .tables import ROWS

_BY_ID = {row.id: row for row in ROWS}
_SMOOTH = [row for row in ROWS if row.gradients is None and not row.refused]


def _parametrized(rows: list[Row]) -> Any:
    return pytest.mark.parametrize("row", [row for row in rows if row.available], ids=lambda row: row.id)


def test_the_table_is_large_and_its_names_are_different() -> None:
    assert len(_BY_ID) == len(ROWS) >= 350


@_parametrized(_SMOOTH)
def test_reverse(row: Row) -> None:
    check_reverse(row)


@_parametrized(_SMOOTH)
def test_forward(row: Row) -> None:
    check_forward(row)


@_parametrized([row for row in _SMOOTH if row.order > 1])
def test_second_order(row: Row) -> None:
    check_second_order(row)


@_parametrized([row for row in ROWS if row.gradients is not None])
def test_exact_gradients(row: Row) -> None:
    check_exact_gradients(row)


@_parametrized([row for row in ROWS if row.refused])
def test_refusals(row: Row) -> None:
    check_refusal(row)


def check_reverse(row: Row) -> None:
    """The output is NumPy's, and the gradient is the reference's; what became of the plain inputs meanwhile does not matter."""
    with _refusals_of(row):
        inputs = _copies(row.inputs)
        output, pull = pb.vjp(row.function, *inputs)
        plain = _plain_output(row)
        _assert_same_output(output, plain)
        cotangent = _cotangent(plain)
        for leaf in inputs:
            if isinstance(leaf, np.ndarray):
                leaf.fill(77.0)
        gradients = pull(cotangent)
        for gradient, leaf in zip(gradients, row.inputs, strict=True):
            assert np.shape(gradient) == np.shape(leaf)
            assert np.asarray(gradient).dtype == np.asarray(leaf).dtype
        weights = _pairing(flat(cotangent), plain)
        reference = _reference(row.id)
        want = Derivative(weights @ reference.value, np.abs(weights) @ reference.error)
        _assert_close(_gradient_numbers(gradients), want, row)
        if isinstance(plain, (float, np.floating)):
            alone = pb.grad(row.function, argnums=tuple(range(len(row.inputs))))(*_copies(row.inputs))
            _assert_close(_gradient_numbers(alone) * flat(cotangent), want, row)


def check_forward(row: Row) -> None:
    """The tangent of the output is the reference's."""
    with _refusals_of(row):
        tangents = _tangents(row.inputs)
        output, tangent = pb.jvp(row.function, _copies(row.inputs), tangents)
        plain = _plain_output(row)
        _assert_same_output(output, plain)
        for found, leaf in zip(leaves(tangent), leaves(plain), strict=True):
            assert np.shape(found) == np.shape(leaf)
        way = flat(tangents)
        reference = _reference(row.id)
        _assert_close(
            flat(tangent), Derivative(reference.value @ way, reference.error @ np.abs(way)), row, reference.value
        )


def check_second_order(row: Row) -> None:
    """Forward over reverse is the difference of gradients: of the reference's where those have all digits, else of ours."""
    with _refusals_of(row):
        plain = _plain_output(row)
        cotangent = _cotangent(plain)
        tangents = _tangents(row.inputs)

        def gradient(*inputs: Any) -> Any:
            return pb.vjp(row.function, *inputs)[1](cotangent)

        _, found = pb.jvp(gradient, _copies(row.inputs), tangents)
        exact = _reference(row.id).exact
        weights = flat(cotangent)

        def numbers(at: Any) -> Any:
            inputs = rebuilt(at, row.inputs)
            if exact:
                return weights @ complex_steps(row.function, inputs)
            return _gradient_numbers(gradient(*_like(inputs, row.inputs)))

        want = directional(numbers, flat(row.inputs), flat(tangents))
        _assert_close(_gradient_numbers(found), want, row, floor=3e-9)


def check_exact_gradients(row: Row) -> None:
    """The gradients are what the row says, in both modes."""
    assert row.gradients is not None
    output, pull = pb.vjp(row.function, *_copies(row.inputs))
    gradients = pull(_ones(output))
    for gradient, want in zip(gradients, row.gradients, strict=True):
        np.testing.assert_allclose(gradient, want, rtol=1e-14, atol=1e-15)
    for n, leaf in enumerate(row.inputs):
        for k in range(np.size(leaf)):
            tangents = [np.zeros_like(each)[()] if np.ndim(each) == 0 else np.zeros_like(each) for each in row.inputs]
            tangents[n] = np.ones_like(leaf)[()] if np.ndim(leaf) == 0 else tangents[n]
            if np.ndim(leaf):
                tangents[n].reshape(-1)[k] = 1.0
            with warnings.catch_warnings():
                # Forward mode cannot know what becomes of the eigenvectors of equal eigenvalues.
                warnings.simplefilter("ignore", pb.PullbackWarning)
                _, tangent = pb.jvp(row.function, _copies(row.inputs), tuple(tangents))
            total = sum(np.sum(part) for part in leaves(tangent))
            np.testing.assert_allclose(total, np.reshape(row.gradients[n], -1)[k], rtol=1e-14, atol=1e-15)
    if row.curvature is not None:

        def gradient(x: Any) -> Any:
            return pb.vjp(lambda first: row.function(first, *row.inputs[1:]), x)[1](_ones(output))[0]

        first = row.inputs[0]
        _, found = pb.jvp(gradient, _copies((first,)), (np.ones_like(first),))
        np.testing.assert_allclose(found, row.curvature, rtol=1e-14, atol=1e-15)


def check_refusal(row: Row) -> None:
    """An error that says what to do is raised in both modes, instead of a gradient that is lost."""
    for run in (
        lambda: pb.vjp(row.function, *_copies(row.inputs)),
        lambda: pb.jvp(row.function, _copies(row.inputs), _tangents(row.inputs)),
    ):
        raised = _raised(run)
        assert raised is not None, "nothing was raised"
        assert is_clear(raised), f"{type(raised).__name__}: {raised}"


def _raised(run: Any) -> Exception | None:
    try:
        run()
    except Exception as error:
        return error
    return None


def is_clear(error: BaseException | None) -> bool:
    """Whether `error` is one of ours, or what Python or NumPy made of one, or a `TypeError` of theirs that says more than a word."""
    if isinstance(error, pb.PullbackError) or (isinstance(error, TypeError) and len(str(error)) > 20):
        return True
    return error is not None and is_clear(error.__cause__ or error.__context__)


class _refusals_of:
    """Lets a clear error pass where the row says that it may be refused."""

    def __init__(self, row: Row):
        self._row = row

    def __enter__(self) -> None:
        return None

    def __exit__(self, cls: Any, error: Any, traceback: Any) -> bool:
        return self._row.may_refuse and is_clear(error)


def _plain_output(row: Row) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return row.function(*_copies(row.inputs))


@cache
def _reference(name: str) -> Derivative:
    row = _BY_ID[name]
    doubles = tuple(
        leaf.astype(np.result_type(leaf.dtype, np.float64)) if isinstance(leaf, np.ndarray) else leaf
        for leaf in row.inputs
    )
    return jacobian(row.function, doubles)


def _copies(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in inputs)


def _like(inputs: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return `inputs` in the types of `wanted`."""
    return tuple(
        float(leaf)
        if type(like) is float
        else np.asarray(leaf, dtype=np.asarray(like).dtype)[()]
        if np.ndim(like) == 0 and not isinstance(like, np.ndarray)
        else np.asarray(leaf, dtype=like.dtype)
        for leaf, like in zip(inputs, wanted, strict=True)
    )


def _numbers(leaf: Any, shift: float) -> Any:
    """Return numbers between -1 and 1 of the shape and dtype of `leaf`."""
    array = np.asarray(leaf)
    drawn = np.cos(shift + 1.7 * np.arange(array.size)).reshape(array.shape)
    if array.dtype.kind == "c":
        drawn = drawn + 1j * np.sin(2.0 + shift + 0.9 * np.arange(array.size)).reshape(array.shape)
    if type(leaf) in (float, complex):
        return type(leaf)(drawn)
    drawn = drawn.astype(array.dtype)
    return drawn if isinstance(leaf, np.ndarray) else drawn[()]


def _mapped(function: Any, structure: Any) -> Any:
    if isinstance(structure, dict):
        return {key: _mapped(function, part) for key, part in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(_mapped(function, part) for part in structure))
    if isinstance(structure, (tuple, list)):
        return type(structure)(_mapped(function, part) for part in structure)
    return function(structure)


def _cotangent(output: Any) -> Any:
    return _mapped(lambda leaf: _numbers(leaf, 0.4), output)


def _ones(output: Any) -> Any:
    return _mapped(lambda leaf: np.ones_like(leaf) if np.ndim(leaf) else np.asarray(leaf).dtype.type(1), output)


def _tangents(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_numbers(leaf, 0.9 + n) for n, leaf in enumerate(inputs))


def _pairing(weights: Any, output: Any) -> Any:
    """Return `weights` so that their product with the numbers of `output` is Re(cotangent * output)."""
    signs = []
    for leaf in leaves(output):
        size = np.size(leaf)
        signs += [np.ones(size), -np.ones(size)] if np.iscomplexobj(leaf) else [np.ones(size)]
    return weights * np.concatenate(signs)


def _gradient_numbers(gradients: Any) -> Any:
    """Return gradients as the derivatives by real and imaginary parts: a complex gradient is df/dx - i df/dy."""
    return flat(tuple(np.conj(leaf) if np.iscomplexobj(leaf) else leaf for leaf in leaves(gradients)))


def _assert_same_output(output: Any, plain: Any) -> None:
    for found, want in zip(leaves(output), leaves(plain), strict=True):
        assert np.shape(found) == np.shape(want)
        assert not isinstance(found, Tracked), "a variable came out"
        assert np.asarray(found).dtype == np.asarray(want).dtype
        near = 1e-4 if np.asarray(want).dtype in (np.float32, np.complex64) else 1e-12
        np.testing.assert_allclose(found, want, rtol=near, atol=near)


def _assert_close(found: Any, want: Derivative, row: Row, scale: Any = None, floor: float = 1e-11) -> None:
    if any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in row.inputs):
        floor = 3e-5
    biggest = max(1.0, float(np.max(np.abs(want.value if scale is None else scale), initial=0.0)))
    allowed = row.tolerance * floor * biggest + 20.0 * want.error
    off = np.abs(found - want.value)
    assert found.shape == want.value.shape
    assert np.all(off <= allowed), (
        f"off by {np.max(np.where(off <= allowed, 0.0, off)):.3g}, allowed {np.max(allowed):.3g}: "
        f"{found} instead of {want.value}"
    )
