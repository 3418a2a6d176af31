"""The errors and warnings of pullback, and the remarks that are added to errors of others."""

from __future__ import annotations

from contextvars import ContextVar

__all__ = [
    "ChainBrokenError",
    "ConflictError",
    "PluginError",
    "PluginWarning",
    "PullbackError",
    "PullbackWarning",
    "RuleError",
    "UnknownPrimitiveError",
]


class PullbackError(Exception):
    """Base class of every error that pullback raises on purpose."""


class ChainBrokenError(PullbackError, TypeError):
    """A variable was about to lose its history, so its gradient would have been silently wrong."""


class UnknownPrimitiveError(PullbackError, TypeError):
    """No registered primitive answers for a function that was called on a variable."""


class RuleError(PullbackError, ValueError):
    """A pair is malformed, or one of its rules returned something that is not a gradient."""


class ConflictError(PullbackError, ValueError):
    """Two families answer for the same overload or the same name."""


class PluginError(PullbackError, RuntimeError):
    """A family could not be loaded."""


class PullbackWarning(UserWarning):
    """Base class of the warnings of pullback."""


class PluginWarning(PullbackWarning):
    """A family was left out; the message says which and why."""


# The level of a variable that was made into something which not everybody can compute with, and what to say where somebody could not.
_suspicion: ContextVar[tuple[int, str]] = ContextVar("pullback_suspicion")


def suspect(level: int, remark: str) -> None:
    """Have `remark` added to an error of others that ends the differentiation of `level` and may come of what was just done."""
    _suspicion.set((level, remark))


def refusal_behind(error: Exception) -> ChainBrokenError | None:
    """Return the refusal behind NumPy's `error` when a variable was assigned to an element of a plain array."""
    cause = error.__cause__
    if (
        isinstance(error, ValueError)
        and isinstance(cause, ChainBrokenError)
        and str(error).startswith("setting an array element")
    ):
        return cause.with_traceback(error.__traceback__)
    return None


def explain(error: Exception, level: int) -> None:
    """Add to `error`, which ends the differentiation of `level`, the remark that `suspect` has left for it, if it speaks of types."""
    suspicion = _suspicion.get(None)
    if suspicion is None or suspicion[0] != level or isinstance(error, PullbackError):
        return
    if any(
        word in str(error)
        for word in ("object", "dtype", "'O'", "coerced", "sequence", "signature", "supported", "real")
    ):
        error.add_note(suspicion[1])
