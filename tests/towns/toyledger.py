"""A ledger and a plan for the toy town, written as short as a test wants them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import geopandas as gpd
import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators import IndicatorContext
from coverplan.plan import Plan
from coverplan.vocabulary import NUMBER_FIELDS
from towns import toytown

COUNTY, TOWN_A, TOWN_B = "001", "001001", "001002"


def facilities(*rows: dict) -> Facilities:
    """A ledger; what a row does not say is unknown, but it operates and lies where it is declared."""
    defaults = {
        "layer": "elder_care",
        "name": None,
        "type": None,
        "functions": None,
        "grade": None,
        "status": "operating",
        "unit_code": None,
        "serves_units": (),
        "premises_id": None,
        **dict.fromkeys(NUMBER_FIELDS, float("nan")),
        "opened": float("nan"),
        "closes": float("nan"),
        "funded": None,
        "precision": "site",
        "public": True,
        "source": None,
        "unit": None,
        "geometry": None,
    }
    columns = ["id", *defaults]
    own = [key for row in rows for key in row if key.startswith("own:")]
    full = [{"id": f"f{i}", **defaults, **dict.fromkeys(own), **row} for i, row in enumerate(rows)]
    table = pd.DataFrame(full, columns=[*columns, *dict.fromkeys(own)])
    table = table.astype(dict.fromkeys((*NUMBER_FIELDS, "opened", "closes"), float))
    for name in ("unit_code", "unit", "name", "type", "grade", "premises_id", "functions"):
        table[name] = table[name].astype(object).where(table[name].notna(), None)
    return Facilities(gpd.GeoDataFrame(table, geometry="geometry", crs=toytown.CRS))


def community_units() -> UnitTree:
    """The toy town with four communities, two in each town; households 10, 30, 20 and unknown."""
    towns = toytown.units().table.drop(columns="geometry")
    below = pd.DataFrame(
        {
            "name": ["A1", "A2", "B1", "B2"],
            "type": ["community", "village", "community", "community"],
            "parent": [TOWN_A, TOWN_A, TOWN_B, TOWN_B],
            "households": [10.0, 30.0, 20.0, float("nan")],
        },
        index=["001001001", "001001002", "001002001", "001002002"],
    )
    table = pd.concat([towns, below]).sort_index().rename_axis("code")
    return UnitTree(gpd.GeoDataFrame(table, geometry=[None] * len(table), crs=toytown.CRS))


def context(*rows: dict, year: int = 2025, **more) -> IndicatorContext:
    """Evidence of the toy town at the end of a year."""
    return IndicatorContext(
        **{"units": toytown.units(), "facilities": facilities(*rows), "as_of": date(year, 12, 31), **more}
    )


def people(**groups: tuple[float, float]) -> pd.DataFrame:
    """People of town A and town B."""
    return pd.DataFrame(groups, index=[TOWN_A, TOWN_B])


def target(indicator: dict, rule: str = ">=", value: object = 100, **more) -> dict:
    """One target for 2025 as a plan file would say it."""
    goal = {"year": 2025, "year_basis": "printed", "value": value} | more.pop("goal", {})
    return {
        "id": "T",
        "names": {"zh": "指标", "en": "Indicator"},
        "measure": "%",
        "attribute": "binding",
        "indicator": indicator,
        "rule": rule,
        "goal": goal,
        "printed": "every one",
    } | more


UNIT_SETS = {
    "units": {"names": {"zh": "镇街", "en": "towns and streets"}, "types": ["town", "street"]},
    "streets": {"names": {"zh": "街道", "en": "streets"}, "types": ["street"]},
    "counties": {"names": {"zh": "县", "en": "counties"}, "types": ["county"]},
    "communities": {"names": {"zh": "村居", "en": "communities"}, "types": ["community", "village"]},
    "printed_three": {"names": {"zh": "三", "en": "three"}, "types": ["town", "street"], "printed": 3},
    "printed_one": {"names": {"zh": "一", "en": "one"}, "types": ["town", "street"], "printed": 1},
}


def plan(*targets: dict, **more) -> Plan:
    """A plan of the toy town."""
    return Plan.model_validate(
        {
            "format": 1,
            "id": "toy",
            "names": {"zh": "玩具规划", "en": "Toy plan"},
            "area": {"zh": "玩具县", "en": "Toy County"},
            "level": "district",
            "horizon": [2021, 2025],
            "synthetic": True,
            "source": {"title": "none"},
            "unit_sets": UNIT_SETS,
            "targets": list(targets),
        }
        | more
    )


def coverage(covered: tuple[float, float], total: tuple[float, float]):
    """Reach that answers every question alike: covered and total people of town A and town B."""
    table = pd.DataFrame({"covered": covered, "total": total}, index=[TOWN_A, TOWN_B])
    return lambda _question: table


def number(text: str) -> Decimal:
    """Decimal of a text."""
    return Decimal(text)
