"""What 0 * inf is in the chain: zero, unless somebody chose otherwise."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import pullback as pb
from pullback import grad, jvp
from pullback.math import log, sin, sqrt
from pullback.strong_zero import policy, strong_product


def forward(function: Callable[..., Any]) -> Callable[[float], Any]:
    return lambda x: jvp(function, (x,), (1.0,))[1]


def free(function: Callable[..., Any]) -> Callable[[float], Any]:
    def gradient(x: float) -> Any:
        v = pb.float_var(x)
        function(v).backprop()
        return v.grad

    return gradient


MODES = [grad, forward, free]


def root_squared(x: Any) -> Any:
    return sqrt(x) ** 2


def masked_root(x: Any) -> Any:
    return sqrt(x) * 0.0 + x


@pytest.mark.parametrize("first", MODES)
def test_an_exact_zero_absorbs(first: Any) -> None:
    assert first(root_squared)(0.0) == 0.0
    assert first(masked_root)(0.0) == 1.0
    assert first(sqrt)(0.0) == math.inf
    assert first(lambda x: sqrt(x) * x)(0.0) == 0.0


@pytest.mark.parametrize("first", MODES)
def test_ieee_on_request(first: Any) -> None:
    with pb.indeterminate("nan"):
        assert math.isnan(first(root_squared)(0.0))
        assert math.isnan(first(masked_root)(0.0))
        assert first(sqrt)(0.0) == math.inf
        assert first(lambda x: x * x)(3.0) == 6.0
    assert first(root_squared)(0.0) == 0.0


@pytest.mark.parametrize("first", MODES)
def test_a_warning_on_request(first: Any) -> None:
    with pb.indeterminate("warn"), pytest.warns(pb.PullbackWarning, match=r"0 \* inf.*test_strong_zero.py"):
        assert first(root_squared)(0.0) == 0.0
    with pb.indeterminate("warn"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert first(lambda x: sin(x) * x)(0.0) == 0.0


@pytest.mark.parametrize("choice", ["zero", "warn", "nan"])
def test_inf_and_nan_that_are_true_stay(choice: Any) -> None:
    for first in MODES:
        with pb.indeterminate(choice):
            assert first(lambda x: 2.0 * sqrt(x))(0.0) == math.inf
            assert first(lambda x: -2.0 * sqrt(x))(0.0) == -math.inf
            assert math.isnan(first(lambda x: sqrt(x) * math.nan)(4.0))
            assert math.isnan(first(lambda x: sqrt(x) - sqrt(x))(0.0))


def test_what_nothing_uses_does_no_harm() -> None:
    for first in (grad, forward):

        def f(x: Any) -> Any:
            sqrt(x)
            unused = sqrt(x) * 2.0
            return x * 3.0 if unused == 0.0 else unused

        assert first(f)(0.0) == 3.0


def test_a_nan_on_a_path_of_zero_cotangent() -> None:
    for first in MODES:
        assert first(lambda x: x + 0.0 * (sqrt(x) * math.nan))(0.0) == 1.0


def test_second_order_through_an_absorbed_infinity() -> None:
    for first in (grad, forward):
        for second in (grad, forward):
            assert second(first(lambda x: x * x + 0.0 * sqrt(x)))(0.0) == 2.0


def test_rules_that_wait_for_the_sweep_follow_the_choice() -> None:
    waiting = pb.primitive(lambda x: sqrt(x), lambda x, out, g: g * math.inf, name="waiting")
    assert grad(lambda x: waiting(x) * 0.0 + x)(0.0) == 1.0
    with pb.indeterminate("nan"):
        assert math.isnan(grad(lambda x: waiting(x) * 0.0 + x)(0.0))


def test_blocks_nest_and_end() -> None:
    assert policy() == "zero"
    with pb.indeterminate("nan"):
        with pb.indeterminate("warn"):
            assert policy() == "warn"
        assert policy() == "nan"
        with pytest.raises(RuntimeError), pb.indeterminate("zero"):
            raise RuntimeError
        assert policy() == "nan"
    assert policy() == "zero"


def test_what_is_no_choice_is_an_error() -> None:
    with pytest.raises(ValueError, match="'zero', 'nan', 'warn'"), pb.indeterminate("ieee"):  # type: ignore[arg-type]
        pass


def test_a_choice_is_of_its_thread() -> None:
    entered, leave = threading.Event(), threading.Event()
    found: list[float] = []

    def other() -> None:
        with pb.indeterminate("nan"):
            entered.set()
            leave.wait(10)
            found.append(grad(root_squared)(0.0))

    thread = threading.Thread(target=other)
    thread.start()
    assert entered.wait(10)
    assert grad(root_squared)(0.0) == 0.0
    leave.set()
    thread.join()
    assert math.isnan(found[0])


def test_threads_that_choose_differently_do_not_mix() -> None:
    def work(n: int) -> bool:
        choice: Any = ("zero", "nan")[n % 2]
        with pb.indeterminate(choice):
            return all(math.isnan(grad(root_squared)(0.0)) == (choice == "nan") for _ in range(50))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(16)))


def test_product_of_plain_numbers() -> None:
    assert strong_product(2.0, 3.0) == 6.0
    assert strong_product(0.0, math.inf) == 0.0
    assert strong_product(math.inf, 0.0) == 0.0
    assert strong_product(0.0, math.nan) == 0.0
    assert strong_product(math.nan, -0.0) == 0.0
    assert math.isnan(strong_product(math.nan, 1.0))
    assert math.isnan(strong_product(math.inf, math.nan))
    assert strong_product(-2.0, math.inf) == -math.inf


def test_the_domain_of_log_is_no_matter_of_the_choice() -> None:
    for choice in ("zero", "nan", "warn"):
        with pb.indeterminate(choice), pytest.raises(ValueError, match="domain|positive"):  # type: ignore[arg-type]
            grad(log)(0.0)
