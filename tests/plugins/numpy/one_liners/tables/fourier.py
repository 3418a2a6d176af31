"""`np.fft`, windows and the like, as signal processing uses them."""

from __future__ import annotations

import numpy as np

from ..row import M, P, Row, T, X, Y, Z, spread

_EVEN = spread(6, seed=4)

ROWS = [
    Row("fft_power", lambda x: np.abs(np.fft.fft(x)) ** 2, (X,)),
    Row("fft_real_imag", lambda x: np.fft.fft(x).real + 2 * np.fft.fft(x).imag, (X,)),
    Row("fft_complex_output", lambda x: np.fft.fft(x), (X,)),
    Row("fft_of_complex", lambda z: np.fft.fft(z), (Z,)),
    Row("fft_n_longer", lambda x: np.abs(np.fft.fft(x, n=8)) ** 2, (X,)),
    Row("fft_n_shorter", lambda x: np.abs(np.fft.fft(x, 3)) ** 2, (X,)),
    Row("fft_axis", lambda a: np.abs(np.fft.fft(a, axis=0)) ** 2, (M,)),
    Row("fft_ortho", lambda x: np.abs(np.fft.fft(x, norm="ortho")) ** 2, (X,)),
    Row("fft_forward_norm", lambda x: np.abs(np.fft.fft(x, norm="forward")) ** 2, (X,)),
    Row("ifft", lambda z: np.fft.ifft(z).real, (Z,)),
    Row("rfft_power", lambda x: np.abs(np.fft.rfft(x)) ** 2, (X,)),
    Row("rfft_even", lambda x: np.abs(np.fft.rfft(x)) ** 2, (_EVEN,)),
    Row("rfft_n", lambda x: np.abs(np.fft.rfft(x, n=7)) ** 2, (_EVEN,)),
    Row("rfft_complex_output", lambda x: np.fft.rfft(x), (_EVEN,)),
    Row("irfft", lambda z: np.fft.irfft(z), (Z,)),
    Row("irfft_odd", lambda z: np.fft.irfft(z, n=5), (Z,)),
    Row("irfft_of_rfft", lambda x: np.fft.irfft(np.fft.rfft(x) * np.array([1.0, 0.5, 0.1]), n=5), (X,)),
    Row("circular_convolution", lambda x, y: np.fft.ifft(np.fft.fft(x) * np.fft.fft(y)).real, (X, Y)),
    Row("linear_convolution_by_fft", lambda x, y: np.fft.irfft(np.fft.rfft(x, 9) * np.fft.rfft(y, 9), 9), (X, Y)),
    Row("hfft", lambda z: np.fft.hfft(z), (Z,)),
    Row("ihfft", lambda x: np.abs(np.fft.ihfft(x)) ** 2, (_EVEN,)),
    Row("fft2_power", lambda a: np.abs(np.fft.fft2(a)) ** 2, (M,)),
    Row("ifft2", lambda a: np.fft.ifft2(np.fft.fft2(a) * np.arange(12).reshape(3, 4)).real, (M,)),
    Row("rfft2", lambda a: np.abs(np.fft.rfft2(a)) ** 2, (M,)),
    Row("irfft2", lambda a: np.fft.irfft2(np.fft.rfft2(a) * np.arange(9).reshape(3, 3), s=(3, 4)), (M,)),
    Row("fftn", lambda t: np.abs(np.fft.fftn(t)).sum(), (T,), order=1),
    Row("fftn_axes", lambda t: np.abs(np.fft.fftn(t, axes=(0, 2))) ** 2, (T,)),
    Row("rfftn_irfftn", lambda t: np.fft.irfftn(np.fft.rfftn(t) ** 2, s=(2, 3, 4), axes=(0, 1, 2)), (T,)),
    Row("fftshift", lambda x: np.fft.fftshift(x) * np.arange(5), (X,)),
    Row("ifftshift_axes", lambda a: np.fft.ifftshift(a, axes=1) ** 2, (M,)),
    Row("spectral_derivative", lambda x: np.fft.ifft(2j * np.pi * np.fft.fftfreq(6) * np.fft.fft(x)).real, (_EVEN,)),
    Row("low_pass", lambda x: np.fft.irfft(np.where(np.fft.rfftfreq(6) < 0.3, np.fft.rfft(x), 0), 6) ** 2, (_EVEN,)),
    Row(
        "power_spectral_density",
        lambda x: np.abs(np.fft.rfft(x * np.hanning(6))) ** 2 / np.sum(np.hanning(6) ** 2),
        (_EVEN,),
    ),
    Row(
        "spectral_centroid",
        lambda x: np.sum(np.arange(4) * np.abs(np.fft.rfft(x))) / np.sum(np.abs(np.fft.rfft(x))),
        (_EVEN,),
    ),
    Row("log_spectrum", lambda x: np.log(np.abs(np.fft.rfft(x)) ** 2 + 1e-3).sum(), (_EVEN,)),
    Row("cepstrum", lambda x: np.fft.irfft(np.log(np.abs(np.fft.rfft(x)) + 0.1), 6), (_EVEN,)),
    Row("phase_of_spectrum", lambda x: np.angle(np.fft.rfft(x)[1:3]), (_EVEN,)),
    Row("unwrap", lambda x: np.unwrap(x) ** 2, (np.array([0.1, 3.5, -2.6, 0.4, 6.0]),)),
    Row("unwrap_axis_discont", lambda a: np.unwrap(3 * a, axis=0) * a, (M,)),
    Row("unwrapped_phase", lambda x: np.unwrap(np.angle(np.exp(1j * np.cumsum(x)))), (P,)),
    Row("analytic_envelope", lambda x: np.abs(np.fft.ifft(np.fft.fft(x) * np.array([1, 2, 2, 1, 0, 0]))), (_EVEN,)),
    Row("goertzel", lambda x: np.abs(np.sum(x * np.exp(-2j * np.pi * 0.3 * np.arange(5)))), (X,)),
    Row("stft_frame", lambda x: np.abs(np.fft.rfft(x[1:5] * np.hamming(4))) ** 2, (_EVEN,)),
    Row("float32_fft", lambda x: np.abs(np.fft.rfft(x)) ** 2, (_EVEN.astype(np.float32),), order=1),
]
