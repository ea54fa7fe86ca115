"""Several files of one layer: one id space, and facilities that stand in two files."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.inputs.ledgers.layer_files import one_id_space, report_twins
from coverplan.scenario.study_file import FacilityLayer


def table(*rows):
    """Rows of (id, name, x); x None is a place that is not known."""
    ids, names, across = zip(*rows, strict=True)
    shapes = [None if x is None else shapely.Point(x, 0) for x in across]
    columns = {"id": ids, "name": names, "type": "institution", "unit_code": "901"}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4549")


def sources(*files, layers=("elder_care", "elder_care")):
    return [FacilityLayer(file=file, layer=layer) for file, layer in zip(files, layers, strict=True)]


def test_an_id_of_two_files_is_called_by_its_file(tmp_path):
    found = Problems()
    one, two = one_id_space(
        [table(("1", "甲", 0), ("2", "乙", 0)), table(("1", "丙", 0), ("7", "丁", 0))],
        sources("a.csv", "sub/b.xlsx"), tmp_path, found,
    )  # fmt: skip
    assert (one["id"].tolist(), two["id"].tolist()) == (["a:1", "2"], ["b:1", "7"])
    assert [(problem.code, problem.value) for problem in found] == [("ids_of_files", "1")]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    one, two = one_id_space(
        [table(("1", "甲", 0)), table(("1", "丙", 0))], sources("x/a.csv", "y/a.csv"), tmp_path, Problems()
    )
    assert (one["id"].tolist(), two["id"].tolist()) == (["x/a.csv:1"], ["y/a.csv:1"])


def test_ids_of_different_layers_never_clash(tmp_path):
    found = Problems()
    tables = [table(("1", "甲", 0)), table(("1", "甲", 0))]
    layers = sources("a.csv", "b.csv", layers=("elder_care", "civic"))
    assert [list(one["id"]) for one in one_id_space(tables, layers, tmp_path, found)] == [["1"], ["1"]]
    report_twins(tables, layers, tmp_path, found)
    assert not list(found)


@pytest.mark.parametrize(("x", "named"), [(150, True), (900, False), (None, True)])
def test_the_same_home_in_two_files_is_named(tmp_path, x, named):
    found = Problems()
    first = table(("A1", "甲 养老院", None if x is None else 0), ("A2", "乙院", 5000))
    report_twins([first, table(("7", "甲养老院", x))], sources("a.csv", "b.csv"), tmp_path, found)
    assert [problem.code for problem in found] == (["twice_in_files"] if named else [])
    assert all("A1 = 7" in problem.value for problem in found)


def test_two_rows_of_one_file_are_named_as_well(tmp_path):
    found = Problems()
    report_twins(
        [table(("1", "甲", 0), ("2", "甲", 0)), table(("3", "丙", 0))],
        sources("a.csv", "b.csv"),
        tmp_path,
        found,
    )
    assert [(problem.code, problem.value) for problem in found] == [("twice_in_file", "甲 (1 = 2)")]
