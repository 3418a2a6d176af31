"""A clean environment with pullback's own wheel, into which distributions are installed and from which they are taken again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["PROBE", "ROOT", "House", "build_ours", "build_wheels", "make_environment", "run"]

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("probe.py")
_TOOLS = ["--disable-pip-version-check", "--no-input", "--quiet"]


def run(*command: Any, cwd: Path, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command outside the source tree, on the same core, free of the settings of whoever runs the tests."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name == "PULLBACK_PURE" or not name.startswith(("PULLBACK_", "PYTHON"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} gave {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def _isolation() -> list[str]:
    """Build in the environment of the tests where it has hatchling; pip makes one for each build otherwise."""
    return ["--no-build-isolation"] if find_spec("hatchling") else []


def build_ours(folder: Path) -> Path:
    """Build the source distribution, and the wheel from that, so that both are complete; return the wheel."""
    isolation = ["--no-isolation"] if find_spec("hatchling") else []
    run(sys.executable, "-m", "build", *isolation, "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("pullback-*.whl")
    return wheel


def build_wheels(projects: list[Path], folder: Path) -> dict[str, Path]:
    """Build the wheel of each project, and return them by the name of the distribution."""
    run(sys.executable, "-m", "pip", "wheel", *_TOOLS, *_isolation(), "--no-deps", "-w", folder, *projects, cwd=folder)
    return {wheel.name.partition("-")[0].replace("_", "-"): wheel for wheel in folder.glob("*.whl")}


def make_environment(folder: Path, *requirements: Any) -> Path:
    """Make a virtual environment, install `requirements` and what they depend on, and return its Python."""
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "install", *_TOOLS, *requirements, cwd=folder.parent)
    return python


@dataclass
class House:
    """The environment of `python`, with the wheels that can be installed into it."""

    python: Path
    wheels: dict[str, Path]
    folder: Path

    def pip(self, action: str, *words: Any) -> None:
        """Let pip install or uninstall."""
        run(self.python, "-m", "pip", action, *_TOOLS, *words, cwd=self.folder)

    @contextmanager
    def installed(self, *names: str) -> Iterator[None]:
        """Have distributions installed for the enclosed block."""
        self.pip("install", "--no-deps", "--no-index", *(self.wheels[name] for name in names))
        try:
            yield
        finally:
            self.pip("uninstall", "--yes", *names)

    def probe(self, lines: str, **variables: str) -> dict[str, Any]:
        """Run lines there, with environment `variables`, and return what they found, warned of, imported and raised."""
        done = run(self.python, "-I", PROBE, textwrap.dedent(lines), cwd=self.folder, **variables)
        return dict(json.loads(done.stdout))

    def command(self, *words: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the installed console script `pullback`, with room for rows that are not wrapped."""
        script = self.python.with_name("pullback")
        return run(script, *words, cwd=self.folder, check=check, COLUMNS="300", **variables)
