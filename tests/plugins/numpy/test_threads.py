"""Threads that differentiate NumPy code: on their own, at one level, and as the first to use each family."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from pullback import grad

from ...threads import restless, together

THREADS = 8
ROUNDS = 50

pytestmark = pytest.mark.usefixtures(restless.__name__)


def test_threads_differentiate_on_their_own():
    def work(n):
        x = np.arange(1.0, 9.0) + n
        large = np.full(20_000, float(n))
        for _ in range(ROUNDS):
            np.testing.assert_array_equal(grad(lambda x: np.sum(x * x * n))(x), 2.0 * n * x)
            # Large enough for sums and products to be written into what nobody else holds.
            np.testing.assert_array_equal(grad(lambda x: np.sum(x * x + x * 3.0 - x))(large), 2.0 * large + 2.0)

    together(*[lambda n=n: work(n) for n in range(THREADS)])


def test_threads_share_a_level():
    def piece(x, n):
        y = x * n
        for _ in range(20):
            y = y + x[::-1] * n
        return np.sum(y * y)

    def f(x, run):
        return sum(run(*[lambda n=n: piece(x, n) for n in range(1, THREADS + 1)]))

    x = np.arange(6.0)
    wanted = grad(lambda x: f(x, lambda *work: [each() for each in work]))(x)
    for _ in range(5):
        np.testing.assert_array_equal(grad(lambda x: f(x, together))(x), wanted)  # whole numbers: no order matters


def test_views_that_threads_make_of_a_variable_that_they_share_follow_it():
    def f(x):
        y = x * 1.0
        views = together(*[lambda n=n: y[n : n + 1] for n in range(THREADS)])
        y[...] = x * x
        return sum(view[0] for view in views)

    x = np.arange(1.0, THREADS + 1.0)
    for _ in range(ROUNDS):
        np.testing.assert_array_equal(grad(f)(x), 2.0 * x)


def test_views_die_while_others_are_written_to():
    def f(x):
        y = x * 1.0
        kept = [y[n : n + 1] for n in range(THREADS)]

        def make_and_drop():
            for n in range(50):
                y[n % THREADS :]

        def assign():
            for _ in range(10):
                y[...] = y * 1.0

        together(assign, *[make_and_drop] * 3)
        y[...] = x * 3.0
        return sum(view[0] for view in kept)

    for _ in range(5):
        np.testing.assert_array_equal(grad(f)(np.ones(THREADS)), np.full(THREADS, 3.0))


FIRST_USE = """
    import sys, threading
    from concurrent.futures import ThreadPoolExecutor
    import pullback as pb

    sys.setswitchinterval(1e-6)
    start = threading.Barrier(16)

    def program(n):
        import numpy as np
        x = np.arange(1.0, 5.0).reshape(2, 2) / 3.0
        f = [
            lambda x: np.sum(x @ x),
            lambda x: np.linalg.det(x) + np.linalg.inv(x)[0, 1],
            lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2),
            lambda x: np.einsum("ij,ji->", x, x * x),
            lambda x: np.mean(np.sort(x, axis=0)[1] * 2.0),
            lambda x: np.max(np.concatenate([x, x * 3.0])),
            lambda x: np.sum(np.exp(x) * np.sin(x) + np.where(x > 1.0, x, x * x)),
            lambda x: np.std(np.pad(x, 1)) + np.linalg.norm(x),
        ][n % 8]
        return pb.grad(f)(x).tolist()

    def first(n):
        start.wait()
        return program(n)

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(first, range(16)))
    again = [program(n) for n in range(16)]
    assert found == again, (found, again)
    wrong = [family for family in pb.host.default._hosts[0].rows() if family["status"] == "failed"]
    assert not wrong, wrong
"""


def test_sixteen_threads_are_the_first_to_use_arrays():
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(FIRST_USE)],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
