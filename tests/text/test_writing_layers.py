"""A layer that GDAL cannot write is told as the system would: its own errors say neither what nor why."""

from __future__ import annotations

import errno
import shutil
from types import SimpleNamespace

import geopandas as gpd
import pytest
import shapely
from pyogrio.errors import FeatureError

from coverplan.text.writing import write_layer

FRAME = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(117, 31)], crs=4326)


def test_a_layer_is_written_under_its_name(tmp_path) -> None:
    write_layer(FRAME, tmp_path / "a.gpkg", "one", index=False)
    write_layer(FRAME, tmp_path / "a.gpkg", "two", index=False)
    assert set(gpd.list_layers(tmp_path / "a.gpkg")["name"]) == {"one", "two"}


def test_a_name_that_the_database_does_not_take_is_an_error_of_the_system(tmp_path) -> None:
    odd = tmp_path / "a\nb"
    odd.mkdir()
    with pytest.raises(OSError, match=r"a\.gpkg") as raised:
        write_layer(FRAME, odd / "a.gpkg", "one")
    assert raised.value.errno == errno.EIO


@pytest.mark.parametrize(("free", "number"), [(999, errno.ENOSPC), (10**9, errno.EIO)])
def test_a_full_disk_is_told_as_one(tmp_path, monkeypatch, free, number) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FeatureError("Could not add feature to layer at index 0")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", refuse)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    with pytest.raises(OSError, match=r"a\.gpkg") as raised:
        write_layer(FRAME, tmp_path / "a.gpkg", "one")
    assert raised.value.errno == number
