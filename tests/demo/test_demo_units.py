"""Units of the demo: counts, codes, nesting, and that they tile without gap or overlap."""

from __future__ import annotations

import pytest
import shapely


def test_counts_of_the_printed_district(units):
    assert units["type"].value_counts().to_dict() == {"community": 98, "village": 7, "street": 6, "county": 1}
    assert units["synthetic"].all()


def test_codes_nest_and_names_are_unique(units):
    below = units[units["parent"].notna()]
    assert [code[:-3] for code in below.index] == below["parent"].tolist()
    assert set(units.index.str.len()) == {6, 9, 12}
    for column in ("name", "name_en"):
        assert units[column].is_unique


@pytest.mark.truth
def test_names_are_invented(units, shared_data):
    lists = (shared_data / "china_admin").glob("*_*s.csv")
    real = "".join(path.read_text(encoding="utf-8-sig") for path in lists)
    towns = units.loc[units["type"].isin(["street", "village"]), "name"]
    assert real
    assert [name for name in towns if name in real] == []


@pytest.mark.parametrize("types", [["street"], ["community", "village"]])
def test_units_tile_the_district_exactly(units, types):
    shapes = units.loc[units["type"].isin(types)].geometry.to_numpy()
    district = units.geometry.loc["990101"]
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert shapely.symmetric_difference(whole, district).area == 0.0
    assert shapely.area(shapes).sum() == pytest.approx(district.area, rel=1e-12)


def test_communities_tile_their_own_street(units):
    for code in units.index[units["type"] == "street"]:
        parts = shapely.union_all(units.geometry[units["parent"] == code].to_numpy())
        assert parts.symmetric_difference(units.geometry.loc[code]).area == 0.0


def test_every_unit_is_one_valid_piece_of_a_district_of_220_km2(units):
    assert units.geometry.is_valid.all()
    assert set(units.geom_type) == {"Polygon"}
    assert not units.geometry.interiors.map(len).loc["990101"]
    assert 210e6 < units.geometry.loc["990101"].area < 230e6


def test_households_add_up(units):
    for code in units.index[units["type"].isin(["street", "county"])]:
        assert units["households"][code] == units.loc[units["parent"] == code, "households"].sum()
    assert 2.0 < 720_215 / units["households"]["990101"] < 3.2
