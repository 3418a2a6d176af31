"""A network of tanh layers with softmax and cross entropy, by weights and biases in turns."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from .problem import Gradient, Problem

__all__ = ["network"]


def _loss(xp: Any, primals: Any, constants: Any) -> Any:
    activity, targets = constants
    for weights, biases in zip(primals[:-2:2], primals[1:-2:2], strict=True):
        activity = xp.tanh(activity @ weights + biases)
    scores = activity @ primals[-2] + primals[-1]
    scores = scores - xp.max(scores, axis=1, keepdims=True)
    return (xp.sum(xp.log(xp.sum(xp.exp(scores), axis=1))) - xp.sum(scores * targets)) / len(targets)


def _by_hand(primals: Any, constants: Any) -> Gradient:
    batch, targets = constants
    activities = [batch]
    for weights, biases in zip(primals[:-2:2], primals[1:-2:2], strict=True):
        activities.append(np.tanh(activities[-1] @ weights + biases))
    scores = activities[-1] @ primals[-2] + primals[-1]
    scores -= np.max(scores, axis=1, keepdims=True)
    odds = np.exp(scores)
    totals = np.sum(odds, axis=1, keepdims=True)
    value = (np.sum(np.log(totals)) - np.sum(scores * targets)) / len(targets)
    delta = (odds / totals - targets) / len(targets)
    grads: list[Any] = []
    for layer in range(len(activities) - 1, -1, -1):
        grads[:0] = [activities[layer].T @ delta, np.sum(delta, axis=0)]
        if layer:
            delta = (delta @ primals[2 * layer].T) * (1 - activities[layer] ** 2)
    return float(value), tuple(grads)


def network(sizes: tuple[int, ...], batch: int) -> Problem:
    """Return the loss of a network with layers of `sizes` on a batch, by all of its weights and biases."""
    chooser = np.random.default_rng(2)
    primals: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        primals += [chooser.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in), np.zeros(fan_out)]
    inputs = chooser.standard_normal((batch, sizes[0]))
    targets = np.eye(sizes[-1])[chooser.integers(sizes[-1], size=batch)]
    title = f"network {'-'.join(map(str, sizes))}, batch {batch}"
    return Problem(title, "array", tuple(primals), (inputs, targets), _loss, _by_hand)
