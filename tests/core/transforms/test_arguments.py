"""Which arguments are differentiated."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from pullback import grad, hessian, jacobian, value_and_grad


def weighted(a: Any, b: Any = 2.0, *rest: Any, c: Any = 3.0, d: Any = 4.0, **more: Any) -> Any:
    """Distinct partials: 1, 10, 100, 1000, ... times what is given."""
    total = a + 10.0 * b + 1000.0 * c + 10_000.0 * d
    for n, value in enumerate(rest):
        total = total + 100.0 * (n + 1) * value
    for value in more.values():
        total = total + 7.0 * value
    return total


CASES: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = [
    (0, (1.0,), {}, 1.0),
    (1, (1.0, 5.0), {}, 10.0),
    ((0, 1), (1.0, 5.0), {}, (1.0, 10.0)),
    ((1, 0), (1.0, 5.0), {}, (10.0, 1.0)),
    ((1,), (1.0, 5.0), {}, (10.0,)),
    ("a", (1.0,), {}, 1.0),
    ("b", (1.0, 5.0), {}, 10.0),
    ("b", (1.0,), {"b": 5.0}, 10.0),
    (("b", "a"), (), {"a": 1.0, "b": 5.0}, (10.0, 1.0)),
    (0, (), {"a": 1.0}, 1.0),
    (1, (), {"b": 1.0, "a": 2.0}, 10.0),
    ((0, "c"), (1.0,), {"c": 5.0}, (1.0, 1000.0)),
    # Defaults are differentiated where the argument was not given.
    (1, (1.0,), {}, 10.0),
    ("b", (1.0,), {}, 10.0),
    ("c", (1.0,), {}, 1000.0),
    (("b", "d"), (1.0,), {}, (10.0, 10_000.0)),
    # Variadic arguments.
    (2, (1.0, 2.0, 3.0, 4.0), {}, 100.0),
    (3, (1.0, 2.0, 3.0, 4.0), {}, 200.0),
    (-1, (1.0, 2.0, 3.0, 4.0), {}, 200.0),
    (-4, (1.0, 2.0, 3.0, 4.0), {}, 1.0),
    ("c", (1.0, 2.0, 3.0, 4.0), {}, 1000.0),
    ("d", (1.0, 2.0, 3.0, 4.0), {"c": 1.0}, 10_000.0),
    ("d", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), {}, 10_000.0),
    ("extra", (1.0,), {"extra": 5.0}, 7.0),
]


@pytest.mark.parametrize(("argnums", "args", "kwargs", "wanted"), CASES)
def test_every_way_to_say_which(argnums: Any, args: Any, kwargs: Any, wanted: Any) -> None:
    assert grad(weighted, argnums)(*args, **kwargs) == wanted
    value, gradient = value_and_grad(weighted, argnums)(*args, **kwargs)
    assert gradient == wanted
    assert value == weighted(*args, **kwargs)
    assert jacobian(weighted, argnums)(*args, **kwargs) == wanted
    hessian(weighted, argnums)(*args, **kwargs)


def test_a_negative_index_counts_from_the_end_of_the_positional_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return x + 10.0 * y

    assert grad(f, -1)(1.0, 2.0) == 10.0
    assert grad(f, -2)(1.0, 2.0) == 1.0
    assert grad(f, (0, -1))(1.0, 2.0) == (1.0, 10.0)
    assert grad(lambda *xs: xs[0] + 10.0 * xs[1], -1)(1.0, 2.0) == 10.0


def test_positional_only_and_keyword_only() -> None:
    def f(x: Any, y: Any = 5.0, /, *, z: Any = 7.0) -> Any:
        return x + 10.0 * y + 100.0 * z

    assert grad(f, "x")(1.0) == 1.0
    assert grad(f, "y")(1.0, 2.0) == 10.0
    assert grad(f, "y")(1.0) == 10.0
    assert grad(f, 1)(1.0) == 10.0
    assert grad(f, ("x", "z"))(1.0) == (1.0, 100.0)
    assert grad(f, "z")(1.0, z=2.0) == 100.0


@pytest.mark.parametrize(
    ("argnums", "args", "kwargs"),
    [
        (1, (1.0,), {}),
        (2, (1.0, 2.0), {}),
        (-3, (1.0, 2.0), {}),
        ("z", (1.0, 2.0), {}),
        ("y", (1.0,), {}),
        ((0, "z"), (1.0, 2.0), {}),
        (0, (), {"y": 1.0}),
    ],
)
def test_an_argument_that_is_missing(argnums: Any, args: Any, kwargs: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y

    with pytest.raises(TypeError) as caught:
        grad(f, argnums)(*args, **kwargs)
    message = str(caught.value)
    assert "cannot differentiate" in message
    assert "f by argument" in message
    assert repr(argnums[1] if isinstance(argnums, tuple) else argnums) in message


@pytest.mark.parametrize("argnums", [(0, 0), (0, "x"), ("x", "x"), (0, -2), (1, -1), ("y", 1)])
def test_the_same_argument_twice(argnums: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y

    for args, kwargs in (((1.0, 2.0), {}), ((1.0,), {"y": 2.0}), ((), {"x": 1.0, "y": 2.0})):
        with pytest.raises(TypeError, match="selects the same argument"):
            grad(f, argnums)(*args, **kwargs)


@pytest.mark.parametrize("argnums", [True, None, 1.0, [0], {"x"}, (0.5,), (None,), ((0,),)])
def test_argnums_that_are_none(argnums: Any) -> None:
    with pytest.raises(TypeError, match="argnums takes an index, a name or a tuple of them"):
        grad(lambda x: x, argnums)(1.0)


def test_a_call_that_does_not_fit_the_function_fails_as_the_function_does() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y

    for args, kwargs in (((1.0, 2.0, 3.0), {}), ((1.0,), {}), ((1.0, 2.0), {"z": 3.0})):
        with pytest.raises(TypeError) as plain:
            f(*args, **kwargs)
        with pytest.raises(TypeError) as derived:
            grad(f)(*args, **kwargs)
        assert str(derived.value) == str(plain.value)


def test_callers_arguments_are_left_alone() -> None:
    given = {"a": [1.0, 2.0], "b": 3.0}
    kwargs = {"p": given}
    gradient = grad(lambda p: p["a"][0] * p["b"], "p")(**kwargs)
    assert given == {"a": [1.0, 2.0], "b": 3.0}
    assert [type(x) for x in given["a"]] == [float, float]  # type: ignore[union-attr]
    assert gradient == {"a": [3.0, 0.0], "b": 1.0}
    assert kwargs == {"p": given}
    assert kwargs["p"] is given


def test_a_function_may_change_what_it_is_given() -> None:
    def f(p: Any) -> Any:
        p["a"] = p["a"] * 2.0
        p["list"].append(p["a"])
        return sum(p["list"])

    given = {"a": 3.0, "list": [1.0]}
    assert grad(f)(given) == {"a": 2.0, "list": [1.0]}
    assert given == {"a": 3.0, "list": [1.0]}


def test_partials_and_callables() -> None:
    def f(x: Any, y: Any, z: Any = 1.0) -> Any:
        return x * y * z

    assert grad(functools.partial(f, 3.0))(2.0) == 3.0
    assert grad(functools.partial(f, y=3.0))(2.0) == 3.0
    assert grad(functools.partial(f, y=3.0), "z")(2.0) == 6.0

    class Model:
        def __call__(self, x: Any, w: Any) -> Any:
            return x * w

        def loss(self, x: Any, w: Any) -> Any:
            return x * w

    assert grad(Model(), "w")(3.0, 2.0) == 3.0
    assert grad(Model().loss, 1)(3.0, 2.0) == 3.0


def test_builtins_without_a_signature() -> None:
    assert grad(max)(3.0, 2.0) == 1.0
    assert grad(max, 1)(3.0, 2.0) == 0.0
    assert grad(max, -1)(2.0, 3.0) == 1.0
    with pytest.raises(TypeError, match="cannot differentiate"):
        grad(max, 5)(3.0, 2.0)
