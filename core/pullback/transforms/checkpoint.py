"""Trading time for memory: `checkpoint`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pullback.errors import ChainBrokenError
from pullback.kind import kind_of
from pullback.location import user_location
from pullback.primitive import Primitive
from pullback.tracked import plain
from pullback.transforms.forward import jvp
from pullback.transforms.reverse import vjp
from pullback.transforms.structure import AnyStructure, structure_of
from pullback.transforms.transformed import Transformed

__all__ = ["checkpoint"]


F = TypeVar("F", bound=Callable[..., Any])


def checkpoint(function: F) -> F:
    """Return a function that computes the same as `function`, and keeps nothing of its run but its inputs.

    The sweep runs `function` again to differentiate it (Griewank and Walther, 2008, chapter 12). Arguments and result may be
    structures. `function` must depend on variables only through its arguments: a variable from elsewhere raises `ChainBrokenError`,
    and so does an assignment to an argument. The second run must give the same values: fresh random numbers, for example, raise
    `RuleError`. Also a decorator.

    >>> from pullback import checkpoint, grad
    >>> from pullback.math import exp, sin
    >>> grad(lambda x: checkpoint(lambda y: sin(exp(y)))(2 * x))(0.0) == grad(lambda x: sin(exp(2 * x)))(0.0)
    True
    """
    return Checkpointed(function)  # type: ignore[return-value]  # it is called as the function is


class Checkpointed(Transformed):
    """What `checkpoint` returns."""

    transform = "checkpoint"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        inputs = structure_of((args, kwargs))
        outputs: list[AnyStructure] = []

        name = f"checkpoint of {getattr(self, '__name__', 'a function')}"

        def run(*leaves: Any) -> tuple[Any, ...]:
            kept = [kind_of(leaf).keep(leaf) for leaf in leaves]
            args, kwargs = inputs.rebuild(kept)
            output = structure_of(self._function(*args, **kwargs))
            if any(map(_changed, kept, leaves)):
                raise ChainBrokenError(
                    f"the function in {name}, called at {user_location()}, assigns to its argument, and the caller's would stay "
                    "what it was; "
                    "assign to a copy: y = x.copy()"
                )
            # Later runs return variables, which would keep their whole tape alive.
            if not outputs:
                outputs.append(output)
            return tuple(output.leaves)

        def backward(*args: Any) -> tuple[Any, ...]:
            *primals, output, cotangents = args
            again, pull = vjp(run, *primals)
            _compare(pair, again, output)
            pulled: tuple[Any, ...] = pull(cotangents)
            return pulled

        def pushforward(*args: Any) -> Any:
            count = len(args) // 2
            again, tangents = jvp(run, args[:count], args[count + 1 :])
            _compare(pair, again, args[count])
            return tangents

        pair = Primitive(run, backward=backward, pushforward=pushforward, name=name)
        leaves = pair(*inputs.leaves)
        return outputs[0].rebuild(leaves)


def _changed(now: Any, before: Any) -> bool:
    now, before = plain(now), plain(before)
    differ = (now != before) & ((now == now) | (before == before))
    return bool(differ.any() if hasattr(differ, "any") else differ)


# Sums may differ in their last digits if several threads add.
_AGAIN = 1e-3


def _compare(pair: Primitive, again: Any, output: Any) -> None:
    """Raise `RuleError` if the second run of a function gave other values than the first, whose derivatives are computed."""
    same = len(again) == len(output)
    for now, before in zip(map(plain, again), map(plain, output), strict=False):
        kind = kind_of(before)
        if now is not before and kind.magnitude(now - before) > _AGAIN * kind.magnitude(before):
            same = False
    if not same:
        raise pair.complain(
            "second run",
            "gives other values than the first; the function must do the same again: make random numbers before it, and change nothing "
            "that it reads",
        )
