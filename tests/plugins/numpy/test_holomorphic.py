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


MODES = ["auto", "reverse", "forward"]


@pytest.mark.parametrize("mode", MODES)
def test_jacobians_of_complex_outputs_by_real_arguments_are_complex(mode: Any) -> None:
    x = np.array([0.3, -0.8])
    np.testing.assert_allclose(
        pb.jacobian(lambda x: np.exp(1j * x), mode=mode)(x), np.diag(1j * np.exp(1j * x)), rtol=1e-14
    )
    np.testing.assert_allclose(
        pb.jacobian(lambda t: np.exp(1j * t * x), mode=mode)(0.7), 1j * x * np.exp(0.7j * x), rtol=1e-14
    )
    np.testing.assert_allclose(pb.jacobian(np.fft.fft, mode=mode)(np.ones(4)), np.fft.fft(np.eye(4)).T, atol=1e-14)
    found = pb.jacobian(lambda x: np.exp(1j * x), mode=mode)(x.astype(np.float32))
    np.testing.assert_allclose(found, np.diag(1j * np.exp(1j * x)), rtol=1e-6)
    # Parts of both kinds, of a structure.
    real, (both,) = pb.jacobian(lambda p: (p["r"] ** 2, [p["r"] * np.exp(1j * p["t"])]), mode=mode)(
        {"r": 2.0, "t": 0.5}
    )
    assert real == {"r": 4.0, "t": 0.0}
    np.testing.assert_allclose([both["r"], both["t"]], [np.exp(0.5j), 2j * np.exp(0.5j)], rtol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_jacobians_by_complex_arguments(mode: Any) -> None:
    np.testing.assert_allclose(pb.jacobian(lambda z: z**3, mode=mode)(Z), np.diag(3 * Z**2), rtol=1e-14)
    np.testing.assert_allclose(
        pb.jacobian(lambda z: z.real**2 - z.imag, mode=mode)(Z), np.diag(2 * Z.real + 1j), rtol=1e-14
    )
    np.testing.assert_allclose(pb.jacobian(np.abs, mode=mode)(Z), np.diag(Z.conj() / np.abs(Z)), rtol=1e-14)
    np.testing.assert_allclose(pb.jacobian(np.sin, mode=mode)(Z.astype(np.complex64)), np.diag(np.cos(Z)), rtol=1e-6)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", [np.conj, lambda z: z * z.conj(), lambda z: np.abs(z) + 0j, lambda z: z.imag * z])
def test_jacobians_of_what_is_not_holomorphic_are_refused(mode: Any, function: Any) -> None:
    with pytest.raises(TypeError, match="holomorphic there; this one is not"):
        pb.jacobian(function, mode=mode)(Z)


def test_hessians_by_complex_arguments() -> None:
    np.testing.assert_allclose(pb.hessian(lambda z: np.sum(z**3).real)(Z), np.diag(6 * Z), rtol=1e-14)
    with pytest.raises(TypeError, match="holomorphic"):
        pb.hessian(lambda z: np.sum(np.abs(z) ** 2))(Z)
