"""Maps of streets name their parts, tell types apart and number what is changed."""

from __future__ import annotations

from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coverplan.report.drawings.drawing import Area, text_width
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.names import placed_names, spread
from coverplan.report.drawings.sketch_map import unit_map
from coverplan.report.drawings.street_marks import PART_SIZE, marks_legend, marks_of
from coverplan.report.drawings.unit_outlines import UnitOutlines
from coverplan.report.labels import Labels
from coverplan.text.placing import Taken
from coverplan.vocabulary import LAYER_TYPES
from towns import maptown


def test_a_county_names_its_towns_types_and_changes() -> None:
    result = maptown.changed()
    labels = Labels(result, "zh")
    texts = unit_map(result, labels, "001", maptown.CARE, "total", width=330).texts()
    towns = result.layers["units"].query("parent == '001'")["name"]
    assert set(towns) <= set(texts)
    # the site opened, and the one that moved; the protected one has neither place nor number
    moved = result.layers["changes"].query("layer == 'elder_care'")["action_id"]
    assert {identifier[1:].lstrip("0") for identifier in moved} <= set(texts)
    assert len(moved) == 2
    served = result.layers["facilities"].query("layer == 'elder_care' and serves")
    assert {labels.type(kind) for kind in served["type"]} <= set(texts)
    assert labels("map.done") in texts
    assert maptown.HIDDEN not in " ".join(texts)


def test_without_changes_the_legend_says_nothing_of_them() -> None:
    labels = Labels(maptown.town(), "en")
    drawing = unit_map(maptown.town(), labels, "001", maptown.CARE, "total", width=330)
    assert labels("map.done") not in drawing.texts()
    ends = [shape.rings[0][:, 1].max() for shape in drawing.shapes if isinstance(shape, Area)]
    assert max(ends) <= drawing.height


def test_types_have_different_marks_and_rows_stay_on_the_paper() -> None:
    most = max(len(kinds) for kinds in LAYER_TYPES.values())
    rings = (np.round(marks_of(i, np.zeros((1, 2))).ring, 2) + 0.0 for i in range(most))
    assert len({frozenset(map(tuple, ring)) for ring in rings}) == most
    labels = Labels(maptown.town(), "en")
    types = [(i, kind) for i, kind in enumerate(("day_care", "canteen", "institution", "town_centre"))]
    legend, below = marks_legend(labels, types, done=True, top=10, width=150)
    texts = [shape for shape in legend if hasattr(shape, "text")]
    assert all(label.x + text_width(label.text, 7.5) <= 165 for label in texts)
    assert max(label.y for label in texts) < below


def test_names_of_parts_never_stand_on_each_other() -> None:
    outlines = UnitOutlines(maptown.town().layers["units"])
    parts, taken = outlines.below("001"), Taken()
    frame = Frame.around(outlines.bounds(parts), 60.0, 60.0)
    for here in (parts, parts):  # a second time there is no room beside the first
        placed = outlines.names(here, frame, taken, size=PART_SIZE, largest_first=True)
        for one, other in combinations(placed, 2):
            wide = (text_width(one.text, PART_SIZE) + text_width(other.text, PART_SIZE)) / 2
            assert abs(one.x - other.x) >= wide or abs(one.y - other.y) >= PART_SIZE
    largest = outlines.names(parts, frame, Taken(), size=PART_SIZE, largest_first=True)[0].text
    table = maptown.town().layers["units"].query("parent == '001'")
    assert largest == table["name"].iloc[int(table.geometry.area.argmax())]


def test_outlines_are_cut_at_the_paper_and_keep_their_holes() -> None:
    ring = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200))
    outlines = UnitOutlines(gpd.GeoDataFrame({"name": ["a"]}, geometry=[ring], crs=4549))
    for bounds in ((0, 0, 300, 300), (150, 150, 600, 300)):
        frame = Frame.around(bounds, 200.0, 200.0)
        (rings,) = outlines.rings(outlines.all, frame)
        drawn = shapely.Polygon(rings[0], rings[1:]).area / frame.scale**2
        assert drawn == pytest.approx(ring.intersection(shapely.box(*frame.bounds())).area)
    assert outlines.rings(outlines.all, Frame.around((900, 900, 990, 990), 200.0, 200.0)) == [()]


@given(arrays(float, (12, 2), elements=st.floats(0, 60)))
@settings(max_examples=25, deadline=None)
def test_no_name_stands_on_a_mark_and_marks_that_moved_are_led_to_their_place(places) -> None:
    taken = Taken()
    moved, leads = spread(places, 6.0, taken)
    far = np.hypot(*(moved - places).T) > 4.0
    led = [part for lines in leads for part in lines.paths]
    assert {tuple(part[0]) for part in led} == {tuple(place) for place in places[far]}
    names = [f"第{i}街道" for i in range(6)]
    for label in placed_names(names, places[:6], taken, size=7.5):
        half = text_width(label.text, 7.5) / 2
        apart = np.abs(moved - (label.x, label.y))
        assert not ((apart[:, 0] < half) & (apart[:, 1] < 6.0 + 7.5 / 2)).any()
