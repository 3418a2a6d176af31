"""Einstein's summation and its derivatives, against NumPy and numerical derivatives."""

from functools import partial

import numpy as np
import pytest

from pullback import Variable, grad, vjp

from ..agreement import check
from ..draws import cplx, real, same_numbers  # noqa: F401

agrees = partial(check, rtol=1e-13, atol=1e-13, step=1e-2)


EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ba,cb", (2, 3), (4, 2)),
    ("i,i", (3,), (3,)),
    ("i,j->ji", (2,), (3,)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij->ji", (3, 3, 2)),
    ("iii->i", (2, 2, 2)),
    ("ijij->j", (2, 3, 2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij->ji", (2, 3)),
    ("ij,k->k", (2, 3), (4,)),
    ("ij,kj->", (2, 3), (4, 3)),
    ("ii,i->", (3, 3), (3,)),
    ("ii,jj->ij", (2, 2), (3, 3)),
    ("...ij,...jk->...ik", (5, 2, 3), (3, 4)),
    ("...ij,...jk", (5, 2, 3), (1, 3, 4)),
    ("...i,...i", (2, 3), (3,)),
    ("i...->...i", (2, 3, 4)),
    ("...->...", (2, 3)),
    ("...ii->...i", (2, 3, 3)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("ij,ij->i", (2, 1), (2, 3)),
    ("bi,bi,b->b", (2, 3), (2, 3), (2,)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
    ("i,,j->ij", (2,), (), (3,)),
    ("i->i", (3,)),
    (",", (), ()),
    ("aB,Bc", (2, 3), (3, 2)),
    ("i , j -> i j", (2,), (3,)),
]


@pytest.mark.parametrize("optimize", [False, True, "greedy"])
@pytest.mark.parametrize("case", EINSUMS, ids=lambda case: case[0])
def test_einsum(case, optimize):
    subscripts, *shapes = case
    args = [real(*shape) if shape else np.float64(real()) for shape in shapes]
    agrees(lambda *args: np.einsum(subscripts, *args, optimize=optimize), *args, order=2 if optimize is False else 1)


def test_einsum_by_sublists():
    agrees(lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), real(2, 3), real(3, 4))
    agrees(lambda x, y: np.einsum(x, [0, 1], y, [1, 2]), real(2, 3), real(3, 4))
    agrees(lambda x: np.einsum(x, [..., 5, 5]), real(2, 3, 3))
    agrees(lambda x: np.einsum(x, [..., 5, 5], [5, ...]), real(2, 3, 3))


def test_einsum_of_complex_numbers_and_in_another_dtype():
    agrees(lambda x, y: np.einsum("ij,jk", x, y), cplx(2, 3), real(3, 2))
    agrees(lambda x: np.einsum("ii", x), cplx(2, 2))
    single = real(2, 2).astype(np.float32)
    found = grad(lambda x: np.einsum("ij->", x, dtype=np.float64))(single)
    assert found.dtype == np.float32


def test_einsum_with_a_path():
    args = real(2, 3), real(3, 4), real(4, 2)
    path, _ = np.einsum_path("ij,jk,kl->il", *args)
    agrees(lambda *args: np.einsum("ij,jk,kl->il", *args, optimize=path), *args)
    assert np.einsum_path("ij,jk,kl->il", Variable(args[0]), *args[1:])[0] == path


def test_a_diagonal_by_einsum_is_a_view_that_can_be_assigned_to():
    def f(x):
        y = x * 1.0
        np.einsum("ii->i", y)[...] = 0.0
        return np.sum(y * y)

    x = real(3, 3)
    assert np.allclose(grad(f)(x), 2 * x * (1 - np.eye(3)))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [("ij,j", [(2, 3), (2,)]), ("ijk", [(2, 3)]), ("i.j", [(2, 3)]), ("ij->k", [(2, 3)]), ("ij", [(2, 3), (2, 3)]),
     ("...i->i", [(2, 3)]), ("i->ii", [(2,)]), ("i%", [(2, 3)]), ("...ij", [(2,)])],
)  # fmt: skip
def test_einsum_refuses_what_numpy_refuses(subscripts, shapes):
    args = [real(*shape) for shape in shapes]
    with pytest.raises(ValueError, match="."):
        np.einsum(subscripts, *args)
    with pytest.raises(ValueError, match="."):
        np.einsum(subscripts, *map(Variable, args))


def test_random_summations():
    chooser = np.random.default_rng(0)
    checked = 0
    while checked < 150:
        count = chooser.integers(1, 4)
        sizes = {label: int(chooser.integers(2, 4)) for label in "abcd"}
        terms = ["".join(chooser.choice(list("abcd"), chooser.integers(0, 4))) for _ in range(count)]
        if not any(terms):
            continue
        used = sorted(set("".join(terms)))
        kept = "".join(chooser.permutation(used)[: chooser.integers(0, len(used) + 1)])
        subscripts = ",".join(terms) + ("->" + kept if chooser.random() < 0.8 else "")
        # Sometimes an axis of length one, which is broadcast; a label that is repeated in a term has one length.
        shrunk = [{label for label in term if chooser.random() < 0.15} for term in terms]
        args = [real(*(1 if c in small else sizes[c] for c in term)) for term, small in zip(terms, shrunk)]
        args = [np.float64(x) if np.ndim(x) == 0 else x for x in args]
        output, pull = vjp(lambda *args: np.einsum(subscripts, *args), *args)
        cotangent = real(*np.shape(output))
        tangents = [real(*np.shape(x)) for x in args]
        grads = pull(cotangent if np.ndim(cotangent) else np.float64(cotangent))
        for n, (found, tangent) in enumerate(zip(grads, tangents)):
            moved = np.einsum(subscripts, *args[:n], tangent, *args[n + 1 :])
            assert np.isclose(np.sum(found * tangent), np.sum(cotangent * moved)), (subscripts, [x.shape for x in args])
        checked += 1
