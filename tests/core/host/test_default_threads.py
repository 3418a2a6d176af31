"""The host of the process under threads, and what may not be stale after a change. Each test asks a fresh interpreter."""

from __future__ import annotations

from typing import Any

import pytest

GOOD = """
    from pullback import elementwise, hookimpl

    cube = elementwise(lambda x: x * x * x, derivative=lambda x, out: 3.0 * x * x, name="cube")

    @hookimpl
    def pullback_register_primitives():
        return [cube]
"""


@pytest.fixture
def good(site: Any) -> Any:
    site.module("acme_good", GOOD)
    site.distribution("acme-good", families={"good": "acme_good"})
    return site


def test_many_threads_at_the_first_use(good: Any) -> None:
    (answer, sizes), warned = good.ask(
        """
        import math, sys, threading
        from concurrent.futures import ThreadPoolExecutor
        import pullback as pb

        sys.setswitchinterval(1e-6)
        start = threading.Barrier(16)
        work = [
            (lambda x: pb.math.sin(x) * x, math.sin(0.7) + 0.7 * math.cos(0.7)),
            (lambda x: pb.math.exp(x) - pb.math.log(x), math.exp(0.7) - 1 / 0.7),
            (lambda x: pb.math.tanh(x) ** 2, 2 * math.tanh(0.7) * (1 - math.tanh(0.7) ** 2)),
            (lambda x: pb.tables.names.find("cube")(x) / x, 1.4),
        ]

        def once(n):
            f, wanted = work[n % 4]
            start.wait()
            return abs(pb.grad(f)(0.7) - wanted)

        with ThreadPoolExecutor(16) as pool:
            worst = max(pool.map(once, range(16)))
        answer = [worst, len(pb.host.default._hosts)]
        """
    )
    assert answer < 1e-12
    assert sizes == 1
    assert warned == []


def test_registering_in_one_thread_while_others_differentiate(site: Any) -> None:
    answer, warned = site.ask(
        """
        import math, operator, sys, threading
        import pullback as pb

        sys.setswitchinterval(1e-6)
        stop = threading.Event()
        wrong = []

        def work():
            wanted = math.sin(1.0) + math.cos(1.0) + 3.0 - 2.0
            try:
                while not stop.is_set():
                    found = pb.grad(lambda x: pb.math.sin(x) * x + x ** 3 - 2.0 * x)(1.0)
                    if abs(found - wanted) > 1e-12:
                        wrong.append(found)
            except BaseException as error:
                wrong.append(repr(error))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        class Odd(float):
            pass
        for n in range(60):
            # Overrides that compute the same: whichever answers, the gradient is right.
            mul = pb.elementwise(operator.mul, derivative=(lambda x, y, out: y, lambda x, y, out: x), name=f"mul{n}",
                                 overloads=[operator.mul], override=True)
            sine = pb.elementwise(math.sin, derivative=lambda x, out: pb.math.cos(x), name=f"sine{n}", overloads=[math.sin],
                                  override=True)
            with pb.plugins([mul, sine]):
                pb.grad(lambda x: x * pb.math.sin(x))(Odd(1.0))
        stop.set()
        for thread in threads:
            thread.join()
        answer = wrong[:3]
        """
    )
    assert answer == []
    assert warned == []


def test_a_family_may_be_imported_by_one_thread_while_another_first_needs_it(site: Any) -> None:
    """Importing a family and loading it take the lock of the import and the lock of the host, in either order."""
    site.module(
        "acme_slow",
        """
        import time
        import pullback as pb
        from pullback import elementwise, hookimpl

        started = True
        time.sleep(0.3)
        slope = pb.grad(lambda x: pb.math.sin(x))(0.0)  # needs the host
        quad = elementwise(lambda x: x ** 4, derivative=lambda x, out: 4 * x ** 3, name="quad")

        @hookimpl
        def pullback_register_primitives():
            return [quad]
        """,
    )
    site.distribution("acme-slow", families={"slow": "acme_slow"}, index="quad = slow\n")
    code = """
        import sys, threading, time
        import pullback as pb

        def importing():
            import acme_slow

        threads = [threading.Thread(target=importing, daemon=True)]
        threads[0].start()
        while "acme_slow" not in sys.modules:
            time.sleep(0.001)
        threads.append(threading.Thread(target=lambda: pb.tables.names.find("quad"), daemon=True))
        threads[1].start()
        for thread in threads:
            thread.join(3)
        answer = [thread.is_alive() for thread in threads] + ["quad" in pb.tables.names]
    """
    assert site.ask(code) == ([False, False, True], [])


def test_what_the_facade_of_math_remembers_is_never_stale(site: Any) -> None:
    """A pair that is registered while another thread looks an old one up answers from then on."""
    answer, _ = site.ask(
        """
        import math
        import pullback as pb
        from pullback import tables

        mine = pb.elementwise(math.sin, derivative=5.0, name="mine", overloads=[math.sin], override=True)
        find = tables.OverloadTable.find

        def slow(self, function):
            found = find(self, function)
            if function is math.sin:
                tables.OverloadTable.find = find
                pb.register(mine)  # as another thread may, just here
            return found

        pb.load_plugins()
        tables.OverloadTable.find = slow
        pb.math.sin(0.0)
        answer = pb.grad(lambda x: pb.math.sin(x))(0.0)
        """
    )
    assert answer == 5.0


def test_the_kind_of_a_subtype_is_never_stale(site: Any) -> None:
    answer, _ = site.ask(
        """
        import types
        import pullback as pb
        from pullback import hookimpl, tables

        class Base: pass
        class Leaf(Base): pass

        kind = pb.ScalarKind("base", (Base,), pb.ScalarVariable)
        plugin = types.ModuleType("plugin")
        plugin.pullback_register_value_kinds = hookimpl(lambda: [kind])
        class Restless(type(tables.kinds)):
            def get(self, cls, *default):
                found = super().get(cls, *default)
                if cls is object:  # the last of the bases was looked up: nothing was found
                    tables.kinds.__class__ = type(self).__mro__[1]
                    pb.register(plugin)  # as another thread may, just here
                return found

        tables.kinds.__class__ = Restless
        tables.kinds.find(Leaf)
        answer = tables.kinds.find(Leaf) is kind
        """
    )
    assert answer is True


def test_a_function_of_a_disabled_family_says_so(site: Any) -> None:
    code = """
        import numpy, pullback
        answer = []
        for function in (pullback.math.sin, numpy.sin, numpy.linalg.det):
            try:
                pullback.grad(lambda x: function(x))(numpy.float64(1.0))
            except pullback.UnknownPrimitiveError as error:
                answer.append(str(error))
    """
    said, _ = site.ask(code, PULLBACK_PLUGINS="-trig,-numpy-systems")
    for line, name, family in zip(said, ("math.sin", "sin", "det"), ("trig", "trig", "numpy-systems"), strict=True):
        assert line.startswith(f"no primitive answers for {name}, called on a variable at <string>:")
        assert f"the family {family!r} of pullback, which would answer, is disabled: PULLBACK_PLUGINS" in line
