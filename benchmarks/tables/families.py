"""Third-party families made up for the start-up benchmark: real modules and real metadata, in a directory for `PYTHONPATH`."""

from __future__ import annotations

from pathlib import Path

__all__ = ["install_families"]

MODULE = '''"""The family number {number} of the start-up benchmark."""

import math

from pullback import elementwise, hookimpl

{pairs}

@hookimpl
def pullback_register_primitives():
    return [{names}]
'''
PAIR = """{name} = elementwise(
    lambda x: math.tanh({slope} * x), derivative=lambda x, y: {slope} * (1.0 - y * y), name="{name}"
)
"""
METADATA = """Metadata-Version: 2.1
Name: {distribution}
Version: 1.0
"""
ENTRY_POINTS = """[pullback.families]
bench-{number} = {module}
"""
PAIRS = 5


def install_families(directory: Path, count: int) -> list[str]:
    """Install `count` families of five pairs each into `directory`, as pip would, and return the names of their modules."""
    modules = []
    for number in range(count):
        module, distribution = f"pullback_bench_{number:02}", f"pullback-bench-{number:02}"
        names = [f"squash_{number:02}_{k}" for k in range(PAIRS)]
        pairs = "\n".join(PAIR.format(name=name, slope=k + 1.0) for k, name in enumerate(names))
        source = MODULE.format(number=number, pairs=pairs, names=", ".join(names))
        (directory / f"{module}.py").write_text(source)
        metadata = directory / f"{module}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(METADATA.format(distribution=distribution))
        (metadata / "entry_points.txt").write_text(ENTRY_POINTS.format(number=f"{number:02}", module=module))
        (metadata / "INSTALLER").write_text("pip\n")
        records = [
            f"{module}.py,,",
            *(f"{metadata.name}/{name},," for name in ("METADATA", "entry_points.txt", "INSTALLER", "RECORD")),
        ]
        (metadata / "RECORD").write_text("\n".join(records) + "\n")
        modules.append(module)
    return modules
