"""The toy town as files that a user would have: a study of csv, GeoPackage and GraphML, and scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import yaml

from towns import toytown

STUDY: dict[str, Any] = {
    "name": {"zh": "玩具镇", "en": "Toy town"},
    "synthetic": True,
    "crs": toytown.CRS,
    "units": {"file": "units.gpkg"},
    "population": {
        "file": "people.csv",
        "id": "id",
        "x": "x",
        "y": "y",
        "crs": toytown.CRS,
        "base": "resident",
        "groups": {"total": "residents", "age_60_plus": "older"},
    },
    "streets": {"file": "streets.graphml"},
    "facilities": [
        {"layer": "elder_care", "file": "homes.csv", "crs": toytown.CRS, "type": "day_care"},
    ],
}
SCENARIO: dict[str, Any] = {
    "name": {"zh": "玩具镇十五分钟", "en": "Fifteen minutes in toy town"},
    "study": "study.yaml",
    "language": "en",
    "uncertainty": {"draws": 10},  # few: hundreds of small runs need no more
    "standards": [{"layer": "elder_care", "groups": ["total", "age_60_plus"], "minutes": 4}],
}


#: A plan of one target that nothing but a report could judge.
PLAN = """\
format: 1
id: toy
names: {zh: 甲, en: A}
area: {zh: 甲, en: A}
level: district
horizon: [2021, 2030]
source: {title: a}
unit_sets: {}
targets:
  - {id: T1, names: {zh: 甲, en: A}, measure: "1", attribute: binding, indicator: {kind: reported}, printed: a,
     rule: ">=", goal: {value: 1, year: 2025, year_basis: printed}}
"""


def people() -> pd.DataFrame:
    """Ten residents on every node, two of them older."""
    places = {f"d{r}{c}": toytown.xy(r, c) for r in range(5) for c in range(5)}
    return pd.DataFrame(
        [{"id": name, "x": x, "y": y, "residents": 10, "older": 2} for name, (x, y) in places.items()]
    )


def homes(*places: tuple[float, float]) -> pd.DataFrame:
    """Facilities h0, h1 ... at (row, column)."""
    rows = [toytown.xy(r, c) for r, c in places]
    return pd.DataFrame(
        [{"id": f"h{i}", "name": f"Home {i}", "x": x, "y": y, "beds": 10} for i, (x, y) in enumerate(rows)]
    )


def write_streets(path: Path) -> None:
    """The streets as osmnx saves a graph, each of 72 m."""
    graph = nx.MultiDiGraph(crs=toytown.CRS)
    for r in range(5):
        for c in range(5):
            x, y = toytown.xy(r, c)
            graph.add_node(toytown.node(r, c), x=x, y=y)
    for u, v in toytown.streets():
        for a, b in ((u, v), (v, u)):
            graph.add_edge(a, b, osmid=u * 100 + v, highway="residential", length=toytown.STREET_M)
    nx.write_graphml(graph, path)


def write_yaml(path: Path, content: dict[str, Any]) -> Path:
    """Write settings as YAML."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def write_town(
    folder: Path, *, scenario: dict[str, Any] | None = None, study: dict[str, Any] | None = None
) -> Path:
    """Write the whole study and a scenario with a home in the corner; returns the scenario's path."""
    folder.mkdir(parents=True, exist_ok=True)
    people().to_csv(folder / "people.csv", index=False)
    homes((0, 0)).to_csv(folder / "homes.csv", index=False)
    toytown.units().table.reset_index().to_file(folder / "units.gpkg", layer="units")
    write_streets(folder / "streets.graphml")
    write_yaml(folder / "study.yaml", {**STUDY, **(study or {})})
    return write_yaml(folder / "scenario.yaml", {**SCENARIO, **(scenario or {})})
