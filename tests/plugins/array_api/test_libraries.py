"""Functions of SciPy and estimators of scikit-learn differentiate as they are, or refuse; the documentation says which."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from .document import PAGE, SECTION, rows

HERE = Path(__file__).parent


def version(library: str) -> tuple[int, ...]:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return tuple(map(int, installed(library).split(".")[:2]))
    except PackageNotFoundError:
        return (0,)


needs_scipy = pytest.mark.skipif(version("scipy") < (1, 17), reason="the catalogue is that of SciPy 1.17")
needs_sklearn = pytest.mark.skipif(
    version("scipy") < (1, 17) or version("scikit-learn") < (1, 8), reason="the catalogue is that of scikit-learn 1.8"
)


@cache
def measured(library: str) -> dict[str, dict[str, Any]]:
    """Run the measurements in a process of their own, which sets SCIPY_ARRAY_API before SciPy is imported."""
    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), library], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}


def names(library: str) -> list[str]:
    return [name for name, _ in rows(SECTION[library].search(PAGE.read_text("utf-8"))[2])]  # type: ignore[index]


def check(library: str, name: str) -> None:
    says = dict(rows(SECTION[library].search(PAGE.read_text("utf-8"))[2]))[name]  # type: ignore[index]
    found = measured(library)[name]
    if says.startswith("yes"):
        assert "error" not in found, found["error"]
        assert found["off"] < 1e-8, found
        assert found["value"] < 1e-12, found
        # Forward mode carries p-values along, for which there may be no pair.
        assert isnan(found["forward"]) if says == "yes, in reverse mode" else found["forward"] < 1e-8, found
        assert found["size"] > 1e-3, "the gradient is zero: nothing was tested"
    else:
        assert "error" in found, f"{name} works: say so on the page (python -m tests.plugins.array_api.document)"
        assert not found["error"].startswith("plain:"), found["error"]


@needs_scipy
@pytest.mark.parametrize("name", names("scipy"))
def test_scipy(name: str) -> None:
    check("scipy", name)


@needs_sklearn
@pytest.mark.parametrize("name", names("sklearn"))
def test_sklearn(name: str) -> None:
    check("sklearn", name)


@needs_scipy
def test_the_page_has_the_whole_catalogue_of_scipy() -> None:
    assert sorted(names("scipy")) == sorted(measured("scipy"))


@needs_sklearn
def test_the_page_has_the_whole_catalogue_of_sklearn() -> None:
    assert sorted(names("sklearn")) == sorted(measured("sklearn"))


def test_most_of_the_catalogue_works() -> None:
    text = PAGE.read_text("utf-8")
    said = [says for _, says in rows(SECTION["scipy"].search(text)[2])]  # type: ignore[index]
    assert sum(says.startswith("yes") for says in said) >= 70
