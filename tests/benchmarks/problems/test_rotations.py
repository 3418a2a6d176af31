"""The arm: stretched out without angles, and as long whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.problems.rotations import rotations


def test_without_angles_the_links_add_up() -> None:
    problem = rotations(3)
    *_, links, target = problem.constants
    value, _ = problem.by_hand((np.zeros(3),), problem.constants)
    assert value == pytest.approx(np.sum((links.sum(axis=0) - target) ** 2))


def test_turning_the_last_joint_moves_only_its_link() -> None:
    problem = rotations(2)
    eye, crosses, squares, links, target = problem.constants
    angle = 0.7
    rotation = eye + np.sin(angle) * crosses[1] + (1.0 - np.cos(angle)) * squares[1]
    np.testing.assert_allclose(rotation @ rotation.T, eye, atol=1e-15)
    value, _ = problem.by_hand((np.array([0.0, angle]),), problem.constants)
    assert value == pytest.approx(np.sum((links[0] + rotation @ links[1] - target) ** 2))
