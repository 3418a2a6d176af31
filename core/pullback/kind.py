"""Value kinds: how values of one type are seeded, added, multiplied and summed to a shape."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pullback._core import KindCore
from pullback.product import product
from pullback.tables import kinds
from pullback.tracked import Tracked, plain

if TYPE_CHECKING:
    from random import Random

__all__ = ["Deferred", "ScalarKind", "TupleKind", "ValueKind", "fitted", "has_kind", "kind_of"]

T = TypeVar("T")


class Arena:
    """Where large values have their memory from, between `enter` and `leave`: here as ever."""

    def enter(self) -> Any:
        """Begin; return what `leave` wants. Any number of threads may have entered."""

    def leave(self, before: Any) -> None:
        """Undo one `enter`."""


class ValueKind(KindCore):
    """The contract of a value kind; a family registers an instance for its types.

    `name` is what pairs name their forwards by; `types` are the Python types of the values; where values of several
    kinds meet in a call, the forward of the highest `priority` is taken; `variable` is the class that wraps
    a value. Values given to the methods may be variables of a lower level.
    """

    name: str = ""
    types: tuple[type, ...] = ()
    excluded: tuple[type, ...] = ()
    """Subtypes of `types` that are not values of this kind."""
    promoted: tuple[type, ...] = ()
    """Those of `types` that become values of this kind when a variable is made over them, and are left alone in plain calls."""
    priority: int = 0
    variable: type[Tracked]
    tuples: bool = False
    """Whether a value is the several outputs of one primitive."""
    eager: bool = False
    """Whether a partial is cheaper to keep than the inputs that it is computed from."""

    multiplies = False
    """Whether `product` and `add` are Python's ``*`` and ``+``, but for large values, where they may save memory."""

    def _lacks(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            f"the value kind {self.name!r} has no {method}(), which is needed here; define it in {type(self).__qualname__}, as "
            "pullback.ValueKind says"
        )

    def convert(self, value: Any) -> Any:
        """Return `value` as the type that variables of this kind hold."""
        return value

    def wrap(
        self, value: Any, tape: Any, entry: Any, primitive: Any, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Return the variable over `value`, which `primitive` made of `args`, at `entry` of `tape`."""
        return self.variable._new(value, tape, entry)

    def differentiable(self, value: Any) -> bool:
        """Return whether `value`, found inside a structure, is one that gradients flow through."""
        return True

    def alike(self, value: Any, other: Any) -> bool:
        """Return whether a cotangent of `other` is, as it stands, one of `value`: the same shape and type."""
        return False

    def keep(self, value: Any) -> Any:
        """Return a plain `value` as a tape may keep it: nobody can change it before the sweep reads it."""
        return value

    def large(self, value: Any) -> bool:
        """Return whether `value` is worth the trouble of not keeping it."""
        return False

    def hollow(self, value: Any) -> Any:
        """Return something of the shape and type of `value`, which no rule reads, that takes less memory."""
        return value

    def shortened(self, function: Any) -> Any:
        """Return `function`, of the same results, as it is called fastest on values of this kind."""
        return function

    def arena(self) -> Arena:
        """Return where the large values of a run have their memory from."""
        return Arena()

    def quietly(self, sweep: Callable[[], T]) -> T:
        """Return what `sweep` returns: what rules do at singular points is not worth a warning."""
        return sweep()

    def takes(self, value: Any) -> bool:
        """Return whether a plain `value` of the type may stand in a call as it is: one that holds variables may not."""
        return True

    def promote(self, constant: int) -> Any:
        """Return an integer among the inputs of a call whose output is of this kind, as the rules of the pair see it."""
        return constant

    def zero(self, value: Any) -> Any:
        """Return the zero cotangent of `value`."""
        raise self._lacks("zero")

    def one(self, value: Any) -> Any:
        """Return the cotangent of ones of `value`."""
        raise self._lacks("one")

    def add(self, left: Any, right: Any) -> Any:
        """Return the sum of two cotangents."""
        return left + right

    def product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product, which is the chain's unless it is nan."""
        return cotangent * partial

    def last_product(self, cotangent: Any, partial: Any) -> Any:
        """Return the plain product, after which the sweep does not need the cotangent any more."""
        return self.product(cotangent, partial)

    def multiply(self, cotangent: Any, partial: Any) -> Any:
        """Return the chain's product, in which an exact zero absorbs inf and nan."""
        raise self._lacks("multiply")

    def infinities(self, value: Any) -> tuple[Any, list[tuple[float, Any]]] | None:
        """Return `value` without what is infinite or nan, and for each of those, ones where it stands; None where all is finite."""
        return None

    def reached(self, value: Any, limit: float) -> Any:
        """Return `limit` with the sign of `value`, and zero where `value` is zero, plain."""
        raise self._lacks("reached")

    def has_nan(self, value: Any) -> bool:
        """Return whether a number in `value` is nan."""
        bare = plain(value)
        return bool(bare != bare)

    def total(self, grad: Any) -> Any:
        """Return the sum of the numbers in `grad`, for an input of a scalar kind that was broadcast."""
        raise TypeError(f"{self.describe(grad)} has no sum")

    def release(self, value: Any, held: set[int]) -> Any:
        """Return `value` as the caller may keep and change it; `held` are the ids of what must not be touched."""
        return value

    def fit(self, grad: Any, value: Any) -> Any:
        """Return `grad` summed to the shape of `value`; raise `TypeError` or `ValueError` when it is no gradient of it."""
        raise self._lacks("fit")

    def broadcast(self, tangent: Any, value: Any) -> Any:
        """Return `tangent`, of an input that was broadcast to the shape of the output `value`, in that shape."""
        return tangent

    def describe(self, value: Any) -> str:
        """Return the type and shape of `value` in words, for errors."""
        return type(plain(value)).__name__

    def is_scalar(self, value: Any) -> bool:
        """Return whether `value` is one real number, which `grad` can start from."""
        raise self._lacks("is_scalar")

    def is_complex(self, value: Any) -> bool:
        """Return whether the numbers in `value` are complex."""
        return False

    def size(self, value: Any) -> int:
        """Return how many numbers `value` holds."""
        raise self._lacks("size")

    def magnitude(self, value: Any) -> float:
        """Return the largest absolute value in `value`, plain."""
        raise self._lacks("magnitude")

    def dot(self, left: Any, right: Any) -> float:
        """Return the inner product of two plain values."""
        raise self._lacks("dot")

    def random(self, value: Any, chooser: Random) -> Any:
        """Return a random cotangent of `value`, no part of it near zero."""
        raise self._lacks("random")

    def basis(self, value: Any) -> list[Any]:
        """Return the standard basis of the cotangents of `value`, `size` of them."""
        raise self._lacks("basis")

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        """Return one derivative of the parts found for each vector of ``basis(value)``.

        The axes of `value` come before the axes of the parts, or after them where `trailing`.
        """
        raise self._lacks("join")


class ScalarKind(ValueKind):
    """Values without a shape, for which the operators of Python are defined: `float` and whatever behaves like it."""

    eager = True

    def __init__(self, name: str, types: tuple[type, ...], variable: type[Tracked], *, excluded: tuple[type, ...] = ()):
        self.name = name
        self.types = types
        self.variable = variable
        self.excluded = excluded
        self._type = types[0]

    def convert(self, value: Any) -> Any:
        return value if isinstance(value, (self._type, Tracked)) else self._type(value)

    def promote(self, constant: int) -> Any:
        return self._type(constant)

    def zero(self, value: Any) -> Any:
        return self._type(0)

    def one(self, value: Any) -> Any:
        return self._type(1)

    def multiply(self, cotangent: Any, partial: Any) -> Any:
        return product(cotangent, partial)

    def fit(self, grad: Any, value: Any) -> Any:
        bare = plain(grad)
        if type(bare) is self._type:
            return grad
        kind = kinds.find(type(bare))
        if kind is not None and kind.priority > self.priority:
            grad = kind.total(grad)
            bare = plain(grad)
        if isinstance(grad, Tracked) and isinstance(bare, (self._type, numbers.Real)):
            return grad
        if isinstance(bare, (self._type, numbers.Real)) and not isinstance(bare, (bool, complex)):
            return self._type(bare)
        raise TypeError(f"expected a {self._type.__name__}")

    def is_scalar(self, value: Any) -> bool:
        return True

    def size(self, value: Any) -> int:
        return 1

    def magnitude(self, value: Any) -> float:
        return abs(float(plain(value)))

    def dot(self, left: Any, right: Any) -> float:
        return float(left) * float(right)

    def random(self, value: Any, chooser: Random) -> Any:
        return self._type(chooser.uniform(0.5, 1.5) * chooser.choice((-1.0, 1.0)))

    def basis(self, value: Any) -> list[Any]:
        return [self.one(value)]

    def join(self, parts: list[Any], value: Any, *, trailing: bool) -> Any:
        return parts[0]


class TupleKind(ValueKind):
    """The several outputs of one primitive; cotangents of outputs that nothing used are None."""

    name = "tuple"
    types = (tuple,)
    tuples = True

    def zero(self, value: Any) -> Any:
        return (None,) * len(value)

    def add(self, left: Any, right: Any) -> Any:
        return tuple(
            b if a is None else a if b is None else kind_of(a).add(a, b) for a, b in zip(left, right, strict=True)
        )

    def fit(self, grad: Any, value: Any) -> Any:
        return grad

    def has_nan(self, value: Any) -> bool:
        return any(part is not None and kind_of(part).has_nan(part) for part in value)


class Deferred:
    """A cotangent in parts, which the sweep puts together only when it needs the whole.

    A rule may return one where the whole is large and its own part small: one entry of an array, say.
    """

    __slots__ = ()

    def append(self, contribution: Any) -> None:
        """Take in another cotangent of the same value, deferred or whole."""
        raise NotImplementedError

    def settle(self) -> Any:
        """Return the sum of the parts."""
        raise NotImplementedError


def has_kind(value: Any) -> bool:
    """Return whether `value`, plain or a variable, is one that some family brings a kind for."""
    if isinstance(value, Tracked):
        return True
    kind = kinds.find(type(value))
    return kind is not None and bool(kind.takes(value))


def kind_of(value: Any) -> ValueKind:
    """Return the kind of `value`, or of what it wraps; raise `TypeError` when no family brings one."""
    kind = kinds.get(type(value)) or kinds.inherited.get(type(value))
    if kind is not None:
        return kind  # type: ignore[no-any-return]
    bare = plain(value)
    kind = kinds.find(type(bare))
    if kind is None:
        raise TypeError(
            f"no value kind is registered for {type(bare).__module__}.{type(bare).__qualname__}; a variable is over a float, an array, "
            "or what some family brings a kind for"
        )
    return kind  # type: ignore[no-any-return]


def fitted(grad: Any, value: Any, what: str) -> Any:
    """Return `grad`, which a user gave as a cotangent or tangent, as one of `value`; raise `TypeError` that speaks of `what`.

    What rules return is summed to the shape of its input; a user who gives more numbers than there are has made a mistake.
    """
    kind = kind_of(value)
    try:
        if type(grad) is not float:
            given = kind_of(grad)
            if given.size(given.convert(grad)) > max(kind.size(value), 1):
                raise ValueError("it has more numbers")
        return kind.fit(grad, value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what} of {kind.describe(value)} cannot be {plain(grad)!r}: {error}") from error
