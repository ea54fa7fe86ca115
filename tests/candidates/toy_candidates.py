"""Candidates of the toy town: its files, zones and lists, and what is asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from coverplan.candidates.pool import Candidates, make_candidates
from coverplan.errors import Problems
from coverplan.scenario.candidate_file import SitingPlaces
from coverplan.scenario.load import load_study_file
from coverplan.study.load import Study, load_study
from coverplan.yamlfile import Document, read_yaml, validate
from makers import toyfiles
from towns import toytown

TYPES = ("day_care", "canteen")


def study_of(path: Path) -> Study:
    """Study of a file, as it is read for a run."""
    problems = Problems()
    loaded = load_study_file(path, problems)
    assert loaded is not None
    return load_study(*loaded, problems)


def settings_of(
    folder: Path, siting: dict[str, Any], problems: Problems
) -> tuple[Document, SitingPlaces | None]:
    """Settings written as a file, and what the schema makes of them."""
    path = toyfiles.write_yaml(folder / "siting.yaml", siting)
    document = read_yaml(path, problems)
    assert document is not None
    return document, validate(document, SitingPlaces, problems)


def candidates_of(
    study: Study,
    siting: dict[str, Any],
    *,
    folder: Path | None = None,
    problems: Problems | None = None,
    types: tuple[str, ...] = TYPES,
    **options: Any,
) -> Candidates:
    """Candidates of a study; everybody is uncovered unless the options say otherwise."""
    problems = Problems() if problems is None else problems
    document, places = settings_of(folder or study.folder, siting, problems)
    assert places is not None, list(problems)
    given: dict[str, Any] = {
        "standards": ("near",),
        "uncovered": lambda *_: np.ones(study.demand.points, dtype=bool),
        "year": None,
        "seed": 1,
        **options,
    }
    return make_candidates(
        places,
        study=study,
        facilities=study.facilities,
        document=document,
        problems=problems,
        types=types,
        place=(),
        **given,
    )


def layer(path: Path, places: dict[str, tuple[float, float]], **columns: Any) -> dict[str, Any]:
    """Write places given as (row, column) in streets, and say what a source of them reads."""
    points = [shapely.Point(toytown.xy(*place)) for place in places.values()]
    frame = gpd.GeoDataFrame({"id": list(places), **columns}, geometry=points, crs=toytown.CRS)
    frame.to_file(path, layer="places")
    return {"name": path.stem, "kind": "layer", "file": path.name}


def zone(path: Path, *boxes: tuple[float, float, float, float], **columns: Any) -> dict[str, Any]:
    """Write boxes given as (row, column, row, column) in streets."""
    shapes = [shapely.box(*toytown.xy(a, b), *toytown.xy(c, d)) for a, b, c, d in boxes]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=toytown.CRS).to_file(path, layer="shapes")
    return {"name": path.stem, "file": path.name}


def codes(problems: Problems) -> list[str]:
    """Codes of the problems in the order in which they were found."""
    return [problem.code for problem in problems]


CELLS = {"name": "cells", "kind": "cells"}
