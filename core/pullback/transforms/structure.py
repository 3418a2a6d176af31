"""Structures: nests of tuples, lists, dicts, dataclasses and pydantic models, taken apart into leaves and put back.

Containers are handled by optree. This module registers dataclasses and pydantic models with it when it first meets one, and decides
which leaves are differentiable.
"""

from __future__ import annotations

import copy
import enum
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from pullback._core import all_floats
from pullback.kind import fitted, kind_of
from pullback.tables import kinds
from pullback.tracked import Tracked, plain
from pullback.transforms.records import cached_names, field_names, float_fields

__all__ = ["AnyStructure", "Leaf", "Row", "Structure", "map_variables", "structure_of"]

_NAMESPACE = "pullback"
_CONTAINERS = (tuple, list, dict, deque)


def structure_of(tree: Any) -> AnyStructure:
    """Return the structure of `tree`."""
    cls = type(tree)
    if cls is list or cls is tuple:
        return Row(tree) if all_floats(tree) else Structure(tree)
    leaf = Leaf()
    if cls is float or isinstance(tree, Tracked):
        leaf.leaves = [tree]
        return leaf
    kind = kinds.get(cls) or kinds.known(cls)
    if kind is None and (issubclass(cls, tuple) or _is_record(cls)):
        kind = kinds.find_container(cls)
    if kind is None or kind.tuples:
        return Structure(tree)
    leaf.leaves = [kind.convert(tree)]
    return leaf


class Leaf:
    """The structure of a single value, with the methods of `Structure`."""

    __slots__ = ("leaves",)

    is_leaf = True
    floats = False
    leaves: list[Any]

    def rebuild(self, leaves: Iterable[Any]) -> Any:
        """Return the one leaf."""
        (leaf,) = leaves
        return leaf

    gradient = rebuild

    def require_leaves(self, what: str, advice: str = "") -> None:
        """Do nothing: there is a leaf."""

    def match(self, tree: Any, what: str) -> list[Any]:
        """Return ``[tree]``; raise `TypeError` if it is not a single value."""
        if _is_differentiable(tree, True):
            return [tree]
        raise TypeError(f"{what} must be a number like {plain(self.leaves[0])!r}, not {tree!r}")

    def fit(self, tree: Any, values: Sequence[Any], what: str) -> list[Any]:
        """Return `tree` as a gradient of the value; raise `TypeError` if it cannot be one."""
        return _fitted(self.match(tree, what), values, what)


class Row(Leaf):
    """A list or tuple of floats only, possibly thousands: a fast path of `Structure`."""

    __slots__ = ("_cls",)

    is_leaf = False
    floats = True

    def __init__(self, row: list[float] | tuple[float, ...]):
        self.leaves = list(row)
        self._cls = type(row)

    def rebuild(self, leaves: Iterable[Any]) -> Any:
        """Return `leaves` as a list or tuple, unchanged if they already are one."""
        return leaves if type(leaves) is self._cls else self._cls(leaves)

    gradient = rebuild

    def match(self, tree: Any, what: str) -> list[Any]:
        """Return the leaves of `tree`; raise `TypeError` if its structure differs."""
        return Structure(self._cls(self.leaves)).match(tree, what)


class Structure:
    """One structure: its differentiable `leaves`, and how to rebuild it with other leaves.

    A leaf is differentiable if its type has a value kind. Integers are promoted, except in fields of dataclasses and models whose
    declared type says that they count something, and in integer arrays inside a structure, which are usually indices. These and
    all other leaves are static: they are kept unchanged, and have no gradient.
    """

    __slots__ = ("_all", "_places", "_spec", "floats", "leaves")

    leaves: list[Any]
    floats: bool
    """Whether all leaves are floats, so that they need not be examined one by one."""

    def __init__(self, tree: Any):
        everything, self._spec = _flatten(tree)
        self.floats = all_floats(everything)
        if self.floats:
            self.leaves = self._all = everything
            return
        alone = self._spec.is_leaf()
        self._places = [place for place, leaf in enumerate(everything) if _is_differentiable(leaf, alone)]
        self.leaves = [kind_of(everything[place]).convert(everything[place]) for place in self._places]
        self._all = everything

    @property
    def is_leaf(self) -> bool:
        """Whether this is a single value, not a container."""
        return bool(self._spec.is_leaf())

    def rebuild(self, leaves: Iterable[Any]) -> Any:
        """Return this structure with `leaves` for the differentiable ones and the same static ones."""
        return self._build(leaves, lambda leaf: leaf.value if isinstance(leaf, _Static) else leaf)

    def gradient(self, leaves: Iterable[Any]) -> Any:
        """Return this structure with `leaves` for the differentiable ones and None for the static ones."""
        return self._build(leaves, lambda _: None)

    def _build(self, leaves: Iterable[Any], static: Callable[[Any], Any]) -> Any:
        if self.floats:
            return self._spec.unflatten(leaves)
        every = [static(leaf) for leaf in self._all]
        for place, leaf in zip(self._places, leaves, strict=True):
            every[place] = leaf
        return self._spec.unflatten(every)

    def require_leaves(self, what: str, advice: str = "") -> None:
        """Raise `TypeError` if there is nothing to differentiate by."""
        if not self.leaves:
            tree = self.rebuild([])
            raise TypeError(
                f"{what}: an argument of type {type(tree).__name__} holds nothing to differentiate by; it must be a float, an "
                f"array, or a structure that holds one{advice}"
            )

    def match(self, tree: Any, what: str) -> list[Any]:
        """Return the leaves of `tree` in the places of the differentiable ones; raise `TypeError` if its structure differs."""
        everything, spec = _flatten(tree)
        if spec != self._spec:
            raise TypeError(f"{what} is built as {_words(spec)}, but {_words(self._spec)} was expected")
        return everything if self.floats else [everything[place] for place in self._places]

    def fit(self, tree: Any, values: Sequence[Any], what: str) -> list[Any]:
        """Return the leaves of `tree` as gradients of `values`; raise `TypeError` if its structure differs."""
        return _fitted(self.match(tree, what), values, what)


def _fitted(leaves: Sequence[Any], values: Sequence[Any], what: str) -> list[Any]:
    """Return `leaves` as gradients of `values`."""
    return [fitted(leaf, value, what) for leaf, value in zip(leaves, values, strict=True)]


AnyStructure: TypeAlias = Leaf | Structure


def map_variables(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return `tree` with `function` applied to its variables, and everything else unchanged."""
    if isinstance(tree, Tracked):
        return function(tree)
    if type(tree) is float:
        return tree
    leaves, spec = _flatten(tree)
    return spec.unflatten(
        [
            function(leaf) if isinstance(leaf, Tracked) else leaf.value if isinstance(leaf, _Static) else leaf
            for leaf in leaves
        ]
    )


def _words(spec: Any) -> str:
    """Return a specification of optree in the form in which users write structures, with a star for each leaf."""
    parsed = re.fullmatch(r"PyTreeSpec\((.*?)(, NoneIsLeaf)?(, namespace='\w*')?\)", str(spec))
    text = str(spec) if parsed is None else parsed[1]
    return "a single value" if text == "*" else text


class _Static:
    """An integer in a field of a dataclass or a model that is not declared to hold floats."""

    __slots__ = ("value",)

    def __init__(self, value: int):
        self.value = value


def _is_differentiable(leaf: Any, alone: bool) -> bool:
    """Return whether gradients flow through `leaf`; `alone` means that it is not part of a container."""
    if isinstance(leaf, Tracked):
        return True
    # A member of an enumeration is a name, even if it is an integer.
    if isinstance(leaf, (_Static, enum.Enum)):
        return False
    # A subclass of tuple without a kind of its own is a container that optree does not know.
    kind = kinds.find_container(type(leaf)) if isinstance(leaf, tuple) else kinds.find(type(leaf))
    return kind is not None and not kind.tuples and (alone or kind.differentiable(leaf))


def _flatten(tree: Any) -> tuple[list[Any], Any]:
    import optree

    while True:
        is_leaf = _has_kind if _opaque() else None
        leaves, spec = optree.tree_flatten(tree, is_leaf, none_is_leaf=True, namespace=_NAMESPACE)
        # A record with a kind of its own is a single value.
        news = [cls for cls in set(map(type, leaves)) if _is_record(cls) and kinds.find_container(cls) is None]
        if not news:
            return leaves, spec
        for cls in news:
            with suppress(ValueError):  # another thread has registered it
                optree.register_pytree_node(cls, _take_apart, _put_together, namespace=_NAMESPACE)  # type: ignore[arg-type]


def _opaque() -> tuple[type, ...]:
    """Return the types with a kind whose values would otherwise be taken apart as containers."""
    generation = kinds.generation
    opaque: tuple[type, ...] | None = generation.opaque
    if opaque is None:
        opaque = generation.opaque = tuple(
            cls
            for cls, kind in list(kinds.items())
            if kind is not None and not kind.tuples and (issubclass(cls, _CONTAINERS) or _is_record(cls))
        )
    return opaque


def _has_kind(node: Any) -> bool:
    """Return whether `node`, which could be taken apart as a container, is a single value with a kind of its own."""
    return isinstance(node, _opaque()) and kinds.find(type(node)) is not None


def _is_model(cls: type) -> bool:
    return hasattr(cls, "model_fields") and hasattr(cls, "model_copy")


def _is_record(cls: type) -> bool:
    return hasattr(cls, "__dataclass_fields__") or _is_model(cls)


class _Mould:
    """A dataclass or model apart from its fields: enough to rebuild it without running its validation."""

    __slots__ = ("names", "record")

    def __init__(self, record: Any, names: Sequence[str]):
        self.record = record
        self.names = names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Mould) and type(self.record) is type(other.record) and self.names == other.names

    def __hash__(self) -> int:
        return hash((type(self.record), self.names))

    def __repr__(self) -> str:
        return f"{type(self.record).__name__}({', '.join(self.names)})"


def _take_apart(record: Any) -> tuple[list[Any], _Mould]:
    cls = type(record)
    cached = cached_names(cls)
    fields = (
        [name for name in (*vars(record), *(record.__pydantic_extra__ or ())) if name not in cached]
        if _is_model(cls)
        else field_names(cls)
    )
    names = tuple(name for name in fields if hasattr(record, name))
    floats = float_fields(cls)
    values = [getattr(record, name) for name in names]
    parts = [value if name in floats else _count(value) for name, value in zip(names, values, strict=True)]
    return parts, _Mould(record, names)


def _count(value: Any) -> Any:
    """Return a field with the integers in it marked as static."""
    if type(value) is int:
        return _Static(value)
    if not isinstance(value, (tuple, list, dict)):
        return value
    leaves, spec = _flatten(value)
    return spec.unflatten([_Static(leaf) if type(leaf) is int else leaf for leaf in leaves])


def _put_together(mould: _Mould, values: Sequence[Any]) -> Any:
    values = [value.value if isinstance(value, _Static) else value for value in values]
    fields = dict(zip(mould.names, values, strict=True))
    if _is_model(type(mould.record)):
        built = mould.record.model_copy(update=fields)
        object.__setattr__(built, "__pydantic_fields_set__", set(mould.record.__pydantic_fields_set__))
    else:
        built = copy.copy(mould.record)
        for name, value in fields.items():
            object.__setattr__(built, name, value)
    for name in cached_names(type(built)):
        getattr(built, "__dict__", {}).pop(name, None)
    return built
