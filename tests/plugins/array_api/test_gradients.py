"""Gradients through the functions of the namespace, against numerical derivatives, in both modes and to second order."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback.variable import answer_for
from pullback_plugins import array_api as xp

RANDOM = np.random.default_rng(5)
VECTOR = RANDOM.uniform(0.3, 0.9, 4)
MATRIX = RANDOM.uniform(-1.0, 1.0, (3, 3)) + 2.0 * np.eye(3)
WIDE = RANDOM.uniform(0.5, 2.0, (2, 3))
C = xp.asarray(RANDOM.uniform(0.5, 1.5, 4))


def words(text: str) -> list[str]:
    return text.split()


def symmetric(x: Any) -> Any:
    return x @ x.mT + xp.eye(3)


CASES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    **{
        name: (getattr(xp, name), VECTOR)
        for name in words("""abs acos asin asinh atan atanh cos cosh exp expm1 log log1p log2 log10 negative positive reciprocal
        sin sinh square sqrt tan tanh real conj""")
    },
    **{
        name: (lambda x, function=getattr(xp, name): function(x, C) + function(C, x[::-1]), VECTOR)
        for name in words("add atan2 copysign divide hypot logaddexp maximum minimum multiply pow subtract")
    },
    "acosh": (lambda x: xp.acosh(x + 1), VECTOR),
    "clip": (lambda x: xp.clip(x, 0.4, 0.8) * x + xp.clip(x, max=0.6) + xp.clip(x, min=0.5), VECTOR),
    "remainder": (lambda x: xp.remainder(x * 5, C), VECTOR),
    # creation
    "full": (lambda x: xp.full((2, 2), x[0] * x[1]), VECTOR),
    "linspace": (lambda x: xp.linspace(x[0], x[1], 5), VECTOR),
    "meshgrid": (lambda x: xp.stack(xp.meshgrid(x, x * x)), VECTOR),
    "tril": (lambda x: xp.tril(x) + xp.triu(x, k=1) ** 2, MATRIX),
    # shapes
    "broadcast_arrays": (lambda x: xp.stack(xp.broadcast_arrays(x, x[:1, :])), WIDE),
    "broadcast_to": (lambda x: xp.broadcast_to(x, (3, 4)), VECTOR),
    "concat": (lambda x: xp.concat([x, C, x * x]), VECTOR),
    "concat flat": (lambda x: xp.concat([x, xp.ones(2)], axis=None), WIDE),
    "expand_dims": (lambda x: xp.expand_dims(x, axis=1) * x, VECTOR),
    "flip": (lambda x: xp.flip(x, axis=1), WIDE),
    "moveaxis": (lambda x: xp.moveaxis(x, 0, 1), WIDE),
    "permute_dims": (lambda x: xp.permute_dims(x, (1, 0)), WIDE),
    "repeat": (lambda x: xp.repeat(x, 2, axis=1), WIDE),
    "reshape": (lambda x: xp.reshape(x, (3, 2), copy=True), WIDE),
    "roll": (lambda x: xp.roll(x, 1, axis=1), WIDE),
    "squeeze": (lambda x: xp.squeeze(x[None], axis=0), WIDE),
    "stack": (lambda x: xp.stack([x, x * x], axis=1), VECTOR),
    "tile": (lambda x: xp.tile(x, (2, 1)), WIDE),
    "unstack": (lambda x: xp.unstack(x, axis=1)[1] * xp.unstack(x, axis=1)[2], WIDE),
    # choosing
    "sort": (lambda x: xp.sort(x) * C + xp.sort(x, descending=True) * x, VECTOR),
    "take": (lambda x: xp.take(x, xp.asarray([2, 0, 0]), axis=1), WIDE),
    "take_along_axis": (lambda x: xp.take_along_axis(x, xp.argsort(x, axis=1, descending=True), axis=1), WIDE),
    "unique_values": (lambda x: xp.unique_values(xp.concat([x, x])), VECTOR),
    "where": (lambda x: xp.where(x > 0.5, x * x, C), VECTOR),
    "boolean mask": (lambda x: x[xp.asarray([True, False, True, True])], VECTOR),
    # sums and their kin
    **{name: (getattr(xp, name), WIDE) for name in words("max mean min prod std sum var")},
    "var corrected": (lambda x: xp.var(x, axis=1, correction=1, keepdims=True), WIDE),
    "cumulative_sum": (lambda x: xp.cumulative_sum(x, axis=1, include_initial=True), WIDE),
    "cumulative_prod": (lambda x: xp.cumulative_prod(x), VECTOR),
    "diff": (lambda x: xp.diff(x, n=2, append=x[:1]), VECTOR),
    # linear algebra
    "matmul": (lambda x: x @ MATRIX + xp.matmul(x, x), MATRIX),
    "tensordot": (lambda x: xp.tensordot(x, WIDE, axes=((1,), (1,))), WIDE),
    "vecdot": (lambda x: xp.vecdot(x, WIDE, axis=0), WIDE),
    "matrix_transpose": (lambda x: xp.matrix_transpose(x), WIDE),
    "cholesky": (lambda x: xp.linalg.cholesky(symmetric(x), upper=True), MATRIX),
    "cross": (lambda x: xp.linalg.cross(x, xp.asarray(WIDE[::-1])), WIDE),
    "det": (xp.linalg.det, MATRIX),
    "diagonal": (lambda x: xp.linalg.diagonal(x, offset=1), MATRIX),
    "eigh": (lambda x: xp.linalg.eigh(symmetric(x)).eigenvalues, MATRIX),
    "inv": (xp.linalg.inv, MATRIX),
    "matrix_norm": (xp.linalg.matrix_norm, MATRIX),
    "matrix_power": (lambda x: xp.linalg.matrix_power(x, 3), MATRIX),
    "outer": (lambda x: xp.linalg.outer(x, C), VECTOR),
    "pinv": (lambda x: xp.linalg.pinv(x), MATRIX),
    "qr": (lambda x: xp.linalg.qr(x).R, MATRIX),
    "slogdet": (lambda x: xp.linalg.slogdet(x).logabsdet, MATRIX),
    "solve": (lambda x: xp.linalg.solve(x, xp.ones(3)), MATRIX),
    "svdvals": (xp.linalg.svdvals, MATRIX),
    "trace": (xp.linalg.trace, MATRIX),
    "vector_norm": (lambda x: xp.linalg.vector_norm(x, axis=(0, 1), keepdims=True), WIDE),
    "vector_norm of order 3": (lambda x: xp.linalg.vector_norm(x, axis=0, ord=3), WIDE),
    # Fourier transforms
    "fft": (lambda x: xp.real(xp.fft.fft(x)) + xp.imag(xp.fft.fft(x)), VECTOR),
    "irfft": (lambda x: xp.fft.irfft(xp.fft.rfft(x) ** 2), VECTOR),
    "fftn": (lambda x: xp.abs(xp.fft.fftn(x)) ** 2, WIDE),
    "fftshift": (lambda x: xp.fft.fftshift(x), VECTOR),
    # special functions, as SciPy finds them
    "erf": (lambda x: xp.special.erf(x) + xp.special.gammaln(x), VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    function, x = CASES[name]
    result = function(xp.asarray(x))
    weights = np.cos(np.arange(np.asarray(result).size)).reshape(np.asarray(result).shape)
    pb.check_grads(lambda x: xp.sum(function(xp.asarray(x)) * weights), (x,))


@pytest.mark.parametrize("name", ["sin", "add", "mean", "concat", "cumulative_sum", "where", "sort", "matmul"])
def test_single_precision_stays(name: str) -> None:
    function, x = CASES[name]
    single = x.astype(np.float32)

    def f(x: Any) -> Any:
        return xp.sum(xp.astype(function(x), xp.float32))

    grad = pb.grad(f)(single)
    assert grad.dtype == np.float32
    np.testing.assert_allclose(grad, pb.grad(lambda x: xp.sum(function(x)))(x), rtol=2e-5)


def test_what_a_special_function_without_a_pair_does() -> None:
    mathieu_a = import_module("scipy.special").mathieu_a
    assert answer_for(getattr(mathieu_a, "__wrapped__", mathieu_a)) is None, "it has a pair now: take another one"

    def f(x: Any) -> Any:
        value = xp.special.mathieu_a(2.0, x)
        assert value.shape == x.shape
        return xp.sum(x * x), value

    np.testing.assert_array_equal(pb.grad(f, has_aux=True)(VECTOR)[0], 2 * VECTOR)
    with pytest.raises(pb.UnknownPrimitiveError, match=r"through scipy\.special\.mathieu_a"):
        pb.grad(lambda x: xp.sum(f(x)[1]))(VECTOR)
    with pytest.raises(pb.UnknownPrimitiveError, match=r"through scipy\.special\.mathieu_a"):
        pb.jvp(lambda x: f(x)[1], (VECTOR,), (VECTOR,))
    with pytest.raises(AttributeError, match="no universal function"):
        _ = xp.special.logsumexp
    with pytest.raises(AttributeError, match="no universal function"):
        _ = xp.special.no_such_function
