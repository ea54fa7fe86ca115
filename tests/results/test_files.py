"""Layers of a result on disk."""

from __future__ import annotations

import geopandas as gpd
import pyogrio
import pytest
import shapely

from coverplan.results.files import as_json, distinct_names


def test_the_same_content_gives_the_same_bytes():
    """One step of indent, Chinese as it is, a line end at the end; what is no number in JSON is refused."""
    assert as_json({"name": "南桥", "shares": [0.5, None]}) == (
        '{\n "name": "南桥",\n "shares": [\n  0.5,\n  null\n ]\n}\n'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json({"share": float("nan")})


def test_columns_that_differ_in_case_are_written_apart(tmp_path):
    columns = ["id", "own:Tel", "own:TEL", "own:tel", "geometry"]
    layer = gpd.GeoDataFrame(
        [["a", "1", "2", "3", shapely.Point(0, 0)]], columns=columns, geometry="geometry", crs="EPSG:4549"
    )
    named = layer.rename(columns=distinct_names(columns))
    named.to_file(tmp_path / "a.gpkg", layer="a", engine="pyogrio")
    read = pyogrio.read_dataframe(tmp_path / "a.gpkg", layer="a")
    assert list(read.columns) == ["id", "own:Tel", "own:TEL (2)", "own:tel (3)", "geometry"]
    assert read.iloc[0, :4].tolist() == ["a", "1", "2", "3"]
