"""Find which of its arguments a rule reads. The tape need not keep the others."""

from __future__ import annotations

from typing import Any

__all__ = ["residuals_of"]

_HIDDEN = {"locals", "vars", "eval", "exec"}
"""Functions through which code can read arguments that it does not name."""


def residuals_of(function: Any, count: int) -> frozenset[int]:
    """Return the positions of those of the first `count` positional arguments that the code of `function` names.

    If the code cannot be inspected, or could read its arguments in another way, all positions are returned.

    >>> sorted(residuals_of(lambda x, y, out: y * out, 3))
    [1, 2]
    """
    import dis

    everything = frozenset(range(count))
    code = getattr(function, "__code__", None)
    if code is None or code.co_argcount < count or _HIDDEN & set(code.co_names):
        return everything
    names: set[Any] = set(code.co_cellvars)
    for instruction in dis.get_instructions(code):
        value = instruction.argval
        names.update(value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ())
    return frozenset(n for n, name in enumerate(code.co_varnames[:count]) if name in names)
