"""The family of the namespace: what `v.__array_namespace__()` is for an array variable `v`."""

from __future__ import annotations

from typing import Any

from pullback import composite, hookimpl
from pullback_plugins import array_api

__all__ = ["array_namespace"]

VERSIONS = ("2021.12", "2022.12", "2023.12", array_api.__array_api_version__)
"""The versions of the standard that the namespace conforms to."""


@composite(overloads=["pullback_plugins.numpy.array.overloads:ArrayNamespace"])
def array_namespace(api_version: str | None) -> Any:
    """Return the namespace; raise `ValueError` where it does not conform to `api_version`."""
    if api_version is not None and api_version not in VERSIONS:
        raise ValueError(f"the array API standard is known here up to version {VERSIONS[-1]}, not {api_version!r}")
    return array_api


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [array_namespace]
