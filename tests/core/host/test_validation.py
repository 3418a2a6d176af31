"""What is checked of a family, and the words in which its author reads what to do."""

from __future__ import annotations

import functools
import math
import operator
import sys
import types
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from pullback import (
    PluginError,
    PluginWarning,
    RuleError,
    ScalarVariable,
    ValueKind,
    Variable,
    composite,
    elementwise,
    hookimpl,
    nondifferentiable,
    primitive,
)
from pullback.host.validation import check_pairs, check_value_kinds
from pullback.kind import ScalarKind
from pullback.primitive import Primitive


def _one(x: float) -> float:
    return x


def _two(x: float, y: float) -> float:
    return x * y


def partial_of_one(x: Any, out: Any) -> Any:
    return 1.0


def partial_of_two(x: Any, y: Any, out: Any) -> Any:
    return 1.0


def grad_of_one(x: Any, out: Any, grad: Any) -> Any:
    return grad


def grad_of_two(x: Any, y: Any, out: Any, grad: Any) -> Any:
    return grad, grad


WRONG: list[tuple[str, Any, str]] = [
    ("derivative of one input", elementwise(_one, derivative=lambda x: 1.0), "derivative"),
    ("derivative of two inputs", elementwise(_two, derivative=(partial_of_two, partial_of_one)), "derivative"),
    ("derivative with too much", elementwise(_one, derivative=lambda x, y, out: 1.0), "derivative"),
    ("derivative of nothing", elementwise(_one, derivative=lambda: 1.0), "derivative"),
    ("derivative that is no function", elementwise(_one, derivative="1.0"), "derivative"),
    ("one derivative for two inputs", elementwise(_two, derivative=partial_of_one), "derivative"),
    ("two derivatives for one input", elementwise(_one, derivative=(partial_of_two, partial_of_two)), "derivative"),
    ("backward of one input", primitive(_one, lambda x, grad: grad), "backward"),
    ("backward of two inputs", primitive(_two, grad_of_one), "backward"),
    ("backward with too much", primitive(_one, grad_of_two), "backward"),
    ("backward that wants one by keyword", primitive(_one, lambda x, *, out, grad: grad), "backward"),
    ("backward in parts", primitive(_two, (grad_of_two, grad_of_one)), "backward"),
    ("one part for two inputs", primitive(_two, (grad_of_one,)), "backward"),
    ("two parts for one input", primitive(_one, (grad_of_two, grad_of_two)), "backward"),
    ("backward that is no function", primitive(_one, 3), "backward"),
    ("a part that is no function", primitive(_two, (grad_of_two, "grad")), "backward"),
    ("pushforward of one input", primitive(_one, pushforward=lambda x, out: 1.0), "pushforward"),
    ("pushforward of two inputs", primitive(_two, pushforward=lambda x, y, out, dx: dx), "pushforward"),
    ("pushforward in parts", primitive(_one, grad_of_one, pushforward=(lambda x, out, dx: dx,)), "pushforward"),
]


@pytest.mark.parametrize(("pair", "field"), [each[1:] for each in WRONG], ids=[each[0] for each in WRONG])
def test_a_rule_of_the_wrong_arity(pair: Any, field: str) -> None:
    faults = check_pairs([pair])
    assert len(faults) == 1
    assert faults[0].startswith(f"primitives[0].{field}")
    assert f"; fix: {'write it as' if 'arguments' in faults[0] else 'give'} " in faults[0]


def test_the_fix_shows_the_form_of_the_rule() -> None:
    faults = check_pairs([primitive(_two, grad_of_one)])
    assert faults == [
        "primitives[0].backward: does not take the 4 arguments of backward(*inputs, output, grad), for 2 inputs; "
        "fix: write it as backward(*inputs, output, grad)"
    ]


RIGHT: list[tuple[str, Any]] = [
    ("one input", elementwise(_one, derivative=partial_of_one)),
    ("two inputs", elementwise(_two, derivative=(partial_of_two, partial_of_two))),
    ("an input that is not differentiated", elementwise(_two, derivative=(partial_of_two, None))),
    ("backward in parts", primitive(_two, (grad_of_two, None))),
    ("any number of inputs", primitive(lambda *xs: sum(xs), lambda *xs: xs[:-2], name="it")),
    ("any number after the first", primitive(lambda x, *xs: x, lambda x, *rest: x, name="it")),
    ("a rule that takes all", primitive(_two, lambda *all: (all[-1], all[-1]))),
    ("a rule of the first and the rest", primitive(_two, lambda x, *rest: (rest[-1], rest[-1]))),
    ("a forward with defaults", primitive(lambda x, scale=2.0: x * scale, grad_of_one, name="it")),
    ("a derivative with a parameter", elementwise(lambda x, *, n=1: x, derivative=lambda x, out, n=1: 1.0, name="it")),
    ("a derivative with a keyword", elementwise(lambda x, *, n=1: x, derivative=lambda x, out, *, n=1: 1.0, name="it")),
    ("a backward with a parameter", primitive(lambda x, *, n=1: x, lambda x, out, grad, n=1: grad, name="it")),
    ("a builtin without a signature", primitive(max, grad_of_one, name="largest")),
    ("a builtin rule without a signature", elementwise(_one, derivative=max)),
    ("a builtin with a signature", elementwise(math.sin, derivative=lambda x, out: math.cos(x))),
    ("a derivative that is a number", elementwise(_two, derivative=(1.0, 2))),
    ("a builtin of many", primitive(math.hypot, lambda *xs: xs[:-2])),
    ("a forward by name", primitive("math:sin", grad_of_two)),
    ("a partial rule", elementwise(_one, derivative=functools.partial(partial_of_two, 1.0))),
    ("a pushforward", primitive(_two, pushforward=lambda x, y, out, dx, dy: dx)),
    ("a method", primitive(_one, types.MethodType(grad_of_two, 1.0))),
    ("not differentiable", nondifferentiable(_one)),
    ("made of others", composite(_one)),
]


@pytest.mark.parametrize("pair", [each[1] for each in RIGHT], ids=[each[0] for each in RIGHT])
def test_a_rule_whose_signature_allows_it(pair: Any) -> None:
    assert check_pairs([pair]) == []


@pytest.mark.parametrize("name", ["two words", "1st", "a:b", "", "näme", "a\n"])
def test_a_bad_name(bench: Any, name: str) -> None:
    pair = bench.pair("good")
    pair.name = name
    (fault,) = check_pairs([bench.pair("other"), pair])
    assert fault.startswith(f"primitives[1].name: {name!r} is no name; fix: ")


def test_a_lambda_needs_a_name() -> None:
    (fault,) = check_pairs([elementwise(lambda x: x, derivative=partial_of_one)])
    assert fault.startswith("primitives[0].name: '<lambda>' is no name; fix: give name='...'")


def test_a_pair_without_a_rule() -> None:
    (fault,) = check_pairs([primitive(_one)])
    assert fault == "primitives[0]: has no rule; fix: give backward=, pushforward= or derivative="


@pytest.mark.parametrize("target", ["math.sin", "math:", ":sin", "sin", "math:sin:cos", "math: sin", "math-er:sin", ""])
def test_a_bad_overload_string(bench: Any, target: str) -> None:
    (fault,) = check_pairs([bench.pair("it", math.cos, target)])
    assert fault == f"primitives[0].overloads[1]: {target!r} is no overload; fix: write it as 'module:qualname'"


def test_a_bad_forward_string() -> None:
    (fault,) = check_pairs([primitive("math.sin", grad_of_one, name="sine")])
    assert (
        fault
        == "primitives[0].default: 'math.sin' is no forward; fix: give a function, or write it as 'module:qualname'"
    )


def test_a_bad_forward_for_one_kind_of_value() -> None:
    for bad in ("numpy.sin", 3):
        pair = elementwise({"float": "math:sin", "array": bad}, derivative=partial_of_one, name="sine")  # type: ignore[dict-item]
        (fault,) = check_pairs([pair])
        assert fault.startswith("primitives[0].")
        assert repr(bad) in fault
        assert "array" in fault
        assert "; fix: " in fault


@pytest.mark.parametrize("make", [nondifferentiable, composite])
def test_what_cannot_be_called_is_no_function(make: Any) -> None:
    (fault,) = check_pairs([make(3, name="three")])
    assert fault.startswith("primitives[0].")
    assert "3 cannot be called; fix: " in fault


@pytest.mark.parametrize(
    "target",
    [_one, lambda x: x, "json:dumps", functools.wraps, getattr(np.linspace, "__wrapped__"), sys.getsizeof, 3, None],
    ids=["function", "lambda", "string", "of the library", "undispatched", "builtin", "number", "none"],
)
def test_an_overload_that_nothing_would_ever_call(bench: Any, target: Any) -> None:
    import json

    (fault,) = check_pairs([bench.pair("it", target)])
    assert fault.startswith("primitives[0].overloads[0]: ")
    assert "; fix: " in fault
    if callable(target) or target == "json:dumps":
        function = json.dumps if isinstance(target, str) else target
        assert f"{function.__module__}.{function.__name__} is an ordinary function" in fault
        assert "export the primitive itself" in fault
    else:
        assert f"{target!r} cannot be called" in fault


@pytest.mark.parametrize(
    "target",
    [
        np.sin,
        np.add,
        np.where,
        np.concatenate,
        np.linalg.solve,
        np.fft.fft,
        np.frompyfunc(lambda x: x, 1, 1),
        np.add.reduce,
        "numpy:multiply.outer",
        math.sin,
        operator.mul,
        round,
        "math:sin",
        "numpy:sum",
        "numpy.linalg:det",
        "numpy:no_such_function",
        "math:no.such.function",
        "no_such_module:function",
    ],
    ids=lambda target: target if isinstance(target, str) else getattr(target, "__qualname__", "ufunc"),
)
def test_an_overload_that_variables_are_asked_by(bench: Any, target: Any) -> None:
    assert check_pairs([bench.pair("it", target)]) == []


@pytest.mark.parametrize("override", ["yes", "no", 3, None])
def test_override_is_true_or_false(bench: Any, override: Any) -> None:
    (fault,) = check_pairs([bench.pair("it", override=override)])
    assert fault.startswith("primitives[0].override: ")


@pytest.mark.parametrize("thing", [3, math.sin, None, "sin", (math.sin, math.cos)])
def test_what_is_no_pair(bench: Any, thing: Any) -> None:
    (fault,) = check_pairs([bench.pair("good"), thing])
    assert fault == f"primitives[1]: {thing!r} is not a pair; fix: wrap it, as in primitive(forward, backward)"


@pytest.mark.parametrize("given", [{}, 3, "pairs", iter([])], ids=["dict", "int", "str", "iterator"])
def test_what_is_no_list(given: Any) -> None:
    (fault,) = check_pairs(given)
    assert fault == f"primitives: the hook returned a {type(given).__name__}; fix: return a list of primitives"


def test_every_fault_is_told_at_once(bench: Any) -> None:
    faults = check_pairs([bench.pair("two words"), bench.pair("good"), 3, bench.pair("it", "math.sin", _one)])
    assert [fault.partition(":")[0] for fault in faults] == [
        "primitives[0].name",
        "primitives[2]",
        "primitives[3].overloads[0]",
        "primitives[3].overloads[1]",
    ]


# Value kinds.


class Length:
    pass


def test_value_kinds_that_are_none() -> None:
    assert check_value_kinds([ScalarKind("length", (Length,), ScalarVariable)]) == []
    (fault,) = check_value_kinds([float])
    assert fault.startswith("value_kinds[0]: <class 'float'> is not a value kind; fix: ")
    (fault,) = check_value_kinds(3)
    assert fault == "value_kinds: the hook returned a int; fix: return a list of value kinds"
    (fault,) = check_value_kinds([ValueKind()])
    assert fault == "value_kinds[0]: has no name or no types; fix: set both on the class"
    for variable in (float, None, 3):
        (fault,) = check_value_kinds([ScalarKind("length", (Length,), variable)])  # type: ignore[arg-type]
        assert fault == "value_kinds[0].variable: is not a variable class; fix: derive it from pullback.Variable"
    (fault,) = check_value_kinds([ScalarKind("length", (Length,), Variable)])
    assert fault.startswith(
        "value_kinds[0].variable: Variable is the base of all variables, without storage; fix: pullback.ScalarVariable"
    )


@pytest.mark.parametrize("types_given", [Length, ("Length",), (Length, None)], ids=["bare", "string", "none"])
def test_the_types_of_a_value_kind_are_a_tuple_of_types(types_given: Any) -> None:
    class Kind(ValueKind):
        name = "length"
        types = types_given
        variable = ScalarVariable

    (fault,) = check_value_kinds([Kind()])
    assert fault.startswith("value_kinds[0].types: ")
    assert "; fix: " in fault


# As the author of a distribution reads it.


def test_the_author_reads_distribution_version_entry_point_place_and_fix(bench: Any) -> None:
    pairs = [bench.pair(name) for name in ("a", "b", "c")] + [primitive(_two, grad_of_one, name="d")]
    host = bench.host(bench.family("bessel", bench.plugin(*pairs), "acme-bessel"))
    with pytest.warns(PluginWarning) as caught:
        host.load_all()
    (row,) = host.rows()
    wanted = (
        "acme-bessel 1.2 (entry point 'bessel'): primitives[3].backward: does not take the 4 arguments of "
        "backward(*inputs, output, grad), for 2 inputs; fix: write it as backward(*inputs, output, grad)"
    )
    assert row["reason"] == wanted
    assert [str(each.message) for each in caught] == [f"acme-bessel 1.2 (entry point 'bessel') was left out: {wanted}"]


@pytest.mark.parametrize(
    ("plugin", "error", "text"),
    [
        ({"pairs": lambda: {"it": 1}}, RuleError, "primitives: the hook returned a dict; fix: "),
        ({"pairs": lambda: [3]}, RuleError, "primitives[0]: 3 is not a pair; fix: "),
        ({"pairs": lambda: 1 / 0}, PluginError, "ZeroDivisionError"),
        ({"kinds": lambda: [3]}, RuleError, "value_kinds[0]: 3 is not a value kind; fix: "),
    ],
    ids=["dict", "number", "raises", "kind"],
)
def test_a_plugin_at_run_time_is_held_to_the_same(
    bench: Any, refuses: Any, plugin: dict[str, Any], error: type[Exception], text: str
) -> None:
    from pullback import hookimpl

    hooks = {"pairs": "pullback_register_primitives", "kinds": "pullback_register_value_kinds"}
    module = bench.plugin(name="mine")
    for key, hook in plugin.items():
        setattr(module, hooks[key], hookimpl(hook))
    assert text in refuses(bench.host(), module, error, bench)


def test_our_own_families_pass(bench: Any) -> None:
    from importlib.metadata import entry_points

    for point in entry_points(group="pullback.families"):
        if point.dist is not None and point.dist.name == "pullback":
            family = point.load()
            faults = check_pairs(family.pullback_register_primitives())
            # NumPy 2 lets these be answered for, and NumPy 1 does not.
            old = np.lib.NumpyVersion(np.__version__) < "2.0.0"
            assert [fault for fault in faults if not (old and ("polyval2d" in fault or "polygrid2d" in fault))] == []
            assert check_value_kinds(getattr(family, "pullback_register_value_kinds", list)()) == []


def _scaled(x: float, *, factor: float, power: int, shift: float = 0.0) -> float:
    return factor * x**power + shift


@pytest.mark.parametrize(
    ("rules", "missing"),
    [
        ({"backward": lambda x, out, g: g}, "factor"),
        ({"backward": lambda x, out, g, factor: g}, "power"),
        ({"backward": (lambda x, out, g, *, power: g,)}, "factor"),
        ({"derivative": lambda x, out, *, factor: out}, "power"),
        ({"backward": lambda x, out, g, **params: g, "pushforward": lambda x, out, t: t}, "factor"),
    ],
)
def test_a_rule_takes_the_parameters_of_its_forward(rules: Any, missing: str) -> None:
    (fault,) = check_pairs([Primitive(_scaled, name="scaled", **rules)])
    assert f"does not take {missing!r}, which is a parameter of the forward; fix: write it as" in fault
    assert fault.endswith(f", *, {missing})")


def test_rules_that_take_any_parameters_and_rules_without_arguments() -> None:
    assert check_pairs([primitive(_scaled, lambda x, out, g, **params: g, name="scaled")]) == []
    assert check_pairs([primitive(_scaled, lambda x, out, g, factor, power: g, name="scaled")]) == []
    assert check_pairs([elementwise(_scaled, derivative=1.0, name="scaled")]) == []


@pytest.mark.parametrize("function", [len, abs, sum, divmod, pow])
def test_builtins_that_ask_nobody(function: Any) -> None:
    (fault,) = check_pairs([primitive(_one, lambda x, out, g: g, name="one", overloads=[function])])
    assert f"builtins.{function.__name__} is an ordinary function, which nobody can answer for" in fault
    assert check_pairs([primitive(_one, lambda x, out, g: g, name="one", overloads=[round, operator.abs])]) == []


@pytest.mark.parametrize("hook", ["primitives", "value_kinds", "forwards"])
def test_a_hook_that_returns_nothing_has_lost_its_return(bench: Any, refuses: Any, hook: str) -> None:
    plugin: Any = bench.plugin()
    setattr(plugin, f"pullback_register_{hook}", hookimpl(lambda: None))
    assert f"{hook}: the hook returned a NoneType; fix: return a list" in refuses(
        bench.host(), plugin, RuleError, bench
    )
    setattr(plugin, f"pullback_register_{hook}", hookimpl(lambda: [*()]))
    bench.host().register(plugin)


def test_a_class_in_the_place_of_its_instance(bench: Any, refuses: Any) -> None:
    class Plugin:
        @hookimpl
        def pullback_register_primitives(self) -> list[Any]:
            return []

    text = refuses(bench.host(), Plugin, PluginError, bench)
    assert text == "it is a class; fix: register an instance of it, Plugin()"
    bench.host().register(Plugin())


@pytest.mark.parametrize(
    ("attribute", "value", "fault"),
    [
        ("name", "*", "value_kinds[0].name: '*' is no name; fix: write a string"),
        ("name", 3, "value_kinds[0].name: 3 is no name; fix: write a string"),
        ("like", None, "value_kinds[0].like: None is no kind; fix: write the name of one"),
        ("like", ("array",), "value_kinds[0].like: ('array',) is no kind; fix: write the name of one"),
        ("types", (list,), "value_kinds[0].types: list is a container, not a value; fix: derive a type of your own"),
        ("types", (Decimal, tuple), "value_kinds[0].types: tuple is a container, not a value"),
    ],
)
def test_the_attributes_of_a_value_kind(attribute: str, value: Any, fault: str) -> None:
    kind = ScalarKind("decimal", (Decimal,), ScalarVariable)
    assert check_value_kinds([kind]) == []
    setattr(kind, attribute, value)
    (found,) = check_value_kinds([kind])
    assert found.startswith(fault)
