"""Fourier transforms and their derivatives to second order, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad, jvp, vjp
from pullback.tracked import plain

from ..draws import cplx, real, same_numbers  # noqa: F401

NORMS = [None, "backward", "ortho", "forward"]


def agrees(f, x):
    """Check the value of `f` against NumPy's own, its derivatives, and those of a function that is not linear in it."""
    expected = f(x)
    found = f(Variable(x))
    np.testing.assert_allclose(plain(found), expected, rtol=1e-13, atol=1e-13)
    assert plain(found).dtype == expected.dtype
    check_grads(f, (x,), order=1)
    check_grads(lambda x: f(x) * f(x * x), (x,), order=2)


ONE = [
    (name, numbers)
    for name, kinds in {
        "fft": (real, cplx), "ifft": (real, cplx), "rfft": (real,), "irfft": (real, cplx), "hfft": (real, cplx), "ihfft": (real,),
    }.items()
    for numbers in kinds
]  # fmt: skip


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize(("name", "numbers"), ONE)
def test_every_normalisation(name, numbers, norm):
    f = getattr(np.fft, name)
    for size in (4, 5):
        agrees(lambda x: f(x, norm=norm), numbers(size))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize(("name", "numbers"), ONE)
def test_padding_and_truncation(name, numbers, n):
    f = getattr(np.fft, name)
    agrees(lambda x: f(x, n), numbers(4))


@pytest.mark.parametrize(("name", "numbers"), ONE)
def test_other_axes(name, numbers):
    f = getattr(np.fft, name)
    agrees(lambda x: f(x, axis=0), numbers(3, 2))
    agrees(lambda x: f(x, 5, -2), numbers(2, 4, 2))


MANY = ["fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn"]


@pytest.mark.parametrize(
    ("options", "shape"),
    [({}, (3, 4)), ({"norm": "ortho"}, (2, 3, 3)), ({"s": (2, 5), "axes": (0, 1)}, (3, 4)), ({"axes": (1, 0)}, (3, 4)),
     ({"s": (3, 3), "axes": (-1, 0), "norm": "forward"}, (2, 2, 4)), ({"axes": (0, 0)}, (3, 2))],
)  # fmt: skip
@pytest.mark.parametrize("name", MANY)
def test_several_axes(name, options, shape):
    f = getattr(np.fft, name)
    if name in ("fft2", "ifft2", "fftn", "ifftn", "irfft2", "irfftn"):
        agrees(lambda x: f(x, **options), cplx(*shape))
    agrees(lambda x: f(x, **options), real(*shape))


@pytest.mark.skipif(int(np.__version__.split(".")[0]) < 2, reason="NumPy 2 gives -1 a meaning")
def test_a_size_of_minus_one_is_the_whole_axis():
    agrees(lambda x: np.fft.fftn(x, (-1, 2), (0, 1)), real(3, 4))
    agrees(lambda x: np.fft.irfftn(x, (-1, 5), (0, 1)), cplx(3, 4))


def test_shifts():
    for f in (np.fft.fftshift, np.fft.ifftshift):
        agrees(lambda x: f(x), real(5))
        agrees(lambda x: f(x), cplx(3, 4))
        agrees(lambda x: f(x, axes=1), real(3, 3))
        agrees(lambda x: f(x, axes=(0,)), real(3, 3))


def test_frequencies_of_a_variable_spacing():
    if np.__version__.startswith("1."):
        pytest.skip("NumPy 1 divides by the spacing first")
    check_grads(lambda d: np.fft.fftfreq(4, d) * 1.0, (0.5,), order=1)
    assert np.allclose(jvp(lambda d: np.fft.fftfreq(4, d), (0.5,), (1.0,))[1], -np.fft.fftfreq(4, 0.5) / 0.5)


def test_the_gradient_of_a_spectrum():
    # Parseval: the sum of squares of the unitary transform is that of the signal.
    x = real(7)

    def power(x):
        y = np.fft.fft(x, norm="ortho")
        return np.sum(np.real(y * np.conj(y)))

    assert np.allclose(grad(power)(x), 2 * x)


def test_the_adjoint_of_each_transform_of_real_numbers():
    for n in (4, 5):
        for f, size, numbers in ((np.fft.rfft, n, real), (np.fft.irfft, n // 2 + 1, cplx)):
            x, tangent = numbers(size), numbers(size)
            _, pull = vjp(lambda x: f(x, n), x)
            pushed = jvp(lambda x: f(x, n), (x,), (tangent,))[1]
            cotangent = (cplx if pushed.dtype.kind == "c" else real)(*pushed.shape)
            (pulled,) = pull(cotangent)
            assert np.isclose(np.sum(cotangent * pushed).real, np.sum(pulled * tangent).real)


def test_float32_stays():
    x = real(4).astype(np.float32)
    found = grad(lambda x: np.sum(np.fft.irfft(np.fft.rfft(x)) ** 2))(x)
    assert found.dtype == np.float32
    assert np.allclose(found, 2 * x, atol=1e-6)
    assert grad(lambda x: np.sum(np.real(np.fft.fft(x))))(x).dtype == np.float32


def test_what_numpy_refuses():
    x = Variable(real(4))
    with pytest.raises(ValueError, match="Invalid number of data points"):
        np.fft.fft(x, 0)
    with pytest.raises(ValueError, match="Invalid norm value"):
        np.fft.fft(x, norm="unitary")
    with pytest.raises(ValueError, match="different lengths"):
        np.fft.fftn(x, (2, 3), (0,))
    with pytest.raises((IndexError, ValueError)):
        np.fft.fft(x, axis=3)
    with pytest.raises(TypeError):
        np.fft.rfft(Variable(cplx(4)))
    with pytest.raises(ValueError, match="Invalid number of data points"):
        np.fft.irfft(Variable(cplx(1)))


@pytest.mark.skipif(int(np.__version__.split(".")[0]) < 2, reason="new in NumPy 2")
def test_into_a_variable_and_not_into_a_plain_array():
    x = real(4)
    out = Variable(cplx(4)).copy()
    assert np.fft.fft(Variable(x), out=out) is out
    assert np.allclose(plain(out), np.fft.fft(x))
    with pytest.raises(ChainBrokenError, match="plain array"):
        np.fft.fft(Variable(x), out=np.empty(4, complex))
