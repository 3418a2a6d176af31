"""Bessel functions of the first and second kind, and modified ones, of integer and real order."""

from __future__ import annotations

from typing import Any, NoReturn

from pullback import ChainBrokenError, Primitive, elementwise, hookimpl

__all__ = ["i0", "i1", "iv", "j0", "j1", "jv", "k0", "k1", "kv", "y0", "y1", "yv"]

PULLBACK_API = 1

# pullback itself provides pairs for the functions of SciPy, so a family that replaces them needs override=True.


def _by_order(order: Any, x: Any, y: Any) -> NoReturn:
    # The derivative with respect to the order exists, but has no closed form (DLMF 10.15). A gradient of zero would be silently wrong.
    raise ChainBrokenError("Bessel functions are not differentiated by their order; pass stop_gradient(order)")


# Real order: DLMF 10.6.1 and 10.29.1. SciPy's `jn` is its `jv`.
jv: Primitive = elementwise(
    "scipy.special:jv",
    derivative=(_by_order, lambda v, x, y: (jv(v - 1.0, x) - jv(v + 1.0, x)) / 2.0),
    overloads=["scipy.special:jv"],
    override=True,
)
yv: Primitive = elementwise(
    "scipy.special:yv",
    derivative=(_by_order, lambda v, x, y: (yv(v - 1.0, x) - yv(v + 1.0, x)) / 2.0),
    overloads=["scipy.special:yv"],
    override=True,
)
iv: Primitive = elementwise(
    "scipy.special:iv",
    derivative=(_by_order, lambda v, x, y: (iv(v - 1.0, x) + iv(v + 1.0, x)) / 2.0),
    overloads=["scipy.special:iv"],
    override=True,
)
kv: Primitive = elementwise(
    "scipy.special:kv",
    derivative=(_by_order, lambda v, x, y: -(kv(v - 1.0, x) + kv(v + 1.0, x)) / 2.0),
    overloads=["scipy.special:kv"],
    override=True,
)

# Order 0: DLMF 10.6.3 and 10.29.3.
j0 = elementwise(
    "scipy.special:j0", derivative=lambda x, y: -j1(x), overloads=["scipy.special:j0"], override=True, points={0.0: 0.0}
)
y0 = elementwise("scipy.special:y0", derivative=lambda x, y: -y1(x), overloads=["scipy.special:y0"], override=True)
i0 = elementwise(
    "scipy.special:i0", derivative=lambda x, y: i1(x), overloads=["scipy.special:i0"], override=True, points={0.0: 0.0}
)
k0 = elementwise("scipy.special:k0", derivative=lambda x, y: -k1(x), overloads=["scipy.special:k0"], override=True)

# Order 1: DLMF 10.6.1 and 10.29.1, which do not divide by x and therefore hold at 0.
j1: Primitive = elementwise(
    "scipy.special:j1",
    derivative=lambda x, y: (j0(x) - jv(2.0, x)) / 2.0,
    overloads=["scipy.special:j1"],
    override=True,
    points={0.0: 0.5},
)
y1: Primitive = elementwise(
    "scipy.special:y1",
    derivative=lambda x, y: (y0(x) - yv(2.0, x)) / 2.0,
    overloads=["scipy.special:y1"],
    override=True,
)
i1: Primitive = elementwise(
    "scipy.special:i1",
    derivative=lambda x, y: (i0(x) + iv(2.0, x)) / 2.0,
    overloads=["scipy.special:i1"],
    override=True,
    points={0.0: 0.5},
)
k1: Primitive = elementwise(
    "scipy.special:k1",
    derivative=lambda x, y: -(k0(x) + kv(2.0, x)) / 2.0,
    overloads=["scipy.special:k1"],
    override=True,
)


@hookimpl
def pullback_register_primitives() -> list[Primitive]:
    return [j0, j1, jv, y0, y1, yv, i0, i1, iv, k0, k1, kv]
