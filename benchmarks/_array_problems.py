"""Functions of NumPy arrays to take gradients of, each with the gradient that somebody wrote by hand in NumPy.

A loss gets the namespace that it computes with (`numpy`, or a library's own), its inputs and its constants. The gradient by hand gets
bare arrays, and returns the value too, as every other way does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Arrays", "Problem", "chain_of_rotations", "elementwise", "logistic_regression", "network"]

Arrays: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A loss, where to take its gradient, and the gradient by hand."""

    name: str
    primals: Arrays
    constants: Arrays
    loss: Callable[[Any, Arrays, Arrays], Any]
    by_hand: Callable[[Arrays, Arrays], tuple[float, Arrays]]

    def with_namespace(self, xp: Any, constant: Callable[[Any], Any]) -> Callable[..., Any]:
        """Return the loss as a function of its inputs alone, computed with `xp`; `constant` makes that library's arrays."""
        return partial(_call, self.loss, xp, tuple(map(constant, self.constants)))


def _call(loss: Callable[..., Any], xp: Any, constants: Arrays, *primals: Any) -> Any:
    return loss(xp, primals, constants)


# A sum over elementwise functions.


def _elementwise(xp: Any, primals: Arrays, constants: Arrays) -> Any:
    (x,) = primals
    return xp.sum(xp.tanh(x) * xp.exp(-(x**2)) + xp.log1p(x**2))


def _elementwise_by_hand(primals: Arrays, constants: Arrays) -> tuple[float, Arrays]:
    (x,) = primals
    square = x * x
    t, bell = np.tanh(x), np.exp(-square)
    value = np.sum(t * bell + np.log1p(square))
    return float(value), ((1 - t * t) * bell + 2 * x * (1 / (1 + square) - t * bell),)


def elementwise(size: int) -> Problem:
    """Return ``sum(tanh(x) * exp(-x**2) + log1p(x**2))`` of `size` numbers."""
    x = np.random.default_rng(0).standard_normal(size)
    return Problem(f"elementwise, {size:,}", (x,), (), _elementwise, _elementwise_by_hand)


# Logistic regression: labels are +1 and -1.


def _logistic(xp: Any, primals: Arrays, constants: Arrays) -> Any:
    (weights,) = primals
    samples, labels, zero = constants
    return xp.sum(xp.logaddexp(zero, -labels * (samples @ weights)))


def _logistic_by_hand(primals: Arrays, constants: Arrays) -> tuple[float, Arrays]:
    (weights,) = primals
    samples, labels, zero = constants
    margins = labels * (samples @ weights)
    losses = np.logaddexp(zero, -margins)
    return float(np.sum(losses)), (-((labels * np.exp(-margins - losses)) @ samples),)


def logistic_regression(samples: int, features: int) -> Problem:
    """Return the negative log-likelihood of a logistic regression, by its weights."""
    chooser = np.random.default_rng(1)
    x = chooser.standard_normal((samples, features))
    truth = chooser.standard_normal(features)
    labels = np.where(x @ truth + chooser.logistic(size=samples) > 0, 1.0, -1.0)
    return Problem(
        f"logistic regression, {samples:,} x {features}",
        (0.1 * truth,),
        (x, labels, np.zeros(samples)),
        _logistic,
        _logistic_by_hand,
    )


# A network of tanh layers with softmax and cross entropy; weights and biases by turns.


def _network(xp: Any, primals: Arrays, constants: Arrays) -> Any:
    activity, targets = constants
    for weights, biases in zip(primals[:-2:2], primals[1:-2:2], strict=True):
        activity = xp.tanh(activity @ weights + biases)
    scores = activity @ primals[-2] + primals[-1]
    scores = scores - xp.max(scores, axis=1, keepdims=True)
    return (xp.sum(xp.log(xp.sum(xp.exp(scores), axis=1))) - xp.sum(scores * targets)) / len(targets)


def _network_by_hand(primals: Arrays, constants: Arrays) -> tuple[float, Arrays]:
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
    name = f"network {'-'.join(map(str, sizes))}, batch {batch}"
    return Problem(name, tuple(primals), (inputs, targets), _network, _network_by_hand)


# A robot's arm: joint k turns what comes after it about an axis of its own.

# Rotation about a unit axis is I + sin(q) K + (1 - cos(q)) K^2, where K v = axis x v (Rodrigues).


def _arm(xp: Any, primals: Arrays, constants: Arrays) -> Any:
    (angles,) = primals
    eye, crosses, squares, links, target = constants
    frame, tip = eye, 0.0 * target
    for joint in range(len(links)):
        rotation = eye + xp.sin(angles[joint]) * crosses[joint] + (1.0 - xp.cos(angles[joint])) * squares[joint]
        frame = frame @ rotation
        tip = tip + frame @ links[joint]
    return xp.sum((tip - target) ** 2)


def _arm_by_hand(primals: Arrays, constants: Arrays) -> tuple[float, Arrays]:
    (angles,) = primals
    eye, crosses, squares, links, target = constants
    sines, turned = np.sin(angles)[:, None, None], (1.0 - np.cos(angles))[:, None, None]
    rotations = eye + sines * crosses + turned * squares
    frame, tip = eye, np.zeros(3)
    axes, tips = [], []
    for cross, rotation, link in zip(crosses, rotations, links, strict=True):
        # The axis of K, which its own rotation leaves alone.
        axes.append(frame @ (cross[2, 1], cross[0, 2], cross[1, 0]))
        tips.append(tip)
        frame = frame @ rotation
        tip = tip + frame @ link
    error = tip - target
    # The tip moves at right angles to the axis and to the lever: the geometric Jacobian of a revolute joint.
    moves = np.cross(np.array(axes), tip - np.array(tips))
    return float(error @ error), (2 * moves @ error,)


def chain_of_rotations(joints: int) -> Problem:
    """Return the squared distance from the tip of an arm to a target, by the angles of its joints."""
    chooser = np.random.default_rng(3)
    axes = chooser.standard_normal((joints, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    crosses = np.cross(axes[:, None, :], np.eye(3)).swapaxes(1, 2)
    links = 0.3 * chooser.standard_normal((joints, 3))
    constants = (np.eye(3), crosses, crosses @ crosses, links, np.array([0.5, -0.2, 0.8]))
    return Problem(
        f"forward kinematics, {joints} joints", (chooser.uniform(-1, 1, joints),), constants, _arm, _arm_by_hand
    )
