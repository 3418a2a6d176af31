"""What `import pullback` loads, and what it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pullback as pb

HEAVY = {
    "numpy",
    "scipy",
    "pydantic",
    "pydantic_core",
    "pluggy",
    "optree",
    "importlib.metadata",
    "inspect",
    "pullback_plugins",
    "click",
    "rich",
}


def loaded(statement: str, *options: str) -> set[str]:
    """Return the modules that `statement` loads in a fresh interpreter, beyond those that were there at its start."""
    code = f"import sys; before = set(sys.modules)\n{statement}\nimport json; print(json.dumps(sorted(set(sys.modules) - before)))"
    path = str(Path(pb.__file__).parent.parent)
    plugins = str(Path(_plugins().__file__).parent.parent)
    code = f"import sys; sys.path[:0] = {[path, plugins]!r}\n{code}"
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return set(json.loads(done.stdout))


def _plugins() -> Any:
    import pullback_plugins

    return pullback_plugins


@pytest.mark.parametrize(
    "statement",
    ["import pullback", "import pullback.math", "from pullback import grad, float_var, primitive, Variable"],
)
def test_the_import_loads_nothing_heavy(statement: str) -> None:
    modules = loaded(statement)
    assert "pullback" in modules
    assert not HEAVY & modules
    assert not {name for name in modules if name.partition(".")[0] in HEAVY}


def test_the_import_loads_few_modules_of_ours() -> None:
    ours = {name for name in loaded("import pullback") if name.partition(".")[0] == "pullback"}
    assert not {name for name in ours if name.startswith(("pullback.host", "pullback.testing", "pullback.cli"))}


def test_a_gradient_of_a_float_loads_only_the_families_it_needs() -> None:
    modules = loaded("import pullback\nassert pullback.grad(lambda x: x * x + 1.0)(3.0) == 6.0")
    assert "pullback_plugins.arithmetic" in modules
    assert not {"pullback_plugins.trig", "pullback_plugins.special", "pullback_plugins.hyperbolic"} & modules
    assert not {"numpy", "scipy", "optree", "pydantic", "difflib", "email.parser"} & modules


def test_a_gradient_beside_numpy_imports_nothing_of_numpy() -> None:
    """Whose submodules come when somebody asks for them: the index names their functions, and does not ask."""
    start = "import numpy, pullback, pullback.math\nbefore = set(sys.modules)\n"
    modules = loaded(start + "assert pullback.grad(lambda x: x * pullback.math.sin(x))(0.0) == 0.0")
    assert "pullback_plugins.trig" in modules
    assert not {name for name in modules if name.partition(".")[0] == "numpy"}


def test_structures_load_optree_at_first_use() -> None:
    modules = loaded("import pullback\npullback.grad(lambda p: p['a'] * 2.0)({'a': 1.0})")
    assert "optree" in modules
    assert "numpy" not in {name for name in modules if "." not in name} or "numpy" in loaded("import optree")


def test_every_exported_name_is_there() -> None:
    for name in pb.__all__:
        assert getattr(pb, name) is not None
        assert name in dir(pb)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pb.nothing
    assert sorted(pb.__all__) == list(pb.__all__)


def test_a_star_import_brings_what_is_exported() -> None:
    names: dict[str, Any] = {}
    exec("from pullback import *", names)
    assert set(pb.__all__) <= set(names)


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert pb.__version__ == version("pullback")


def test_the_types_are_declared() -> None:
    assert (Path(pb.__file__).parent / "py.typed").is_file()
    assert (Path(_plugins().__file__).parent / "py.typed").is_file()


def test_no_assertion_is_needed_to_work() -> None:
    """With ``python -O`` the same answers come out, and the same refusals."""
    code = (
        "import math, pullback as pb\n"
        "if pb.grad(lambda x: pb.math.sin(x) * x)(0.0) != 0.0: raise SystemExit(1)\n"
        "try: pb.grad(lambda x: math.sin(x))(0.0)\n"
        "except pb.ChainBrokenError: pass\n"
        "else: raise SystemExit(2)\n"
    )
    loaded(code, "-O")
