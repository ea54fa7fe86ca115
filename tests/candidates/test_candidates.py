"""Candidates: counted by hand in the toy town, against other libraries elsewhere, and never cut in silence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.toy_candidates import CELLS, TYPES, candidates_of, codes, layer, settings_of, study_of, zone
from coverplan.candidates.centres import population_centres
from coverplan.candidates.exclusion import NotChecked
from coverplan.candidates.nearness import nearer_than, within_distance
from coverplan.candidates.parameter_sets import parameter_set, parameter_set_names
from coverplan.candidates.street_places import street_nodes, thinned
from coverplan.candidates.wording import reason_words, unchecked_words
from coverplan.errors import Problems
from coverplan.ground.network import Passage
from coverplan.ground.terrain import Terrain
from coverplan.study.load import Study
from coverplan.text.words import LANGUAGES
from makers import toyfiles
from towns import toytown

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


@pytest.fixture
def town(tmp_path: Path) -> Study:
    toyfiles.write_town(tmp_path)
    return study_of(tmp_path / "study.yaml")


@pytest.fixture(scope="module")
def demo() -> Study:
    return study_of(DEMO / "study.yaml")


# counted by hand -----------------------------------------------------------------------------------------------


def test_every_crossing_of_the_toy_town(town: Study) -> None:
    found = candidates_of(town, {"candidates": [{"name": "s", "kind": "streets", "spacing_m": 72}]})
    assert found.count == 25
    assert found.usable("day_care").all()
    assert list(found.table["id"]) == [f"s:{number:02d}" for number in range(1, 26)]
    assert (found.table["unit"] == "001001").sum() == 10
    places = np.column_stack((found.table.geometry.x, found.table.geometry.y))
    assert len(np.unique(places, axis=0)) == 25


def test_a_spacing_of_two_streets_keeps_crossings_apart_and_leaves_none_far(town: Study) -> None:
    found = candidates_of(town, {"candidates": [{"name": "s", "kind": "streets", "spacing_m": 144}]})
    kept = shapely.MultiPoint(found.table.geometry.to_list())
    for one in found.table.geometry:
        rest = kept.difference(one)
        assert one.distance(rest) >= 144 - 0.01
    assert all(shapely.Point(toytown.xy(r, c)).distance(kept) < 144 for r in range(5) for c in range(5))


def test_cells_with_enough_people(town: Study) -> None:
    found = candidates_of(town, {"candidates": [{**CELLS, "group": "age_60_plus", "least_people": 2}]})
    assert found.count == 25
    assert "cells:d00" in set(found.table["id"])
    problems = Problems()
    none = candidates_of(town, {"candidates": [{**CELLS, "least_people": 11}]}, problems=problems)
    assert none.count == 0
    assert "no_candidates" in codes(problems)
    assert "the fullest point has 10" in str(problems.errors[0].remedy)


def test_a_zone_takes_what_lies_in_it_and_within_its_buffer(town: Study) -> None:
    """The box is the crossing (2, 2) alone; the border of the buffer belongs to it."""
    made = zone(town.folder / "farm.gpkg", (1.9, 1.9, 2.1, 2.1))
    for buffer_m, struck in ((0, 1), (64.7, 1), (64.9, 5), (0.9 * 72 * 2**0.5 + 0.1, 9)):
        siting = {"candidates": [CELLS], "exclusions": [{**made, "buffer_m": buffer_m, "types": ["canteen"]}]}
        found = candidates_of(town, siting)
        assert (found.reasons["canteen"] == "excluded:farm").sum() == struck, buffer_m
        assert found.usable("day_care").all()


def test_distance_to_a_facility_of_the_same_type(town: Study) -> None:
    """h0 stands at the corner: (0,0), (0,1), (1,0) are nearer than 73 m, at exactly 72 m is far enough."""
    for limit_m, near in ((72, 1), (73, 3), (72 * 2**0.5 + 0.01, 4)):
        found = candidates_of(town, {"candidates": [CELLS], "least_distance_m": {"day_care": limit_m}})
        assert (found.reasons["day_care"] == "too_near").sum() == near
        assert found.usable("canteen").all()


def test_outside_the_area_and_off_the_network(town: Study) -> None:
    source = layer(town.folder / "list.gpkg", {"in": (1.1, 1.1), "out": (9, 9), "far": (2.5, 2.5)})

    def on_network(kind: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (kind == "canteen") | (np.abs(x - toytown.xy(2.5, 2.5)[0]) > 1)

    found = candidates_of(town, {"candidates": [source]}, on_network=on_network)
    by_id = dict(zip(found.table["id"], found.reasons["day_care"], strict=True))
    assert by_id == {"list:in": "", "list:out": "outside_area", "list:far": "off_network"}
    assert found.usable("canteen").sum() == 2
    assert dict(zip(found.counts()["reason"], found.counts()["count"], strict=True)) == {
        "": 2,
        "outside_area": 1,
    }


def test_a_vacant_building_goes_before_a_crossing_and_only_for_the_types_it_is_for(town: Study) -> None:
    source = layer(town.folder / "empty.gpkg", {"a": (0, 0), "b": (4, 4)}, floor_area_m2=[300.0, None])
    siting = {
        "candidates": [
            {"name": "s", "kind": "streets", "spacing_m": 72},
            {**source, "vacant": True, "types": ["day_care"]},
        ]
    }
    found = candidates_of(town, siting)
    same = found.reasons["day_care"] == "same_place"
    assert set(found.table["source"][same]) == {"s"}
    assert same.sum() == 2
    assert (found.reasons["canteen"] == "not_for_type").sum() == 2
    assert not (found.reasons["canteen"] == "same_place").any()
    area = found.table.set_index("id")["floor_area_m2"]
    assert area["empty:a"] == 300
    assert np.isnan(area["empty:b"])
    assert found.table["vacant"].sum() == 2


def test_land_use(town: Study) -> None:
    """Columns 0 and 1 are civic ground, column 2 is industry, the rest is not mapped."""
    made = zone(
        town.folder / "use.gpkg", (-0.5, -0.5, 4.5, 1.5), (-0.5, 1.6, 4.5, 2.4), use=["civic", "industry"]
    )
    asked = {"file": made["file"], "column": "use", "allow": ["civic"]}
    found = candidates_of(town, {"candidates": [CELLS], "land_use": asked})
    reasons, count = np.unique(found.reasons["day_care"].astype(str), return_counts=True)
    counted = dict(zip(reasons.tolist(), count.tolist(), strict=True))
    assert counted == {"": 10, "land_use": 5, "land_use_unmapped": 10}
    lenient = candidates_of(town, {"candidates": [CELLS], "land_use": {**asked, "unmapped": "allow"}})
    assert lenient.usable("day_care").sum() == 20


def test_clusters_of_two_far_corners(town: Study) -> None:
    """Only two crossings in opposite corners are left uncovered: the two centres are these, the fuller first."""
    ids = town.demand.ids
    left = (ids == "d00") | (ids == "d44")
    asked = {"name": "gap", "kind": "clusters", "standard": "near", "number": 2}
    found = candidates_of(town, {"candidates": [asked]}, uncovered=lambda *_: left)
    places = {(point.x, point.y) for point in found.table.geometry}
    assert places == {toytown.xy(0, 0), toytown.xy(4, 4)}


def test_slope_of_a_tilted_plane() -> None:
    """Heights rise 3 m a cell of 30 m to the east and fall 4 m to the south: 10 % and 13.33 %, 16.67 % together."""
    rows, columns = np.mgrid[0:20, 0:20]
    terrain = Terrain(
        3.0 * columns - 4.0 * rows, (30.0, 0.0, 500_000.0, 0.0, -30.0, 3_500_600.0), toytown.CRS
    )
    x, y = np.array([500_300.0, 500_001.0]), np.array([3_500_300.0, 3_500_300.0])
    slope = terrain.slope_percent(x, y, toytown.CRS)
    assert slope[0] == pytest.approx(100 * 5 / 30)
    assert np.isnan(slope[1])


def test_a_list_as_a_table_with_coordinates(town: Study) -> None:
    (x, y), (far_x, far_y) = toytown.xy(1, 1), toytown.xy(3, 3)
    rows = pd.DataFrame({"No": ["p", "q"], "E": [x, far_x], "N": [y, far_y], "area": ["350", ""]})
    rows.to_csv(town.folder / "list.csv", index=False)
    columns = {"id": "No", "x": "E", "y": "N", "floor_area_m2": "area"}
    source = {"name": "list", "kind": "layer", "file": "list.csv", "crs": toytown.CRS, "columns": columns}
    found = candidates_of(town, {"candidates": [source]})
    assert found.table["id"].tolist() == ["list:p", "list:q"]
    assert [(point.x, point.y) for point in found.table.geometry] == [(x, y), (far_x, far_y)]
    assert found.table["floor_area_m2"].isna().tolist() == [False, True]
    assert found.table["unit"].tolist() == ["001001", "001002"]


def test_steep_ground(town: Study) -> None:
    """Flat up to column 2, then 10 % up to the east; heights are known up to column 3.5, beside which none is."""
    x0, y1 = toytown.xy(-2, -2)[0], toytown.xy(6, 0)[1]
    columns = int((toytown.xy(0, 3.5)[0] - x0) // 4)
    height_m = np.tile(np.maximum(0.0, 0.4 * (np.arange(columns) - 72.0)), (150, 1))
    hilly = replace(town, terrain=Terrain(height_m, (4.0, 0.0, x0, 0.0, -4.0, y1), toytown.CRS))
    problems = Problems()
    counts = {}
    for limit in (9.9, 10.1):
        siting = {"candidates": [CELLS], "largest_slope_percent": limit}
        found = candidates_of(hilly, siting, problems=problems)
        steep = found.reasons["day_care"] == "too_steep"
        counts[limit] = int(steep.sum())
        assert {name[-1] for name in found.table["id"][steep]} <= {"3"}
    assert counts == {9.9: 5, 10.1: 0}
    assert found.not_checked == (NotChecked("slope", "slope", "no_height", 5),)
    assert codes(problems) == ["slope_unknown", "slope_unknown"]
    assert found.table["slope_percent"].isna().sum() == 5


def test_people_of_the_buffer_make_no_candidate(town: Study) -> None:
    """Column 0 does not belong to the area: no cell there, and its people pull no cluster."""
    inside = np.array([not name.endswith("0") for name in town.demand.ids])
    smaller = replace(town, demand=replace(town.demand, inside=inside))
    clusters = {"name": "gap", "kind": "clusters", "standard": "near", "number": 25}
    found = candidates_of(smaller, {"candidates": [CELLS, clusters]})
    assert found.table["source"].value_counts().to_dict() == {"cells": 20, "gap": 20}
    assert (found.table.geometry.x > toytown.xy(0, 0.5)[0]).all()


def test_a_building_a_millimetre_beside_a_crossing_stands_at_it(town: Study) -> None:
    source = layer(town.folder / "empty.gpkg", {"a": (0.00001, 0.00001)})
    streets = {"name": "s", "kind": "streets", "spacing_m": 72}
    found = candidates_of(town, {"candidates": [streets, {**source, "vacant": True}]})
    assert (found.reasons["canteen"] == "same_place").sum() == 1


# against what we did not write -----------------------------------------------------------------------------------


def test_nearness_equals_buffers_drawn_one_by_one() -> None:
    draw = np.random.default_rng(7)
    points = np.asarray(shapely.points(draw.uniform(0, 1000, (300, 2))))
    shapes = np.asarray(shapely.buffer(shapely.points(draw.uniform(0, 1000, (250, 2))), 10, quad_segs=2))
    for limit_m in (0.0, 15.0, 60.0):
        expected = [any(point.distance(shape) <= limit_m for shape in shapes) for point in points]
        assert within_distance(points, shapes, limit_m).tolist() == expected


def test_the_very_distance_is_within_and_not_nearer() -> None:
    points = np.array([shapely.Point(0, 0)])
    shapes = np.array([shapely.Point(300, 0), None], dtype=object)
    assert within_distance(points, shapes, 300).all()
    assert not nearer_than(points, shapes, 300).any()
    assert nearer_than(points, shapes, 300.001).all()


def inertia(x: np.ndarray, y: np.ndarray, people: np.ndarray, centres: np.ndarray) -> float:
    square = (x[:, None] - centres[:, 0]) ** 2 + (y[:, None] - centres[:, 1]) ** 2
    return float((people * square.min(axis=1)).sum())


def test_centres_are_as_good_as_another_library_finds_and_lie_among_the_people() -> None:
    from scipy.cluster.vq import kmeans

    draw = np.random.default_rng(3)
    x, y = draw.uniform(0, 5000, 400), draw.uniform(0, 3000, 400)
    people = draw.integers(1, 6, 400).astype(float)
    centres = population_centres(x, y, people, 12, seed=5)
    repeated = np.repeat(np.column_stack((x, y)), people.astype(int), axis=0)
    other, _ = kmeans(repeated, 12, iter=10, seed=1)
    assert inertia(x, y, people, centres) <= 1.02 * inertia(x, y, people, other)
    hull = shapely.convex_hull(shapely.MultiPoint(np.column_stack((x, y))))
    assert all(hull.covers(shapely.Point(centre)) for centre in centres)
    # a centre is the weighted mean of those who are nearest to it: the condition of Lloyd
    nearest = ((x[:, None] - centres[:, 0]) ** 2 + (y[:, None] - centres[:, 1]) ** 2).argmin(axis=1)
    for number, centre in enumerate(centres):
        mine = nearest == number
        assert centre[0] == pytest.approx(np.average(x[mine], weights=people[mine]), abs=5)
        assert centre[1] == pytest.approx(np.average(y[mine], weights=people[mine]), abs=5)


# properties ------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=60, unique=True),
    st.integers(5, 150),
    st.randoms(use_true_random=False),
)
def test_thinning_is_a_packing_and_a_cover_in_any_order(
    places: list[tuple[int, int]], spacing_m: int, random: Any
) -> None:
    x, y = np.array(places, dtype=float).T
    kept = thinned(x, y, spacing_m)
    between = np.hypot(x[kept][:, None] - x[kept], y[kept][:, None] - y[kept])
    assert (between[~np.eye(len(kept), dtype=bool)] >= spacing_m).all()
    assert (np.hypot(x[:, None] - x[kept], y[:, None] - y[kept]).min(axis=1) < spacing_m).all()
    order = list(range(len(places)))
    random.shuffle(order)
    again = thinned(x[order], y[order], spacing_m)
    assert {(x[i], y[i]) for i in kept} == {(x[order][i], y[order][i]) for i in again}


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8), st.integers(0, 1000), st.randoms(use_true_random=False))
def test_order_of_people_moves_no_centre(number: int, seed: int, random: Any) -> None:
    draw = np.random.default_rng(seed)
    x, y = draw.integers(0, 50, 30).astype(float), draw.integers(0, 50, 30).astype(float)
    people = draw.integers(1, 9, 30).astype(float)
    order = list(range(30))
    random.shuffle(order)
    before = population_centres(x, y, people, number, seed=2)
    after = population_centres(x[order], y[order], people[order], number, seed=2)
    np.testing.assert_allclose(after, before, atol=1e-9)


DEMO_SITING: dict[str, Any] = {
    "candidates": [
        {
            "name": "vacant",
            "kind": "layer",
            "file": "candidates.gpkg",
            "table": "vacant_buildings",
            "where": {"column": "ground_floor", "any_of": [True]},
            "vacant": True,
        },
        {"name": "streets", "kind": "streets", "spacing_m": 300},
        {"name": "gap", "kind": "clusters", "standard": "near", "group": "age_60_plus", "number": 40},
    ],
    "exclusions": [
        {
            "name": "forest",
            "file": "exclusions.gpkg",
            "where": {"column": "kind", "any_of": ["forest"]},
            "buffer_m": 50,
        },
        {
            "parameters": "cemetery-shandong",
            "layers": {
                "water_source": {
                    "file": "exclusions.gpkg",
                    "where": {"column": "kind", "any_of": ["water_source"]},
                },
                "railway": {"file": "base.gpkg", "table": "railway"},
                "construction_land": {"file": "base.gpkg", "table": "built_up"},
            },
        },
    ],
    "least_distance_m": {"community_station": 300},
    "largest_slope_percent": 15,
}
DEMO_TYPES = ("community_station", "public_cemetery")


def in_demo(siting: dict[str, Any]) -> dict[str, Any]:
    """The same settings with paths that start at the demo's folder."""
    if isinstance(siting, dict):
        return {key: str(DEMO / value) if key == "file" else in_demo(value) for key, value in siting.items()}
    return [in_demo(value) for value in siting] if isinstance(siting, list) else siting


def test_demo_against_geopandas(demo: Study, tmp_path: Path) -> None:
    """Zones and distances counted with drawn buffers and spatial joins, vacant buildings counted by pandas."""
    found = candidates_of(demo, in_demo(DEMO_SITING), folder=tmp_path, types=DEMO_TYPES)
    table = found.table
    vacant = gpd.read_file(DEMO / "candidates.gpkg", layer="vacant_buildings")
    ground = vacant[vacant["ground_floor"].astype(str) == "True"]
    assert set(table["id"][table["source"] == "vacant"]) == {f"vacant:{name}" for name in ground["id"]}
    rail = gpd.read_file(DEMO / "base.gpkg", layer="railway").union_all().distance
    kinds = gpd.read_file(DEMO / "exclusions.gpkg")
    water = kinds[kinds["kind"] == "water_source"].union_all().distance
    forest = kinds[kinds["kind"] == "forest"].union_all().distance
    built = gpd.read_file(DEMO / "base.gpkg", layer="built_up").union_all().distance
    expected = []
    for point in table.geometry:
        if forest(point) <= 50:
            expected.append("excluded:forest")
        elif water(point) <= 2000:
            expected.append("excluded:cemetery-shandong:water_source")
        elif rail(point) <= 500:
            expected.append("excluded:cemetery-shandong:railway")
        else:
            expected.append("excluded:cemetery-shandong:construction_land" if built(point) == 0 else "")
    got = np.where(found.reasons["public_cemetery"] == "same_place", "", found.reasons["public_cemetery"])
    assert got.tolist() == expected
    stations = demo.facilities.table
    open_now = stations[(stations["type"] == "community_station") & (stations["status"] == "operating")]
    nearest = table.sjoin_nearest(
        open_now[["geometry"]].set_crs(table.crs, allow_override=True), distance_col="metres"
    )
    near = nearest.groupby(level=0)["metres"].min().reindex(table.index) < 300
    struck = near.to_numpy() & ~np.array([reason == "excluded:forest" for reason in expected])
    assert (found.reasons["community_station"] == "too_near").tolist() == struck.tolist()


def test_every_candidate_is_usable_or_has_a_reason_and_all_are_counted(demo: Study, tmp_path: Path) -> None:
    found = candidates_of(demo, in_demo(DEMO_SITING), folder=tmp_path, types=DEMO_TYPES)
    for kind in (None, *DEMO_TYPES):
        counts = found.counts(kind)
        assert counts["count"].sum() == found.count
        by_source = counts.groupby("source")["count"].sum()
        assert by_source.to_dict() == found.table["source"].value_counts().to_dict()
    assert found.usable("public_cemetery").sum() == (found.reasons["public_cemetery"] == "").sum()
    for language in LANGUAGES:
        for reason in set(found.reason()) | {r for reasons in found.reasons.values() for r in set(reasons)}:
            assert reason_words(reason, found, language)
        assert all(unchecked_words(rule, language) for rule in found.not_checked)
    assert {rule.rule for rule in found.not_checked} == {
        f"cemetery-shandong:{role}"
        for role in set(parameter_set("cemetery-shandong").rules)
        - {"water_source", "railway", "construction_land"}
    }


def test_a_wider_buffer_never_makes_a_candidate_usable(demo: Study, tmp_path: Path) -> None:
    before = None
    for buffer_m in (0, 40, 400, 4000):
        siting = in_demo(DEMO_SITING)
        siting["exclusions"][0]["buffer_m"] = buffer_m
        found = candidates_of(demo, siting, folder=tmp_path, types=DEMO_TYPES)
        usable = np.array([found.usable(kind) for kind in DEMO_TYPES])
        assert before is None or not (usable & ~before).any()
        before = usable
    assert before is not None
    assert before.any()


@pytest.mark.parametrize("seed", range(6))
def test_random_places_and_zones(town: Study, seed: int) -> None:
    """Wider buffers only take away, every place is counted once, and another order of rows changes nothing."""
    draw = np.random.default_rng(seed)
    places = {f"p{i:02d}": tuple(draw.uniform(-1, 5, 2)) for i in range(40)}
    corners = draw.uniform(-1, 5, (6, 2))
    boxes = [(a, b, a + draw.uniform(0, 0.4), b + draw.uniform(0, 0.4)) for a, b in corners]
    answers: list[list[str]] = []
    for buffer_m in (0.0, 20.0, 20.0, 90.0):
        turned = len(answers) == 2
        source = layer(town.folder / "list.gpkg", dict(reversed(places.items())) if turned else places)
        exclusion = zone(town.folder / "farm.gpkg", *(boxes[::-1] if turned else boxes))
        siting = {"candidates": [source, CELLS], "exclusions": [{**exclusion, "buffer_m": buffer_m}]}
        found = candidates_of(town, {**siting, "least_distance_m": {"day_care": 80}})
        assert found.counts("day_care").groupby("source")["count"].sum().to_dict() == {
            "cells": 25,
            "list": 40,
        }
        answers.append(found.reasons["day_care"].tolist())
    assert answers[1] == answers[2]
    usable = np.array(answers) == ""
    assert not (usable[1] & ~usable[0]).any()
    assert not (usable[3] & ~usable[1]).any()
    assert 0 < usable[3].sum() < usable[0].sum()


def test_the_guide_shows_settings_that_fit(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "candidates.md").read_text(encoding="utf-8")
    shown = "".join(re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL))
    siting = yaml.safe_load(shown)["siting"]
    problems = Problems()
    _, fits = settings_of(tmp_path, siting, problems)
    assert fits is not None, list(problems)
    assert {source.kind for source in fits.candidates} == {"layer", "streets", "cells", "clusters"}
    assert all(f"`{name}`" in guide for name in parameter_set_names())


def test_order_of_rows_changes_nothing(town: Study) -> None:
    rows = {"a": (0, 0), "b": (1, 3), "c": (9, 9), "d": (2, 2)}
    exclusion = zone(town.folder / "farm.gpkg", (1.9, 1.9, 2.1, 2.1))
    answers = []
    for order in (list(rows), list(rows)[::-1]):
        source = layer(town.folder / "list.gpkg", {name: rows[name] for name in order})
        siting = {"candidates": [CELLS, source], "exclusions": [exclusion]}
        answers.append(candidates_of(town, siting))
    first, second = answers
    pd.testing.assert_frame_equal(pd.DataFrame(first.table), pd.DataFrame(second.table))
    for kind in TYPES:
        assert first.reasons[kind].tolist() == second.reasons[kind].tolist()


def test_street_nodes_are_those_of_the_largest_part(town: Study) -> None:
    """One street of the crossing (4, 4) is closed, and the two of the crossing (0, 0): what is left has 24 nodes."""
    import networkx as nx

    network = toytown.network()
    ends = np.column_stack((network.edge_from, network.edge_to))
    is_open = ~(ends == toytown.node(0, 0)).any(axis=1)
    is_open[np.flatnonzero((ends == toytown.node(4, 4)).any(axis=1))[0]] = False
    network = replace(network, passages={"walk": Passage(is_open, is_open)})
    graph = nx.Graph(ends[is_open].tolist())
    graph.add_nodes_from(range(25))
    largest = max(nx.connected_components(graph), key=len)
    assert set(street_nodes(network, town.area).tolist()) == largest
    # two parts: the western column and the rest
    apart = (ends % 5 == 0).all(axis=1) | (ends % 5 > 0).all(axis=1)
    network = replace(network, passages={"walk": Passage(apart, apart)})
    assert set(street_nodes(network, town.area).tolist()) == {n for n in range(25) if n % 5}
