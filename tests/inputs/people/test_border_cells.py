"""Cells that a border cuts: shares of area as exactextract has them, nobody lost, every part in its unit."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine

from coverplan.errors import Problems
from coverplan.ground.transformers import transformer
from coverplan.ground.units_tree import UnitTree
from coverplan.inputs.ledgers.unit_table import report_gaps, report_overlaps
from coverplan.inputs.people.border_cells import cut_at_borders, near_borders
from coverplan.inputs.people.population import People, split_people
from coverplan.inputs.rasters.population_cells import CellGrid, PopulationCells
from coverplan.scenario.study_file import StudyFile
from coverplan.study.people import cut_cells, people_of

CRS = "EPSG:32650"
GRID = Affine(100, 0, 500_000, 0, -100, 3_500_000)
STUDY = StudyFile(
    name="t",
    crs=CRS,
    population={"file": "p.tif", "base": "resident", "groups": {"total": 1, "old": 2}},
    facilities=[{"layer": "civic", "file": "none.csv", "datum": "wgs84"}],
)


def tree(shapes, parents=None) -> UnitTree:
    codes = sorted(shapes)
    frame = {
        "name": codes,
        "type": ["town"] * len(codes),
        "parent": pd.Series([(parents or {}).get(c) for c in codes], dtype=object).to_numpy(),
        "households": np.nan,
    }
    return UnitTree(
        gpd.GeoDataFrame(
            frame, geometry=[shapes[c] for c in codes], crs=CRS, index=pd.Index(codes, name="code")
        )
    )


def grid(folder, people, *, transform=GRID):
    old = np.round(people * 0.25)
    with rasterio.open(
        folder / "p.tif", "w", driver="GTiff", crs=CRS, transform=transform, dtype="float64", count=2,
        height=people.shape[0], width=people.shape[1],
    ) as target:  # fmt: skip
        target.write(np.stack([people, old]))
    return people, old


def people_in(folder, units):
    problems = Problems()
    found = people_of(STUDY, folder, units.table.crs, units, problems)
    assert not problems.errors
    return found


@pytest.mark.parametrize("transform", [GRID, GRID @ Affine.rotation(20)])
def test_units_have_the_people_that_exactextract_counts(tmp_path, transform):
    random = np.random.default_rng(3)
    people, old = grid(tmp_path, np.floor(random.gamma(0.5, 20, (60, 70))), transform=transform)
    middle = transform @ (35, 30)
    seeds = shapely.MultiPoint(np.array(middle) + random.uniform(-1_800, 1_800, (12, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    round_ = shapely.Point(middle).buffer(2_000)
    units = tree({f"u{i:02d}": shapely.intersection(cell, round_) for i, cell in enumerate(cells)})
    found = people_in(tmp_path, units)
    where = units.locate(found.x, found.y)
    ours = {
        g: np.bincount(where[where >= 0], weights=v[where >= 0], minlength=12)
        for g, v in found.groups.items()
    }
    assert found.groups["total"].sum() == pytest.approx(people.sum(), rel=1e-12)
    assert found.groups["old"].sum() == pytest.approx(old.sum(), rel=1e-12)
    if transform is GRID:  # exactextract knows no rotated grids, and keeps its shares as float32
        theirs = exact_extract(str(tmp_path / "p.tif"), units.table.reset_index(), ["sum"], output="pandas")
        assert ours["total"] == pytest.approx(theirs["band_1_sum"].to_numpy(), rel=1e-7)
        assert ours["old"] == pytest.approx(theirs["band_2_sum"].to_numpy(), rel=1e-7)
    row, column = np.indices(people.shape)
    corners = [transform @ (column + i, row + j) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
    squares = shapely.polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=2))
    for at, shape in enumerate(units.table.geometry):
        share = shapely.area(shapely.intersection(squares, shape)) / shapely.area(squares)
        assert ours["total"][at] == pytest.approx((share * people).sum(), rel=1e-9)


def test_every_part_stands_in_the_unit_that_it_names(tmp_path):
    grid(tmp_path, np.full((10, 10), 7.0))
    ring = shapely.Point(500_500, 3_499_500).buffer(430).difference(
        shapely.Point(500_500, 3_499_500).buffer(390)
    )  # fmt: skip
    units = tree({"core": shapely.Point(500_500, 3_499_500).buffer(390), "ring": ring})
    found = people_in(tmp_path, units)
    codes = [*units.codes, ""]
    where = [codes[at] for at in units.locate(found.x, found.y)]
    named = [str(i).split("#")[1] if "#" in str(i) else None for i in found.ids]
    assert {code for code in named if code is not None} == {"core", "ring", ""}
    assert all(code in {None, place} for code, place in zip(named, where, strict=True))
    assert list(found.ids) == sorted(found.ids)


def test_what_the_children_leave_over_is_the_parents():
    town = shapely.box(0, 0, 100, 100)
    units = tree({"t": town, "t1": shapely.box(0, 0, 30, 100)}, {"t1": "t"}).table
    cell = np.array(
        [shapely.box(20, 0, 60, 10), shapely.box(40, 0, 60, 10), shapely.box(90, 0, 130, 10)], dtype=object
    )
    parts = cut_at_borders(cell, units)
    told = {
        (int(at), code): share for at, code, share in zip(parts.source, parts.code, parts.share, strict=True)
    }
    assert told == pytest.approx(
        {(0, "t1"): 0.25, (0, "t"): 0.75, (1, None): 1.0, (2, "t"): 0.25, (2, ""): 0.75}
    )


def test_points_are_never_cut_and_nothing_without_outlines_is():
    units = tree({"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1)}).table
    points = np.array([shapely.Point(1, 0.5), shapely.Point(9, 9)], dtype=object)
    assert [code is None for code in cut_at_borders(points, units).code] == [True, True]
    bare = units.assign(geometry=None)
    assert cut_at_borders(np.array([shapely.box(0, 0, 2, 1)], dtype=object), bare).share.tolist() == [1.0]


@given(st.integers(0, 10_000), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_shares_add_up_whatever_the_borders(seed, count):
    random = np.random.default_rng(seed)
    hulls = [
        shapely.convex_hull(shapely.MultiPoint(random.uniform(0, 100, (4, 2)))) for _ in range(count)
    ]  # overlapping: the worst that outlines can be
    units = tree({f"u{i}": hull for i, hull in enumerate(hulls)}).table
    x, y = random.uniform(0, 90, (2, 20))
    parts = cut_at_borders(np.asarray(shapely.box(x, y, x + 10, y + 10), dtype=object), units)
    assert np.bincount(parts.source, weights=parts.share) == pytest.approx(np.ones(20), abs=1e-12)
    assert (parts.share > 0).all()


def test_points_near_borders_are_those_that_are_near():
    random = np.random.default_rng(1)
    units = tree({"a": shapely.box(0, 0, 100, 70), "b": shapely.Point(150, 50).buffer(40)})
    x, y = random.uniform(-50, 250, (2, 500))
    away = np.min([shapely.distance(s.boundary, shapely.points(x, y)) for s in units.table.geometry], axis=0)
    assert near_borders(x, y, units.table, 12.0).tolist() == np.flatnonzero(away <= 12.0).tolist()


def test_overlaps_gaps_and_slivers_between_units_are_told_apart(tmp_path):
    def codes(left, right, parent=None):
        problems = Problems()
        shapes = {"p": parent or shapely.union_all([left, right]), "a": left, "b": right}
        units = tree(shapes, {"a": "p", "b": "p"}).table
        report_overlaps(units, tmp_path, problems)
        report_gaps(units, tmp_path, problems)
        return [(problem.code, problem.severity) for problem in problems]

    left = shapely.box(0, 0, 1000, 1000)
    assert codes(left, shapely.box(1000, 0, 2000, 1000)) == []
    assert codes(left, shapely.box(999.5, 0, 2000, 1000)) == [("unit_slivers", "note")]
    assert codes(left, shapely.box(900, 0, 2000, 1000)) == [("overlapping_units", "error")]
    whole = shapely.box(0, 0, 2000, 1000)
    assert codes(left, shapely.box(1000.5, 0, 2000, 1000), whole) == [("unit_slivers", "note")]
    assert codes(left, shapely.box(1100, 0, 2000, 1000), whole) == [("unit_gap", "warning")]


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_cells_are_cut_as_if_all_of_them_were_drawn(seed):
    """Only cells near a border are looked at; cutting every cell's outline gives the same points to the last bit."""
    random = np.random.default_rng(seed)
    rows, columns = 14, 11
    row, column = (part.ravel().astype(np.int32) for part in np.indices((rows, columns)))
    lived = random.random(len(row)) < 0.7
    row, column = row[lived], column[lived]
    plane = transformer(CRS, CRS)
    where = CellGrid(row, column, (100.0, 0.0, 500_000.0, 0.0, -100.0, 3_500_000.0), plane)
    people = {"total": random.uniform(0, 9, len(row))}
    x, y = 500_050.0 + 100 * column, 3_499_950.0 - 100 * row
    cells = PopulationCells(x, y, people, 100.0, where, shapely.Point(), (2, 2))
    seeds = shapely.MultiPoint(np.array([500_550, 3_499_300]) + random.uniform(-500, 500, (5, 2)))
    towns = shapely.get_parts(shapely.voronoi_polygons(seeds))
    units = tree({f"u{at}": town for at, town in enumerate(towns)}).table
    found = cut_cells(cells, units)
    whole = People(cells.ids, x, y, people, 100.0)
    drawn = split_people(whole, where.outlines(np.arange(len(row))), units)
    assert found.ids.tolist() == drawn.ids.tolist()
    for ours, theirs in (
        (found.x, drawn.x),
        (found.y, drawn.y),
        (found.groups["total"], drawn.groups["total"]),
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert len(found.x) > len(row)
