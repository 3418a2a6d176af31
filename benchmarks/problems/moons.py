"""The network of micrograd's demonstration, weight by weight in plain floats: two half moons, hinge loss, weight decay."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin
from random import Random
from typing import Any

from .problem import Gradient, Problem

__all__ = ["DECAY", "loss", "moons"]

DECAY = 1e-4


def loss(namespace: Any, primals: Any, constants: Any) -> Any:
    (parameters,) = primals
    points, labels, sizes = constants
    relu = namespace.relu
    layers = _layers(parameters, sizes)
    total = 0.0
    for point, label in zip(points, labels, strict=True):
        activity = point
        for depth, layer in enumerate(layers, 1):
            scores = []
            for weights, bias in layer:
                score = bias
                for weight, x in zip(weights, activity, strict=True):
                    score = score + weight * x
                scores.append(score if depth == len(layers) else relu(score))
            activity = scores
        total = total + relu(1.0 - label * activity[0])
    size = 0.0
    for parameter in parameters:
        size = size + parameter * parameter
    return total * (1.0 / len(points)) + DECAY * size


def _layers(parameters: Any, sizes: tuple[int, ...]) -> list[list[tuple[Any, Any]]]:
    """Return the weights and the bias of every neuron, layer by layer: the order of micrograd's ``parameters()``."""
    layers, place = [], 0
    for fan_in, fan_out in pairwise(sizes):
        layer = []
        for _ in range(fan_out):
            layer.append((parameters[place : place + fan_in], parameters[place + fan_in]))
            place += fan_in + 1
        layers.append(layer)
    return layers


def _by_hand(primals: Any, constants: Any) -> Gradient:
    (parameters,) = primals
    points, labels, sizes = constants
    layers = _layers(parameters, sizes)
    share = 1.0 / len(points)
    grads = [2.0 * DECAY * parameter for parameter in parameters]
    total = 0.0
    for point, label in zip(points, labels, strict=True):
        activities = [point]
        for depth, layer in enumerate(layers, 1):
            scores = []
            for weights, bias in layer:
                score = bias
                for weight, x in zip(weights, activities[-1], strict=True):
                    score += weight * x
                scores.append(score if depth == len(layers) or score > 0.0 else 0.0)
            activities.append(scores)
        margin = 1.0 - label * activities[-1][0]
        if margin <= 0.0:
            continue
        total += margin
        place = len(parameters)
        deltas = [-label * share]
        for depth in range(len(layers) - 1, -1, -1):
            layer, below = layers[depth], activities[depth]
            place -= len(layer) * (len(below) + 1)
            spread = [0.0] * len(below)
            start = place
            for (weights, _), delta in zip(layer, deltas, strict=True):
                if delta:
                    for k, x in enumerate(below):
                        grads[start + k] += delta * x
                        spread[k] += delta * weights[k]
                    grads[start + len(below)] += delta
                start += len(below) + 1
            deltas = [s if x > 0.0 else 0.0 for s, x in zip(spread, below, strict=True)]
    value = total * share + DECAY * sum(parameter * parameter for parameter in parameters)
    return value, (grads,)


def moons(samples: int, sizes: tuple[int, ...]) -> Problem:
    """Return the loss of a network with layers of `sizes` on `samples` points, by all of its weights and biases."""
    chooser = Random(1337)
    points, labels = [], []
    for k in range(samples):
        angle = pi * chooser.random()
        # The upper moon about the origin; the lower one about (1, 1/2), upside down.
        x, y = (cos(angle), sin(angle)) if k % 2 == 0 else (1.0 - cos(angle), 0.5 - sin(angle))
        points.append([x + chooser.gauss(0.0, 0.1), y + chooser.gauss(0.0, 0.1)])
        labels.append(1.0 if k % 2 == 0 else -1.0)
    parameters: list[float] = []
    for fan_in, fan_out in pairwise(sizes):
        for _ in range(fan_out):
            parameters += [*(chooser.uniform(-1.0, 1.0) for _ in range(fan_in)), 0.0]
    title = f"two moons, network {'-'.join(map(str, sizes))}, {samples} points"
    return Problem(title, "scalar", (parameters,), (points, labels, sizes), loss, _by_hand)
