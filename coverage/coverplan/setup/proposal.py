"""A commented ``study.yaml`` and a scenario proposed from a folder of files; what cannot be known is left open."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np

from coverplan.errors import InputError, Problem
from coverplan.inputs.rasters.opening import RASTER_ENDINGS
from coverplan.setup.folder_scan import scan
from coverplan.setup.found import Found
from coverplan.setup.scenario_proposal import scenario_proposal
from coverplan.text.problem_words import what_words
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole
from coverplan.vocabulary import GROUPS, UNIT_TYPES
from coverplan.yamlfile import FORMAT

#: Kinds of file that may hold several layers.
_SEVERAL = (".gpkg", ".gdb", ".kml", ".kmz")
_MERIDIANS = range(75, 136, 3)
#: A third of a walk of 15 minutes at 0.8 m/s, the slowest profile.
_FINE_M = 240.0
_FIRST_ZONE = 4534
_MOST_NAMED = 12
#: Datums of projected layers of China; another one stays, Taiwan's for one.
_DATUMS = re.compile(r"China|WGS ?(?:19)?84|World Geodetic System 1984|Xian|Beijing", re.IGNORECASE)
#: Words that YAML takes for something else than a name.
_NEVER_PLAIN = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


@dataclass(frozen=True, slots=True)
class Proposed:
    """Files that were written.

    Parameters
    ----------
    study
        ``study.yaml``, or ``study.proposed.yaml`` where there is one already.
    scenario
        ``scenario.yaml``, or ``scenario.proposed.yaml``.
    """

    study: Path
    scenario: Path


def init_folder(folder: Path, *, language: Language = "zh") -> Proposed:
    """Look at a folder and write the files that its data suggest; existing ones are never overwritten.

    Raises
    ------
    InputError
        If the folder does not exist or holds nothing that can be used.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError([Problem("the folder does not exist", folder, code="missing_folder")])
    if (folder / "batch.yaml").is_file():
        raise InputError(
            [
                Problem(
                    "the folder holds areas that have their studies", folder, expected="a folder of data",
                    remedy="answer the areas: coverplan batch batch.yaml", code="folder_of_areas",
                )
            ]
        )  # fmt: skip
    found = scan(folder)
    if not found:
        raise InputError(
            [
                Problem(
                    "the folder holds no file",
                    folder,
                    expected="ledgers (.xlsx, .csv), layers (.gpkg, .shp, .geojson), streets (.osm.pbf), rasters (.tif)",
                    code="empty_folder",
                )
            ]
        )
    study, scenario = (_free(folder, stem) for stem in ("study", "scenario"))
    proposed = proposal(folder, found, language=language)
    asked = scenario_proposal(folder.resolve().name, study.name, found, Words(language))
    for path, text in ((study, proposed), (scenario, asked)):
        write_whole(path, partial(_write_text, text))
    return Proposed(study, scenario)


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _free(folder: Path, stem: str) -> Path:
    path = folder / f"{stem}.yaml"
    return folder / f"{stem}.proposed.yaml" if path.exists() else path


def proposal(folder: Path, found: Iterable[Found], *, language: Language) -> str:
    """Text of the study file."""
    writer = _Writer(folder, Words(language))
    files = list(found)
    writer.comment(writer.words("setup.proposal"))
    writer.line(f"format: {FORMAT}")
    writer.line(f"name: {_quoted(folder.resolve().name)}")
    levels = unit_levels(files)
    units = levels[0] if levels else None
    if units is not None:
        writer.area = units.outlines
        writer.crs(units)
        writer.entry("units", units, writer.units)
        writer.more(levels[1:])
    official, people = _best(files, "official"), _best(files, "population")
    if people is None:
        people = next((level for level in reversed(levels) if "total" in level.groups), None)
    spread: Found | None
    if people is not None and people.role == "units" and _is_coarse(people):
        official = official or replace(people, columns={"code": people.columns["code"]})
        spread, people = people, None
    else:
        spread = levels[-1] if people is None and official is not None and levels else None
    if spread is not None and official is not None:
        writer.spread(spread, official)
    else:
        writer.entry("population", people, writer.population(official))
    writer.entry("streets", _best(files, "streets"), writer.classes)
    writer.entry("elevation", _best(files, "elevation"), lambda _: None)
    water = _best(files, "water")
    if water is not None:
        writer.line("base:")
        writer.entry("  water", water, lambda _: None)
    ledgers = [one for one in files if one.role == "facilities"]
    writer.line("facilities:" if ledgers else f"facilities:  # ? {writer.words('setup.no_ledger')}")
    for one in ledgers:
        writer.ledger(one)
    used = (*levels, people, water, *ledgers, *(_best(files, role) for role in ("streets", "elevation")))
    kept = {id(one) for one in (*used, official if people is not None or spread is not None else None)}
    for one in files:
        if id(one) not in kept:
            writer.unused(one)
    return "\n".join(writer.lines) + "\n"


def unit_levels(files: list[Found]) -> list[Found]:
    """Files of units, the highest level first; a single one where they are no levels of one tree."""
    mine = [one for one in files if one.role == "units"]
    below = sorted(
        (one for one in mine if one.above is not None),
        key=lambda one: len(one.words.get(one.columns["code"], ())),
    )
    if not below:
        best = _best(files, "units")
        return [] if best is None else [best]
    top = next(one for one in mine if one.above is None and one.path == below[0].above)
    return [top, *below]


def _best(files: list[Found], role: str) -> Found | None:
    """The file of a role with the most recognised columns; of several the first."""
    mine = [one for one in files if one.role == role]
    return max(mine, key=lambda one: len(one.columns)) if mine else None


def _is_coarse(units: Found) -> bool:
    """Whether units are so wide that a point within each says nothing of walks in them."""
    outlines = units.outlines
    if outlines is None or outlines.crs is None or not len(outlines.dropna()):
        return False
    metric = outlines.to_crs(outlines.estimate_utm_crs()) if outlines.crs.is_geographic else outlines
    return float(np.sqrt(metric.area.median())) > _FINE_M


class _Writer:
    def __init__(self, folder: Path, words: Words) -> None:
        self.folder = folder
        self.words = words
        self.lines: list[str] = []
        self.area: gpd.GeoSeries | None = None

    def line(self, text: str) -> None:
        self.lines.append(text)

    def comment(self, text: str) -> None:
        self.lines.append(f"# {_single_line(text)}")

    def name(self, one: Found) -> str:
        """Path of a file as it is written in the study file."""
        return one.path.relative_to(self.folder).as_posix()

    def entry(self, key: str, one: Found | None, more: Callable[[Found], None]) -> None:
        """A role with its file."""
        if one is None:
            if key == "population":
                self.line(f"population:  # ? {self.words('setup.no_population')}")
            return
        margin = " " * (len(key) - len(key.lstrip()) + 2)
        self.line(f"{key}:  # {self.words(f'setup.{one.why}')}")
        self.line(f"{margin}file: {_quoted(self.name(one))}")
        self.table(one, margin)
        more(one)

    def unused(self, one: Found) -> None:
        """A file that stands nowhere above, and why not."""
        why = (
            "role_official_alone" if one.role == "official" else "second" if one.role != "unused" else one.why
        )
        said = self.words(
            f"setup.{why}",
            file=one.same_as or "",
            columns=_listed(one.left),
            role=self.words.name_of("setup.role_name", one.role),
        )
        if one.problem is not None:
            said = what_words(one.problem, self.words)
        within = f" {one.table}" if one.table is not None and one.path.suffix.lower() in _SEVERAL else ""
        self.comment(f"{self.name(one)}{within}: {self.words('setup.unused', why=said)}")

    def spread(self, areas: Found, official: Found) -> None:
        """People of official totals, where nothing says more of where they live than their units."""
        self.line(f"population:  # {self.words('setup.role_spread')}")
        self.line(f"  file: {_quoted(self.name(areas))}")
        self.table(areas, "  ")
        self.line(f"  base:  # ? {self.words('setup.base_missing')}")
        self.line("  spread: uniform\n  cell_m: 100")
        self.line(
            "  groups:\n" + "\n".join(f"    {group}: {group}" for group in GROUPS if group in official.groups)
        )
        self.official(official)

    def table(self, one: Found, margin: str) -> None:
        """The layer inside a file that may hold several, and the mark for a CRS that it does not say."""
        if one.table is not None and one.path.suffix.lower() in _SEVERAL:
            self.line(f"{margin}table: {_quoted(one.table)}")
        if one.bare:
            self.line(f"{margin}crs:  # ? {self.words('setup.layer_without_crs')}")

    def official(self, one: Found) -> None:
        self.line(f"  official:  # {self.words('setup.role_official')}")
        self.line(f"    file: {_quoted(self.name(one))}")
        self.line(f"    base:  # ? {self.words('setup.base_missing')}")
        self.groups(one, "    ")
        self.keys(one, "    ")

    def keys(self, one: Found, margin: str) -> None:
        """Columns of units and of ages in totals of people."""
        self.columns(one, margin)
        if one.long is not None:
            self.line(f"{margin}long:  # {self.words('setup.long')}")
            self.line(
                f"{margin}  ages: {_quoted(one.long.ages)}\n{margin}  people: {_quoted(one.long.people)}"
            )
            if one.long.only:
                kept = ", ".join(
                    f"{_quoted(column)}: {_quoted(str(word))}" for column, word in one.long.only.items()
                )
                self.line(f"{margin}  only: {{{kept}}}  # {self.words('setup.only')}")

    def unit_types(self) -> str:
        """Every kind of unit as the file may write it: our code, and in Chinese its name, which is taken as well."""
        if self.words.language == "en":
            return ", ".join(UNIT_TYPES)
        return "、".join(f"{self.words.name_of('report.unit_type', kind)} ({kind})" for kind in UNIT_TYPES)

    def units(self, one: Found, margin: str = "  ") -> None:
        self.columns(one, margin)
        if "type" not in one.columns:
            self.line(f"{margin}type:  # ? {self.words('setup.unit_type', types=self.unit_types())}")
        if one.unknown:
            self.line(f"{margin}# types: {{{', '.join(f'{_quoted(word)}: ?' for word in one.unknown)}}}")
            self.line(f"{margin}# {self.words('setup.unit_types', types=self.unit_types())}")

    def more(self, levels: list[Found]) -> None:
        """Lower levels of units in files of their own."""
        if levels:
            self.line(f"  more:  # {self.words('setup.lower_levels')}")
        for one in levels:
            self.line(f"  - file: {_quoted(self.name(one))}")
            self.table(one, "    ")
            self.units(one, "    ")

    def population(self, official: Found | None) -> Callable[[Found], None]:
        """Writer of the rest of the population entry."""

        def rest(one: Found) -> None:
            self.line(f"  base:  # ? {self.words('setup.base_missing')}")
            if one.path.suffix.lower() in RASTER_ENDINGS:
                self.line("  groups:\n    total: 1")
                return
            for key in ("id", "x", "y"):
                if key in one.columns:
                    self.line(f"  {key}: {_quoted(one.columns[key])}")
            if not one.places:
                self.line(f"  datum:  # ? {self.words('setup.datum_missing')}")
            self.groups(one, "  ")
            if one.left:
                self.line(f"  # {_single_line(self.words('setup.numbers_left', columns=_listed(one.left)))}")
            if official is not None:
                self.official(official)

        return rest

    def groups(self, one: Found, margin: str) -> None:
        self.line(f"{margin}groups:")
        for group in GROUPS:
            if group in one.groups:
                self.line(f"{margin}  {group}: {json.dumps(one.groups[group], ensure_ascii=False)}")

    def ledger(self, one: Found) -> None:
        """One facility layer."""
        self.line(f"- layer: {one.layer}  # {self.words(f'setup.{one.why}')}")
        self.line(f"  file: {_quoted(self.name(one))}")
        self.table(one, "  ")
        if not one.places and {"x", "xy"} & set(one.columns):
            self.place_system(one)
        self.columns(one, "  ")
        if one.unknown:
            self.line(f"  # statuses: {{{', '.join(f'{_quoted(word)}: ?' for word in one.unknown)}}}")
            self.line(f"  # {self.words('setup.statuses')}")

    def place_system(self, one: Found) -> None:
        """The mark for the datum of degrees, or for the CRS of anything else."""
        if one.middle is None:
            self.line(f"  datum:  # ? {self.words('setup.datum_missing')}")
            return
        asked = self.words("setup.crs_missing")
        area = self.area
        if area is not None and area.crs is not None and not area.crs.is_geographic:
            west, south, east, north = area.total_bounds
            if west <= one.middle[0] <= east and south <= one.middle[1] <= north:
                asked = self.words("setup.crs_of_units", crs=area.crs.to_string())
        self.line(f"  crs:  # ? {asked}")

    def columns(self, one: Found, margin: str) -> None:
        if one.columns:
            self.line(f"{margin}columns:  # {self.words('setup.recognised')}")
            for field, column in one.columns.items():
                self.line(f"{margin}  {field}: {_quoted(column)}")

    def classes(self, one: Found) -> None:
        """The column that says what kind of street each line is."""
        if "kind" in one.columns:
            self.line(
                f"  columns: {{kind: {_plain(one.columns['kind'])}}}  # {self.words('setup.recognised')}"
            )

    def crs(self, units: Found) -> None:
        """The CGCS2000 zone of the units, where they lie in China and are not projected on another country's datum."""
        outlines = units.outlines
        if outlines is None or outlines.crs is None or not np.isfinite(outlines.total_bounds).all():
            return
        if outlines.crs.is_projected and not _DATUMS.search(outlines.crs.datum.name):
            return
        from coverplan.inputs.places.coordinates import transform_points

        west, south, east, north = outlines.total_bounds
        lon, lat = transform_points([(west + east) / 2], [(south + north) / 2], outlines.crs, "EPSG:4326")
        if not np.isfinite([lon[0], lat[0]]).all():
            return
        meridian = round(float(lon[0]) / 3) * 3
        if meridian in _MERIDIANS and 3 < lat[0] < 55:
            self.line(f"crs: EPSG:{_FIRST_ZONE + (meridian - 75) // 3}  # CGCS2000, {meridian}° E")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> str:
    """A name without quotes where YAML needs none."""
    return text if text.isidentifier() and text.lower() not in _NEVER_PLAIN else _quoted(text)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" ..." if len(names) > _MOST_NAMED else "")


def _single_line(text: str) -> str:
    return " ".join(text.split())
