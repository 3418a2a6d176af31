"""A pair, and no hook that hands it over."""

from __future__ import annotations

from pullback import primitive

cube = primitive(lambda x: x * x * x, lambda x, y, grad: 3.0 * x * x * grad, name="cube")
