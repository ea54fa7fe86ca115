"""Shapes of the ground against matplotlib's own patches."""

from __future__ import annotations

import io

import numpy as np
import pypdf
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from coverplan.maps.sheets.fonts import print_fonts
from coverplan.maps.sheets.ground import Ground, Part
from coverplan.maps.sheets.line import Line
from coverplan.maps.sheets.pdf_file import MapPages, Packed
from coverplan.maps.sheets.shapes import Look, Shapes
from towns import maptown

TRIANGLE = Outline([(1, 1), (9, 2), (4, 9), (1, 1)], closed=True)
ZIGZAG = Outline([(0, 5), (3, 8), (6, 3), (12, 12)])
PARTS = [
    (Part([ZIGZAG], stroke="#a03020", dashed=True), Look(2, 1.5)),
    (Part([TRIANGLE], fill="#3060c0", stroke="#101010"), Look(1, 0.8)),
    (Part([ZIGZAG]), Look(3, 0.4, "#222222")),
]


def axes_of_a_sheet() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(2, 1.5), facecolor="white")
    axes = figure.add_axes((0.113, 0.217, 0.7, 0.6))
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    axes.set_axis_off()
    return figure, axes


def pixels(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(130)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].astype(int)


def test_shapes_are_drawn_as_matplotlib_draws_patches() -> None:
    figure, axes = axes_of_a_sheet()
    shapes = Shapes(axes, Ground(maptown.town()))
    for part, look in PARTS:
        shapes.add(part, look)
    expected, patches = axes_of_a_sheet()
    for part, look in PARTS:
        dashes = {"linestyle": (0, (5, 3))} if part.dashed else {}
        style = {"capstyle": "round", "joinstyle": "round", "zorder": look.order, **dashes}
        colours = {"facecolor": part.fill or "none", "edgecolor": look.stroke or part.stroke}
        patches.add_artist(PathPatch(part.outlines[0], linewidth=look.width_pt, **colours, **style))
    assert shapes.vertices == 2 * len(ZIGZAG) + len(TRIANGLE)
    drawn, asked = pixels(figure), pixels(expected)
    assert (asked < 200).any(axis=2).mean() > 0.05
    assert (
        np.abs(drawn - asked)[:, : int(axes.bbox.x1)].max() <= 2
    )  # the pixel at the edge lies under the frame


@pytest.mark.parametrize("room", [10**9, 0])
def test_a_picture_of_shapes_is_made_once_where_there_is_room_for_it(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coverplan.maps.sheets.ground.MOST_KEPT", room)
    ground, files = Ground(maptown.town()), []
    for _ in range(2):
        figure, axes = axes_of_a_sheet()
        shapes = Shapes(axes, ground)
        for part, look in PARTS:
            shapes.add(part, look)
        shapes.draw_as_picture(2.5)
        files.append(io.BytesIO())
        with MapPages(files[-1], {"CreationDate": None}, Packed()) as pages:
            figure.savefig(pages, format="pdf", dpi=100)
    assert files[0].getvalue() == files[1].getvalue()
    assert len(ground._kept) == (1 if room else 0)
    (page,) = pypdf.PdfReader(files[0], strict=True).pages
    (image,) = page.images
    assert (image.image.width, image.image.height) == (
        141,
        91,
    )  # 1.4 by 0.9 inches, and the pixel at the edge


def test_a_line_of_several_scripts_is_read_whole_again() -> None:
    texts = ["澄湾 To Ávila", "São Tomé 東西 AV 12.5 %"]
    made = io.BytesIO()
    with print_fonts(), MapPages(made, {"CreationDate": None}, Packed()) as pages:
        figure = Figure(figsize=(4, 3))
        for up, text in zip((0.1, 0.9), texts, strict=True):
            figure.add_artist(Line(0.1, up, text, fontsize=9, transform=figure.transFigure))
        figure.savefig(pages, format="pdf")
    said = pypdf.PdfReader(made, strict=True).pages[0].extract_text()
    for text in texts:
        assert "".join(text.split()) in "".join(said.split())
