"""Maps of streets name their parts, tell types apart and number what is changed."""

from __future__ import annotations

import numpy as np

from coverplan.report.drawings.drawing import Area, text_width
from coverplan.report.drawings.sketch_map import unit_map
from coverplan.report.drawings.street_marks import mark_of, marks_legend, part_names
from coverplan.report.labels import Labels
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
    shapes = {tuple(np.round(mark_of(i, 0, 0).rings[0], 2).ravel()) for i in range(6)}
    assert len(shapes) == 6
    labels = Labels(maptown.town(), "en")
    types = [(i, kind) for i, kind in enumerate(("day_care", "canteen", "institution", "town_centre"))]
    legend, below = marks_legend(labels, types, done=True, top=10, width=150)
    texts = [shape for shape in legend if hasattr(shape, "text")]
    assert all(label.x + text_width(label.text, 7.5) <= 165 for label in texts)
    assert max(label.y for label in texts) < below


def test_names_of_parts_never_stand_on_each_other() -> None:
    parts = maptown.town().layers["units"].query("parent == '001'")
    here = np.tile([[50.0, 50.0]], (len(parts), 1))
    placed = part_names(parts, here)
    assert len({label.y for label in placed}) == len(placed)
