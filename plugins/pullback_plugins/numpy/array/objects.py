"""From array variables to arrays of objects and back: what `np.asarray(v)` and `np.array([v[0], 2 * v[1]])` are.

`np.asarray` does not ask its argument, so it gets an array of objects, whose elements are variables. An element is recorded only when
something is computed with it; elements that come back together, with nothing computed, are the array variable again.
"""

from __future__ import annotations

import operator
import warnings
from types import FrameType
from typing import Any

import numpy as np

from pullback import ChainBrokenError, PullbackWarning, composite, hookimpl, primitive
from pullback.extend import Tracked, has_kind, plain, user_location
from pullback_plugins.numpy.array.kind import array_kind, base_class_array
from pullback_plugins.numpy.array.variable import ArrayVariable, snapshot

__all__ = ["as_array", "elements", "from_elements", "gather", "refuse_plain_target", "to_array"]

SLOW = 10_000
"""From this size on, a warning is given when an array is taken apart into elements."""


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

    # The attributes of a variable, recorded when one of them is first read.
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
"""What to use instead of functions of SciPy that do not ask variables, and that fail or crash on an array of objects."""


@composite(name="array_elements", overloads=["numpy:ndarray.__array__"])
def _elements_for(array: ArrayVariable, caller: FrameType) -> Any:
    """Return the elements of `array` as an array of objects, for the function that runs in `caller`.

    Raises `ChainBrokenError` where that function would misread them.
    """
    if plain(array).dtype.kind == "c":
        raise ChainBrokenError(
            f"an array of objects was asked for at {user_location()}, and would be made of complex variables; NumPy takes "
            "objects for real, with "
            "zero for .imag; use the variable itself, or np.stack, np.concatenate and np.block to put numbers together"
        )
    module = str(caller.f_globals.get("__name__", ""))
    if module.startswith("scipy."):
        _refuse_ordinary(caller)
    objects = elements(array)
    if module.startswith("numpy.lib.") and caller.f_code.co_name == "as_strided":
        # An assignment to these would not reach the variable.
        objects.flags.writeable = False
    return objects


def _refuse_ordinary(caller: FrameType | None) -> None:
    while caller is not None and (module := str(caller.f_globals.get("__name__", ""))).startswith("scipy."):
        package, name = ".".join(module.split(".")[:2]), caller.f_code.co_name
        if (package, name) in _INSTEAD:
            raise ChainBrokenError(
                f"{package}...{name} is no universal function and does not ask a variable, at {user_location()}; use "
                f"{_INSTEAD[package, name]}"
            )
        caller = caller.f_back


def elements(array: ArrayVariable) -> Any:
    """Return an array of objects, of the shape of `array`, that holds its elements."""
    if array.size > SLOW:
        warnings.warn(
            f"np.asarray of a variable at {user_location()} takes {array.size} numbers apart, which is slow; use the variable itself",
            PullbackWarning,
            stacklevel=2,
        )
    # A later assignment to `array` must not change the elements.
    source = snapshot(array)
    objects = np.empty(array.shape, dtype=object)
    for index in np.ndindex(array.shape):
        objects[index] = Element.of(source, index)
    return objects


def _from_elements(*numbers: Any, shape: tuple[int, ...]) -> Any:
    return np.array(numbers).reshape(shape)


# numbers of shape () -> shape
from_elements = primitive(
    _from_elements,
    lambda *numbers_out_grad, shape: tuple(np.reshape(numbers_out_grad[-1], -1)),
    name="from_elements",
)
"""Return the array of shape `shape` whose elements are some numbers."""

to_array = primitive(lambda x: np.asarray(x), lambda x, out, grad: grad, name="to_array")
"""Return a number of any kind as an array."""


def _taken_from(numbers: list[Any]) -> Any:
    """Return the array variable of which all `numbers` are elements, or None."""
    source = numbers[0]._array if numbers and isinstance(numbers[0], Element) else None
    return source if all(isinstance(number, Element) and number._array is source for number in numbers) else None


def gather(objects: Any) -> Any:
    """Return an array of objects that holds variables as one array variable; one that holds none, as a plain array.

    Raises `TypeError` when it holds anything that is not a number.
    """
    flat = list(objects.reshape(-1))
    source = _taken_from(flat)
    if source is not None:
        indices = [number._index for number in flat]
        if source.shape == objects.shape and all(map(operator.eq, indices, np.ndindex(source.shape))):
            return source
        if source.shape and all(number._recorded is None for number in flat):
            return np.reshape(source[tuple(map(list, zip(*indices, strict=True)))], objects.shape)
    for number in flat:
        value = plain(number)
        if value is None or (
            not isinstance(value, (int, float, complex, np.number, np.bool_)) and np.shape(value) != ()
        ):
            raise TypeError(
                f"an array of objects that holds a {type(value).__name__} is not differentiable, at {user_location()}; use an "
                "array of numbers"
            )
    if not any(isinstance(number, Tracked) for number in flat):
        try:
            return objects.astype(np.complex128 if any(isinstance(x, complex) for x in flat) else np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"arrays of objects are not differentiable, at {user_location()}; use .astype(float)"
            ) from error
    return from_elements(*flat, shape=objects.shape)


def as_array(x: Any) -> Any:
    """Return `x` as an array: a variable as it is, a nest of lists or an array of objects that holds variables as an array variable.

    A value of another kind that implements NumPy's protocol is returned as it is.
    """
    if isinstance(x, ArrayVariable):
        return x
    if isinstance(x, Tracked):
        return x if _implements_protocol(plain(x)) else to_array(x)
    if type(x) is np.ndarray or isinstance(x, np.generic):
        return gather(x) if x.dtype.kind == "O" else x
    if isinstance(x, (list, tuple)) and _holds_variables(x):
        rows = [as_array(row) for row in x]
        shapes = {np.shape(plain(row)) for row in rows}
        if len(shapes) > 1:
            raise ValueError(f"a list of arrays of shapes {sorted(shapes)} makes no array")
        return from_elements(*rows, shape=(len(rows),)) if shapes == {()} else np.stack(rows)
    if _implements_protocol(x) and has_kind(x):
        return x
    array = base_class_array(x) if isinstance(x, np.ndarray) else np.asarray(x)
    return gather(array) if array.dtype.kind == "O" else array


# Families import `as_array`. The variable and the kind, on which it stands, ask the table of overloads for it.
_as_array = composite(as_array, overloads=["pullback_plugins.numpy.array.overloads:AsArray"])


def _implements_protocol(x: Any) -> bool:
    """Whether a plain `x` is no array, and is asked by NumPy's functions: `__array_function__`."""
    return not isinstance(x, np.ndarray) and hasattr(x, "__array_function__")


def _holds_variables(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return any(map(_holds_variables, x))
    return isinstance(x, Tracked) or (isinstance(x, np.ndarray) and x.dtype.kind == "O")


def refuse_plain_target(target: Any) -> None:
    """Raise `ChainBrokenError` where a variable is about to be assigned to a plain array."""
    if not isinstance(target, Tracked):
        raise ChainBrokenError(
            f"a plain array cannot take in a variable, at {user_location()}: its gradient would be lost. Begin with an array variable, "
            "as np.zeros_like(x) of a variable gives, or build the array with np.stack or np.where"
        )


@composite(name="ufunc_of_objects", overloads=["numpy:ndarray.__array_ufunc__"])
def _ufunc_of_objects(ufunc: Any, method: str, *inputs: Any, **params: Any) -> Any:
    """Compute with a ufunc that writes to arrays of objects, or that calls a function of Python for each element."""
    return _into_objects(ufunc, method, inputs, params) if params else _by_elements(ufunc, inputs)


def _by_elements(ufunc: Any, inputs: tuple[Any, ...]) -> Any:
    """Call what `np.frompyfunc` made on the elements, and make arrays of numbers of the results."""
    arrays = [np.asarray(x) if isinstance(x, Tracked) else x for x in inputs]
    outputs = ufunc(*arrays)
    results = tuple([_gathered(output) for output in (outputs if ufunc.nout > 1 else (outputs,))])
    return results if ufunc.nout > 1 else results[0]


def _gathered(output: Any) -> Any:
    varies = isinstance(output, np.ndarray) and any(isinstance(element, Tracked) for element in output.reshape(-1))
    return as_array(output) if varies else output


def _into_objects(ufunc: Any, method: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute with a ufunc and write the results to its targets, among them arrays of objects, which can hold variables."""
    rest = dict(params)
    targets = rest.pop("out")
    if rest.get("where", True) is not True:
        raise ChainBrokenError(
            f"{ufunc.__name__} with where= and an array of objects for out=, at {user_location()}, is not differentiated; use np.where"
        )
    outputs = getattr(ufunc, method)(*inputs, **rest)
    results = outputs if isinstance(outputs, tuple) else (outputs,)
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
