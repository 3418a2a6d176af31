"""Data types: conversion, limits and promotion."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pullback.extend import Tracked, call_overload, plain
from pullback_plugins.array_api.array import constant, unwrap, wrap
from pullback_plugins.array_api.info import DTYPES, check_device

__all__ = ["astype", "can_cast", "finfo", "iinfo", "isdtype", "result_type"]


class FloatInfo(NamedTuple):
    """The limits of a dtype of floating-point numbers."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: Any


class IntegerInfo(NamedTuple):
    """The limits of a dtype of integers."""

    bits: int
    max: int
    min: int
    dtype: Any


def _dtype(x: Any) -> Any:
    return plain(x).dtype if isinstance(x, (Tracked, np.ndarray, np.generic)) else x


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """Return `x` in another dtype; integers and booleans leave the chain."""
    check_device(device)
    array, dtype = unwrap(x), np.dtype(dtype)
    if not copy and x.dtype == dtype:
        return x
    if x.dtype.kind == "c" and dtype.kind != "c":
        raise TypeError(f"astype does not make {dtype} of complex numbers; take the real part")
    if isinstance(array, Tracked):
        return wrap(call_overload(np.ndarray.astype, (array, dtype)))
    return constant(np.array(array, dtype=dtype))


def can_cast(from_: Any, to: Any, /) -> bool:
    """Return whether one dtype is converted to another without loss of kind."""
    return bool(np.can_cast(_dtype(from_), to))


def finfo(type: Any, /) -> FloatInfo:
    """Return the limits of a dtype of floating-point numbers, real or complex."""
    info = np.finfo(_dtype(type))
    return FloatInfo(
        int(info.bits),
        float(info.eps),
        float(info.max),
        float(info.min),
        float(info.smallest_normal),
        info.dtype,
    )


def iinfo(type: Any, /) -> IntegerInfo:
    """Return the limits of a dtype of integers."""
    info = np.iinfo(_dtype(type))
    return IntegerInfo(int(info.bits), int(info.max), int(info.min), info.dtype)


def isdtype(dtype: Any, kind: Any) -> bool:
    """Return whether `dtype` is of `kind`: the name of a kind, a dtype, or a tuple of these."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, item) for item in kind)
    if isinstance(kind, str):
        if kind not in DTYPES:
            raise ValueError(f"{kind!r} is no kind of dtypes; the kinds are {', '.join(DTYPES)}")
        return np.dtype(dtype).name in DTYPES[kind]
    return bool(np.dtype(dtype) == np.dtype(kind))


def result_type(*arrays_and_dtypes: Any) -> Any:
    """Return the dtype of a result that is computed from some arrays, dtypes and Python's numbers."""
    operands = [_dtype(operand) for operand in arrays_and_dtypes]
    if operands and all(isinstance(operand, (bool, int, float, complex)) for operand in operands):
        raise ValueError("one array or dtype at least is needed beside Python's numbers")
    return np.result_type(*operands)
