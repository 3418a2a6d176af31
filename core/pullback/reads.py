"""Which of its arguments a rule looks at: what it does not, the tape need not keep."""

from __future__ import annotations

from typing import Any

__all__ = ["reads"]

_HIDDEN = {"locals", "vars", "eval", "exec"}
"""With these a function can read arguments that its code does not name."""


def reads(function: Any, count: int) -> frozenset[int]:
    """Return which of the first `count` positional arguments the code of `function` mentions; all of them in doubt.

    >>> sorted(reads(lambda x, y, out: y * out, 3))
    [1, 2]
    """
    import dis

    everything = frozenset(range(count))
    code = getattr(function, "__code__", None)
    if code is None or code.co_argcount < count or _HIDDEN & set(code.co_names):
        return everything
    mentioned: set[Any] = set(code.co_cellvars)
    for instruction in dis.get_instructions(code):
        value = instruction.argval
        mentioned.update(value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ())
    return frozenset(n for n, name in enumerate(code.co_varnames[:count]) if name in mentioned)
