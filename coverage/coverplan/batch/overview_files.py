"""The overview of a batch: a table for programs, a web page that opens without a network, Word file and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import MultiPolygon, Polygon

from coverplan.batch.batch_file import Batch
from coverplan.batch.job import Outcome
from coverplan.batch.overview import AreaRows, added_up, ranked
from coverplan.batch.overview_document import LOWEST, write_office_files
from coverplan.maps.colours import NOBODY_COLOUR, SHARE_COLOURS, WIDE_BREAKS, ShareClasses
from coverplan.results.whole_people import whole_rows
from coverplan.scenario.base import title_in
from coverplan.text.words import LANGUAGES, Language, Words
from coverplan.text.writing import write_whole

_WIDTH, _HEIGHT, _RIM = 640.0, 520.0, 8.0
#: Areas with more than so many neighbours have no room for their rank on the map.
_MOST_NUMBERS = 250


def write_overview(batch: Batch, outcomes: Sequence[Outcome], rows: AreaRows) -> None:
    """Write ``areas.csv`` and, in each language, ``overview.html``, ``.docx`` and ``.xlsx`` into the folder of a batch."""
    coverage = rows.coverage
    write_whole(
        batch.out / "areas.csv", lambda part: coverage.to_csv(part, index=False, encoding="utf-8-sig")
    )
    shown = rows._replace(coverage=whole_rows(coverage))
    for language in LANGUAGES:
        page = overview_page(batch, outcomes, shown, language)
        write_whole(batch.out / f"overview.{language}.html", partial(_write_text, text=page))
        write_office_files(batch, outcomes, shown, language)


def _write_text(path: Path, *, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def overview_page(batch: Batch, outcomes: Sequence[Outcome], rows: AreaRows, language: Language) -> str:
    """Page with totals, ranking and map of every standard, and the areas that have no result."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = Words(language)
    coverage, targets, outlines, titles, synthetic, _ = rows
    environment = Environment(
        loader=PackageLoader("coverplan.batch", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    total = added_up(coverage)
    parts = []
    for row in total.to_dict("records"):
        ranking = ranked(coverage, row["standard"], row["group"])
        name = titles.get((row["standard"], language), row["standard"])
        parts.append(
            {
                "name": name,
                "total": row,
                "ranking": ranking.to_dict("records"),
                "map": _map(ranking, outlines),
            }
        )
    missing = [one for one in outcomes if one.status in {"input", "failed"}]
    return environment.get_template("overview.html").render(
        words=words, title=title_in(batch.file.title, language), parts=parts, missing=missing, areas=len(outcomes),
        targets=targets.to_dict("records"), verdicts=[name for name in targets.columns if name != "area"],
        legend=list(zip(SHARE_COLOURS, ShareClasses(WIDE_BREAKS).labels(words), strict=True)),
        width=_WIDTH, height=_drawn_height(outlines), synthetic=synthetic, lowest=LOWEST,
    )  # fmt: skip


def _frame(outlines: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West and north of the drawing in degrees, how narrow a degree of longitude is, and points a degree of latitude."""
    west, south, east, north = outlines.total_bounds
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((_WIDTH - 2 * _RIM) / wide, (_HEIGHT - 2 * _RIM) / high)
    return west - ((_WIDTH / scale - wide) / 2) / squeeze, north + _RIM / scale, squeeze, scale


def _drawn_height(outlines: gpd.GeoDataFrame) -> float:
    """Height of a drawing that is as wide as all: no taller than its areas."""
    if outlines.empty:
        return _HEIGHT
    _, north, _, scale = _frame(outlines)
    return float(round((north - outlines.total_bounds[1]) * scale + _RIM))


def _map(ranking: pd.DataFrame, outlines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Outline, colour and rank of each area, north up, as paths and numbers of a drawing."""
    if outlines.empty:
        return []
    west, north, squeeze, scale = _frame(outlines)
    classes = ShareClasses(WIDE_BREAKS).of(ranking["share"].to_numpy(dtype=float))
    colour = {
        area: NOBODY_COLOUR if level < 0 else SHARE_COLOURS[level]
        for area, level in zip(ranking["area"], classes.tolist(), strict=True)
    }
    share = dict(zip(ranking["area"], ranking["share"], strict=True))
    rank = dict(zip(ranking["area"], ranking["rank"], strict=True)) if len(ranking) <= _MOST_NUMBERS else {}
    return [
        {
            "path": _path(shape, west, north, scale, squeeze),
            "fill": colour.get(area, "#dddddd"),
            "rank": rank.get(area),
            "x": round((shape.representative_point().x - west) * squeeze * scale, 1),
            "y": round((north - shape.representative_point().y) * scale, 1),
            "light": colour.get(area) in SHARE_COLOURS[:2],
            "title": area if pd.isna(share.get(area, np.nan)) else f"{area}: {share[area] * 100:.1f} %",
        }
        for area, shape in zip(outlines["area"], outlines.geometry, strict=True)
    ]


def _path(shape: Any, west: float, north: float, scale: float, squeeze: float) -> str:
    polygons = (
        [shape]
        if isinstance(shape, Polygon)
        else list(shape.geoms)
        if isinstance(shape, MultiPolygon)
        else []
    )
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(
        "M"
        + "L".join(f"{(x - west) * squeeze * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring.coords)
        + "Z"
        for ring in rings
    )
