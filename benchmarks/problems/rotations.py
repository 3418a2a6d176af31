"""A robot's arm: joint k turns what comes after it about an axis of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from .problem import Gradient, Problem

__all__ = ["rotations"]


# Rotation about a unit axis is I + sin(q) K + (1 - cos(q)) K^2, where K v = axis x v (Rodrigues).


def _loss(xp: Any, primals: Any, constants: Any) -> Any:
    (angles,) = primals
    eye, crosses, squares, links, target = constants
    frame, tip = eye, 0.0 * target
    for joint in range(len(links)):
        rotation = eye + xp.sin(angles[joint]) * crosses[joint] + (1.0 - xp.cos(angles[joint])) * squares[joint]
        frame = frame @ rotation
        tip = tip + frame @ links[joint]
    return xp.sum((tip - target) ** 2)


def _by_hand(primals: Any, constants: Any) -> Gradient:
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


def rotations(joints: int) -> Problem:
    """Return the squared distance from the tip of an arm to a target, by the angles of its joints."""
    chooser = np.random.default_rng(3)
    axes = chooser.standard_normal((joints, 3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    crosses = np.cross(axes[:, None, :], np.eye(3)).swapaxes(1, 2)
    links = 0.3 * chooser.standard_normal((joints, 3))
    constants = (np.eye(3), crosses, crosses @ crosses, links, np.array([0.5, -0.2, 0.8]))
    angles = chooser.uniform(-1, 1, joints)
    title = f"forward kinematics, {joints} joints"
    return Problem(title, "array", (angles,), constants, _loss, _by_hand)
