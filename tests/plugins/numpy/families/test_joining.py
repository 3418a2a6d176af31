"""Arrays put together and taken apart, against NumPy and numerical derivatives."""

import numpy as np
import pytest

from pullback import ChainBrokenError, Variable, check_grads, grad, vjp
from pullback.tracked import plain

from ..agreement import agrees

RNG = np.random.default_rng(13)
V = RNG.normal(size=3)
W = RNG.normal(size=3)
M = RNG.normal(size=(2, 3))
N = RNG.normal(size=(2, 3))
C = RNG.normal(size=(2, 3, 4))
NEW = hasattr(np, "unstack")


@pytest.mark.parametrize("axis", [0, 1, -1, -2, None])
def test_concatenate(axis):
    agrees(lambda x, y: np.concatenate((x, y, x), axis), M, N)
    agrees(lambda x: np.concatenate([x, N], axis), M)


def test_concatenate_other_lengths():
    agrees(lambda x, y: np.concatenate((x, y[:1], np.ones((3, 3)), [[1.0, 2.0, 3.0]])), M, N)
    agrees(lambda x: np.concatenate(x), C)
    agrees(lambda x: np.concatenate([x[:0], x]), M)
    agrees(lambda x: np.concatenate((x,), axis=-1), V)
    if NEW:
        agrees(lambda x: np.concat((x, x)), V)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_stack(axis):
    agrees(lambda x, y: np.stack([x, y, x * y], axis), M, N)
    agrees(lambda x: np.stack((x, N), axis=axis), M)


def test_stack_of_numbers():
    agrees(lambda x: np.stack([x[0], 2.0, x[1] * x[2]]), V)
    agrees(lambda x: np.stack(x), M)
    check_grads(lambda a, b: np.stack([a, a * b, 3.0]), (2.0, 3.0))
    check_grads(lambda a, b: np.sum(np.stack([[a, b], [1.0, a * b]], axis=1)[0] ** 2), (2.0, 3.0))
    assert type(grad(lambda a: np.sum(np.stack([a, a * a])))(2.0)) is float


@pytest.mark.parametrize("join", [np.vstack, np.hstack, np.dstack, np.column_stack])
def test_stacks(join):
    agrees(lambda x, y: join((x, y)), V, W)
    agrees(lambda x, y: join([x, y]), M, N)
    agrees(lambda x: join((x, N)), M)
    agrees(lambda x: join([x[0], 1.0]), V)
    agrees(join, C)


def test_join_with_out_and_dtype():
    y = np.zeros_like(Variable(np.zeros((4, 3))))
    x = Variable(M)
    assert np.concatenate((x, N), out=y) is y
    np.testing.assert_array_equal(plain(y), np.concatenate((M, N)))
    with pytest.raises(ChainBrokenError):
        np.concatenate((x, N), out=np.zeros((4, 3)))
    with pytest.raises(ValueError, match="shape"):
        np.concatenate((x, x, x), out=y)
    assert np.concatenate((x, x), dtype=np.float32).dtype == np.float32
    assert np.vstack((x, x), dtype=np.float32).dtype == np.float32
    with pytest.raises(TypeError, match="cast"):
        np.stack((x, x), dtype=np.float32, casting="safe")


def test_append():
    agrees(lambda x, y: np.append(x, y), M, V)
    agrees(lambda x, y: np.append(x, y, axis=1), M, N)
    agrees(lambda x: np.append(x, [1.0, 2.0]), V)
    agrees(lambda x: np.append([1.0, 2.0], x[0]), V)


def test_block():
    agrees(lambda x, y: np.block([[x, y], [np.zeros((1, 3)), np.ones((1, 3))]]), M, N)
    agrees(lambda x: np.block([x, 2.0 * x, 3.0]), V)
    agrees(lambda x: np.block([[x], [x]]), V)
    agrees(lambda x: np.block([[[x]], [[2 * x]]]), C)
    agrees(lambda x: np.block(x), M)
    agrees(lambda x: np.block([[x[0, 0], x[0, 1]], [x[1, 0], 4.0]]), M)
    with pytest.raises(ValueError, match="mismatched"):
        np.block([[Variable(V)], Variable(V)])
    with pytest.raises(TypeError, match="tuple"):
        np.block([(Variable(V),)])


SPLITS = [
    (3, 1),
    (1, 0),
    (2, 2),
    ([1, 2], 1),
    ([2], -1),
    ([1, 1], 1),
    ([0, 5], 1),
    ([-1], 2),
    (np.array([1, 3]), 2),
    ([2, 1], 2),
]


@pytest.mark.parametrize(("sections", "axis"), SPLITS)
def test_split(sections, axis):
    agrees(lambda x: np.split(x, sections, axis), C, order=1)
    agrees(lambda x: np.array_split(x, sections, axis), C)


@pytest.mark.parametrize("sections", [1, 2, 3, 5, 7])
def test_array_split(sections):
    agrees(lambda x: np.array_split(x, sections), RNG.normal(size=5))


def test_directions_of_split():
    agrees(lambda x: np.hsplit(x, 3), C)
    agrees(lambda x: np.hsplit(x, 3), V)
    agrees(lambda x: np.vsplit(x, 2), C)
    agrees(lambda x: np.dsplit(x, [1]), C)


def test_pieces_are_views():
    def f(x):
        y = x * 1.0
        first, second = np.split(y, 2)
        first[...] = second**2
        for row in np.vsplit(y, 2):
            row *= row
        return y * y

    agrees(f, M)


def test_unstack():
    if not NEW:
        pytest.skip("unstack is of NumPy 2.1")
    agrees(lambda x: np.unstack(x, axis=1), C)
    agrees(np.unstack, M)
    with pytest.raises(ValueError):
        np.unstack(Variable(np.float64(1.0)))


def test_dtypes_join_as_in_numpy():
    x = V.astype(np.float32)
    assert np.concatenate((Variable(x), x)).dtype == np.float32
    assert np.concatenate((Variable(x), W)).dtype == np.float64
    assert np.stack((Variable(x), W * 1j)).dtype == np.complex128
    assert grad(lambda x: np.sum(np.stack((x, W)) ** 2))(x).dtype == np.float32
    agrees(lambda x: np.concatenate((x, W * 1j)) * (2 + 3j), V)


def test_bare_numbers_adapt_themselves_as_in_numpy():
    single = np.ones((2, 2), np.float32)
    for parts in ((single, 0.7), (0.7, single), (single, 1, 2j), (single, np.float64(0.7))):
        value, _ = vjp(lambda x, parts=parts: np.concatenate([x if p is single else p for p in parts], None), single)
        wanted = np.concatenate(parts, None)
        assert value.dtype == wanted.dtype
        np.testing.assert_array_equal(value, wanted)


def test_complex_numbers():
    agrees(lambda z: np.concatenate((z, V, z * z)), V + 1j * W)
    agrees(lambda z: np.stack((z, V)), V + 1j * W)


def test_empty_arrays():
    agrees(lambda x: np.concatenate((x, x)), np.zeros((0, 3)))
    agrees(lambda x: np.stack((x, x), 1), np.zeros((0, 3)))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.concatenate((x, x[0])),
        lambda x: np.concatenate((x, x), 2),
        lambda x: np.concatenate((x[0, 0], x[0, 1])),
        lambda x: np.stack((x, x[0])),
        lambda x: np.stack((x, x), 3),
        lambda x: np.split(x, 2, 1),
        lambda x: np.vsplit(x[0], 3),
        lambda x: np.dsplit(x, 3),
        lambda x: np.array_split(x, 0),
        lambda x: np.hsplit(x[0, 0], 1),
    ],
)
def test_what_numpy_refuses_is_refused(f):
    with pytest.raises(ValueError):
        f(M)
    with pytest.raises(ValueError):
        f(Variable(M))
