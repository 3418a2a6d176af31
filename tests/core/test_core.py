"""Which core is chosen: the compiled one, unless it is missing, of other sources than these, or not wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pullback as pb
from pullback import _core, _pure

FAKE = """
import sys, types
fake = types.ModuleType("pullback._compiled")
from pullback import tracked
exec(open({pure!r}).read(), vars(fake))
fake.COMPILED = True
fake.__all__ = {names}
sys.modules["pullback._compiled"] = fake
from importlib import reload
import pullback._core
print(reload(pullback._core).core())
"""


def ask(program: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "PULLBACK_PURE"}
    clean["PYTHONPATH"] = os.pathsep.join([str(Path(pb.__file__).parents[1]), *sys.path[1:]])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_name_is_that_of_one_core() -> None:
    module = sys.modules["pullback._compiled"] if _core.COMPILED else _pure
    for name in _pure.__all__:
        assert getattr(_core, name) is getattr(module, name), name
    assert set(_core.__all__) == {*_pure.__all__, "core"}
    assert pb.core() == ("compiled" if _core.COMPILED else "pure Python")


def test_a_compiled_core_that_is_not_there_is_not_missed() -> None:
    program = "import sys; sys.modules['pullback._compiled'] = None; import pullback; print(pullback.core())"
    assert ask(program) == "pure Python"


@pytest.mark.skipif("free-threading build" in sys.version, reason="the pure core runs there, whatever is built")
@pytest.mark.parametrize(
    ("names", "pure", "core"),
    [
        (_pure.__all__, "0", "compiled"),
        (_pure.__all__, "1", "pure Python"),
        ([*_pure.__all__, "of_newer_sources"], "0", "pure Python"),
        (_pure.__all__[1:], "0", "pure Python"),
    ],
    ids=["of these sources", "not wanted", "of newer sources", "of older sources"],
)
def test_what_was_built_is_taken_where_it_is_of_these_sources(names: list[str], pure: str, core: str) -> None:
    assert ask(FAKE.format(pure=_pure.__file__, names=names), PULLBACK_PURE=pure) == core
