"""Nothing yet of `scipy.integrate`: it takes a callback, and asks nobody to differentiate."""

from typing import Any

__all__ = ["odeint"]


def odeint(*_: Any, **__: Any) -> Any:
    """There is none here: pullback has no family for `scipy.integrate`."""
    raise NotImplementedError("pullback has no odeint")
