"""OpenStreetMap files cut into parts: what is read from a part is what is read from the whole within the same bounds."""

from __future__ import annotations

import dataclasses

import numpy as np
import osmium
import pytest

from coverplan.errors import Problems
from coverplan.inputs.streets.osm_parts import cut_osm
from coverplan.inputs.streets.read import read_streets
from makers.province import CRS, write_province

#: Degrees around parts of a row of counties 24 km long: its west end, its middle, its east end.
BOXES = [(116.99, 30.69, 117.06, 30.74), (117.10, 30.69, 117.15, 30.74), (117.2, 30.69, 117.26, 30.74)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_province(tmp_path_factory.mktemp("whole"), across=3).parent / "streets.osm.pbf"


def read(path, bounds):
    problems = Problems()
    network = read_streets(path, crs=CRS, problems=problems, bounds_lonlat=bounds)
    assert network is not None, [problem.text() for problem in problems]
    return network


def test_a_part_is_read_as_the_whole_within_its_box(whole, tmp_path):
    targets = [tmp_path / f"{at}.osm.pbf" for at in range(len(BOXES))]
    problems = Problems()
    counts = cut_osm(whole, BOXES, targets, file_format="pbf", problems=problems)
    assert list(problems) == []
    ways = sum(isinstance(one, osmium.osm.Way) for one in osmium.FileProcessor(str(whole)))
    for count, target, box in zip(counts or [], targets, BOXES, strict=True):
        part, same = read(target, box), read(whole, box)
        assert 0 < count < 0.6 * ways
        assert part.edges > 30
        for field in dataclasses.fields(part):
            ours, theirs = getattr(part, field.name), getattr(same, field.name)
            if isinstance(ours, np.ndarray):
                np.testing.assert_array_equal(ours, theirs, err_msg=field.name)
        assert [part.kinds[one] for one in part.kind] == [same.kinds[one] for one in same.kind]
        assert "pedestrian" in {
            part.kinds[one] for one in part.kind
        }  # the rim of a square, which is a relation


def test_a_part_holds_its_barriers_and_nothing_twice(whole, tmp_path):
    target = tmp_path / "part.osm.pbf"
    cut_osm(whole, BOXES[:1], [target], file_format="pbf", problems=Problems())
    kinds, keys = {}, []
    for one in osmium.FileProcessor(str(target)):
        kinds.setdefault(one.type_str(), []).append(one.id)
        keys.append((one.type_str(), one.id))
    assert len(keys) == len(set(keys))
    assert kinds["n"] == sorted(kinds["n"])
    gates = {one.id for one in osmium.FileProcessor(str(target)) if one.is_node() and "barrier" in one.tags}
    west, south, east, north = BOXES[0]
    said = {
        one.id
        for one in osmium.FileProcessor(str(whole), osmium.osm.NODE)
        if "barrier" in one.tags and west <= one.location.lon <= east and south <= one.location.lat <= north
    }
    assert gates == said != set()


def test_a_box_without_streets_is_an_empty_file_and_a_broken_file_is_named(whole, tmp_path):
    empty = tmp_path / "empty.osm.pbf"
    assert cut_osm(whole, [(1, 1, 2, 2)], [empty], file_format="pbf", problems=Problems()) == [0]
    assert list(osmium.FileProcessor(str(empty))) == []
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(whole.read_bytes()[:900])
    problems = Problems()
    assert cut_osm(broken, BOXES[:1], [tmp_path / "x.osm.pbf"], file_format="pbf", problems=problems) is None
    assert [problem.code for problem in problems.errors] == ["not_osm"]
