"""From variables to arrays of them and back: what `np.asarray(v)` and `np.array([v[0], 2 * v[1]])` are made of.

NumPy lets nobody answer for `np.asarray`, so it gets an array of objects whose elements are variables. An element is taken out
of its array only when something is computed with it; elements that come back together untouched are the array again.
"""

from __future__ import annotations

import operator
import warnings
from types import FrameType
from typing import Any

import numpy as np

from pullback import ChainBrokenError, PullbackWarning, composite, hookimpl
from pullback.errors import where
from pullback.primitive import primitive
from pullback.tracked import Tracked, plain
from pullback_plugins.numpy.array.kind import array_kind, bare_array
from pullback_plugins.numpy.array.variable import ArrayVariable, snapshot

__all__ = ["as_array", "elements", "from_elements", "gather", "refuse_plain_target", "to_array"]

SLOW = 10_000
"""The size of an array from which on a warning is given when it is taken apart."""


class Element(ArrayVariable):
    """One element of an array variable, which is recorded only when something is computed with it."""

    __slots__ = ("_array", "_index", "_recorded")

    _array: ArrayVariable
    _index: tuple[int, ...]
    _recorded: Any

    @classmethod
    def of(cls, array: ArrayVariable, index: tuple[int, ...]) -> Element:
        """Return the element of `array` at `index`."""
        self: Element = ArrayVariable.__new__(cls)
        self._array = array
        self._index = index
        self._recorded = None
        return self

    def _record(self) -> Any:
        if self._recorded is None:
            self._recorded = self._array[self._index]
        return self._recorded

    # What a variable has for attributes is here made at first need.
    @property
    def _value(self) -> Any:
        return self._record()._value

    @property
    def _tape(self) -> Any:
        return self._record()._tape

    @property
    def _entry(self) -> Any:
        return self._record()._entry


_DENSITIES = "its formula, by functions of NumPy and scipy.special"
_INSTEAD = {
    ("scipy.special", "logsumexp"): "pullback_plugins.numpy.families.logsumexp.logsumexp or np.logaddexp.reduce",
    ("scipy.special", "log_softmax"): "pullback_plugins.numpy.families.logsumexp.log_softmax",
    ("scipy.special", "polygamma"): "pullback_plugins.special.polygamma",
    ("scipy.special", "multigammaln"): "a sum of scipy.special.gammaln",
    ("scipy.spatial", "squareform"): "an index",
    **{("scipy.stats", name): _DENSITIES for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")},
    **{("scipy.stats", name): _DENSITIES for name in ("pmf", "logpmf")},
}
"""What to call for functions of SciPy that ask nobody, and that an array of objects would fail or crash."""


@composite(name="array_elements", overloads=["numpy:ndarray.__array__"])
def _elements_for(array: ArrayVariable, caller: FrameType) -> Any:
    """Return the elements of `array` as an array of objects for the function that runs in `caller`.

    Raises `ChainBrokenError` where that function would misread them.
    """
    if plain(array).dtype.kind == "c":
        raise ChainBrokenError(
            f"an array of objects was asked for at {where()}, and would be made of complex variables; NumPy takes objects for real, with "
            "zero for .imag; use the variable itself, or np.stack, np.concatenate and np.block to put numbers together"
        )
    module = str(caller.f_globals.get("__name__", ""))
    if module.startswith("scipy."):
        _refuse_ordinary(caller)
    found = elements(array)
    if module.startswith("numpy.lib.") and caller.f_code.co_name == "as_strided":
        # An assignment to these would not reach the variable.
        found.flags.writeable = False
    return found


def _refuse_ordinary(caller: FrameType | None) -> None:
    while caller is not None and (module := str(caller.f_globals.get("__name__", ""))).startswith("scipy."):
        package, name = ".".join(module.split(".")[:2]), caller.f_code.co_name
        if (package, name) in _INSTEAD:
            raise ChainBrokenError(
                f"{package}...{name} is no universal function and does not ask a variable, at {where()}; use {_INSTEAD[package, name]}"
            )
        caller = caller.f_back


def elements(array: ArrayVariable) -> Any:
    """Return an array of objects, of the shape of `array`, that holds its elements."""
    if array.size > SLOW:
        warnings.warn(
            f"np.asarray of a variable at {where()} takes {array.size} numbers apart, which is slow; use the variable itself",
            PullbackWarning,
            stacklevel=2,
        )
    # A later assignment to `array` must not reach what was taken out before it.
    kept = snapshot(array)
    found = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        found[index] = Element.of(kept, index)
    return found


def _from_elements(*numbers: Any, shape: tuple[int, ...]) -> Any:
    return np.array(numbers).reshape(shape)


from_elements = primitive(
    _from_elements,
    lambda *given, shape: tuple(np.reshape(given[-1], -1)),
    name="from_elements",
)
"""Return the array of some numbers in a given shape."""

to_array = primitive(lambda x: np.asarray(x), lambda x, out, grad: grad, name="to_array")
"""Return a number of any kind as an array."""


def _taken_from(numbers: list[Any]) -> Any:
    """Return the array variable of which all `numbers` are elements, or None."""
    whole = numbers[0]._array if numbers and isinstance(numbers[0], Element) else None
    return whole if all(isinstance(number, Element) and number._array is whole for number in numbers) else None


def gather(objects: Any) -> Any:
    """Return an array of objects that holds variables as one array variable.

    Raises `TypeError` when it holds anything that is no number.
    """
    flat = list(objects.reshape(-1))
    whole = _taken_from(flat)
    if whole is not None:
        places = [number._index for number in flat]
        if whole.shape == objects.shape and all(map(operator.eq, places, np.ndindex(whole.shape))):
            return whole
        if whole.shape and all(number._recorded is None for number in flat):
            return np.reshape(whole[tuple(map(list, zip(*places, strict=True)))], objects.shape)
    for number in flat:
        bare = plain(number)
        if bare is None or (not isinstance(bare, (int, float, complex, np.number, np.bool_)) and np.shape(bare) != ()):
            raise TypeError(
                f"an array of objects that holds a {type(bare).__name__} is not differentiable, at {where()}; use an array of numbers"
            )
    if not any(isinstance(number, Tracked) for number in flat):
        try:
            return objects.astype(np.complex128 if any(isinstance(x, complex) for x in flat) else np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(f"arrays of objects are not differentiable, at {where()}; use .astype(float)") from error
    return from_elements(*flat, shape=objects.shape)


def as_array(x: Any) -> Any:
    """Return `x` as an array: a variable stays one, and one is made of a nest of lists that holds variables."""
    if isinstance(x, ArrayVariable):
        return x
    if isinstance(x, Tracked):
        return to_array(x)
    if type(x) is np.ndarray or isinstance(x, np.generic):
        return gather(x) if x.dtype.kind == "O" else x
    if isinstance(x, (list, tuple)) and _holds_variables(x):
        rows = [as_array(row) for row in x]
        shapes = {np.shape(plain(row)) for row in rows}
        if len(shapes) > 1:
            raise ValueError(f"a list of arrays of shapes {sorted(shapes)} makes no array")
        return from_elements(*rows, shape=(len(rows),)) if shapes == {()} else np.stack(rows)
    array = bare_array(x) if isinstance(x, np.ndarray) else np.asarray(x)
    return gather(array) if array.dtype.kind == "O" else array


# What families call `as_array` for, the variable and the kind, which it is made of, ask the table of overloads for.
_as_array = composite(as_array, overloads=["pullback_plugins.numpy.array.overloads:AsArray"])


def _holds_variables(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return any(map(_holds_variables, x))
    return isinstance(x, Tracked) or (isinstance(x, np.ndarray) and x.dtype.kind == "O")


def refuse_plain_target(target: Any) -> None:
    """Raise `ChainBrokenError` when a plain array is to take in a variable."""
    if not isinstance(target, Tracked):
        raise ChainBrokenError(
            f"a plain array cannot take in a variable, at {where()}: its gradient would be lost. Begin with an array variable, "
            "as np.zeros_like(x) of a variable gives, or build the array with np.stack or np.where"
        )


@composite(name="ufunc_of_objects", overloads=["numpy:ndarray.__array_ufunc__"])
def _ufunc_of_objects(ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
    """Compute with a ufunc that writes to arrays of objects, or that calls a function of Python for each element."""
    return _into_objects(ufunc, method, inputs, params) if params else _by_elements(ufunc, inputs)


def _by_elements(ufunc: Any, inputs: tuple[Any, ...]) -> Any:
    """Call what `np.frompyfunc` made on the elements, and make arrays of numbers of the results."""
    arrays = [np.asarray(x) if isinstance(x, Tracked) else x for x in inputs]
    found = ufunc(*arrays)
    results = tuple([_gathered(each) for each in (found if ufunc.nout > 1 else (found,))])
    return results if ufunc.nout > 1 else results[0]


def _gathered(found: Any) -> Any:
    held = isinstance(found, np.ndarray) and any(isinstance(each, Tracked) for each in found.reshape(-1))
    return as_array(found) if held else found


def _into_objects(ufunc: Any, method: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute with a ufunc and write to arrays of objects among its targets, which hold variables as they hold anything."""
    rest = dict(params)
    targets = rest.pop("out")
    if rest.get("where", True) is not True:
        raise ChainBrokenError(
            f"{ufunc.__name__} with where= and an array of objects for out=, at {where()}, is not differentiated; use np.where"
        )
    found = getattr(ufunc, method)(*inputs, **rest)
    results = found if isinstance(found, tuple) else (found,)
    for target, result in zip(targets, results, strict=True):
        if type(target) is np.ndarray:
            target[...] = result
        elif target is not None:
            target[...] = as_array(result)
    stored = tuple([result if target is None else target for target, result in zip(targets, results, strict=True)])
    return stored if len(stored) > 1 else stored[0]


@hookimpl
def pullback_register_primitives() -> list[Any]:
    return [from_elements, to_array, _as_array, _elements_for, _ufunc_of_objects]


@hookimpl
def pullback_register_value_kinds() -> list[Any]:
    return [array_kind]
