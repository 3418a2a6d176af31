"""The extension `fft`: round trips, frequencies and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pullback_plugins import array_api as xp

from .points import VECTOR, WIDE, Case, check_gradients

CASES: dict[str, Case] = {
    "fft": (lambda x: xp.real(xp.fft.fft(x)) + xp.imag(xp.fft.fft(x)), VECTOR),
    "irfft": (lambda x: xp.fft.irfft(xp.fft.rfft(x) ** 2), VECTOR),
    "fftn": (lambda x: xp.abs(xp.fft.fftn(x)) ** 2, WIDE),
    "fftshift": (lambda x: xp.fft.fftshift(x), VECTOR),
}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    check_gradients(*CASES[name])


@pytest.mark.parametrize(
    ("there", "back"), [("fft", "ifft"), ("fftn", "ifftn"), ("rfft", "irfft"), ("rfftn", "irfftn"), ("ihfft", "hfft")]
)
@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
def test_there_and_back(there: str, back: str, norm: Any) -> None:
    x = np.random.default_rng(1).normal(size=(2, 4))
    middle = getattr(xp.fft, there)(xp.asarray(x), norm=norm)
    np.testing.assert_allclose(np.real(np.asarray(getattr(xp.fft, back)(middle, norm=norm))), x, atol=1e-15)


def test_the_last_axes_are_taken_where_only_lengths_are_given() -> None:
    x = np.random.default_rng(1).normal(size=(2, 3, 4))
    np.testing.assert_allclose(np.asarray(xp.fft.fftn(xp.asarray(x), s=(3, 5))), np.fft.fftn(x, s=(3, 5), axes=(1, 2)))


def test_frequencies_are_real_floating_point_numbers() -> None:
    np.testing.assert_allclose(np.asarray(xp.fft.fftfreq(5, d=0.5)), np.fft.fftfreq(5, 0.5))
    np.testing.assert_allclose(np.asarray(xp.fft.rfftfreq(5, d=0.5)), np.fft.rfftfreq(5, 0.5))
    for function in (xp.fft.fftfreq, xp.fft.rfftfreq):
        assert function(4).dtype == xp.float64
        assert function(4, dtype=xp.float32).dtype == xp.float32
        with pytest.raises(ValueError, match="not int64"):
            function(4, dtype=xp.int64)
        with pytest.raises(ValueError, match="'cpu'"):
            function(4, device="gpu")


@pytest.mark.parametrize("size", [4, 5])
def test_shifts_undo_each_other(size: int) -> None:
    x = xp.arange(size)
    assert int(xp.fft.fftshift(x)[size // 2]) == 0
    np.testing.assert_array_equal(np.asarray(xp.fft.ifftshift(xp.fft.fftshift(x))), np.arange(size))
