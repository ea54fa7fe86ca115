"""A recipe says what to fetch for which place; a lock says what came, so that the recipe gives the same bytes again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coverplan.errors import InputError, Problem, Problems
from coverplan.fetch.addresses import SERVICES
from coverplan.fetch.web import Got, sha256_of
from coverplan.scenario.base import Model, Name, Numbered, Title
from coverplan.text.writing import write_whole
from coverplan.yamlfile import read_yaml, validate

RECIPE, LOCK, RAW = "recipe.yaml", "recipe.lock", "raw"
Degrees = tuple[
    Annotated[float, Field(ge=-180, le=180)],
    Annotated[float, Field(ge=-90, le=90)],
    Annotated[float, Field(ge=-180, le=180)],
    Annotated[float, Field(ge=-90, le=90)],
]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Division(Model):
    """A division of geoBoundaries."""

    iso: Iso3
    """Country in three letters."""
    level: Literal["ADM1", "ADM2", "ADM3", "ADM4"]
    """Level of the division."""
    name: Name
    """Its name as geoBoundaries writes it (shapeName) or its id (shapeID)."""


class OvertureDivision(Model):
    """A division of Overture Maps."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    """Country in two letters."""
    name: Name
    """Its name as Overture writes it (names.primary), or the id of the division or of its area."""
    subtype: (
        Literal[
            "country",
            "dependency",
            "macroregion",
            "region",
            "macrocounty",
            "county",
            "localadmin",
            "locality",
            "borough",
            "macrohood",
            "neighborhood",
            "microhood",
        ]
        | None
    ) = None
    """Kind of division, where several have the name."""
    release: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\.\d+$")] | None = None
    """Release, as 2026-10-21.0; the newest when not given. Overture keeps two."""


class Place(Model):
    """Where: exactly one of name, file, bbox, geoboundaries, overture."""

    name: Name | None = None
    """Name that Nominatim is asked for."""
    file: Name | None = None
    """File with the outline, or with several units; relative to the recipe."""
    bbox: Degrees | None = None
    """West, south, east, north in degrees."""
    geoboundaries: Division | None = None
    """A division of geoBoundaries."""
    overture: OvertureDivision | None = None
    """A division of Overture Maps."""

    @model_validator(mode="after")
    def _one(self) -> Place:
        given = [
            name
            for name in ("name", "file", "bbox", "geoboundaries", "overture")
            if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise PydanticCustomError(
                "fetch_one_place",
                f"a place is said in one way, here are {len(given)}; expected one of name, file, bbox, "
                "geoboundaries, overture",
            )
        if self.bbox is not None and not (self.bbox[0] < self.bbox[2] and self.bbox[1] < self.bbox[3]):
            raise PydanticCustomError("fetch_box", "the box is empty; expected west < east and south < north")
        return self


class StreetsFrom(Model):
    """Where streets come from: one of geofabrik, pbf, overpass; none of them for no streets."""

    geofabrik: Name | None = None
    """Region of Geofabrik's server, such as asia/china/jiangsu; its newest extract is cut to the area."""
    pbf: Name | None = None
    """Address of an OpenStreetMap extract, or a file of one's own (relative to the recipe); cut to the area."""
    overpass: bool = False
    """Ask an Overpass server: for one small area only."""

    @model_validator(mode="after")
    def _at_most_one(self) -> StreetsFrom:
        given = [name for name in ("geofabrik", "pbf", "overpass") if getattr(self, name)]
        if len(given) > 1:
            raise PydanticCustomError(
                "fetch_one_streets",
                f"streets come from one source, here are {len(given)}; expected one of geofabrik, pbf, overpass",
            )
        return self


class PeopleFrom(Model):
    """Where people come from."""

    source: Literal["worldpop", "ghs_pop"] = "worldpop"
    """worldpop: 100 m, constrained, by age; ghs_pop: 100 m in Mollweide, all ages together."""
    year: Annotated[int, Field(ge=1975, le=2030)] = 2025
    """Year of the grid: WorldPop 2015 to 2030, GHS-POP every five years from 1975."""
    iso: Iso3 | None = None
    """Country in three letters, for WorldPop; asked of Nominatim when not given."""
    ages: bool = True
    """WorldPop: age groups too, not the total alone."""

    @model_validator(mode="after")
    def _year_of_source(self) -> PeopleFrom:
        if self.source == "worldpop" and self.year < 2015:
            raise PydanticCustomError(
                "fetch_year", f"WorldPop R2025A has no year {self.year}; expected 2015 to 2030"
            )
        if self.source == "ghs_pop" and self.year % 5:
            raise PydanticCustomError(
                "fetch_year", f"GHS-POP has no year {self.year}; expected a year that 5 divides"
            )
        return self


class Recipe(Numbered):
    """What to fetch for which place."""

    name: Title | None = None
    """What to call the study; the place's own name when not given."""
    place: Place
    """Where."""
    buffer_m: float = Field(default=3000.0, ge=0, le=50_000)
    """Streets and heights this far beyond the border."""
    streets: StreetsFrom = StreetsFrom()
    """Streets and, from the same extract, facilities."""
    people: PeopleFrom | None = PeopleFrom()
    """People; null for none."""
    heights: bool = True
    """Heights (Copernicus GLO-30)."""
    facilities: bool = True
    """Facilities of our layers by OpenStreetMap's tags: volunteered and incomplete."""
    mirrors: dict[str, Name] = Field(default_factory=dict)
    """Address of a mirror for a service: nominatim, geoboundaries, overture, overture_files, geofabrik, overpass, worldpop,
    ghs_pop, glo30."""

    @model_validator(mode="after")
    def _known_mirrors(self) -> Recipe:
        for name in self.mirrors:
            if name not in SERVICES:
                raise PydanticCustomError(
                    "fetch_service", f"there is no service {name}; expected one of {', '.join(SERVICES)}"
                )
        return self


def load_recipe(path: Path) -> Recipe:
    """Recipe of a file.

    Raises
    ------
    InputError
        With everything that is wrong, at once.
    """
    problems = Problems()
    document = read_yaml(path, problems)
    recipe = None if document is None else validate(document, Recipe, problems)
    problems.raise_if_errors()
    assert recipe is not None
    return recipe


def recipe_text(recipe: Recipe) -> str:
    """A recipe as the text of its file."""
    said = recipe.model_dump(mode="json", exclude_none=True)
    if recipe.people is None:
        said["people"] = None  # without the key people would come
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that came: which file it became, from which address, of which release, when, how much, and its print."""

    file: str
    service: str
    asked: str
    address: str
    release: str
    fetched: str
    bytes: int
    sha256: str
    source_sha256: str = ""


class Kept:
    """Raw files of a study folder with their lock; what is there and untouched is not fetched again.

    Parameters
    ----------
    folder
        The study's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, Entry] = {entry.file: entry for entry in _entries(folder / LOCK)}
        self.used: list[str] = []

    def file(self, name: str, service: str, asked: str, fetch: Callable[[Path], Got]) -> Path:
        """A raw file: the one that is there if it is what the lock says, else fetched into its place.

        Raises
        ------
        InputError
            If the file was changed since, or cannot be fetched.
        """
        path = self.folder / RAW / name
        known = self.entries.get(name)
        self.used.append(name)
        if known is not None and known.asked == asked and path.is_file():
            if sha256_of(path) != known.sha256:
                raise InputError(
                    [
                        Problem(
                            "the file is not what the lock says", path, expected=f"SHA-256 {known.sha256}",
                            remedy="remove it to fetch it again", code="fetch_changed",
                        )
                    ]
                )  # fmt: skip
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        got = fetch(path)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sha = sha256_of(path)
        source = got.sha256 if got.sha256 != sha else ""
        self.entries[name] = Entry(
            name, service, asked, got.address, got.release, now, got.bytes, sha, source
        )
        self.save()
        return path

    def has(self, name: str, asked: str) -> bool:
        """Whether a raw file of this address is there."""
        known = self.entries.get(name)
        return known is not None and known.asked == asked and (self.folder / RAW / name).is_file()

    def save(self) -> None:
        """Write the lock."""
        ordered = [asdict(self.entries[name]) for name in sorted(self.entries)]
        text = json.dumps({"format": 1, "files": ordered}, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.folder / LOCK, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))

    def of_service(self) -> Mapping[str, list[Entry]]:
        """Entries that this recipe used, by service, in the order of their first use."""
        found: dict[str, list[Entry]] = {}
        for name in dict.fromkeys(self.used):
            entry = self.entries[name]
            found.setdefault(entry.service, []).append(entry)
        return found


def _entries(path: Path) -> list[Entry]:
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        return [Entry(**entry) for entry in said["files"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            [
                Problem(
                    "the lock cannot be read", path, expected="as coverplan fetch wrote it", code="fetch_changed",
                    remedy="remove it and the folder raw to fetch everything again",
                )
            ]
        ) from error  # fmt: skip
