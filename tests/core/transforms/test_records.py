"""What a class says of its fields: their names, which are computed, and which hold floats."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field, make_dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Optional

import pytest

from pullback.transforms.records import cached_names, field_names, float_fields


@dataclass
class Fit:
    """A dataclass with every way of declaring floats, and of not."""

    rate: float
    steps: int
    offsets: list[float] = field(default_factory=list)
    scale: Optional[float] = None  # noqa: UP045
    width: float | None = None
    marked: Annotated[float, "metres"] = 0.0
    nested: dict[str, Sequence[float]] = field(default_factory=dict)
    label: str = "float"
    anything: Any = None
    shared: ClassVar[float] = 0.0
    start: InitVar[float] = 0.0

    @cached_property
    def total(self) -> float:
        return self.rate * self.steps


def test_class_variables_and_arguments_of_the_constructor_are_no_fields() -> None:
    names = field_names(Fit)
    assert names[:2] == ("rate", "steps")
    assert not {"shared", "start", "total"} & set(names)


def test_fields_whose_type_speaks_of_floats() -> None:
    assert float_fields(Fit) & set(field_names(Fit)) == {"rate", "offsets", "scale", "width", "marked", "nested"}


def test_a_type_that_cannot_be_resolved_is_read_as_text() -> None:
    cls = make_dataclass("Local", [("a", "list[float]"), ("b", "Missing[float]"), ("c", "Floating"), ("d", "int")])  # type: ignore[list-item]
    assert float_fields(cls) == {"a", "b"}


def test_what_a_base_class_has_cached_counts_too() -> None:
    @dataclass
    class Derived(Fit):
        @cached_property
        def half(self) -> float:
            return self.rate / 2.0

    assert cached_names(Derived) == {"total", "half"}
    assert cached_names(Fit) == {"total"}
    assert field_names(Derived) == field_names(Fit)


def test_models_of_pydantic_say_it_with_their_annotations() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Rates(pydantic.BaseModel):
        a: float
        n: int
        b: list[float] = []

    assert float_fields(Rates) == {"a", "b"}


def test_a_class_is_read_once_and_not_kept_alive() -> None:
    cls = make_dataclass("Short", [("x", float)])
    assert field_names(cls) is field_names(cls)
    assert float_fields(cls) is float_fields(cls)
    gone = weakref.ref(cls)
    del cls
    gc.collect()
    assert gone() is None
