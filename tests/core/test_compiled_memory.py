"""What C code can get wrong and Python cannot: memory, reference counts, and what others do in the middle of it.

These tests run on both cores; under `tox -e asan` and `tox -e valgrind` a wrong access that happens to do no harm is an error too.
"""

from __future__ import annotations

import contextlib
import copy
import ctypes
import gc
import os
import pickle
import subprocess
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pullback as pb
from pullback import _core, grad, value_and_grad
from pullback.chain.sweep import reverse_sweep
from pullback.chain.tape import Tape
from pullback.runtime import RUNTIME
from pullback.variable import Variable

compiled_only = pytest.mark.skipif(pb.core() != "compiled", reason="the compiled core does not run here")
FREE_THREADED = "free-threading build" in sys.version
SWEEPS = [_core.reverse_floats, _core.forward_floats]


def recorded(operations: int) -> tuple[Tape, Any]:
    """Return a tape, still open, and its first variable, multiplied so many times."""
    tape = Tape()
    x = y = tape.variable(1.0)
    for _ in range(operations):
        y = y * 1.5
    return tape, x


def fresh(script: str) -> str:
    """Return what a script prints in an interpreter of its own, on the core that runs here."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(pb.__file__).parents[1]), *sys.path[1:]])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture
def greedy() -> Iterator[None]:
    """Let the garbage collector run whenever it can."""
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*before)


# Sweeps.


class Recording:
    """A number that records on a tape while it is read."""

    def __init__(self, variable: Any, operations: int):
        self.variable, self.operations = variable, operations

    def __float__(self) -> float:
        y = self.variable
        for _ in range(self.operations):
            y = y * 2.0
        return 1.0


@compiled_only
@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_seed_that_records_while_it_is_read(sweep: Callable[..., list[float]]) -> None:
    tape, x = recorded(2)
    assert sweep(tape, {0: Recording(x, 5_000), 2: 1.0}, [0]) == [3.25 if sweep is _core.reverse_floats else 1.0]
    assert len(tape.entries) == 5_002


@compiled_only
@pytest.mark.parametrize("sweep", SWEEPS)
def test_what_is_wanted_comes_from_code_that_records(sweep: Callable[..., list[float]]) -> None:
    tape, x = recorded(2)

    def wanted(last: bool) -> Iterator[int]:
        yield 1
        y = x
        for _ in range(50_000):
            y = y * 2.0
        yield y._entry if last else 2

    assert len(sweep(tape, {0: 1.0}, wanted(last=False))) == 2
    with pytest.raises(IndexError):
        sweep(tape, {0: 1.0}, wanted(last=True))


@pytest.mark.parametrize("sweep", SWEEPS)
@pytest.mark.parametrize("place", [3, 10**6, 2**62, 2**63 - 1, 2**63, 10**40])
def test_places_beyond_the_tape_are_errors(sweep: Callable[..., list[float]], place: int) -> None:
    tape, _ = recorded(2)
    tape.close()
    with pytest.raises((IndexError, OverflowError)):
        sweep(tape, {place + 1: 1.0}, [0])
    with pytest.raises((IndexError, OverflowError)):
        sweep(tape, {0: 1.0}, [0, place + 1])


@compiled_only
@pytest.mark.parametrize("sweep", SWEEPS)
@pytest.mark.parametrize("place", [-1, -2, -(2**63), -(2**63) - 1, "0", None])
def test_what_is_no_place_is_an_error(sweep: Callable[..., list[float]], place: Any) -> None:
    tape, _ = recorded(2)
    for seeds, wanted in (({place: 1.0}, [0]), ({0: 1.0}, [place])):
        with pytest.raises((IndexError, OverflowError, TypeError)):
            sweep(tape, seeds, wanted)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_sweep_of_an_empty_tape(sweep: Callable[..., list[float]]) -> None:
    tape = Tape()
    tape.close()
    assert sweep(tape, {}, []) == []
    with pytest.raises(IndexError):
        sweep(tape, {1: 1.0}, [])
    with pytest.raises(IndexError):
        sweep(tape, {}, [1])


@compiled_only
@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_sweep_that_fails_keeps_no_memory(sweep: Callable[..., list[float]]) -> None:
    class Broken:
        def __float__(self) -> float:
            raise ValueError("broken")

    tape, _ = recorded(50_000)
    tracemalloc.start()
    try:
        for seeds, wanted in (({0: Broken()}, [0]), ({0: 1.0}, [-1]), ({0: 1.0}, None), (None, [0]), ({0: "1"}, [0])):
            for _ in range(20):
                with pytest.raises((ValueError, IndexError, TypeError, AttributeError)):
                    sweep(tape, seeds, wanted)
        assert tracemalloc.get_traced_memory()[0] < 300_000  # one lost array has 400,000 bytes
    finally:
        tracemalloc.stop()


# Entries.


@compiled_only
def test_entries_need_a_tape_from_the_beginning() -> None:
    kind = type(Tape().entries)
    with pytest.raises(TypeError):
        kind.__new__(kind)
    for other in (None, [], 1.0):
        with pytest.raises(TypeError):
            kind(other)


@compiled_only
def test_entries_keep_to_their_tape() -> None:
    tape, x = recorded(100)
    entries: Any = tape.entries
    backwards, forwards = reversed(entries), iter(entries)
    next(backwards)
    with contextlib.suppress(TypeError):
        entries.__init__(Tape())
    del tape, x
    gc.collect()
    assert next(backwards)[0] == 99
    assert next(forwards)[0] == 1
    assert len(list(forwards)) == 99


@compiled_only
def test_entries_of_a_tape_that_grows() -> None:
    tape, x = recorded(1)
    seen = 0
    for entry in tape.entries:
        assert entry[1] == 0
        seen += 1
        if seen < 3_000:
            x * 0.5
    assert seen == 3_000
    assert len(tape.entries) == 3_000


@compiled_only
@pytest.mark.parametrize("size", [10, 3_000, 100_000])
def test_tapes_share_no_memory_with_those_that_died(size: int) -> None:
    for _ in range(3):
        died, x = recorded(1)
        for _ in range(size):
            x * 0.25
        del died, x
        first, x = recorded(0)
        second, y = recorded(0)
        for _ in range(2 * size):
            x * 0.5
            y * 2.0
        assert list(first.entries) == [(k, 0, 0.5, None, None) for k in range(1, 2 * size + 1)]
        assert list(second.entries) == [(k, 0, 2.0, None, None) for k in range(1, 2 * size + 1)]


@compiled_only
@pytest.mark.parametrize("place", [3, -4, 2**62, -(2**62), 2**63, -(2**70)])
def test_an_entry_that_is_not_there(place: int) -> None:
    tape, _ = recorded(3)
    assert tape.entries[-3] == tape.entries[0]
    with pytest.raises((IndexError, OverflowError)):
        tape.entries[place]


@compiled_only
@pytest.mark.parametrize(
    "entry",
    [
        (),
        (0,),
        (0, 0, 1.0, None, None, None),
        (2**63, 0, 1.0, None, None),
        (None, 0, 1.0, None, None),
        ("0", 0, 1.0, None, None),
        [0, 0, 1.0, None, None],
        None,
    ],
)
def test_what_is_no_entry_is_an_error_and_leaves_the_tape_as_it_was(entry: Any) -> None:
    tape, x = recorded(3)
    with pytest.raises((TypeError, ValueError, OverflowError)):
        tape.append(entry)
    assert len(tape.entries) == 3
    y = x * 2.0
    tape.close()
    assert reverse_sweep(tape, {y._entry: 1.0}, [0]) == [2.0]


@compiled_only
@pytest.mark.parametrize(
    "entry",
    [
        (1, 2**63, 1.0, None, None),
        (1, -1, 1.0, None, None),
        (1, -2, 1.0, None, None),
        (1, 0, 1.0, -2, 1.0),
        (1, 0, 1.0, 10**40, 1.0),
        (-1, 0, 1.0, None, None),
        (-(2**63), 0, 1.0, None, None),
        (1, 0, "1", None, None),
        (1, 0, 1.0, 0, None),
        (1, True, 10**400, None, None),
    ],
)
def test_an_entry_that_is_no_row_of_numbers_is_given_back_as_it_came(entry: Any) -> None:
    tape, _ = recorded(1)
    tape.append(entry)
    assert tape.entries[-1] is entry
    assert list(tape.entries)[-1] is entry
    assert len(tape.entries) == 2


# Variables that are not what the fast path expects.


@compiled_only
@pytest.mark.parametrize("k", [-1, -2, 5, 2**62, -(2**62), 2**63 - 1, None, 0.0, "k"])
def test_a_variable_that_stands_nowhere_on_its_tape(k: Any) -> None:
    tape, x = recorded(1)
    stray = pb.ScalarVariable._new(2.0, tape, k)
    for use in (lambda: stray * 2.0, lambda: 2.0 - stray, lambda: stray * x, lambda: x / stray, lambda: -stray):
        rows = len(tape.entries)
        made = use()
        assert made._entry >= 2
        assert len(tape.entries) == rows + 1
    tape.close()
    with pytest.raises((IndexError, TypeError, AttributeError)):
        reverse_sweep(tape, {made._entry: 1.0, stray._entry: 1.0, 10**6: 1.0}, [0])


@compiled_only
def test_a_place_too_long_for_the_machine_is_an_error() -> None:
    tape, x = recorded(1)
    for k in (2**63, -(2**63) - 1, 10**40):
        with pytest.raises(OverflowError):
            pb.ScalarVariable._new(2.0, tape, k)
        with pytest.raises(OverflowError):
            x._entry = k
    assert x._entry == 0
    assert (x * 2.0).primal == 2.0


@compiled_only
def test_a_variable_whose_fields_are_unset() -> None:
    for make in (lambda: _core.blank(pb.ScalarVariable), lambda: _core.FloatCore.__new__(pb.ScalarVariable)):
        x, y = make(), pb.Variable(2.0)
        for use in (lambda: x * y, lambda: y * x, lambda: x + 1.0, lambda: -x, lambda: x**x, lambda: pb.math.sin(x)):
            with pytest.raises((AttributeError, TypeError)):
                use()
        bool(x), hash(x), repr(x), x == y, x < 1.0
    with pytest.raises(TypeError):
        object.__new__(pb.ScalarVariable)


@compiled_only
@pytest.mark.parametrize("tape", [None, 1.0, object(), []])
def test_a_variable_whose_tape_is_none(tape: Any) -> None:
    x = pb.ScalarVariable._new(2.0, tape, 0)
    y = recorded(0)[1]
    for use in (lambda: x * 2.0, lambda: x * y, lambda: y * x, lambda: -x, lambda: pb.math.sin(x)):
        with pytest.raises((AttributeError, TypeError, KeyError)):
            use()
    del x._tape
    with pytest.raises(AttributeError):
        x * 2.0


def test_variables_and_tapes_are_not_copied_bit_by_bit() -> None:
    tape, x = recorded(3)
    assert copy.copy(x) is x
    assert copy.deepcopy(x) is x
    with pytest.raises(pb.ChainBrokenError):
        pickle.dumps(x)
    if pb.core() == "compiled":
        for double in (copy.copy, copy.deepcopy, pickle.dumps):
            for thing in (tape, tape.entries):
                with pytest.raises(TypeError):
                    double(thing)


# Memory of variables that died.


class Last:
    """Calls a function when it dies."""

    def __init__(self, act: Callable[[], Any]):
        self.act = act

    def __del__(self) -> None:
        self.act()


@pytest.mark.parametrize("field", ["_value", "_tape", "_entry"])
def test_a_variable_whose_death_makes_others(field: str) -> None:
    """The destructor of a variable runs Python, which makes and drops more variables than are kept for later."""
    tape, x = recorded(0)
    deaths: list[int] = []

    def act() -> None:
        kept = [x * float(n) for n in range(150)]
        deaths.append(len(kept))
        assert [y.primal for y in kept] == [float(n) for n in range(150)]

    for spares in (0, 1, 63, 64, 200):
        held = [x + 1.0 for _ in range(200)]
        dying = pb.ScalarVariable._new(1.0, tape, 0)
        setattr(dying, field, Last(act))
        del held[:spares]
        del dying
        del held
    assert deaths == [150] * 5
    assert len(tape.entries) == 5 * 350


def test_deaths_within_deaths() -> None:
    tape, x = recorded(0)
    deaths: list[int] = []

    def dying(depth: int) -> Any:
        def act() -> None:
            deaths.append(depth)
            if depth:
                dying(depth - 1)
            _ = [x * 2.0 for _ in range(3)]

        return pb.ScalarVariable._new(Last(act), tape, 0)

    for _ in range(10):
        dying(30)
    assert deaths == [*range(30, -1, -1)] * 10
    assert (x * 2.0).primal == 2.0


def test_a_variable_that_dies_while_an_exception_is_on_its_way() -> None:
    tape, x = recorded(0)
    deaths: list[Any] = []

    def f() -> None:
        dying = pb.ScalarVariable._new(Last(lambda: deaths.append(x * 2.0)), tape, 0)
        assert dying
        raise KeyError("mine")

    for n in range(100):
        with pytest.raises(KeyError, match="mine"):
            f()
        assert len(deaths) == n + 1


def test_collections_in_the_middle_of_recording(greedy: None) -> None:
    """Garbage whose end records on the same tape, whenever the collector may run."""
    tape, x = recorded(0)
    ends: list[int] = []

    def act() -> None:
        ends.append(len(tape.entries))
        y = x
        for _ in range(20):
            y = y * 0.5

    y = x
    for n in range(300):
        cycle: list[Any] = [Last(act), y]
        cycle.append(cycle)
        del cycle
        y = y * 1.0 + x
        if FREE_THREADED and n % 10 == 0:
            gc.collect()  # by itself the collector runs in proportion to all that there is
    assert len(ends) > 200
    gc.collect()
    assert len(ends) == 300
    assert len(list(tape.entries)) == 600 + 20 * 300
    assert y.primal == 301.0
    tape.close()
    assert reverse_sweep(tape, {y._entry: 1.0}, [0]) == [301.0]


def test_variables_in_cycles_are_collected_and_their_memory_serves_again(greedy: None) -> None:
    class Holder:
        pass

    def f(x: Any) -> Any:
        total = x
        for _ in range(200):
            holder: Any = Holder()
            holder.variable = total * 1.0
            holder.self = holder
            total = total + holder.variable * 1e-3
        return total

    assert grad(f)(1.0) == pytest.approx(1.001**200)
    assert grad(grad(f))(1.0) == 0.0


# Subclasses.


def subclasses() -> dict[str, type]:
    class WithDictionary(pb.ScalarVariable):
        pass

    class WithSlots(pb.ScalarVariable):
        __slots__ = ("note", "other")

    class WithWeakReferences(pb.ScalarVariable):
        __slots__ = ("__weakref__",)

    class WithFinalizer(pb.ScalarVariable):
        __slots__ = ("note",)

        def __del__(self) -> None:
            ended.append(self._value)

    class Plain(pb.ScalarVariable):
        __slots__ = ()

    return {cls.__name__: cls for cls in (WithDictionary, WithSlots, WithWeakReferences, WithFinalizer, Plain)}


ended: list[Any] = []


@pytest.mark.parametrize("name", list(subclasses()))
def test_variables_of_a_subclass_come_and_go_beside_ours(name: str) -> None:
    cls: Any = subclasses()[name]
    died = weakref.finalize(cls, lambda: None)
    ended.clear()
    tape, x = recorded(0)
    for n in range(300):
        own = cls._new(float(n), tape, 0)
        if name in ("WithDictionary", "WithSlots", "WithFinalizer"):
            own.note = [x * 2.0]
        if name in ("WithDictionary", "WithWeakReferences"):
            watch = weakref.ref(own)
            assert watch() is own
        assert type(own * 2.0) is type(x * own) is pb.ScalarVariable
        assert (own * 2.0).primal == 2.0 * n
        assert (x - own).primal == 1.0 - n
    assert len(ended) in (0, 299)
    del own, cls
    gc.collect()
    if not FREE_THREADED or sys.version_info >= (3, 14):  # 3.13 keeps all classes once a thread was started
        assert not died.alive


@pytest.mark.parametrize("pause", [0, 100])
def test_a_variable_that_comes_back_from_the_dead(pause: int) -> None:
    class Undead(pb.ScalarVariable):
        __slots__ = ()

        def __del__(self) -> None:
            back.append(self)

    back: list[Any] = []
    tape, x = recorded(0)
    for n in range(50):
        Undead._new(float(n), tape, 0)
        _ = [x * 2.0 for _ in range(pause)]
    assert [each.primal for each in back] == [float(n) for n in range(50)]
    assert (back[3] * 2.0).primal == 6.0
    back.clear()
    assert (x * 2.0).primal == 2.0


def test_a_variable_that_changes_its_class() -> None:
    class Plain(pb.ScalarVariable):
        __slots__ = ()

    class WithDictionary(pb.ScalarVariable):
        pass

    tape, x = recorded(0)
    for _ in range(200):
        ours, theirs = x * 3.0, Plain._new(3.0, tape, 0)
        ours.__class__, theirs.__class__ = Plain, pb.ScalarVariable
        assert (ours * 2.0).primal == (theirs * 2.0).primal == 6.0
        for wrong in (WithDictionary, float, pb.float_var, Variable):
            with pytest.raises(TypeError):
                ours.__class__ = wrong
    del ours, theirs
    assert [(x * float(n)).primal for n in range(100)] == [float(n) for n in range(100)]


@compiled_only
def test_only_a_class_of_the_same_layout_is_installed() -> None:
    """The memory of one variable that died is that of the next, so all have to be alike."""

    class Larger(pb.ScalarVariable):
        __slots__ = ("a", "b", "c", "d")

    class WithDictionary(pb.ScalarVariable):
        pass

    class WithWeakReferences(pb.ScalarVariable):
        __slots__ = ("__weakref__",)

    for cls in (Larger, WithDictionary, WithWeakReferences, _core.FloatCore, pb.float_var, float, object):
        with pytest.raises(TypeError):
            _core.start(RUNTIME._replace(variable=cls))
    for tape in (object, list, pb.Variable):
        with pytest.raises(TypeError):
            _core.start(RUNTIME._replace(tape=tape))
    assert value_and_grad(lambda x: x * x + x)(3.0) == (12.0, 7.0)


@compiled_only
def test_a_class_that_is_installed_after_another() -> None:
    """As when the module of the variable is reloaded: those of the old class live on."""

    class Next(pb.ScalarVariable):
        __slots__ = ()

    tape, old = recorded(0)
    held = [old * float(n) for n in range(100)]
    try:
        _core.start(RUNTIME._replace(variable=Next))
        new = Next._new(2.0, tape, 0)
        more = [new * float(n) for n in range(100)]
        assert {type(each) for each in more} == {Next}
        del held[50:]
        more += [new * each for each in held]
        assert [each.primal for each in more] == [2.0 * n for n in (*range(100), *range(50))]
        del more[50:]
    finally:
        _core.start(RUNTIME)
    del more
    assert {type(old * 2.0) for _ in range(100)} == {pb.ScalarVariable}
    assert value_and_grad(lambda x: x * x + x)(3.0) == (12.0, 7.0)


@compiled_only
def test_before_a_class_is_installed_an_object_is_no_variable() -> None:
    script = """
import os
os.environ["PULLBACK_PURE"] = "1"
import pullback
os.environ["PULLBACK_PURE"] = "0"
from pullback import _compiled
from pullback_plugins import _kernels
for kernel, inputs in ((_kernels.sin, 1), (_kernels.mul, 2)):
    core = _compiled.PairCore()
    plan = _compiled.PlanCore()
    plan.take_kernel(kernel, inputs)
    core.float_plan = plan
    for arguments in ([object()] * inputs, [1.0] * inputs, [_compiled.FloatCore()] * inputs, [1.0] * (inputs - 1) + [object()]):
        try:
            core(*arguments)
        except (AttributeError, TypeError) as error:
            print("no attribute" in str(error) or "not callable" in str(error))
"""
    assert fresh(script).split() == ["True"] * 8


# Natives that are callbacks into Python.

Signature = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)
)


@compiled_only
@pytest.mark.parametrize("inputs", [1, 2])
@pytest.mark.parametrize("deed", ["tape", "entry", "value", "record", "close", "rebind", "collect"])
def test_a_native_that_meddles_with_its_variables(inputs: int, deed: str) -> None:
    tape, x = recorded(0)
    z = x * 1.0

    def meddle() -> None:
        if deed == "tape":
            x._tape = z._tape = None
        elif deed == "entry":
            x._entry, z._entry = 10**9, -7
        elif deed == "value":
            x._value, z._value = [1], None
        elif deed == "record":
            for _ in range(1_000):
                x * 2.0
        elif deed == "close":
            tape.close()
        elif deed == "rebind":
            pair.float_plan.take_kernel(other_address, inputs)
            pair.float_plan = pair.float_plan
        else:
            gc.collect()

    def kernel(a: Any, y: Any, d: Any) -> int:
        y[0] = 8.0
        d[0] = 3.0
        if inputs == 2:
            d[1] = 4.0
        if armed:
            armed.clear()
            meddle()
        return 0

    armed: list[bool] = []
    callbacks = [Signature(kernel), Signature(kernel)]
    address, other_address = (ctypes.cast(callback, ctypes.c_void_p).value for callback in callbacks)
    pair: Any = pb.elementwise(
        (lambda a: a) if inputs == 1 else (lambda a, b: a),
        derivative=(lambda a, y: 0.0) if inputs == 1 else (lambda a, b, y: 0.0, lambda a, b, y: 0.0),
        name="meddler",
        kernel=address,
    )
    pair(*[1.0] * inputs)
    arguments = [[x]] if inputs == 1 else [[x, z], [z, 2.0], [2.0, z], [x, x]]
    for these in arguments:
        assert pair(*these).primal == 8.0
    for these in arguments:
        x._tape = z._tape = tape
        x._entry, z._entry, x._value, z._value = 0, 1, 1.0, 1.0
        armed.append(True)
        if deed == "close":
            with pytest.raises(pb.ChainBrokenError, match="escaped"):
                pair(*these)
            break
        made = pair(*these)
        assert not armed
        assert made.primal == 8.0
        _, i, d_i, j, d_j = tape.entries[made._entry - 1]
        places = [0 if each is x else 1 for each in these if isinstance(each, pb.Variable)]
        assert [i, j] == (places if len(places) == 2 else [*places, None])
        assert d_i == (4.0 if type(these[0]) is float else 3.0)
    if deed != "close":
        tape.close()
    assert len(reverse_sweep(tape, {}, [0, 1])) == 2


# Too little memory.

# No function of Python's is called meanwhile: CPython 3.13 crashes where there is no room for a frame.
STARVING = """
import sys
import pullback as pb
from pullback import _core
from pullback.chain.tape import Tape
from pullback_plugins.trig import sin
import _testcapi

work = compile('''
for _ in range(100):
    y = sin(x) * x + 1.0
    kept.append(y)
    y = 2.0 - y / 3.0
    kept.append(y)
found = _core.reverse_floats(tape, {y._entry: 1.0}, [0, 1])
found += _core.forward_floats(tape, {0: 1.0}, [y._entry])
found += [tape.entries[n] for n in range(200)]
''', "work", "exec")

pb.grad(lambda x: 2.0 - sin(x) * x + x / 2.0)(1.0)
wanted = written = None
wrong = failures = successes = 0
for start in range(0, 800):
    tape = Tape()
    x = tape.variable(2.0)
    kept, found = [], None
    if start:
        _testcapi.set_nomemory(start, start + int(sys.argv[1]))
    try:
        exec(work)
    except MemoryError:
        failures += 1
    else:
        successes += 1
        wanted, written = wanted or found, written or list(tape.entries)
        wrong += found != wanted
    finally:
        _testcapi.remove_mem_hooks()
    # What was written before is as it should be.
    wrong += list(tape.entries) != written[: len(tape.entries)]
    wrong += (x * 1.0).primal != 2.0
print(failures > 100, successes > 0, wrong)
"""


@compiled_only
@pytest.mark.parametrize("refusals", [1, 3])
def test_memory_that_is_refused_at_any_point(refusals: int) -> None:
    pytest.importorskip("_testcapi")
    assert fresh(f"import sys; sys.argv[1:] = ['{refusals}']\n{STARVING}") == "True True 0\n"


# Threads.


def test_threads_that_record_sweep_and_read_one_tape() -> None:
    tape, x = recorded(10)
    stop = threading.Event()
    raised: list[BaseException] = []

    def work(act: Callable[[], Any]) -> None:
        try:
            while not stop.is_set():
                act()
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    def record() -> None:
        if len(tape.entries) < 100_000:
            y = x
            for _ in range(50):
                y = y * 0.5 + x

    def sweep() -> None:
        if pb.core() == "compiled":  # the other asks for a tape that has ended
            found = _core.reverse_floats(tape, {0: 1.0, 5: 1.0}, iter([0, 5]))
            assert found == [1.0 + 1.5**5, 1.0]

    def read() -> None:
        for entry in tape.entries:
            assert len(entry) == 5
            if entry[0] > 200:
                break
        assert next(iter(reversed(tape.entries)))[0] >= 10

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work, args=(act,)) for act in (record, record, sweep, read)]
    try:
        for thread in threads:
            thread.start()
        stop.wait(1.0)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert not raised


def test_variables_that_die_in_another_thread_than_they_were_made_in() -> None:
    tape, x = recorded(0)
    handed: list[Any] = []

    def make() -> None:
        handed.extend(x * float(n) for n in range(2_000))

    def drop() -> None:
        for _ in range(4_000):
            with contextlib.suppress(IndexError):
                handed.pop()

    threads = [threading.Thread(target=act) for act in (make, drop, make, drop)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    handed.clear()
    assert len(tape.entries) == 4_000


# The end of the interpreter.


@pytest.mark.parametrize(
    "ending",
    [
        "kept = [x * 2.0 for _ in range(200)]; del kept",
        "import builtins; builtins.kept = [x * 2.0 for _ in range(200)]",
        "kept = [x * 2.0, tape]; kept.append(kept); import sys; sys.kept = kept",
        "import atexit; atexit.register(lambda: [x * 2.0 for _ in range(200)])",
        "class Late:\n    def __del__(self, x=x): [x * 2.0 for _ in range(200)]\nimport sys; sys.late = Late()",
        "import threading, time\n"
        "def run():\n    while True: [x * 2.0 for _ in range(200)]\n"
        "threading.Thread(target=run, daemon=True).start(); time.sleep(0.05)",
        "import gc; gc.disable(); c = [x * 2.0 for _ in range(200)]; c.append(c); del c, x, tape",
        "del pb.ScalarVariable; import pullback.variable as v; del v.ScalarVariable",
    ],
)
def test_an_interpreter_that_ends_with_variables_about(ending: str) -> None:
    script = f"import pullback as pb\nfrom pullback.chain.tape import Tape\ntape = Tape(); x = tape.variable(1.0)\n{ending}\n"
    assert fresh(script + "print('end')") == "end\n"


def test_a_subinterpreter_has_a_core_of_its_own_or_the_pure_one() -> None:
    """What is kept of dead variables belongs to one interpreter, so the compiled core serves only one."""
    script = """
import importlib, sys
import pullback as pb
name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
interpreters = importlib.import_module(name)
own = pb.core()
code = '''
import pullback as pb
from pullback.chain.tape import Tape
tape = Tape(); x = tape.variable(1.0)
kept = [x * 2.0 for _ in range(200)]
assert pb.core() == "pure Python", pb.core()
print(len(tape.entries), end=" ", flush=True)
'''
for _ in range(3):
    tape = pb.chain.tape.Tape(); x = tape.variable(1.0)
    kept = [x * 2.0 for _ in range(200)]
    number = interpreters.create()
    failed = interpreters.run_string(number, code)
    assert not failed, failed
    interpreters.destroy(number)
    del kept
print("end")
"""
    assert fresh(script) == "200 200 200 end\n"


# A tape that is cleared.


@compiled_only
def test_entries_of_a_tape_that_is_cleared_meanwhile() -> None:
    tape, x = recorded(10)
    tape.append((tape.next(), None, None, None, None))
    forwards, backwards = iter(tape.entries), reversed(tape.entries)
    next(forwards), next(backwards)
    clear: Any = tape.clear  # type: ignore[attr-defined]
    clear()
    assert list(forwards) == list(backwards) == list(tape.entries) == []
    assert (x * 2.0).primal == 2.0
    assert len(tape.entries) == 1


@compiled_only
@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_seed_that_clears_the_tape(sweep: Callable[..., list[float]]) -> None:
    tape, x = recorded(10)

    class Clearing:
        def __float__(self) -> float:
            tape.clear()  # type: ignore[attr-defined]
            tape.append((0, None, None, None, None))
            for _ in range(20):
                x * 2.0
            return 1.0

    with pytest.raises(RuntimeError, match="changed"):
        sweep(tape, {0: Clearing()}, [0])


@compiled_only
@pytest.mark.parametrize("entry", [-1, -2, -3, 10**6, 2**62])
def test_an_array_variable_that_stands_nowhere_on_its_tape(entry: int) -> None:
    np = pytest.importorskip("numpy")
    tape = Tape()
    x = tape.variable(np.ones(3))
    y = x + 1.0
    y._entry = entry
    for use in (lambda: y + 1.0, lambda: y + x, lambda: -y, lambda: np.sin(y)):
        last = use()._entry
    assert _core.reverse_floats(tape, {0: 1.0}, [0]) is None  # not for floats
    tape.close()
    for seeds in ({last: np.ones(3)}, {k: np.ones(3) for k in range(last + 1)}):
        with pytest.raises((IndexError, TypeError)):
            reverse_sweep(tape, seeds, [0])
    with pytest.raises(IndexError):
        reverse_sweep(tape, {10**6: np.ones(3)}, [0])


@compiled_only
@pytest.mark.parametrize("deed", ["clear", "record"])
def test_a_rule_that_changes_the_tape_under_its_sweep(deed: str) -> None:
    np = pytest.importorskip("numpy")
    tape = Tape()
    x = tape.variable(np.ones(3))

    def backward(v: Any, out: Any, g: Any) -> Any:
        if deed == "clear":
            tape.clear()  # type: ignore[attr-defined]
        else:
            for _ in range(5_000):
                x * 2.0 + x
        return 2.0 * g

    twice = pb.primitive(lambda v: 2.0 * v, backward, name="twice")
    y = np.sin(twice(np.cos(twice(x)) + x)) * x
    found = reverse_sweep(tape, {y._entry: np.ones(3)}, [0])[0]
    wanted = grad(lambda v: np.sum(np.sin(2.0 * (np.cos(2.0 * v) + v)) * v))(np.ones(3))
    assert np.allclose(found, wanted)


@compiled_only
def test_a_rule_that_writes_another_tape_under_its_sweep() -> None:
    np = pytest.importorskip("numpy")
    tape = Tape()
    x = y = tape.variable(np.ones(3))
    for _ in range(20):
        y = y + 1.0

    def backward(v: Any, out: Any, g: Any) -> Any:
        call = next(reversed(tape.entries))[2]
        tape.clear()  # type: ignore[attr-defined]
        for _ in range(100):
            tape.append((20, None, call, None, None))
        return g

    y = pb.primitive(lambda v: 2.0 * v, backward, name="rewriting")(y)
    with pytest.raises(IndexError):
        reverse_sweep(tape, {y._entry: np.ones(3)}, [x._entry])


@compiled_only
def test_a_rule_on_floats_that_clears_its_tape_and_records_anew() -> None:
    tape = Tape()
    x = y = tape.variable(1.0)
    for _ in range(20):
        y = y + 1.0

    def backward(v: Any, out: Any, g: Any) -> Any:
        tape.clear()  # type: ignore[attr-defined]
        for _ in range(100):
            twice(x)
        return 2.0 * g

    twice = pb.primitive(lambda v: 2.0 * v, backward, name="recording")
    y = twice(y)
    with pytest.raises(RuntimeError, match="changed"):
        _core.reverse_floats(tape, {y._entry: 1.0}, [x._entry])
