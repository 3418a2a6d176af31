"""The compiled core: the same results as the pure one, bit by bit, and the choice between the two."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import operator
import os
import pickle
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
import tracemalloc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pullback as pb
from pullback import _core, _pure, grad, value_and_grad
from pullback.chain.tape import Tape
from pullback.primitive import Primitive
from pullback.tables import names

PROGRAMS = Path(__file__).with_name("programs.py")
FREE_PROGRAMS = Path(__file__).with_name("free_programs.py")
compiled_only = pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")


def fresh(*arguments: str, pure: bool) -> str:
    """Return what a fresh interpreter prints, on one core or the other."""
    environment = {**os.environ, "PULLBACK_PURE": "1" if pure else "0"}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(pb.__file__).parents[1]), *sys.path[1:]])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# The choice.


@pytest.mark.skipif("PULLBACK_TEST_CORE" not in os.environ, reason="says which core shall run; tox sets it")
def test_the_core_that_should_run_runs() -> None:
    compiler = str(sysconfig.get_config_var("CC") or "cl").split()[0]
    if os.environ["PULLBACK_TEST_CORE"] == "compiled" and shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler}, so nothing was compiled")
    assert pb.core() == os.environ["PULLBACK_TEST_CORE"]


def test_the_environment_chooses_the_pure_core() -> None:
    assert fresh("-c", "import pullback; print(pullback.core())", pure=True) == "pure Python\n"
    script = "import sys, pullback; print(any(name.endswith(('._compiled', '._kernels', 'numpy.native.kernels')) for name in sys.modules))"
    assert fresh("-c", f"import pullback; pullback.grad(lambda x: x * x)(2.0); {script}", pure=True) == "False\n"


@compiled_only
def test_the_compiled_core_runs_where_it_was_built() -> None:
    assert fresh("-c", "import pullback; print(pullback.core())", pure=False) == "compiled\n"


@compiled_only
def test_without_the_compiled_module_the_pure_core_runs_in_silence() -> None:
    script = "import sys; sys.modules['pullback._compiled'] = None; import pullback; print(pullback.core())"
    assert fresh("-W", "error", "-c", script, pure=False) == "pure Python\n"


@compiled_only
def test_a_free_threaded_python_is_one_for_the_pure_core() -> None:
    script = "import sys; sys.version = '3.13.5 experimental free-threading build (main)'; import pullback; print(pullback.core())"
    assert fresh("-W", "error", "-c", script, pure=False) == "pure Python\n"


@pytest.mark.skipif("free-threading build" not in sys.version, reason="Python has its lock, and keeps it")
def test_a_free_threaded_python_stays_without_a_lock() -> None:
    script = (
        "import sys, numpy, pullback as pb; pb.grad(lambda x: numpy.sum(pb.math.sin(x[0]) * x))(numpy.ones(2)); pb.load_plugins(); "
        "print(sys._is_gil_enabled(), pb.grad(lambda p: p['x'] * 3.0)({'x': 1.0}))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False {'x': 3.0}\n", done.stderr


@compiled_only
def test_without_the_natives_python_answers() -> None:
    script = (
        "import sys; sys.modules['pullback_plugins._kernels'] = None; import pullback as pb; "
        "print(pb.core(), pb.grad(lambda x: pb.math.sin(x) * x + x / 2)(0.0))"
    )
    assert fresh("-c", script, pure=False) == "compiled 0.5\n"


def test_both_cores_have_the_same_names() -> None:
    assert set(_pure.__all__) == {name for name in _core.__all__ if name != "core"}
    assert all(hasattr(_core, name) for name in _core.__all__)


@pytest.mark.parametrize("pure", [True, False])
def test_the_version_says_which_core_runs(pure: bool) -> None:
    pytest.importorskip("click")
    said = fresh("-m", "pullback.cli", "--version", pure=pure)
    assert said == f"pullback {pb.__version__}, core: {'pure Python' if pure else pb.core()}\n" or (
        not pure and os.environ.get("PULLBACK_PURE") == "1"
    )


# The same results.


@compiled_only
@pytest.mark.parametrize("seed", [0, 10**6])
def test_random_programs_give_the_same_to_the_last_bit(seed: int) -> None:
    pure = fresh(str(PROGRAMS), str(seed), "250", pure=True).splitlines()
    compiled = fresh(str(PROGRAMS), str(seed), "250", pure=False).splitlines()
    assert (pure.pop(), compiled.pop()) == ("pure Python", "compiled")
    assert pure == compiled
    assert len(set(pure)) > 200
    assert sum("Error" not in line for line in pure) > 50


@compiled_only
@pytest.mark.parametrize("seed", [0, 10**6])
def test_random_programs_of_free_standing_variables_give_the_same_to_the_last_bit(seed: int) -> None:
    pure = fresh(str(FREE_PROGRAMS), str(seed), "250", pure=True).splitlines()
    compiled = fresh(str(FREE_PROGRAMS), str(seed), "250", pure=False).splitlines()
    assert (pure.pop(), compiled.pop()) == ("pure Python", "compiled")
    assert pure == compiled
    assert sum("Error" not in line for line in pure) > 10
    for found in ('["ScalarVariable", "float', '["float_var", "float', '"float \'-0x0.0p+0\'", "float"', "inf", "nan"):
        assert any(found in line for line in pure), found


def kernels() -> Iterator[Primitive]:
    pb.load_plugins()
    for pair in names.values():
        if isinstance(pair, Primitive) and pair.kernel is not None:
            yield pair


@compiled_only
@pytest.mark.parametrize("pair", list(kernels()), ids=lambda pair: pair.name)
def test_a_native_computes_what_its_pair_says(pair: Primitive) -> None:
    assert pair.derivative is not None
    chooser = random.Random(pair.name)
    edges = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 5e-324, -5e-324, 2.3e-308, 1e308, -1e308, 700.0, -745.2]
    edges += [math.inf, -math.inf, math.nan]
    answered = 0
    with contextlib.suppress(ValueError):
        pair(*(1.0 for _ in pair.derivative))  # binds
    for number in range(3000):
        scale = 10.0 ** chooser.randint(-12, 4)
        inputs = [
            chooser.choice(edges)
            if chooser.random() < 0.1
            else chooser.uniform(-1.0, 1.0) * (scale if number % 2 else 2.0)
            for _ in pair.derivative
        ]
        if pair.name in ("power", "pow") and chooser.random() < 0.5:
            inputs[1] = float(chooser.randint(-4, 5))
        try:
            output = pair(*inputs)
            if type(output) is not float:  # the power of a negative number
                continue
            slopes = [float(slope(*inputs, output)) for slope in pair.derivative]
        except (ArithmeticError, ValueError):
            continue
        tape = Tape()
        variables = [tape.variable(x) for x in inputs]
        found = pair(*variables)
        ((_, i, d_i, j, d_j),) = tape.entries
        if i is None:
            continue
        answered += 1
        assert bits(found.primal) == bits(output), inputs
        assert [bits(d_i), *([] if j is None else [bits(d_j)])] == [bits(slope) for slope in slopes], inputs
    assert answered > 500


def bits(x: float) -> str:
    return "nan" if x != x else x.hex()


@compiled_only
def test_a_native_is_called_and_not_the_rule() -> None:
    """Otherwise what is tested above would be Python against Python."""
    from pullback_plugins import _kernels

    wrong = pb.elementwise(lambda x: x + 100.0, derivative=lambda x, y: 100.0, name="wrong", kernel=_kernels.sin)
    wrong(0.0)
    assert value_and_grad(lambda x: wrong(x))(0.0) == (0.0, 1.0)


# Natives of others.

Signature = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)
)


@Signature
def _cube(x: Any, y: Any, d: Any) -> int:
    y[0] = x[0] ** 3 + 1000.0  # a mark: this one ran
    d[0] = 3.0 * x[0] ** 2
    return int(x[0] < 0.0)


class WithAddress:
    address = ctypes.cast(_cube, ctypes.c_void_p).value


@compiled_only
@pytest.mark.parametrize("kernel", [WithAddress(), WithAddress.address], ids=["attribute", "number"])
def test_an_address_serves_as_a_native(kernel: Any) -> None:
    cube = pb.elementwise(lambda x: x**3, derivative=lambda x, y: 3 * x * x, name="cube", kernel=kernel)
    cube(1.0)
    assert value_and_grad(lambda x: cube(x))(2.0) == (1008.0, 12.0)
    assert value_and_grad(lambda x: cube(x))(-2.0) == (-8.0, 12.0)  # the kernel declined
    assert grad(grad(lambda x: cube(x)))(2.0) == 12.0  # no float there, and the rule is Python's
    assert cube(2.0) == 8.0


@compiled_only
@pytest.mark.parametrize("kernel", ["no_such_module:cube", "pullback_plugins.trig:no_such_name", None])
def test_a_native_that_is_missing_is_not_missed(kernel: Any) -> None:
    cube = pb.elementwise(lambda x: x**3, derivative=lambda x, y: 3 * x * x, name="cube", kernel=kernel)
    assert value_and_grad(lambda x: cube(x))(2.0) == (8.0, 12.0)
    assert value_and_grad(lambda x: cube(x))(2.0) == (8.0, 12.0)


@compiled_only
def test_what_is_no_native_is_an_error() -> None:
    import datetime

    for kernel in (object(), 1.5, -1, 0, True, len):
        with pytest.raises(TypeError, match="kernel of cube"):
            pb.elementwise(lambda x: x**3, derivative=lambda x, y: 3 * x * x, name="cube", kernel=kernel)
    with pytest.raises(TypeError, match="kernel of cube"):
        pb.Primitive(lambda x: x**3, backward=lambda x, y, g: 3 * x * x * g, name="cube", kernel="somewhere:cube")

    capsule = datetime.datetime_CAPI  # type: ignore[attr-defined]
    same = pb.elementwise(lambda x: x, derivative=1.0, name="same", kernel=capsule)
    with pytest.raises(ValueError, match="PyCapsule_GetPointer"):
        same(1.0)
    with pytest.raises(ValueError, match="PyCapsule_GetPointer"):
        grad(same)(1.0)


def test_a_pair_with_a_native_is_pickled_without_it() -> None:
    pair = names.find("sin")
    assert pickle.loads(pickle.dumps(pair)) is pair


# Whatever is not for the fast path.


def test_an_override_puts_the_native_out_of_work() -> None:
    loud = pb.elementwise(
        operator.neg, derivative=lambda x, out: 100.0, name="loud_neg", overloads=[operator.neg], override=True
    )
    for _ in range(2):
        assert grad(lambda x: -x)(3.0) == -1.0
        with pb.plugins(loud):
            assert grad(lambda x: -x)(3.0) == 100.0
            assert grad(lambda x: -x)(3.0) == 100.0


def test_an_operator_that_only_met_integers_finds_its_fast_path() -> None:
    from pullback.tables import kinds

    with pb.plugins(pb.nondifferentiable(lambda x: x, name="nothing")):  # which begins a new generation
        assert operator.pow not in kinds.generation.operators
        assert value_and_grad(lambda x: x**2)(3.0) == (9.0, 6.0)
        assert operator.pow in kinds.generation.operators
        assert value_and_grad(lambda x: x**2)(3.0) == (9.0, 6.0)


def test_a_variable_that_escaped_is_refused_by_every_operator() -> None:
    kept: list[Any] = []
    grad(lambda x: kept.append(x) or x * x)(2.0)
    (x,) = kept
    for use in (
        lambda: x * x,
        lambda: 2.0 * x,
        lambda: x / 3,
        lambda: -x,
        lambda: abs(x),
        lambda: x**2,
        lambda: pb.math.sin(x),
    ):
        with pytest.raises(pb.ChainBrokenError, match="escaped"):
            use()
    assert x > 1.0
    assert x.primal == 2.0


def test_integers_too_long_for_a_float_are_those_of_python() -> None:
    for n in (2**53 + 1, -(2**53) - 1, 2**63, 10**30):
        assert value_and_grad(lambda x: x * n)(3.0) == (3.0 * n, float(n))
        assert value_and_grad(lambda x: n - x)(3.0) == (n - 3.0, -1.0)
    with pytest.raises(OverflowError):
        grad(lambda x: x + 10**400)(1.0)
    assert grad(lambda x: x * (x < 10**400))(2.0) == 1.0


def test_the_slope_by_a_long_integer_is_that_of_the_float_that_it_is_promoted_to() -> None:
    """In every call: the first one of an operator, which knows no fast path as yet, and those after it."""
    n = 2**53 + 1
    with pb.plugins(pb.nondifferentiable(lambda x: x, name="nothing")):  # which begins a new generation
        assert {grad(lambda x: x / n)(3.0) for _ in range(3)} == {1.0 / float(n)}
        assert {grad(lambda x: n / x)(3.0) for _ in range(3)} == {-(n / 3.0) / 3.0}


def test_comparisons_are_those_of_the_values() -> None:
    checks = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]
    others = [1.0, 2.0, math.nan, math.inf, 2, 2**53 + 1, 10**400, True, None, "x"]

    def f(x: Any) -> Any:
        for check in checks:
            for other in others:
                for left, right, plain_left, plain_right in ((x, other, 2.0, other), (other, x, other, 2.0)):
                    try:
                        wanted = check(plain_left, plain_right)
                    except TypeError:
                        with pytest.raises(TypeError):
                            check(left, right)
                    else:
                        assert check(left, right) is wanted
            assert check(x, x + 1.0) is check(2.0, 3.0)
        assert hash(x) == object.__hash__(x)
        assert bool(x)
        assert not bool(x - x)
        return x

    assert grad(f)(2.0) == 1.0


def test_a_subclass_of_the_variable_overrides_operators() -> None:
    class Loud(pb.ScalarVariable):
        __slots__ = ()

        def __mul__(self, other: Any) -> Any:
            return "loud"

        def __rmul__(self, other: Any) -> Any:
            return "dulo"

    tape = Tape()
    x, quiet = Loud._new(2.0, tape, tape.next()), tape.variable(3.0)
    assert (x * 2.0, 2.0 * x, quiet * x) == ("loud", "dulo", "dulo")
    assert (x + 1.0).primal == (1.0 + x).primal == 3.0
    assert type(x + quiet) is pb.ScalarVariable
    assert (x + quiet).primal == 5.0


def test_three_argument_power_is_refused() -> None:
    with pytest.raises(TypeError):
        grad(lambda x: pow(x, 2, 3))(2.0)
    with pytest.raises(TypeError):
        grad(lambda x: x + None)(2.0)
    with pytest.raises(TypeError):
        grad(lambda x: "a" * x)(2.0)


def test_a_tape_with_anything_else_on_it_reads_as_one_sequence() -> None:
    twice = pb.primitive(lambda x: 2.0 * x, lambda x, out, g: 2.0 * g, name="twice")

    def f(x: Any, y: Any) -> Any:
        return twice(x * y) * x + twice(y) / x - x * (2**60 + 1)

    assert value_and_grad(f, argnums=(0, 1))(2.0, 3.0) == (
        24.0 + 3.0 - 2.0 * (2**60 + 1),
        (24.0 - 1.5 - (2**60 + 1), 8.0 + 1.0),
    )
    tape = Tape()
    x, y = tape.variable(2.0), tape.variable(3.0)
    f(x, y)
    entries = list(tape.entries)
    assert [entry[0] for entry in entries] == list(range(2, 2 + len(entries)))
    assert list(reversed(tape.entries)) == entries[::-1]
    assert tape.entries[0] == (2, 0, 3.0, 1, 2.0)
    assert tape.entries[-1] == entries[-1]
    assert len(tape.entries) == len(entries)
    assert repr(tape.entries) == repr(entries)
    with pytest.raises(IndexError):
        tape.entries[len(entries)]


def test_an_entry_of_garbage_is_an_error_and_no_crash() -> None:
    from pullback.chain.sweep import reverse_sweep

    tape = Tape()
    x = tape.variable(1.0)
    tape.append((tape.next(), 10**6, 1.0, None, None))
    tape.close()
    with pytest.raises(IndexError):
        reverse_sweep(tape, {1: 1.0}, [x._entry])
    with pytest.raises(IndexError):
        reverse_sweep(tape, {10**6: 1.0}, [x._entry])


# What a core may cost, and what it may leave behind.


@compiled_only
def test_an_operation_takes_no_more_than_the_budget() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(50_000):
            y = y * 0.999 + x
        held.append(tracemalloc.get_traced_memory()[0])
        return y

    held: list[int] = []
    grad(f)(1.0)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        grad(f)(1.0)
    finally:
        tracemalloc.stop()
    assert (held[-1] - before) / 100_000 < 120


def test_a_gradient_leaves_nothing_behind() -> None:
    def run() -> None:
        for _ in range(200):
            grad(lambda x: pb.math.sin(x) * x**2 / 3.0 - abs(-x))(0.5)

    run()
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        run()
        assert len(gc.get_objects()) - before < 20
    finally:
        gc.enable()


@compiled_only
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and types have no count there")
def test_variables_that_come_and_go_count_their_references() -> None:
    class Derived(pb.ScalarVariable):
        pass

    def run() -> None:
        for _ in range(100):
            tape = Tape()
            x = tape.variable(2.0)
            kept = [x * 2.0 for _ in range(200)]
            derived = Derived._new(1.0, tape, tape.next())
            derived.note = kept[0] * pb.Variable(3.0)

    run()
    gc.collect()
    before = [sys.getrefcount(each) for each in (None, pb.Variable, Derived)]
    run()
    gc.collect()
    after = [sys.getrefcount(each) for each in (None, pb.Variable, Derived)]
    assert all(abs(a - b) < 200 for a, b in zip(after, before, strict=True))


def test_a_cycle_that_the_user_makes_is_collected() -> None:
    class Holder:
        held: Any

    def f(x: Any) -> Any:
        holder = Holder()
        y = x * 2.0
        holder.held = y
        watched.append(weakref.ref(holder))
        waits = pb.primitive(lambda v: v * 1.0, lambda v, out, g: g if holder is not None else g, name="waits")
        return waits(y)

    watched: list[weakref.ref[Holder]] = []
    assert grad(f)(1.0) == 2.0
    assert pb.vjp(f, 1.0)[1](1.0) == (2.0,)
    assert pb.jvp(f, (1.0,), (1.0,)) == (2.0, 2.0)
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: f(x) / 0.0)(1.0)
    gc.collect()
    assert [each() for each in watched] == [None] * 4


def test_eight_threads_write_to_one_tape() -> None:
    def f(x: Any) -> Any:
        def work(n: int) -> None:
            y = x
            for _ in range(2_000):
                y = y + x * 0.5
            parts[n] = y

        parts: list[Any] = [None] * 8
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(parts[1:], parts[0])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert grad(f)(1.0) == 8 * 1001.0
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("x", [2.0, np.ones(3)])
@pytest.mark.parametrize("pack", [lambda g: g, lambda g: (g,), lambda g: [g]])
def test_a_backward_is_called_once(x: Any, pack: Any) -> None:
    calls = []

    def backward(x: Any, out: Any, g: Any) -> Any:
        calls.append(g)
        return pack(3.0 * g)

    pair = pb.primitive(lambda x: 3.0 * x, backward, name="three_times")
    np.testing.assert_array_equal(pb.vjp(pair, x)[1](x)[0], 3.0 * x)
    assert len(calls) == 1


# Rules in Python, on floats.


def test_a_rule_that_ends_its_tape_is_no_crash() -> None:
    kept: list[Any] = []

    def backward(x: Any, out: Any, g: Any) -> Any:
        kept[0]._tape.clear()
        return g

    pair = pb.primitive(lambda x: x + 1.0, backward, name="clearing")

    def f(x: Any) -> Any:
        kept[:] = [x]
        return pair(pair(x) * 2.0)

    if pb.core() == "compiled":
        with pytest.raises(RuntimeError, match="changed under its sweep"):
            grad(f)(1.0)


def test_what_a_forward_does_to_the_tape_is_seen() -> None:
    def forward(x: float) -> Any:
        kept.append(held[0] * np.ones(2))
        return 2.0 * x

    pair = pb.primitive(forward, lambda x, out, g: 2.0 * g, name="forward_that_records")
    held: list[Any] = []
    kept: list[Any] = []

    def f(x: Any) -> Any:
        held[:] = [x]
        return pair(x) * x + kept[-1].sum()

    assert grad(f)(3.0) == 14.0


@pytest.mark.parametrize("each", [False, True])
@pytest.mark.parametrize("number", [np.float64, int, float])
def test_a_rule_may_return_any_real_number(number: Any, each: bool) -> None:
    def backward(x: Any, y: Any, out: Any, g: Any) -> Any:
        return number(3 * g), number(5 * g)

    rules = tuple([lambda *args, n=n: backward(*args)[n] for n in range(2)]) if each else backward
    pair = pb.primitive(lambda x, y: 3.0 * x + 5.0 * y, rules, name="weighted")
    gradient = grad(lambda x, y: pair(x, y) + pair(x, 2) + pair(y, 1.0), argnums=(0, 1))(1.0, 2.0)
    assert gradient == (6.0, 8.0)
    assert [type(part) for part in gradient] == [float, float]


def test_a_rule_gets_the_integers_that_the_forward_got() -> None:
    seen: list[Any] = []

    def backward(x: Any, n: Any, out: Any, g: Any) -> Any:
        seen.append(n)
        return n * x ** (n - 1) * g, None

    power = pb.primitive(lambda x, n: x**n, backward, name="whole_power")
    assert grad(lambda x: power(x, 3))(2.0) == 12.0
    assert [type(n) for n in seen] == [int]
    assert pb.hessian(lambda x: power(x, 3))(2.0) == 12.0


def test_a_rule_may_close_over_a_variable_of_another_level() -> None:
    def f(w: Any) -> Any:
        scaled = pb.primitive(lambda x: 2.0 * x, lambda x, out, g: g * w, name="scaled_by_w")
        return grad(scaled)(3.0)

    assert grad(f)(5.0) == 1.0


def test_many_inputs_are_as_good_as_few() -> None:
    total = pb.primitive(lambda *xs: sum(xs), lambda *given: (given[-1],) * (len(given) - 2), name="total")
    for count in range(1, 12):
        found = grad(lambda *xs: total(*xs) * xs[0], argnums=tuple(range(count)))(*[1.0] * count)
        assert found == (count + 1.0, *[1.0] * (count - 1))


@compiled_only
def test_a_call_that_waits_reads_as_everywhere() -> None:
    pair = pb.primitive(lambda x, y: x * y, lambda x, y, out, g: (g * y, g * x), name="own_product")
    tape = Tape()
    x = tape.variable(2.0)
    pair(x, 3)
    ((k, i, call, j, d_j),) = tape.entries
    assert (k, i, j, d_j) == (1, None, None, None)
    assert (call.primitive, call.args, call.output, call.params, call.parents) == (pair, (2.0, 3), 6.0, {}, (0, None))
    assert call.kind is pb.kind.kind_of(1.0)
    assert not tape.short
    assert tape.floats
