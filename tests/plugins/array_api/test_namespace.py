"""The namespace has what the standard lists, with its signatures: https://data-apis.org/array-api/2024.12."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback_plugins import array_api as xp


def words(text: str) -> list[str]:
    return text.split()


SIGNATURES = {
    # creation
    "arange": "(start, /, stop=None, step=1, *, dtype=None, device=None)",
    "asarray": "(obj, /, *, dtype=None, device=None, copy=None)",
    "empty": "(shape, *, dtype=None, device=None)",
    "empty_like": "(x, /, *, dtype=None, device=None)",
    "eye": "(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None)",
    "from_dlpack": "(x, /, *, device=None, copy=None)",
    "full": "(shape, fill_value, *, dtype=None, device=None)",
    "full_like": "(x, /, fill_value, *, dtype=None, device=None)",
    "linspace": "(start, stop, /, num, *, dtype=None, device=None, endpoint=True)",
    "meshgrid": "(*arrays, indexing='xy')",
    "ones": "(shape, *, dtype=None, device=None)",
    "ones_like": "(x, /, *, dtype=None, device=None)",
    "tril": "(x, /, *, k=0)",
    "triu": "(x, /, *, k=0)",
    "zeros": "(shape, *, dtype=None, device=None)",
    "zeros_like": "(x, /, *, dtype=None, device=None)",
    # dtypes
    "astype": "(x, dtype, /, *, copy=True, device=None)",
    "can_cast": "(from_, to, /)",
    "finfo": "(type, /)",
    "iinfo": "(type, /)",
    "isdtype": "(dtype, kind)",
    "result_type": "(*arrays_and_dtypes)",
    # elements
    "clip": "(x, /, min=None, max=None)",
    # indexing, searching, sets, sorting
    "take": "(x, indices, /, *, axis=None)",
    "take_along_axis": "(x, indices, /, *, axis=-1)",
    "argmax": "(x, /, *, axis=None, keepdims=False)",
    "argmin": "(x, /, *, axis=None, keepdims=False)",
    "count_nonzero": "(x, /, *, axis=None, keepdims=False)",
    "nonzero": "(x, /)",
    "searchsorted": "(x1, x2, /, *, side='left', sorter=None)",
    "where": "(condition, x1, x2, /)",
    "unique_all": "(x, /)",
    "unique_counts": "(x, /)",
    "unique_inverse": "(x, /)",
    "unique_values": "(x, /)",
    "argsort": "(x, /, *, axis=-1, descending=False, stable=True)",
    "sort": "(x, /, *, axis=-1, descending=False, stable=True)",
    # linear algebra
    "matmul": "(x1, x2, /)",
    "matrix_transpose": "(x, /)",
    "tensordot": "(x1, x2, /, *, axes=2)",
    "vecdot": "(x1, x2, /, *, axis=-1)",
    # manipulation
    "broadcast_arrays": "(*arrays)",
    "broadcast_to": "(x, /, shape)",
    "concat": "(arrays, /, *, axis=0)",
    "expand_dims": "(x, /, axis)",
    "flip": "(x, /, *, axis=None)",
    "moveaxis": "(x, source, destination, /)",
    "permute_dims": "(x, /, axes)",
    "repeat": "(x, repeats, /, *, axis=None)",
    "reshape": "(x, /, shape, *, copy=None)",
    "roll": "(x, /, shift, *, axis=None)",
    "squeeze": "(x, /, axis)",
    "stack": "(arrays, /, *, axis=0)",
    "tile": "(x, repetitions, /)",
    "unstack": "(x, /, *, axis=0)",
    # statistics, truth
    "cumulative_prod": "(x, /, *, axis=None, dtype=None, include_initial=False)",
    "cumulative_sum": "(x, /, *, axis=None, dtype=None, include_initial=False)",
    "max": "(x, /, *, axis=None, keepdims=False)",
    "mean": "(x, /, *, axis=None, keepdims=False)",
    "min": "(x, /, *, axis=None, keepdims=False)",
    "prod": "(x, /, *, axis=None, dtype=None, keepdims=False)",
    "std": "(x, /, *, axis=None, correction=0.0, keepdims=False)",
    "sum": "(x, /, *, axis=None, dtype=None, keepdims=False)",
    "var": "(x, /, *, axis=None, correction=0.0, keepdims=False)",
    "all": "(x, /, *, axis=None, keepdims=False)",
    "any": "(x, /, *, axis=None, keepdims=False)",
    "diff": "(x, /, *, axis=-1, n=1, prepend=None, append=None)",
    "__array_namespace_info__": "()",
    # extensions
    **{
        f"fft.{name}": "(x, /, *, n=None, axis=-1, norm='backward')"
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
    },
    **{f"fft.{name}": "(x, /, *, s=None, axes=None, norm='backward')" for name in ("fftn", "ifftn", "rfftn", "irfftn")},
    "fft.fftfreq": "(n, /, *, d=1.0, dtype=None, device=None)",
    "fft.rfftfreq": "(n, /, *, d=1.0, dtype=None, device=None)",
    "fft.fftshift": "(x, /, *, axes=None)",
    "fft.ifftshift": "(x, /, *, axes=None)",
    **{f"linalg.{name}": "(x, /)" for name in ("det", "eigh", "eigvalsh", "inv", "matrix_transpose")},
    **{f"linalg.{name}": "(x, /)" for name in ("slogdet", "svdvals")},
    **{f"linalg.{name}": "(x1, x2, /)" for name in ("matmul", "outer", "solve")},
    "linalg.cholesky": "(x, /, *, upper=False)",
    "linalg.cross": "(x1, x2, /, *, axis=-1)",
    "linalg.diagonal": "(x, /, *, offset=0)",
    "linalg.matrix_norm": "(x, /, *, keepdims=False, ord='fro')",
    "linalg.matrix_power": "(x, n, /)",
    "linalg.matrix_rank": "(x, /, *, rtol=None)",
    "linalg.pinv": "(x, /, *, rtol=None)",
    "linalg.qr": "(x, /, *, mode='reduced')",
    "linalg.svd": "(x, /, *, full_matrices=True)",
    "linalg.tensordot": "(x1, x2, /, *, axes=2)",
    "linalg.trace": "(x, /, *, offset=0, dtype=None)",
    "linalg.vecdot": "(x1, x2, /, *, axis=-1)",
    "linalg.vector_norm": "(x, /, *, axis=None, keepdims=False, ord=2)",
}
OF_ONE = words("""abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1 floor imag isfinite isinf isnan log
log1p log2 log10 logical_not negative positive real reciprocal round sign signbit sin sinh square sqrt tan tanh trunc""")
OF_TWO = words("""add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal floor_divide
greater greater_equal hypot less less_equal logaddexp logical_and logical_or logical_xor maximum minimum multiply nextafter
not_equal pow remainder subtract""")
DTYPES = words("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128")
SIGNATURES |= dict.fromkeys(OF_ONE, "(x, /)") | dict.fromkeys(OF_TWO, "(x1, x2, /)")


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_function_has_the_signature_of_the_standard(name: str) -> None:
    function: Any = xp
    for part in name.split("."):
        function = getattr(function, part)
    found = inspect.signature(function)
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in found.parameters.values()]
    assert str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty)) == SIGNATURES[name]
    assert function.__doc__


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_is_there_and_is_equal_to_that_of_arrays(name: str) -> None:
    dtype = getattr(xp, name)
    assert xp.zeros(2, dtype=dtype).dtype == dtype
    assert xp.isdtype(dtype, xp.zeros(1, dtype=dtype).dtype)


def test_constants_and_version() -> None:
    assert (xp.e, xp.pi, xp.inf, xp.newaxis) == (np.e, np.pi, np.inf, None)
    assert np.isnan(xp.nan)
    assert xp.__array_api_version__ == "2024.12"


@pytest.mark.parametrize("x", [pb.Variable(np.ones(2)), pb.Variable(np.float32(1.0)), xp.ones(2)])
def test_arrays_know_their_namespace(x: Any) -> None:
    assert x.__array_namespace__() is xp
    assert x.__array_namespace__(api_version="2023.12") is xp
    with pytest.raises(ValueError, match=r"up to version 2024\.12, not '1999\.12'"):
        x.__array_namespace__(api_version="1999.12")


@pytest.mark.parametrize("x", [pb.Variable(np.ones(2)), xp.ones(2)])
def test_arrays_know_their_device(x: Any) -> None:
    assert x.device == "cpu"
    assert x.to_device("cpu") is x
    with pytest.raises(ValueError, match="'cpu'"):
        x.to_device("gpu")
    with pytest.raises(ValueError, match="'cpu'"):
        x.to_device("cpu", stream=1)
    with pytest.raises(ValueError, match="'cpu'"):
        xp.asarray(x, device="gpu")


def test_the_namespace_is_imported_when_it_is_asked_for() -> None:
    program = (
        "import sys, numpy as np, pullback as pb\n"
        "pb.grad(lambda x: np.sum(np.sin(x)))(np.ones(2))\n"
        "assert 'pullback_plugins.array_api' not in sys.modules\n"
        "pb.Variable(np.ones(2)).__array_namespace__()\n"
        "assert 'pullback_plugins.array_api' in sys.modules and 'scipy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
