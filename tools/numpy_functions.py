"""Rewrite docs/numpy_functions.md from what our families answer for and from numpy_reasons.toml; ``--check`` only compares."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from index import families

from pullback.host.indexfile import keys
from pullback.primitive import Nondifferentiable

__all__ = ["Row", "public", "render", "rows"]

PAGE = Path(__file__).parents[1] / "docs" / "numpy_functions.md"
REASONS = Path(__file__).with_name("numpy_reasons.toml")
MODULES = ("linalg", "fft")
HEAD = """# What differentiates: NumPy by name

<!-- Written by tools/numpy_functions.py; a test fails when it is old. -->

Every public name of NumPy 1.26 and 2.x, with what happens when a variable is given to it. How it works, and what
to do instead, is in [numpy.md](numpy.md).

| status | meaning |
|---|---|
| differentiable | a pair answers, in reverse and forward mode, to any order |
| pass-through | works on variables as on arrays; the result is plain, because it is no differentiable information |
| refused | raises an error that names the line: nothing answers, or there is no derivative |
| not dispatched | NumPy does not ask its arguments, so nobody can answer for it; the remark says what happens, and what to use |

The methods of ufuncs (`np.add.reduce`, `np.multiply.outer`, `np.maximum.accumulate`, `np.add.at`, ...) and their options `out=`, `where=`,
`dtype=` are answered for the ufuncs that are differentiable here; combinations that are not raise an error that says so.
"""


class Row(NamedTuple):
    """A public name below `numpy`, such as ``linalg.det``, with its status and a remark."""

    name: str
    status: str
    remark: str


def rows() -> list[Row]:
    """Return the rows of all names, sorted by name."""
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    remarks = reasons["remarks"]
    by_name = {name: Row(name, status, remarks.get(name, "")) for name, status in answered().items()}
    for group in reasons["group"]:
        for name in group["names"]:
            by_name[name] = Row(name, group["status"], group["why"])
    for name, target in reasons["aliases"].items():
        by_name[name] = Row(name, by_name[target].status, f"`{target}`")
    return sorted(by_name.values(), key=lambda row: (row.name.lower(), row.name))


def answered() -> dict[str, str]:
    """Return the status of every function of NumPy that a family answers for."""
    statuses = {}
    for _, module in families():
        for pair in module.pullback_register_primitives():
            for key in keys([pair], []):
                package, _, name = key.partition(".")
                if package == "numpy" and not name.startswith("ndarray."):
                    statuses[name] = "pass-through" if isinstance(pair, Nondifferentiable) else "differentiable"
    return statuses


def public(numpy: ModuleType) -> list[str]:
    """Return the public names of an installed NumPy, spelled as in `rows`."""
    listed = [name for name in dir(numpy) if _is_public(numpy, name)]
    for package in MODULES:
        module = getattr(numpy, package)
        listed += [f"{package}.{name}" for name in dir(module) if _is_public(module, name)]
    return listed + [f"ndarray.{name}" for name in dir(numpy.ndarray) if not name.startswith("_")]


def _is_public(module: ModuleType, name: str) -> bool:
    if name.startswith("_"):
        return False
    return name in module.__all__ or not isinstance(getattr(module, name), ModuleType)


def render() -> str:
    """Return the page."""
    everything = rows()
    sections: dict[str, list[Row]] = {"": [], **{name: [] for name in (*MODULES, "ndarray", "others")}}
    for row in everything:
        package, _, _ = row.name.rpartition(".")
        sections[package if package in sections else "others"].append(row)
    titles = {
        "": "numpy",
        "linalg": "numpy.linalg",
        "fft": "numpy.fft",
        "ndarray": "Methods and attributes of arrays",
        "others": "What is answered in other modules",
    }
    return HEAD + "".join(_section(titles[key], section) for key, section in sections.items())


def _section(title: str, section: list[Row]) -> str:
    lines = [f"\n## {title}\n", "| name | status | remark |", "|---|---|---|"]
    lines += [f"| `{row.name}` | {row.status} | {row.remark} |".replace("|  |", "| |") for row in section]
    return "\n".join(lines) + "\n"


def main(*arguments: str) -> int:
    """Rewrite the page; with ``--check``, return 1 if it is out of date."""
    text = render()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
