"""Gradients by complex numbers: complex derivatives where they are asked for, and df/dx - i df/dy of real outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import grad, value_and_grad

Z = np.array([1.0 + 2.0j, 0.5 - 1.0j])

HOLOMORPHIC = [
    (lambda z: np.exp(z) * z, lambda z: np.exp(z) * (1.0 + z)),
    (np.sin, np.cos),
    (lambda z: z**3, lambda z: 3.0 * z**2),
    (lambda z: 1.0 / z, lambda z: -1.0 / z**2),
    (np.sqrt, lambda z: 0.5 / np.sqrt(z)),
    (np.log, lambda z: 1.0 / z),
]


@pytest.mark.parametrize(("function", "derivative"), HOLOMORPHIC)
def test_complex_derivatives(function: Any, derivative: Any) -> None:
    found = grad(lambda z: np.sum(function(z)), holomorphic=True)(Z)
    np.testing.assert_allclose(found, derivative(Z), rtol=1e-14)
    assert found.dtype == np.complex128
    for z in (complex(Z[0]), Z[0], np.complex64(Z[0])):
        value, slope = value_and_grad(function, holomorphic=True)(z)
        assert slope == pytest.approx(complex(derivative(Z[0])), rel=1e-6)
        assert value == pytest.approx(complex(function(Z[0])), rel=1e-6)
    assert value_and_grad(function, holomorphic=True)(np.complex64(Z[0]))[1].dtype == np.complex64


def test_higher_orders() -> None:
    third: Any = lambda z: z**3 * np.exp(z)  # noqa: E731
    for _ in range(3):
        third = grad(third, holomorphic=True)
    z = 0.3 - 0.7j
    assert third(z) == pytest.approx((z**3 + 9 * z**2 + 18 * z + 6) * np.exp(z), rel=1e-13)


def test_of_a_real_output_it_is_by_x_minus_i_by_y() -> None:
    def f(z: Any) -> Any:
        return np.sum(np.abs(z) ** 2 + np.real(z) * np.imag(z))

    x, y = Z.real, Z.imag
    np.testing.assert_allclose(grad(f)(Z), (2 * x + y) - 1j * (2 * y + x), rtol=1e-14)


@pytest.mark.parametrize(
    ("function", "argument", "options", "message"),
    [
        (lambda x: x * x, 2.0, {"holomorphic": True}, "takes complex arguments"),
        (lambda p: p[0] * p[1], (1j, 2.0), {"holomorphic": True}, "takes complex arguments"),
        (lambda z: z, Z, {"holomorphic": True}, "one real number"),
        (
            abs,
            1 + 1j,
            {"holomorphic": True},
            "returns a complex number, but it returned an array of shape .* has a gradient, without holomorphic",
        ),
        (lambda z: z.real, np.complex64(1j), {"holomorphic": True}, "returns a complex number"),
        (lambda z: z * z, 1j, {}, "one real number"),
    ],
)
def test_misuse(function: Any, argument: Any, options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        pb.grad(function, **options)(argument)
