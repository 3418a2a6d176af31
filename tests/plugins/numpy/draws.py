"""Random numbers, the same in a test whatever ran before it."""

import numpy as np
import pytest

RNG = np.random.default_rng(2)
_BEGIN = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def same_numbers():
    RNG.bit_generator.state = _BEGIN


def real(*shape):
    return RNG.normal(size=shape)


def cplx(*shape):
    return real(*shape) + 1j * real(*shape)


BOTH = pytest.mark.parametrize("numbers", [real, cplx])
