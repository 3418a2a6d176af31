"""Trading time for memory: `checkpoint`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pullback.primitive import Primitive
from pullback.transforms.forward import jvp
from pullback.transforms.reverse import vjp
from pullback.transforms.structure import AnyStructure, structure_of
from pullback.transforms.transformed import Transformed

__all__ = ["checkpoint"]


def checkpoint(function: Callable[..., Any]) -> Any:
    """Return a function that computes the same as `function`, and keeps nothing of its run but its inputs.

    The sweep runs `function` once more to differentiate it (Griewank and Walther, 2008, chapter 12). Arguments and result may
    be structures. `function` must depend on variables only by its arguments: one that it takes from elsewhere raises
    `ChainBrokenError`. Also a decorator.

    >>> from pullback import checkpoint, grad
    >>> from pullback.math import exp, sin
    >>> grad(lambda x: checkpoint(lambda y: sin(exp(y)))(2 * x))(0.0) == grad(lambda x: sin(exp(2 * x)))(0.0)
    True
    """
    return Checkpointed(function)


class Checkpointed(Transformed):
    """What `checkpoint` returns."""

    transform = "checkpoint"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        inputs = structure_of((args, kwargs))
        outputs: list[AnyStructure] = []

        def run(*leaves: Any) -> tuple[Any, ...]:
            args, kwargs = inputs.like(leaves)
            output = structure_of(self._function(*args, **kwargs))
            outputs.append(output)
            return tuple(output.leaves)

        def backward(*given: Any) -> tuple[Any, ...]:
            *primals, _, cotangents = given
            return vjp(run, *primals)[1](cotangents)

        def pushforward(*given: Any) -> Any:
            count = len(given) // 2
            return jvp(run, given[:count], given[count + 1 :])[1]

        pair = Primitive(
            run,
            backward=backward,
            pushforward=pushforward,
            name=f"checkpoint of {getattr(self, '__name__', 'a function')}",
        )
        leaves = pair(*inputs.leaves)
        return outputs[0].like(leaves)
