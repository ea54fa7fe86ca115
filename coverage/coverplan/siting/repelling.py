"""Weights below zero: people who do not want a facility near them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.siting.objective import MostNet, MostPeople, Objective
from coverplan.siting.points import Points

REPELLED = "repelled"


def with_repelled(points: Points, objectives: tuple[Objective, ...]) -> tuple[Points, tuple[Objective, ...]]:
    """Points whose weights below zero stand in a group of their own, and the objective that takes them off.

    Parameters
    ----------
    points
        With the one group ``total``, finite weights of either sign.

    Returns
    -------
    points, objectives
        Unchanged where no weight is below zero. Otherwise ``total`` holds the people who want a facility, ``repelled``
        those who do not, and *most people* has become *most people less those who are repelled*.
    """
    weight = points.weights["total"]
    if not (weight < 0).any():
        return points, objectives
    groups = {"total": np.where(weight < 0, 0.0, weight), REPELLED: np.where(weight < 0, -weight, 0.0)}
    asked = tuple(MostNet(REPELLED) if isinstance(one, MostPeople) else one for one in objectives)
    return replace(points, weights=groups), asked
