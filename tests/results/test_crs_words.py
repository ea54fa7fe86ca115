"""Names of coordinate systems: Chinese in Chinese documents, those of the register in English ones."""

from __future__ import annotations

import re

import pyproj
import pytest

from coverplan.results.crs_words import crs_words
from coverplan.text.words import Words

#: What Chinese standards call the systems of these codes.
CHINESE = {
    4490: "2000国家大地坐标系（CGCS2000）",
    4549: "2000国家大地坐标系（CGCS2000），高斯—克吕格投影3度带，中央经线120°E",
    4527: "2000国家大地坐标系（CGCS2000），高斯—克吕格投影3度带第39带",
    4508: "2000国家大地坐标系（CGCS2000），高斯—克吕格投影6度带，中央经线111°E",
    2363: "1980西安坐标系，高斯—克吕格投影3度带第39带",
    2431: "1954年北京坐标系，高斯—克吕格投影3度带，中央经线102°E",
    32650: "WGS 84，通用横轴墨卡托投影第50带（北半球）",
}


@pytest.mark.parametrize("code", sorted(CHINESE))
def test_systems_of_china_are_named_in_chinese(code):
    name = pyproj.CRS.from_epsg(code).name
    assert crs_words(name, Words("zh")) == CHINESE[code]
    said = crs_words(name, Words("en"))
    assert said == name.replace("China Geodetic Coordinate System 2000", "CGCS2000")
    assert not re.search("[\u4e00-\u9fff]", said)


def test_other_names_stay():
    assert crs_words("ETRS89 / LAEA Europe", Words("zh")) == "ETRS89 / LAEA Europe"
    assert crs_words("WGS 84 / Pseudo-Mercator", Words("zh")) == "WGS 84 / Pseudo-Mercator"
