"""Ledgers of the demo: rows well formed, places where they say, unknown values left unknown."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import yaml

from coverplan.demo.ledgers.facility import STATUSES
from coverplan.vocabulary import LAYER_TYPES, PRECISIONS

LAYERS = ("cemetery", "child_protection", "civic", "elder_care", "social_work")


@pytest.fixture(scope="session")
def study(demo_folder):
    return yaml.safe_load((demo_folder / "study.yaml").read_text(encoding="utf-8"))


def in_our_words(column, words):
    return column.map(lambda word: words.get(word, word))


@pytest.fixture(scope="session")
def ledgers(demo_folder, study):
    """By layer: the rows in the words of the vocabulary, read by pandas with what the study file says."""
    tables = {}
    for block in study["facilities"]:
        rows = pd.read_excel(
            demo_folder / block["file"], sheet_name=block["sheet"], dtype=object, engine="openpyxl"
        )
        assert sorted(rows.columns) == sorted(block["columns"].values())
        rows = rows.rename(columns={header: field for field, header in block["columns"].items()})
        rows["type"] = in_our_words(rows["type"], block.get("types", {}))
        rows["status"] = in_our_words(rows["status"], block.get("statuses", {}))
        tables[block["layer"]] = rows.reindex(
            columns=rows.columns.union(["serves_units", "premises_id", "beds"])
        )
    return tables


def of_type(rows, *types, status="operating"):
    return rows[rows["type"].isin(types) & (rows["status"] == status)]


def test_stock_of_elder_care(ledgers):
    rows = ledgers["elder_care"]
    assert len(of_type(rows, "institution")) == 9
    assert len(of_type(rows, "day_care")) == 6
    assert len(of_type(rows, "community_station", "village_station")) == 73


@pytest.mark.parametrize("layer", LAYERS)
def test_rows_are_well_formed(ledgers, units, layer):
    rows = ledgers[layer]
    assert rows["id"].is_unique
    assert rows["id"].notna().all()
    assert set(rows["type"]) <= set(LAYER_TYPES[layer])
    assert set(rows["status"]) <= set(STATUSES)
    assert set(rows["precision"]) <= set(PRECISIONS)
    assert set(rows["unit_code"]) <= set(units.index)
    assert (rows["precision"] == "site").equals(rows["x"].notna())
    assert rows["x"].notna().equals(rows["y"].notna())
    assert rows[["name", "name_en"]].notna().all(axis=None)
    for field in ("beds", "nursing_beds", "floor_area_m2", "niches", "niches_left", "opened"):
        if field in rows:
            known = pd.to_numeric(rows[field]).dropna()
            assert (known >= 0).all()
            assert (known == known.round()).all()
    for listed in rows["serves_units"].dropna():
        assert set(listed.split(";")) <= set(units.index)


def test_parts_are_not_larger_than_wholes(ledgers):
    for layer, part, whole in (("elder_care", "nursing_beds", "beds"), ("cemetery", "niches_left", "niches")):
        rows = ledgers[layer][[part, whole]].apply(pd.to_numeric).dropna()
        assert len(rows) > 3
        assert (rows[part] <= rows[whole]).all()


def test_places_lie_in_the_unit_that_the_ledger_names_but_for_one(ledgers, units):
    astray = []
    for rows in ledgers.values():
        placed = rows.dropna(subset="x")
        points = gpd.GeoSeries(gpd.points_from_xy(placed["x"], placed["y"]), crs=4326).to_crs(units.crs)
        declared = gpd.GeoSeries(units.geometry.loc[placed["unit_code"]].to_numpy(), crs=units.crs)
        astray += placed["name"][~points.within(declared).to_numpy()].tolist()
    assert len(astray) == 1


def test_what_an_awkward_ledger_has_is_there(ledgers):
    everything = pd.concat(ledgers.values())
    assert (everything["serves_units"].dropna().str.count(";") == 1).sum() >= 3
    assert {"operating", "building", "planned", "suspended"} <= set(everything["status"])
    assert everything["x"].isna().sum() >= 3
    hidden = everything[everything["public"].isin(["否", "no"])]
    assert sorted(hidden["type"]) == ["protection_centre", "rescue_station"]
    shared = everything.dropna(subset="premises_id").groupby("premises_id")["type"].nunique()
    assert (shared >= 2).sum() > 20
    for layer, field in (
        ("elder_care", "nursing_beds"),
        ("civic", "floor_area_m2"),
        ("cemetery", "niches_left"),
    ):
        assert 0 < ledgers[layer][field].isna().sum() < len(ledgers[layer])
    assert ledgers["elder_care"]["opened"].isna().any()


def test_the_office_words_are_all_explained(study, ledgers):
    for block in study["facilities"]:
        rows = ledgers[block["layer"]]
        if "functions" in rows and "functions" in block:
            words = {word for text in rows["functions"].dropna() for word in text.split("、")}
            assert words <= set(block["functions"])


def test_projects_are_promises_with_gaps(demo_folder, study, units):
    block = study["projects"]
    rows = pd.read_excel(
        demo_folder / block["file"], sheet_name=block["sheet"], dtype=object, engine="openpyxl"
    )
    rows = rows.rename(columns={header: field for field, header in block["columns"].items()})
    assert len(rows) >= 10
    layers = rows[block["layer_column"]]
    kinds = in_our_words(rows["type"], block["types"])
    assert all(kind in LAYER_TYPES[layer] for layer, kind in zip(layers, kinds, strict=True))
    assert layers.nunique() == 3
    assert set(rows["unit_code"]) <= set(units.index)
    assert {"是", "否"} == set(rows["funded"])
    assert rows["opened"].isna().any()
    assert rows["cost"].isna().any()
    assert pd.to_numeric(rows["opened"]).dropna().between(2026, 2030).all()
