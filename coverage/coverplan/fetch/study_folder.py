"""The study that what was fetched makes: units, people, streets, heights, ledgers, a scenario, and where all of it is from."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import yaml

from coverplan.fetch.addresses import SERVICES
from coverplan.fetch.boundary import Boundary
from coverplan.fetch.facility_tags import layer_and_type
from coverplan.fetch.heights import write_heights
from coverplan.fetch.people import write_people
from coverplan.fetch.recipe import Kept, Recipe
from coverplan.fetch.streets import read_elements
from coverplan.text.words import LANGUAGES, Words
from coverplan.text.writing import write_whole
from coverplan.yamlfile import FORMAT

STUDY, SCENARIO, SOURCES = "study.yaml", "scenario.yaml", "SOURCES.md"
#: Standards that a first scenario asks for where the layer has a facility: group and walking profile.
_ASKED = {
    "elder_care": ("age_60_plus", "older_adult"),
    "social_work": ("total", "general"),
    "child_protection": ("age_0_14", "child"),
    "civic": ("total", "general"),
}


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw files that are there; what was not asked for is None or empty."""

    boundary: Boundary
    people: dict[str, Path]
    streets: Path | None
    heights: list[Path]


def write_study(folder: Path, recipe: Recipe, raw: Raw, kept: Kept) -> tuple[Path, ...]:
    """Write the study from its raw files; the same raw files give the same bytes.

    Returns
    -------
    tuple
        The files for the user: study, scenario where anything can be asked, sources.
    """
    boundary = raw.boundary
    title = recipe.name if isinstance(recipe.name, str) else boundary.name if recipe.name is None else None
    name: Any = (
        {"zh": title, "en": title} if title else recipe.model_dump(mode="json", exclude_none=True)["name"]
    )
    study: dict[str, Any] = {"format": FORMAT, "name": name, "crs": _crs(boundary)}
    _units(folder, boundary)
    study["units"] = {"file": "units.geojson"}
    groups: dict[str, int] = {}
    if recipe.people is not None and raw.people:
        write_whole(folder / "population.tif", lambda part: groups.update(_people(recipe, raw, part)))
        study["population"] = {
            "file": "population.tif", "base": "resident", "year": recipe.people.year, "groups": dict(groups),
        }  # fmt: skip
    layers: dict[str, str] = {}
    if raw.streets is not None:
        source = raw.streets
        write_whole(folder / "streets.osm.pbf", lambda part: shutil.copyfile(source, part))
        study["streets"] = {"file": "streets.osm.pbf"}
        if recipe.facilities:
            layers = _facilities(folder, source, boundary)
    if raw.heights:
        write_whole(folder / "dem.tif", lambda part: write_heights(raw.heights, part))
        study["elevation"] = {"file": "dem.tif"}
    study["facilities"] = [
        {"layer": layer, "file": file, "crs": "EPSG:4326"} for layer, file in layers.items()
    ]
    if layers:
        study["partial"] = list(
            layers
        )  # volunteers map what they know: a unit without one is unknown, not without
    study["sources"] = [
        f"{SERVICES[one].title}: {SERVICES[one].attribution or one}" for one in kept.of_service()
    ]
    written = [folder / STUDY, folder / SOURCES]
    _write(folder / STUDY, yaml.safe_dump(study, allow_unicode=True, sort_keys=False, width=120))
    _write(folder / SOURCES, sources_text(kept, partial=bool(layers)))
    scenario = _scenario(name, layers, groups)
    if scenario is not None:
        _write(folder / SCENARIO, yaml.safe_dump(scenario, allow_unicode=True, sort_keys=False, width=120))
        written.insert(1, folder / SCENARIO)
    return tuple(written)


def sources_text(kept: Kept, *, partial: bool) -> str:
    """Licence, attribution, address, release and date of everything that was fetched, in both languages."""
    lines = ["# 数据来源 / Sources", ""]
    for service, entries in kept.of_service().items():
        about = SERVICES[service]
        lines += [f"## {about.title}", "", f"- 许可 / licence: {about.licence}"]
        if about.attribution:
            lines.append(f"- 署名 / attribution: {about.attribution}")
        for entry in entries:
            release = f", {entry.release}" if entry.release else ""
            lines.append(
                f"- `{entry.file}`: {entry.address}{release}, {entry.fetched[:10]}, SHA-256 {entry.sha256[:16]}…"
            )
        lines.append("")
    if partial:
        for language in LANGUAGES:
            lines.append(Words(language)("fetch.volunteered"))
        lines.append("")
    return "\n".join(lines)


def _people(recipe: Recipe, raw: Raw, part: Path) -> dict[str, int]:
    assert recipe.people is not None
    return write_people(recipe.people, raw.people, raw.boundary, part)


def _crs(boundary: Boundary) -> str:
    """Metres for the place: the zone of UTM in which its middle lies."""
    crs = gpd.GeoSeries([boundary.outline], crs="EPSG:4326").estimate_utm_crs()
    return f"EPSG:{crs.to_epsg()}"


def _units(folder: Path, boundary: Boundary) -> None:
    text = boundary.units.to_json(drop_id=True, ensure_ascii=False)
    _write(folder / "units.geojson", text + "\n")


def _facilities(folder: Path, source: Path, boundary: Boundary) -> dict[str, str]:
    """A table for each layer that has a place within the units; file by layer."""
    import shapely

    outline = boundary.outline
    shapely.prepare(outline)
    rows: dict[str, list[tuple[object, ...]]] = {}
    for one in read_elements(source):
        found = layer_and_type(one["tags"])
        if found is None or not outline.intersects(shapely.Point(one["lon"], one["lat"])):
            continue
        layer, kind = found
        code = f"{one['type'][0]}{one['id']}"
        called = one["tags"].get("name") or one["tags"].get("name:zh") or ""
        rows.setdefault(layer, []).append((code, called, kind, one["lon"], one["lat"], "OpenStreetMap"))
    files = {}
    for layer in sorted(rows):
        files[layer] = f"{layer}.csv"
        table = sorted(rows[layer])

        def write(part: Path, table: list[tuple[object, ...]] = table) -> None:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(("id", "name", "type", "lon", "lat", "source"))
                writer.writerows(table)

        write_whole(folder / files[layer], write)
    return files


def _scenario(name: Any, layers: dict[str, str], groups: dict[str, int]) -> dict[str, Any] | None:
    """Fifteen minutes on foot to what was found, for the people whom it is for; None where nothing can be asked."""
    standards = []
    for layer, (group, profile) in _ASKED.items():
        if layer in layers and groups:
            standards.append(
                {
                    "layer": layer,
                    "groups": [group if group in groups else "total"],
                    "profile": profile,
                    "minutes": 15,
                    "name": f"{layer}-15min",
                }
            )
    if not standards:
        return None
    return {"name": name, "study": STUDY, "language": "zh", "also_in": ["en"], "standards": standards}


def _write(path: Path, text: str) -> None:
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
