"""Runs some lines in a clean environment and prints, as JSON, what they found, warned of, imported and raised.

    python -I probe.py LINES

The lines see `pullback`, `grad`, `rows` (those of ``plugins list``) and `found`, a dict to put answers into. Imports of acme's
modules are seen by a finder that stands before all others: attempts that fail count as well, and to look where one lies does not.
"""

from __future__ import annotations

import json
import sys
import warnings
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

imported: list[str] = []


class Witness:
    """Finds acme's modules, and remembers which of them are executed or missing."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if not name.startswith("acme_"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            imported.append(name)
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            imported.append(name)
            execute(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def rows() -> dict[str, dict[str, Any]]:
    """Return the rows of ``plugins list``, by distribution and family."""
    from pullback.host.default import default_host

    return {f"{row['distribution']}:{row['family']}": row for row in default_host().rows()}


def main(lines: str) -> None:
    sys.meta_path.insert(0, Witness)  # type: ignore[arg-type]
    found: dict[str, Any] = {}
    raised = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            import pullback

            exec(lines, {"pullback": pullback, "grad": pullback.grad, "rows": rows, "found": found})
        except Exception as error:
            raised = {"type": type(error).__name__, "message": str(error)}
    warned = [{"category": each.category.__name__, "message": str(each.message)} for each in caught]
    print(json.dumps({"found": found, "warned": warned, "imported": imported, "raised": raised}))


if __name__ == "__main__":
    main(sys.argv[1])
