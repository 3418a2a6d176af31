"""The hooks, and what their descriptions promise."""

from __future__ import annotations

import inspect
from typing import Any, get_type_hints

import pluggy
import pytest

import pullback as pb
from pullback.forwards import KindForward
from pullback.host import hookspecs
from pullback.kind import ValueKind
from pullback.primitive import Answer

HOOKS = {name: value for name, value in vars(hookspecs).items() if name.startswith("pullback_")}


def test_every_hook_is_specified_and_no_other_function_is() -> None:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    assert {name for name in vars(manager.hook) if not name.startswith("_")} == set(HOOKS)
    assert set(HOOKS) == {
        "pullback_register_primitives",
        "pullback_register_value_kinds",
        "pullback_register_forwards",
    }


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_described_in_one_sentence_and_takes_nothing(name: str) -> None:
    doc = inspect.getdoc(HOOKS[name]) or ""
    assert doc.startswith("Return ")
    assert doc.endswith(".")
    assert "\n\n" not in doc
    assert not inspect.signature(HOOKS[name]).parameters


def test_the_types_that_hooks_return() -> None:
    scope = {"Answer": Answer, "ValueKind": ValueKind, "KindForward": KindForward}
    returned = {name: get_type_hints(hook, scope)["return"] for name, hook in HOOKS.items()}
    assert returned == {
        "pullback_register_primitives": list[Answer],
        "pullback_register_value_kinds": list[ValueKind],
        "pullback_register_forwards": list[KindForward],
    }


def test_the_doc_of_the_primitives_hook_names_what_makes_pairs() -> None:
    doc = HOOKS["pullback_register_primitives"].__doc__ or ""
    for maker in ("primitive", "elementwise", "nondifferentiable", "composite"):
        assert f"`{maker}`" in doc
        assert callable(getattr(pb, maker))


def test_the_marker_at_the_top_is_the_one_that_the_host_reads(bench: Any) -> None:
    assert pb.hookimpl is hookspecs.hookimpl
    assert pb.hookimpl.project_name == hookspecs.PROJECT == "pullback"


def test_the_version_of_the_api() -> None:
    assert hookspecs.API_VERSION == 1
