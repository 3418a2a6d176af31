"""What the namespace says of itself: its device, its dtypes, its capabilities."""

from __future__ import annotations

import numpy as np
import pytest

from pullback_plugins import array_api as xp
from pullback_plugins.array_api import info as module

DTYPES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "complex64",
    "complex128",
]


def test_the_info_of_the_namespace() -> None:
    info = xp.__array_namespace_info__()
    assert info.default_device() in info.devices()
    assert info.capabilities() == {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}
    assert sorted(info.dtypes()) == sorted(DTYPES)
    assert set(info.dtypes(kind=("bool", "real floating"))) == {"bool", "float32", "float64"}
    assert info.default_dtypes()["real floating"] == xp.zeros(1).dtype
    assert info.default_dtypes()["indexing"] == xp.argsort(xp.ones(2)).dtype
    assert info.default_dtypes()["integral"] == xp.arange(2).dtype
    with pytest.raises(ValueError, match="no kind of dtypes"):
        info.dtypes(kind="floating")
    with pytest.raises(ValueError, match="no kind of dtypes"):
        xp.isdtype(xp.float32, "floating")


def test_only_the_processor_is_a_device() -> None:
    module.check_device(None)
    module.check_device("cpu")
    with pytest.raises(ValueError, match="not on 'gpu'"):
        module.check_device("gpu")
    info = module.Info()
    for ask in (info.dtypes, info.default_dtypes):
        with pytest.raises(ValueError, match="'cpu'"):
            ask(device="gpu")


def test_kinds_are_made_of_kinds() -> None:
    info = module.Info()
    assert set(info.dtypes(kind="integral")) == {
        *info.dtypes(kind="signed integer"),
        *info.dtypes(kind="unsigned integer"),
    }
    floating = {*info.dtypes(kind="real floating"), *info.dtypes(kind="complex floating")}
    assert set(info.dtypes(kind="numeric")) == {*info.dtypes(kind="integral"), *floating}
    assert all(np.dtype(name) == dtype for name, dtype in info.dtypes().items())


def test_the_largest_number_of_axes_is_that_of_numpy() -> None:
    limit = module.Info().capabilities()["max dimensions"]
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        assert np.ones((1,) * limit).ndim == limit
        with pytest.raises(ValueError, match="maximum"):
            np.ones((1,) * (limit + 1))
