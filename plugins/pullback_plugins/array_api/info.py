"""What the namespace supports: devices, dtypes and capabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["DTYPES", "Info", "check_device"]

DTYPES = {
    "bool": ("bool",),
    "signed integer": ("int8", "int16", "int32", "int64"),
    "unsigned integer": ("uint8", "uint16", "uint32", "uint64"),
    "real floating": ("float32", "float64"),
    "complex floating": ("complex64", "complex128"),
}
"""The names of the dtypes, by their kind."""
DTYPES["integral"] = DTYPES["signed integer"] + DTYPES["unsigned integer"]
DTYPES["numeric"] = DTYPES["integral"] + DTYPES["real floating"] + DTYPES["complex floating"]


def check_device(device: Any) -> None:
    """Raise `ValueError` for any device but the processor."""
    if device not in ("cpu", None):
        raise ValueError(f"arrays live on the device 'cpu', not on {device!r}")


class Info:
    """The object that ``__array_namespace_info__()`` returns."""

    def capabilities(self) -> dict[str, Any]:
        """Return which optional capabilities the namespace has."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """Return the device on which arrays are made."""
        return "cpu"

    def devices(self) -> list[str]:
        """Return all devices."""
        return ["cpu"]

    def default_dtypes(self, *, device: Any = None) -> dict[str, Any]:
        """Return the dtypes that are used where none is given."""
        check_device(device)
        return {
            "real floating": np.dtype(np.float64),
            "complex floating": np.dtype(np.complex128),
            "integral": np.dtype(np.int64),
            "indexing": np.dtype(np.intp),
        }

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, Any]:
        """Return the dtypes by name: all of them, or those of one kind or of a tuple of kinds."""
        check_device(device)
        kinds = ("bool", "numeric") if kind is None else kind if isinstance(kind, tuple) else (kind,)
        unknown = [name for name in kinds if name not in DTYPES]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no kind of dtypes; the kinds are {', '.join(DTYPES)}")
        return {name: np.dtype(name) for group in kinds for name in DTYPES[group]}
