"""A Lotka-Volterra model of the lynx and the hare, 70,000 operations on plain floats, and its gradient written by hand."""

from __future__ import annotations

from typing import Any

from .problem import Gradient, Problem

__all__ = ["lotka_volterra"]

# Pelts in thousands, 1900 to 1920: C. G. Hewitt (1921), tabulated by P. Howard, Modeling Basics.
HARE = (
    30.0, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22.0, 25.4, 27.1,
    40.3, 57.0, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7,
)  # fmt: skip
LYNX = (
    4.0, 6.1, 9.8, 35.2, 59.4, 41.7, 19.0, 13.0, 8.3, 9.1, 7.4,
    8.0, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6,
)  # fmt: skip

PARAMETERS = (0.55, 0.028, 0.84, 0.026, 33.0, 6.0)
"""Near the fit: the four rates of the equations, and hares and lynxes in 1900."""


def _loss(_: Any, primals: Any, constants: Any) -> Any:
    a, b, c, d, x, y = primals
    (steps_per_year,) = constants
    h = 1.0 / steps_per_year
    half, sixth = h / 2.0, h / 6.0
    # x' = (a - b y) x for the hares, y' = (d x - c) y for the lynxes, by the classical Runge-Kutta method.
    r = x - HARE[0]
    s = y - LYNX[0]
    total = r * r + s * s
    for hare, lynx in zip(HARE[1:], LYNX[1:], strict=True):
        for _ in range(steps_per_year):
            kx1 = (a - b * y) * x
            ky1 = (d * x - c) * y
            x2 = x + half * kx1
            y2 = y + half * ky1
            kx2 = (a - b * y2) * x2
            ky2 = (d * x2 - c) * y2
            x3 = x + half * kx2
            y3 = y + half * ky2
            kx3 = (a - b * y3) * x3
            ky3 = (d * x3 - c) * y3
            x4 = x + h * kx3
            y4 = y + h * ky3
            kx4 = (a - b * y4) * x4
            ky4 = (d * x4 - c) * y4
            x = x + sixth * (kx1 + 2.0 * (kx2 + kx3) + kx4)
            y = y + sixth * (ky1 + 2.0 * (ky2 + ky3) + ky4)
        r = x - hare
        s = y - lynx
        total = total + r * r + s * s
    return total


def _by_hand(primals: Any, constants: Any) -> Gradient:
    # The adjoint of every line of the loss, in reverse.
    a, b, c, d, x, y = primals
    (steps_per_year,) = constants
    h = 1.0 / steps_per_year
    half, sixth = h / 2.0, h / 6.0
    history: list[tuple[float, ...]] = []
    r = x - HARE[0]
    s = y - LYNX[0]
    residuals = [(r, s)]
    total = r * r + s * s
    for hare, lynx in zip(HARE[1:], LYNX[1:], strict=True):
        for _ in range(steps_per_year):
            u1 = a - b * y
            v1 = d * x - c
            kx1 = u1 * x
            ky1 = v1 * y
            x2 = x + half * kx1
            y2 = y + half * ky1
            u2 = a - b * y2
            v2 = d * x2 - c
            kx2 = u2 * x2
            ky2 = v2 * y2
            x3 = x + half * kx2
            y3 = y + half * ky2
            u3 = a - b * y3
            v3 = d * x3 - c
            kx3 = u3 * x3
            ky3 = v3 * y3
            x4 = x + h * kx3
            y4 = y + h * ky3
            u4 = a - b * y4
            v4 = d * x4 - c
            history.append((x, y, u1, v1, x2, y2, u2, v2, x3, y3, u3, v3, x4, y4, u4, v4))
            x = x + sixth * (kx1 + 2.0 * (kx2 + kx3) + u4 * x4)
            y = y + sixth * (ky1 + 2.0 * (ky2 + ky3) + v4 * y4)
        r = x - hare
        s = y - lynx
        residuals.append((r, s))
        total = total + r * r + s * s

    # gx, gy are the cotangents of the state. A stage (a - b y) x, (d x - c) y with cotangents g, q of its two
    # results gives, with p = g x and w = q y: p to a, -y p to b, -w to c, x w to d, and to its own state
    # u g + d w and v q - b p.
    ga = gb = gc = gd = gx = gy = 0.0
    steps = reversed(history)
    for r, s in reversed(residuals[1:]):
        gx += 2.0 * r
        gy += 2.0 * s
        for _ in range(steps_per_year):
            x, y, u1, v1, x2, y2, u2, v2, x3, y3, u3, v3, x4, y4, u4, v4 = next(steps)
            sx = sixth * gx
            sy = sixth * gy

            p = sx * x4
            w = sy * y4
            gx4 = u4 * sx + d * w
            gy4 = v4 * sy - b * p
            ga += p
            gb -= y4 * p
            gc -= w
            gd += x4 * w

            g = 2.0 * sx + h * gx4
            q = 2.0 * sy + h * gy4
            p = g * x3
            w = q * y3
            gx3 = u3 * g + d * w
            gy3 = v3 * q - b * p
            ga += p
            gb -= y3 * p
            gc -= w
            gd += x3 * w

            g = 2.0 * sx + half * gx3
            q = 2.0 * sy + half * gy3
            p = g * x2
            w = q * y2
            gx2 = u2 * g + d * w
            gy2 = v2 * q - b * p
            ga += p
            gb -= y2 * p
            gc -= w
            gd += x2 * w

            g = sx + half * gx2
            q = sy + half * gy2
            p = g * x
            w = q * y
            gx += gx2 + gx3 + gx4 + u1 * g + d * w
            gy += gy2 + gy3 + gy4 + v1 * q - b * p
            ga += p
            gb -= y * p
            gc -= w
            gd += x * w
    r, s = residuals[0]
    gx += 2.0 * r
    gy += 2.0 * s
    return total, (ga, gb, gc, gd, gx, gy)


def lotka_volterra(steps_per_year: int) -> Problem:
    """Return the squared distance of the model to 21 years of pelts, by its rates and its start; 73 steps make 70,205 operations."""
    # 48 operations a step; 6 for the data of a year, 5 for that of the first.
    operations = 20 * (48 * steps_per_year + 6) + 5
    title = f"Lotka-Volterra, {operations:,} operations"
    budgets = {"compiled": 4.0, "pure Python": 80.0, "free-standing, compiled": 25.0}
    return Problem(title, "scalar", PARAMETERS, (steps_per_year,), _loss, _by_hand, budgets)
