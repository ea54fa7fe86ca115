"""People and official totals: margins exact, nobody lost, factors shown; Changhua to the person."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coverplan.errors import Problems
from coverplan.inputs.ledgers.unit_table import read_units
from coverplan.inputs.people.age_bands import bands_of
from coverplan.inputs.people.disaggregate import scaled_to
from coverplan.inputs.people.fitting import Margin, fit, part_of_rows
from coverplan.inputs.people.nested_totals import without_nested
from coverplan.inputs.people.official_totals import read_official_totals
from coverplan.inputs.people.population import People, read_population
from coverplan.inputs.people.projection import carried_totals, cohort_step, cohorts_in, controlled
from coverplan.inputs.people.scaling import rows_of, scale_people
from coverplan.scenario.study_file import OfficialTotals, Population, Units
from makers.ledgers import UNITS, write


def people(**groups):
    size = len(next(iter(groups.values())))
    ids = np.array([f"p{i}" for i in range(size)], dtype=object)
    return People(
        ids,
        np.arange(size) * 100.0,
        np.zeros(size),
        {g: np.array(v, dtype=float) for g, v in groups.items()},
        0.0,
    )


def test_a_table_that_is_known_by_hand():
    # 2 x 2 of ones to rows (3, 1) and columns (2, 2): independence gives 1.5, 1.5, 0.5, 0.5
    rows = part_of_rows(np.array([0, 1]), 2)
    found = fit(
        np.ones((2, 2)), [Margin(rows, np.array([3.0, 1.0])), Margin(rows.T.copy(), np.array([2.0, 2.0]))]
    )
    assert found.table == pytest.approx(np.array([[1.5, 1.5], [0.5, 0.5]]))


@given(
    seed=arrays.arrays(float, (6, 4), elements=st.floats(1, 1e3)),
    true=arrays.arrays(float, (6, 4), elements=st.floats(1, 1e3)),
)
@settings(max_examples=30, deadline=None)
def test_margins_are_met_and_odds_ratios_kept(seed, true):
    rows = part_of_rows(np.arange(6), 4)
    columns = part_of_rows(np.arange(4), 6).T.copy()
    found = fit(seed, [Margin(rows, true.sum(axis=1)), Margin(columns, true.sum(axis=0))])
    assert found.table.sum(axis=1) == pytest.approx(true.sum(axis=1), rel=1e-9)
    assert found.table.sum(axis=0) == pytest.approx(true.sum(axis=0), rel=1e-9)
    odds = [t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0]) for t in (seed, found.table)]
    assert odds[0] == pytest.approx(odds[1], rel=1e-6)


def test_margins_that_contradict_each_other_are_said_to_be_off():
    rows = part_of_rows(np.array([0, 1]), 2)
    found = fit(
        np.ones((2, 2)), [Margin(rows, np.array([3.0, 1.0])), Margin(rows.T.copy(), np.array([2.0, 3.0]))]
    )
    assert found.worst > 0.1
    assert found.rounds < 100


def test_bands_of_overlapping_groups():
    bands = bands_of(["total", "age_0_14", "age_60_plus", "age_65_plus"])
    assert bands.starts == (0, 15, 60, 65)
    assert bands.of("age_60_plus").tolist() == [False, False, True, True]


def test_units_get_their_official_numbers_and_points_keep_their_shares():
    before = people(total=[100, 300, 50, 7], age_60_plus=[10, 60, 25, 1], age_65_plus=[5, 30, 20, 1])
    official = pd.DataFrame({"total": [800.0, 100.0], "age_65_plus": [120.0, 30.0]}, index=["a", "b"])
    unit = np.array([0, 0, 1, -1])
    found = scaled_to(before, unit, official)
    groups = found.people.groups
    assert groups["total"] == pytest.approx([200, 600, 100, 7], rel=1e-9)
    assert groups["age_65_plus"][:2].sum() == pytest.approx(120, rel=1e-9)
    assert groups["age_65_plus"][2] == pytest.approx(30, rel=1e-9)
    assert (groups["age_65_plus"] <= groups["age_60_plus"] + 1e-9).all()
    assert (groups["age_60_plus"] <= groups["total"] + 1e-9).all()
    shown = found.factors.set_index(["code", "group"])
    assert shown.loc[("a", "total"), "factor"] == pytest.approx(2.0)
    assert shown.loc[("b", "age_65_plus"), "factor"] == pytest.approx(1.5)


def test_weights_alone_are_enough():
    floor_area = people(total=[1000, 3000])
    official = pd.DataFrame({"total": [80.0], "age_60_plus": [20.0]}, index=["a"])
    assert scaled_to(floor_area, np.zeros(2, dtype=int), official).people.groups["total"] == pytest.approx(
        [20, 60]
    )


def test_ages_that_nobody_had_follow_the_total():
    before = people(total=[100, 300], age_80_plus=[0, 0])
    official = pd.DataFrame({"total": [400.0], "age_80_plus": [40.0]}, index=["a"])
    found = scaled_to(before, np.zeros(2, dtype=int), official).people.groups
    assert found["age_80_plus"] == pytest.approx([10, 30], rel=1e-9)


def test_a_group_of_no_age_follows_its_own_number():
    before = people(total=[100, 300], disabled=[10, 10])
    official = pd.DataFrame({"total": [400.0], "disabled": [30.0]}, index=["a"])
    assert scaled_to(before, np.zeros(2, dtype=int), official).people.groups["disabled"] == pytest.approx(
        [15, 15]
    )


def test_official_groups_that_contradict_each_other_are_refused():
    official = pd.DataFrame({"total": [10.0], "age_60_plus": [4.0], "age_65_plus": [5.0]}, index=["a"])
    with pytest.raises(ValueError, match="contradict"):
        scaled_to(people(total=[10]), np.zeros(1, dtype=int), official)


def test_a_unit_without_points_is_named_and_the_lowest_official_unit_counts():
    official = pd.DataFrame({"total": [900.0, 500.0, 400.0]}, index=["320214", "320214050", "320214052"])
    assert rows_of(["320214050001", "320214", None], UNITS, official).tolist() == [1, 0, -1]
    found = scaled_to(people(total=[5]), np.array([1]), official)
    assert found.empty == ("320214", "320214052")


def test_another_base_is_refused(tmp_path):
    write(tmp_path / "t.csv", [["街道", "人口"], ["旺庄街道", "1,000"], ["江溪街道", "0.2万"]])
    source = Population(
        file="p.csv", base="registered", groups={"total": "pop"},
        official={"file": "t.csv", "base": "resident", "groups": {"total": "人口"}},
    )  # fmt: skip
    problems = Problems()
    scale_people(
        source, tmp_path, people(total=[1]), codes=["320214050"], units=UNITS, aliases={}, problems=problems
    )
    assert [p.code for p in problems.errors] == ["other_base"]


def test_a_town_table_scales_a_grid(tmp_path):
    write(
        tmp_path / "t.csv", [["街道", "人口"], ["旺庄街道", "1,000"], ["江溪街道", "0.2万"], ["合计", "3000"]]
    )
    source = Population(
        file="p.csv", base="resident", groups={"total": "pop"},
        official={"file": "t.csv", "base": "resident", "groups": {"total": "人口"}},
    )  # fmt: skip
    problems = Problems()
    codes = ["320214050001", "320214050002", "320214052001"]
    found = scale_people(
        source, tmp_path, people(total=[1, 3, 9]), codes=codes, units=UNITS, aliases={}, problems=problems
    )
    assert found.groups["total"] == pytest.approx([250, 750, 2000])
    assert not problems.errors
    assert {p.value for p in problems if p.code == "official_factor"} == {
        "factor 250.0000",
        "factor 222.2222",
    }


def test_a_cell_on_a_border_is_split_by_area(tmp_path):
    units = gpd.GeoDataFrame(
        {"name": ["a", "b"], "type": ["town"] * 2, "parent": [None, None]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], index=["a", "b"], crs="EPSG:4549",
    )  # fmt: skip
    cells = gpd.GeoDataFrame(
        {"id": ["in", "border", "edge"], "pop": [10, 20, 40]},
        geometry=[shapely.box(0, 0, 50, 50), shapely.box(75, 0, 175, 50), shapely.box(160, 0, 240, 50)], crs="EPSG:4549",
    )  # fmt: skip
    cells.to_file(tmp_path / "p.gpkg")
    source = Population(file="p.gpkg", base="resident", id="id", groups={"total": "pop"})
    found = read_population(source, tmp_path, crs=pyproj.CRS(4549), problems=Problems(), units=units)
    assert dict(zip(found.ids, found.groups["total"], strict=True)) == pytest.approx(
        {"in": 10, "border#a": 5, "border#b": 15, "edge#b": 20, "edge#": 20}
    )


def test_built_up_ground_without_counts_carries_official_totals_evenly(tmp_path):
    units = gpd.GeoDataFrame(
        {"name": ["甲镇", "乙镇"], "type": ["town"] * 2, "parent": [None, None]},
        geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)], index=["a", "b"], crs="EPSG:4549",
    )  # fmt: skip
    ground = [shapely.box(500, 0, 1500, 500), shapely.box(1700, 700, 1710, 710)]
    gpd.GeoDataFrame({"k": [1, 2]}, geometry=ground, crs="EPSG:4549").to_file(tmp_path / "built.gpkg")
    write(tmp_path / "t.csv", [["镇", "人口", "60岁以上"], ["甲镇", "1000", "200"], ["乙镇", "501", "100"]])
    source = Population(
        file="built.gpkg", base="resident", spread="uniform", cell_m=50, groups={"total": 1, "age_60_plus": 1},
        official={"file": "t.csv", "base": "resident", "groups": {"total": "人口", "age_60_plus": "60岁以上"}},
    )  # fmt: skip
    problems = Problems()
    weights = read_population(source, tmp_path, crs=pyproj.CRS(4549), problems=problems, units=units)
    assert weights.groups["total"].sum() == pytest.approx(sum(shape.area for shape in ground))
    codes = ["a" if x < 1000 else "b" for x in weights.x]
    found = scale_people(source, tmp_path, weights, codes=codes, units=units, aliases={}, problems=problems)
    assert not problems.errors
    in_a = np.array(codes) == "a"
    assert found.groups["total"][in_a] == pytest.approx(1000 / 100)
    assert found.groups["age_60_plus"].sum() == pytest.approx(300)
    told = {p.code for p in problems}
    assert "laid_evenly" in told
    assert not {"official_factor", "scaled_to_official"} & told, "square metres are told as no people"
    small = found.groups["total"][(found.x > 1600)]
    assert small == pytest.approx([501 * 100 / 250_100])


def test_nothing_is_spread_without_totals(tmp_path):
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs="EPSG:4549").to_file(tmp_path / "built.gpkg")
    source = Population(file="built.gpkg", base="resident", spread="uniform", groups={"total": 1})
    problems = Problems()
    assert read_population(source, tmp_path, crs=pyproj.CRS(4549), problems=problems) is None
    assert [p.code for p in problems.errors] == ["nothing_to_spread"]


def test_totals_are_carried_by_constant_growth():
    before, after = np.array([100.0, 0.0, 7.0]), np.array([121.0, 50.0, 0.0])
    assert carried_totals((2010, 2020), before, after, 2015) == pytest.approx([110, 50, 0])
    assert carried_totals((2010, 2020), before, after, 2025) == pytest.approx([133.1, 50, 0])


def test_cohorts_by_hand():
    earlier = np.array([[100.0] * 10 + [50.0, 30.0]])
    later = np.array([[100.0] * 10 + [60.0, 40.0]])
    found = cohort_step(earlier, later)[0]
    # 50-54 come from 100 of 45-49 whose ratio is 60/100; the open group from (60 + 40) x 40 / (50 + 30)
    assert found[-2:] == pytest.approx([60, 50])
    assert found[0] == pytest.approx(100)


def test_cohorts_ten_years_apart_by_hand():
    earlier = np.array([10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130])
    later = np.array([12.0, 18, 11, 22, 33, 36, 55, 54, 77, 72, 99, 90, 100])
    found = cohort_step(earlier, later, groups=2)
    # 10-14 are 12 x 11/10, 15-19 are 18 x 22/20 ..., 55-59 are 72 x 90/100; 60+ come from all of 50 and over
    ratios = [1.1, 1.1, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9]
    cohorts = later[:10] * ratios
    assert found[2:12] == pytest.approx(cohorts)
    assert found[12] == pytest.approx((99 + 90 + 100) * 100 / (110 + 120 + 130))
    # 0-4 keep 12 to the 349 of 15-49, 5-9 keep 18 to the 426 of 20-54
    assert found[0] == pytest.approx(12 / 349 * cohorts[1:8].sum())
    assert found[1] == pytest.approx(18 / 426 * cohorts[2:9].sum())
    # a second step has the same ratios, and half way lies the mean
    again = cohorts_in(2040, (2010, 2020), earlier, later)
    assert again[4:12] == pytest.approx(found[2:10] * np.array(ratios)[2:])
    assert cohorts_in(2035, (2010, 2020), earlier, later) == pytest.approx((found + again) / 2)


def test_parents_control_the_units_below_them():
    table = np.array([[10.0, 1.0], [30.0, 6.0], [5.0, 1.0], [7.0, 2.0]])
    found = controlled(table, np.array([0, 0, 1, -1]), np.array([80.0, 10.0]))
    assert found.tolist() == [[20, 2], [60, 12], [10, 2], [7, 2]]
    with pytest.raises(ValueError, match="no people below"):
        controlled(table, np.array([0, 0, 0, 0]), np.array([80.0, 10.0]))


def written(projection):
    return Population(
        file="p.csv", base="resident", year=2020, projection=projection,
        groups={"total": "p", "age_0_17": "c", "age_60_plus": "o"},
    )  # fmt: skip


def scaled(source, folder, before):
    problems = Problems()
    codes = ["320214050001", "320214050002", "320214052001"]
    found = scale_people(source, folder, before, codes=codes, units=UNITS, aliases={}, problems=problems)
    return found, problems


def test_totals_by_year_are_declared_in_the_study_file(tmp_path):
    write(
        tmp_path / "2010.csv", [["街道", "人口", "60+"], ["旺庄街道", "100", "10"], ["江溪街道", "200", "20"]]
    )
    write(
        tmp_path / "2020.csv", [["街道", "人口", "60+"], ["旺庄街道", "121", "20"], ["江溪街道", "200", "24"]]
    )
    tables = [
        {"file": f"{year}.csv", "year": year, "base": "resident", "groups": {"total": "人口", "age_60_plus": "60+"}}
        for year in (2010, 2020)
    ]  # fmt: skip
    before = people(total=[50, 70, 200], age_0_17=[5, 7, 30], age_60_plus=[10, 10, 24])
    way = {"earlier": tables[0], "later": tables[1]}
    found, problems = scaled(written({"year": 2025, "growth": way}), tmp_path, before)
    assert not problems.errors
    # 121 x 1.21^0.5 and 20 x 2^0.5; 200 stay 200, 24 x 1.2^0.5
    assert found.groups["total"] == pytest.approx([133.1 * 50 / 120, 133.1 * 70 / 120, 200])
    assert found.groups["age_60_plus"][:2].sum() == pytest.approx(20 * 2**0.5)
    assert found.groups["age_60_plus"][2] == pytest.approx(24 * 1.2**0.5)
    controlled_way = {**way, "parent_totals": {"320214": 666.2}}
    found, problems = scaled(written({"year": 2025, "growth": controlled_way}), tmp_path, before)
    assert not problems.errors
    assert found.groups["total"].sum() == pytest.approx(666.2, rel=1e-9)
    assert found.groups["total"][2] == pytest.approx(2 * 200, rel=1e-9)
    (told,) = found.scalings
    assert (told.kind, told.year, told.files) == ("growth", 2025, ("2010.csv", "2020.csv"))
    factor = told.factors.set_index(["code", "group"])["factor"]
    assert factor["320214052", "total"] == pytest.approx(2.0)
    assert factor["320214050", "total"] == pytest.approx(2 * 133.1 / 120)


def test_cohorts_are_declared_in_the_study_file(tmp_path):
    ages = [f"{a}-{a + 4}岁" for a in range(0, 60, 5)] + ["60岁以上"]
    first = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]
    second = [12, 18, 11, 22, 33, 36, 55, 54, 77, 72, 99, 90, 100]
    for year, counts in ((2010, first), (2020, second)):
        write(
            tmp_path / f"{year}.csv",
            [["街道", *ages], ["旺庄街道", *map(str, counts)], ["江溪街道", *map(str, counts)]],
        )
    table = {"base": "resident", "ages": "0-4岁..60岁以上"}
    cohorts = {
        "earlier": {"file": "2010.csv", "year": 2010, **table},
        "later": {"file": "2020.csv", "year": 2020, **table},
        "parent_totals": {"all": 1000},
    }
    before = people(total=[300, 379, 679], age_0_17=[20, 30, 50], age_60_plus=[40, 60, 100])
    found, problems = scaled(written({"year": 2030, "cohorts": cohorts}), tmp_path, before)
    assert not problems.errors
    by_hand = cohort_step(np.array(first, dtype=float), np.array(second, dtype=float), groups=2)
    assert found.groups["total"].sum() == pytest.approx(1000, rel=1e-9)
    assert found.groups["total"][2] == pytest.approx(500, rel=1e-9)
    assert found.groups["age_60_plus"][2] == pytest.approx(500 * by_hand[-1] / by_hand.sum(), rel=1e-9)
    # 17 is no border of five-year groups: that group follows from the others
    assert set(found.scalings[0].factors["group"]) == {"total", "age_60_plus"}
    assert (found.groups["age_0_17"] + found.groups["age_60_plus"] <= found.groups["total"]).all()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parent_totals": {"999": 10}}, "cannot_project"),
        ({"later": {"file": "other.csv"}}, "other_units"),
        ({"later": {"file": "short.csv", "ages": "0-4岁..55-59岁"}}, "other_ages"),
        ({"earlier": {"base": "registered"}}, "other_base"),
    ],
)
def test_a_projection_that_cannot_be_made_says_why(tmp_path, change, code):
    ages = [f"{a}-{a + 4}岁" for a in range(0, 60, 5)] + ["60岁以上"]
    counts = ["10"] * len(ages)
    write(tmp_path / "2015.csv", [["街道", *ages], ["旺庄街道", *counts]])
    write(tmp_path / "2020.csv", [["街道", *ages], ["旺庄街道", *counts]])
    write(tmp_path / "other.csv", [["街道", *ages], ["江溪街道", *counts]])
    write(tmp_path / "short.csv", [["街道", *ages[:-1]], ["旺庄街道", *counts[:-1]]])
    table = {"base": "resident", "ages": "0-4岁..60岁以上"}
    cohorts = {
        "earlier": {"file": "2015.csv", "year": 2015, **table, **change.get("earlier", {})},
        "later": {"file": "2020.csv", "year": 2020, **table, **change.get("later", {})},
        "parent_totals": change.get("parent_totals", {}),
    }
    before = people(total=[1, 2, 3], age_0_17=[0, 0, 0], age_60_plus=[0, 0, 1])
    found, problems = scaled(written({"year": 2030, "cohorts": cohorts}), tmp_path, before)
    assert [problem.code for problem in problems.errors] == [code]
    assert found.groups["total"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("projection", "says"),
    [
        ({"year": 2030}, "0 ways"),
        ({"year": 2020, "growth": (2015, 2020)}, "not after"),
        ({"year": 2030, "growth": (2020, 2015)}, "two years in order"),
        ({"year": 2030, "cohorts": (2013, 2020)}, "7 years apart"),
    ],
)
def test_projections_that_make_no_sense_are_refused(projection, says):
    asked = {"year": projection["year"]}
    for way, extra in (("growth", {"groups": {"total": "p"}}), ("cohorts", {"ages": "0..85"})):
        if way in projection:
            counts = [{"file": "t.csv", "base": "resident", "year": y, **extra} for y in projection[way]]
            asked[way] = dict(zip(("earlier", "later"), counts, strict=True))
    with pytest.raises(ValueError, match=says):
        written(asked)


@pytest.mark.truth
def test_changhua_to_the_person(shared_data):
    folder = shared_data / "changhua"
    problems = Problems()
    units = read_units(
        Units(file="changhua.geojson", columns={"code": "towncode", "name": "townname"}, type="town"),
        folder, crs=pyproj.CRS(3826), problems=problems,
    )  # fmt: skip
    assert units is not None, problems.errors
    assert len(units) == 26
    totals = OfficialTotals(
        file="age_population.csv", base="registered",
        groups={"total": "0歲(人數)..100歲以上(人數)", "age_65_plus": "65歲(人數)..100歲以上(人數)"},
    )  # fmt: skip
    official = read_official_totals(totals, folder, units=units, aliases={}, problems=problems)
    assert not problems.errors
    assert len(official) == 26
    assert official.sum().to_dict() == {"total": 1_225_675, "age_65_plus": 238_924}
    # and spread over a lattice of points, every town keeps its numbers
    x, y = np.meshgrid(np.arange(170_000, 235_000, 1000.0), np.arange(2_630_000, 2_680_000, 1000.0))
    points = shapely.points(x.ravel(), y.ravel())
    point, town = shapely.STRtree(units.geometry.to_numpy()).query(points, predicate="within")
    grid = people(total=np.ones(len(point)))
    scaled = scaled_to(grid, town, official)
    sums = np.bincount(town, weights=scaled.people.groups["total"], minlength=26)
    assert scaled.empty == ()
    assert sums == pytest.approx(official["total"].to_numpy(), rel=1e-9)


NEST = pd.Series({"9": None, "901": "9", "902": "9", "901001": "901", "901002": "901"}, dtype=object)


def nested(numbers, rows, people=None):
    official = pd.DataFrame({"total": numbers}, dtype=float)
    found = Problems()
    where = np.array([-1 if code is None else list(numbers).index(code) for code in rows])
    here = np.ones(len(rows)) if people is None else np.array(people, dtype=float)
    return without_nested(official, where, here, NEST, path=Path("o.csv"), problems=found), found


def test_a_county_above_its_towns_is_no_second_count():
    left, found = nested({"9": 1500, "901": 1000, "902": 500}, ["901", "902"])
    assert left["total"].to_dict() == {"901": 1000, "902": 500}
    assert [problem.code for problem in found] == ["nested_totals"]


def test_a_county_counts_what_its_towns_leave_over():
    left, _ = nested({"9": 1500, "901": 1000}, ["901", "9"])
    assert left["total"].to_dict() == {"9": 500, "901": 1000}
    left, _ = nested({"9": 1500, "901": 1000, "901001": 300, "901002": 700}, ["901001", "901002", "9"])
    assert left["total"].to_dict() == {"9": 500, "901001": 300, "901002": 700}


def test_a_county_that_differs_from_its_towns_is_asked_about():
    left, found = nested({"9": 1600, "901": 1000, "902": 500}, ["901", "902"])
    assert left is None
    assert "1600" in found.errors[0].what
    assert "1500" in found.errors[0].what


def test_units_without_an_official_row_are_named(tmp_path):
    write(tmp_path / "o.csv", [["代码", "人口"], ["320214050", 500]])
    source = Population(
        file="x.csv", base="resident", groups={"total": "p"},
        official={"file": "o.csv", "base": "resident", "groups": {"total": "人口"}},
    )  # fmt: skip
    found = Problems()
    after = scale_people(
        source, tmp_path, people(total=[10, 30]), codes=["320214050", "320214052"], units=UNITS, aliases={}, problems=found
    )  # fmt: skip
    assert after.groups["total"].tolist() == pytest.approx([500, 30])
    (warning,) = [problem for problem in found if problem.severity == "warning"]
    assert (warning.code, warning.value) == ("not_scaled", "320214052")


def test_people_in_several_columns_are_added(tmp_path):
    rows = [
        ["id", "x", "y", "男", "女", "0-14岁", "15-59岁", "60岁以上"],
        ["a", 500000, 3000000, 3, 4, 1, 4, 2],
        ["b", 500009, 3000000, 5, 6, 2, 5, 4],
    ]
    write(tmp_path / "p.csv", rows)
    groups = {"total": ["男", "女"], "everyone": "0-14岁..60岁以上", "old": "60岁以上"}
    source = Population(file="p.csv", base="resident", id="id", x="x", y="y", crs="EPSG:4549", groups=groups)
    found = read_population(source, tmp_path, crs=pyproj.CRS.from_epsg(4549), problems=Problems())
    assert {group: values.tolist() for group, values in found.groups.items()} == {
        "total": [7, 11], "everyone": [7, 11], "old": [2, 4],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [([], "rows_added"), ([["旺庄街道", "不分性别", 30], ["江溪街道", "不分性别", 70]], "total_among_rows")],
)
def test_rows_of_men_and_women_are_added_and_their_total_is_not(tmp_path, more, code):
    rows = [["旺庄街道", "男", 10], ["旺庄街道", "女", 20], ["江溪街道", "男", 30], ["江溪街道", "女", 40]]
    write(tmp_path / "t.csv", [["街道", "性别", "人口"], *rows, *more])
    source = OfficialTotals(file="t.csv", base="resident", groups={"total": "人口"})
    problems = Problems()
    found = read_official_totals(source, tmp_path, units=UNITS, aliases={}, problems=problems)
    assert {p.code for p in problems if p.severity != "note"} == {code}
    assert (found is None) is bool(more)
    assert more or found["total"].tolist() == [30, 70]


@pytest.mark.parametrize(("width_m", "share"), [(200, None), (800, "90%")])
def test_people_at_one_point_of_a_wide_area_are_said(tmp_path, width_m, share):
    boxes = [shapely.box(500_000, 3_800_000, 500_000 + width_m, 3_800_000 + width_m)]
    boxes.append(shapely.box(510_000, 3_800_000, 510_100, 3_800_100))
    layer = gpd.GeoDataFrame({"people": [900, 100]}, geometry=boxes, crs="EPSG:4549")
    layer.to_file(tmp_path / "p.gpkg", engine="pyogrio")
    problems = Problems()
    source = Population(file="p.gpkg", base="resident", groups={"total": "people"})
    found = read_population(source, tmp_path, crs=pyproj.CRS(4549), problems=problems)
    assert found is not None
    assert found.groups["total"].sum() == 1000
    assert [one.details.get("share") for one in problems if one.code == "wide_areas"] == (
        [share] if share else []
    )
