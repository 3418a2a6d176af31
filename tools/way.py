"""Prints the way that one gradient takes through the house: the files that it enters, in which order, and how long they are.

``python tools/way.py`` follows ``grad(lambda x: np.sum(np.sin(x)))(v)``, warm, on both cores; ``--core pure`` or ``--core compiled`` on
one. With ``--check`` it returns 1 where a limit is exceeded.

What is counted are the calls of Python functions whose code is in `pullback` or `pullback_plugins`, in the order in which they are made,
as ``sys.setprofile`` reports them. Each time that a generator is resumed is a call too. C functions, those of the compiled core among
them, and the code of other packages are not counted. A **file is entered** if at least one call is in it. A **change of file** is a call
in another file than the call before; the first call is one, since it comes from outside. Returning to a file is no change by itself:
only the next call there is.

Up to Python 3.11 a comprehension is a call of its own; from 3.12 on it is not, and there may be a few changes less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

LIMITS = {"pure": (12, 40), "compiled": (10, 20)}
"""How many files may be entered on each core, and how many changes of file there may be."""
LONGEST = 500
"""How many lines a file on the way may have."""
PACKAGES = ("pullback", "pullback_plugins")
WARM = 5
"""So many gradients are computed first: families are loaded then, and what is cached is there."""


class Call(NamedTuple):
    """One call of a function of ours."""

    file: str
    function: str


class Way(NamedTuple):
    """The calls of one gradient, and the number of lines of each file."""

    core: str
    calls: list[Call]
    lengths: dict[str, int]

    @property
    def files(self) -> list[str]:
        """The files, in the order in which they are first entered."""
        return list(dict.fromkeys(call.file for call in self.calls))

    @property
    def changes(self) -> int:
        """The number of changes of file."""
        return sum(1 for _ in groupby(call.file for call in self.calls))

    def functions(self, file: str) -> dict[str, int]:
        """Return the functions that are called in `file`, and how often."""
        names = [call.function for call in self.calls if call.file == file]
        return {name: names.count(name) for name in dict.fromkeys(names)}

    def excesses(self) -> Iterator[str]:
        """Yield what is over a limit, one line each."""
        most_files, most_changes = LIMITS[self.core]
        if len(self.files) > most_files:
            yield f"{self.core}: {len(self.files)} files entered, at most {most_files} allowed"
        if self.changes > most_changes:
            yield f"{self.core}: {self.changes} changes of file, at most {most_changes} allowed"
        for file in self.files:
            if self.lengths[file] > LONGEST:
                yield f"{self.core}: {file} has {self.lengths[file]} lines, at most {LONGEST} allowed"

    def report(self) -> Iterator[str]:
        """Yield the lines of a report."""
        yield f"{self.core} core: {len(self.files)} files entered, {self.changes} changes of file, {len(self.calls)} calls"
        for file in self.files:
            names = [name if count == 1 else f"{name} x{count}" for name, count in self.functions(file).items()]
            yield f"  {file:<45} {self.lengths[file]:>4} lines   {', '.join(names)}"


def roots() -> dict[str, str]:
    """Return the folders of our packages, and the name of the package of each."""
    from importlib import import_module

    return {str(Path(str(import_module(name).__file__)).parent): name for name in PACKAGES}


def calls(function: Callable[[], object], folders: dict[str, str]) -> list[Call]:
    """Run `function`, and return the calls that it makes of functions whose code is below `folders`."""
    made: list[Call] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        path = frame.f_code.co_filename
        for folder, name in folders.items():
            if path.startswith(folder + os.sep):
                made.append(Call(name + Path(path[len(folder) :]).as_posix(), frame.f_code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return made


def trace() -> Way:
    """Return the way on the core of this process."""
    import numpy as np

    import pullback

    gradient = pullback.grad(lambda x: np.sum(np.sin(x)))
    v = np.array([1.0, 2.0, 3.0])
    for _ in range(WARM):
        gradient(v)
    folders = roots()
    made = calls(lambda: gradient(v), folders)
    paths = {name: Path(folder) for folder, name in folders.items()}
    lengths = {}
    for file in {call.file for call in made}:
        package, _, rest = file.partition("/")
        lengths[file] = len((paths[package] / rest).read_text(encoding="utf-8").splitlines())
    return Way("compiled" if pullback.core() == "compiled" else "pure", made, lengths)


def way(core: str) -> Way | None:
    """Return the way on a core, found by a process of its own, or None if that core is not there."""
    environment = os.environ | {"PULLBACK_PURE": "1" if core == "pure" else ""}
    command = [sys.executable, __file__, "--json"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    name, made, lengths = json.loads(done.stdout)
    return Way(name, [Call(*call) for call in made], lengths) if name == core else None


def main(*arguments: str) -> int:
    """Print the way, on one core or both."""
    parser = argparse.ArgumentParser(description="The way of one gradient through the house.")
    parser.add_argument("--core", choices=sorted(LIMITS), help="one core only")
    parser.add_argument("--check", action="store_true", help="return 1 where a limit is exceeded")
    parser.add_argument("--json", action="store_true", help="the calls on the core of this process, as JSON")
    chosen = parser.parse_args(arguments)
    if chosen.json:
        print(json.dumps(trace()))
        return 0
    excesses: list[str] = []
    for core in [chosen.core] if chosen.core else sorted(LIMITS):
        route = way(core)
        if route is None:
            print(f"{core} core: not built")
            continue
        print("\n".join(route.report()))
        excesses += route.excesses()
    if chosen.check and excesses:
        print("\n".join(excesses), file=sys.stderr)
    return int(chosen.check and bool(excesses))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
