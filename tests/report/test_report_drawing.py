"""Charts and small maps: what they show, and that both renderers draw it."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from PIL import Image, ImageFont

from coverplan.report.drawings.charts import (
    Bar,
    Part,
    Series,
    counts_bar,
    nice_ticks,
    stacked_bars,
    years_chart,
)
from coverplan.report.drawings.drawing import (
    Area,
    Dots,
    Drawing,
    Label,
    Lines,
    Marks,
    Net,
    box,
    line,
    text_width,
    wrapped,
)
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.interval_chart import Range, interval_chart, lorenz_chart
from coverplan.report.drawings.palette import with_palette
from coverplan.report.drawings.png import png
from coverplan.report.drawings.sketch_map import area_map, share_fill, unit_map
from coverplan.report.drawings.svg import svg
from coverplan.report.front.one_page import MAP_WIDTH
from coverplan.report.labels import Labels
from coverplan.text.typeface import font_file
from coverplan.vocabulary import LEVELS
from makers import toyreport

PARTS = (Part("yes", "#0072b2"), Part("no", "#eeeeee", hatched=True))


@pytest.mark.parametrize(
    ("low", "high", "first", "last"),
    [(0, 100, 0, 100), (46, 55, 46, 56), (0, 0, 0, 1), (0.61, 1, 0.6, 1), (12, 100, 0, 100), (5, 5, 5, 10)],
)
def test_ticks_are_round_and_span_the_values(low, high, first, last):
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 7
    assert (ticks[0], ticks[-1]) == (first, last) or ticks[0] <= first


def test_bars_are_as_long_as_their_parts():
    drawing = stacked_bars([Bar("a", (3.0, 1.0), "75%")], PARTS, width=400)
    yes, no = (
        shape for shape in drawing.shapes if isinstance(shape, Area) and np.ptp(shape.rings[0][:, 1]) == 11
    )
    assert np.ptp(yes.rings[0][:, 0]) == pytest.approx(3 * np.ptp(no.rings[0][:, 0]))
    assert {"a", "75%", "yes", "no"} <= set(drawing.texts())


def test_a_bar_of_nobody_has_no_parts():
    drawing = stacked_bars([Bar("empty", (0.0, 0.0), "—")], PARTS)
    assert not [s for s in drawing.shapes if isinstance(s, Area) and np.ptp(s.rings[0][:, 1]) == 11]


def test_counts_are_written_in_their_parts_and_zero_has_none():
    drawing = counts_bar([2, 0], PARTS)
    assert "2" in drawing.texts()
    assert "no" not in drawing.texts()


def test_a_value_is_written_where_it_changes_and_future_years_are_hollow():
    series = Series("v", (2023, 2024, 2025), (1.0, 1.0, 3.0), "#000000", marked=True, known_until=2024)
    drawing = years_chart([series], goal=4.0, goal_name="goal", unit="beds")
    assert drawing.texts().count("3") + drawing.texts().count("1") >= 2
    fills = [shape.fill for shape in drawing.shapes if isinstance(shape, Dots)]
    assert fills == ["#000000", "#000000", "#ffffff"]
    assert all(
        0 <= y <= drawing.height for s in drawing.shapes if isinstance(s, Dots) for y in s.centres[:, 1]
    )


def test_svg_is_well_formed_whatever_a_name_holds():
    shapes = tuple(Label(0, 10.0 * i, name) for i, name in enumerate(toyreport.HOSTILE))
    root = ET.fromstring(svg(Drawing(100, 50, shapes), alt='"><script>'))  # noqa: S314 - our own text
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == list(toyreport.HOSTILE)
    assert root.get("aria-label") == '"><script>'


def test_png_is_the_same_every_time_and_of_its_size():
    shapes = (
        Area((box(10, 10, 50, 20),), "#0072b2"),
        Lines((line((0, 0), (90, 40)),), dash=(2.0, 1.0)),
        Dots(np.array([[50.0, 25.0]]), np.array([4.0]), "#d55e00"),
        Label(50, 25, "养老服务 $x_1$", 9, "middle", bold=True, halo=True),
    )
    first, second = (png(Drawing(100, 50, shapes), dpi=72) for _ in range(2))
    assert first == second
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(first[16:20], "big") == 100
    assert int.from_bytes(first[20:24], "big") == 50


@pytest.mark.parametrize("text", ["养老服务", "lap 15%", "Größe 国"])
@pytest.mark.parametrize(("anchor", "start"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_letters_stand_where_another_program_puts_them(text, anchor, start):
    """Outlines of the same face by matplotlib, laid out by hand: ink begins and ends within a pixel of theirs."""
    size, place = 24.0, (150.0, 60.0)
    drawn = Image.open(io.BytesIO(png(Drawing(300, 120, (Label(*place, text, size, anchor),)), dpi=72)))
    rows, columns = np.nonzero(np.asarray(drawn.convert("L")) < 128)
    other = [
        TextPath((0, 0), each, size=size, prop=FontProperties(fname=str(font_file())))
        for each in (text, "国")
    ]
    box, tall = (path.get_extents() for path in other)
    left = place[0] - start * ImageFont.truetype(str(font_file()), size).getlength(text)
    base = place[1] + tall.y1 / 2
    assert [columns.min(), columns.max() + 1] == pytest.approx([left + box.x0, left + box.x1], abs=1.6)
    assert [rows.min(), rows.max() + 1] == pytest.approx([base - box.y1, base - box.y0], abs=1.6)


def test_letters_beyond_the_paper_are_cut_and_a_broken_line_is_one():
    labels = (
        Label(-5, 1, "街道", 9),
        Label(98, 49, "街道", 9),
        Label(500, 9, "x"),
        Label(0, 9, "a\nb"),
        Label(0, 9, ""),
    )
    drawn = Image.open(io.BytesIO(png(Drawing(100, 50, labels), dpi=72)))
    assert drawn.size == (100, 50)
    assert np.asarray(drawn.convert("L")).min() < 128


def test_a_net_and_marks_are_what_single_lines_and_areas_would_be():
    """Drawn one by one, to within the pixel to which a mark is moved."""
    rng = np.random.default_rng(3)
    paths = tuple(rng.uniform(5, 95, (4, 2)) for _ in range(6))
    starts = 4 * np.arange(6)
    net = Net(np.concatenate(paths), starts, "#9aa0a6", 1.5)
    ring, places = 5 * np.array([[-1.0, 0.8], [1, 0.8], [0, -1]]), rng.uniform(10, 90, (7, 2))
    marks = Marks(ring, places, "#0072b2", "#d55e00", 1.0)
    singly = (
        Lines(paths, "#9aa0a6", 1.5),
        *(Area((ring + place,), "#0072b2", "#d55e00", 1.0) for place in places),
    )
    assert [path.tolist() for path in net.paths] == [path.tolist() for path in paths]
    one, other = (
        np.asarray(Image.open(io.BytesIO(png(Drawing(100, 100, shapes), dpi=144))).convert("RGB"), dtype=int)
        for shapes in ((net, marks), singly)
    )
    assert np.abs(one - other).mean() < 5
    assert (one != 255).any(axis=2).sum() == pytest.approx((other != 255).any(axis=2).sum(), rel=0.05)
    roots = (ET.fromstring(svg(Drawing(100, 100, each), alt="x")) for each in ((net, marks), singly))  # noqa: S314
    (net_path, *mark_paths), (lines_path, *area_paths) = ([e.get("d") for e in root] for root in roots)
    assert net_path == lines_path
    assert mark_paths == area_paths


def test_colours_of_shapes_are_kept_and_others_come_near():
    colours = ("#0072b2", "#1a1a1a", "#d95f0e", "#fed98e", "#fff7dc", "#ffffff")
    own = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])
    rng = np.random.default_rng(1)
    pair, part = rng.integers(len(own), size=(2, 3000)), rng.uniform(size=(3000, 1))
    mixed = np.rint(own[pair[0]] * part + own[pair[1]] * (1 - part)).astype(int)
    pixels = np.full((1, len(own) + len(mixed), 4), 255, dtype=np.uint8)
    pixels[0, :, :3] = np.concatenate([own, mixed])
    found = np.asarray(with_palette(pixels, colours).convert("RGB"), dtype=int)[0]
    assert found[: len(own)].tolist() == own.tolist()
    # half of what lies between two colours of the palette, and half a step
    assert np.abs(found[len(own) :] - mixed).max() <= 255 / 8 + 8


def test_more_colours_than_a_palette_holds_come_near_too():
    colours = (*tuple(f"#{i:02x}{37 * i % 256:02x}{91 * i % 256:02x}" for i in range(256)), "#804020")
    pixels = np.array([[[0x80, 0x40, 0x20, 255], [1, 37, 91, 255]]], dtype=np.uint8)
    found = np.asarray(with_palette(pixels, colours).convert("RGB"), dtype=int)
    assert np.abs(found - pixels[..., :3]).max() <= 32


def test_a_long_name_stands_whole_beside_its_bar():
    name = "0—17岁 · 儿童与未成年人保护（儿童之家、未成年人保护工作站） · 儿童步行 · 15分钟"
    drawing = stacked_bars([Bar(name, (1.0, 1.0), "50%"), Bar("b", (1.0, 0.0), "100%")], PARTS, labels=120)
    left = [shape for shape in drawing.shapes if isinstance(shape, Label) and shape.anchor == "end"]
    lines = [shape for shape in left if shape.text != "b"]
    assert len(lines) > 2
    assert "".join("".join(shape.text for shape in lines).split()) == "".join(name.split())
    assert max(text_width(shape.text, shape.size) for shape in lines) <= 120
    rows = sorted(shape.y for shape in left)
    assert min(below - above for above, below in pairwise(rows)) >= 9
    assert rows[-1] < drawing.height - 16


@pytest.mark.parametrize(
    ("share", "fill"),
    [(0.0, "#993404"), (0.2, "#d95f0e"), (0.799, "#fed98e"), (0.8, "#fff7dc"), (1.0, "#fff7dc")],
)
def test_fills_of_shares(share, fill):
    assert share_fill(share) == fill


def test_the_ground_keeps_its_shape_on_paper():
    frame = Frame.around((0, 0, 1000, 500), 300, 400)
    places = frame.place(np.array([[0.0, 0.0], [1000.0, 0.0], [1000.0, 500.0]]))
    assert np.ptp(places[:, 0]) == pytest.approx(2 * np.ptp(places[:, 1]))
    assert places[0, 1] > places[2, 1]  # north is up
    assert (places >= 0).all()
    assert (places[:, 0] <= 300).all()


def test_the_map_shows_units_people_and_facilities(toy):
    labels = Labels(toy, "en")
    drawing = area_map(toy, labels, toyreport.KEY, "total", LEVELS[2], width=300)
    assert {"Town A", "Town B", "N"} <= set(drawing.texts())
    # 10 of 25 points are not covered
    dots = [shape for shape in drawing.shapes if isinstance(shape, Dots)]
    assert len(dots[0].centres) == 10
    fills = {shape.fill for shape in drawing.shapes if isinstance(shape, Area)}
    assert {share_fill(0.9), share_fill(0.4)} <= fills


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_legend_of_a_small_map_stays_on_its_paper(toy, language):
    drawing = area_map(toy, Labels(toy, language), toyreport.KEY, "total", LEVELS[2], width=MAP_WIDTH)
    below = [shape for shape in drawing.shapes if isinstance(shape, Label) and shape.y > drawing.height - 44]
    assert {"0–20%", "80–100%"} <= {label.text for label in below}
    assert all(label.x + text_width(label.text, label.size) <= MAP_WIDTH for label in below)


def test_maps_without_streets_people_or_outlines(toy):
    labels = Labels(toy, "en")
    bare = replace(toy, layers={"units": toy.layers["units"]})
    assert area_map(bare, labels, toyreport.KEY, "total", LEVELS[2], width=300) is not None
    nothing = replace(toy, layers={})
    assert area_map(nothing, labels, toyreport.KEY, "total", LEVELS[2], width=300) is None
    assert unit_map(nothing, labels, "001001", toyreport.KEY, "total", width=300) is None


def test_a_map_without_single_points_shows_no_people(toy):
    demand = toy.layers["demand"]
    hidden = demand.drop(columns=[c for c in demand.columns if c.startswith(toyreport.KEY)])
    guarded = replace(toy, layers={**toy.layers, "demand": hidden})
    drawing = area_map(guarded, Labels(toy, "en"), toyreport.KEY, "total", LEVELS[2], width=300)
    assert "people not covered (larger is more)" not in drawing.texts()


@given(st.text(alphabet="ab 儿童（、）·1", max_size=60))
@settings(max_examples=30)
def test_lines_of_a_label_hold_all_of_it_and_fit(text):
    lines = wrapped(text, 8, 60)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, 8) <= 60 for line in lines)


def test_no_label_of_ranges_and_curves_is_cut():
    name = "0—17 岁 · 儿童与未成年人保护（儿童之家、未成年人保护工作站） · 儿童步行 · 15分钟"
    drawings = [
        interval_chart([Range(name, 0.1, 0.2, 0.3, "20%"), Range("短", 0.1, 0.2, 0.3, "20%")]),
        lorenz_chart([(name, [0, 1], [0, 1]), ("短", [0, 1], [0, 1])], x_name="x", y_name="y"),
    ]
    for drawing in drawings:
        told = [shape for shape in drawing.shapes if isinstance(shape, Label)]
        assert name.replace(" ", "") in "".join(one.text for one in told).replace(" ", "")
        assert not [one.text for one in told if "…" in one.text]
        lines = sorted(one.y for one in told if one.text in name or one.text == "短")
        assert all(later - earlier > 7 for earlier, later in itertools.pairwise(lines))
        assert lines[-1] < drawing.height
