"""More people than live anywhere: the densest quarters are no fault, thousands read as people are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import UnitTree
from coverplan.study.crowded import crowded_units


def told(people, side_m=2_000.0):
    """What is said of a county of two towns, each a square, with all people in the second one."""
    east = shapely.box(side_m, 0, 2 * side_m, side_m)
    west = shapely.box(0, 0, side_m, side_m)
    table = gpd.GeoDataFrame(
        {"name": ["区", "甲镇", "乙镇", "丙镇"], "type": ["county", "town", "town", "town"], "parent": [None, "1", "1", "1"]},
        geometry=[shapely.union(east, west), west, east, None], index=["1", "11", "12", "13"], crs=4549,
    )  # fmt: skip
    units = UnitTree(table)
    x, y = np.array([side_m * 1.5, side_m * 9]), np.array([side_m / 2, 0.0])
    demand = Demand(
        ids=np.array(["a", "b"], dtype=object), x=x, y=y, people={"total": np.array([people, 1e9])},
        unit=units.locate(x, y), inside=np.array([True, False]), cell_m=0.0,
    )  # fmt: skip
    return [(p.details["count"], p.details["unit"]) for p in crowded_units(demand, units, Path("study.yaml"))]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (520_000, []),  # 130,000 to the square kilometre, as in Mong Kok
        (620_000, [(1, "12 乙镇")]),  # of 4 km2
        (3_200_000, [(2, "12 乙镇")]),  # and of the 8 km2 of the county
    ],
)
def test_what_lives_nowhere_is_doubted(people, said):
    assert told(people) == said


def test_a_block_may_be_denser_and_a_house_is_no_unit():
    people = 90_000
    assert told(people, side_m=500.0) == []
    assert told(people * 2, side_m=500.0)
    assert told(people, side_m=100.0) == []
