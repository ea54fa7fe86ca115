"""From a recipe to a study folder: what is missing is fetched, then the study is made from what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from coverplan.errors import InputError
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.boundary import Boundary, boundary_of, country_of
from coverplan.fetch.heights import fetch_heights, height_addresses
from coverplan.fetch.people import addresses_of, fetch_people
from coverplan.fetch.recipe import RECIPE, Kept, Recipe, recipe_text
from coverplan.fetch.streets import RAW_STREETS, asked_as, fetch_streets, source_of
from coverplan.fetch.study_folder import Raw, write_study
from coverplan.fetch.web import Web
from coverplan.text.writing import write_whole

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is fetched or there already.

    Parameters
    ----------
    file, service, address
        Raw file, service, and where it comes from.
    here
        It is there already, as the lock says.
    bytes
        Size of the whole source where it says so; of grids only the window over the place is read.
    whole
        The whole source is downloaded.
    """

    file: str
    service: str
    address: str
    here: bool
    bytes: int | None
    whole: bool


class Fetch:
    """A recipe at work in a folder.

    Parameters
    ----------
    recipe
        What to fetch.
    folder
        Study folder; raw files and lock stand in it.
    base
        Folder that file names of the recipe start at.
    web
        Client; one of its own when not given.
    told
        Told of bytes that came and of all that will come, while a large file comes.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        *,
        base: Path,
        web: Web | None = None,
        told: Callable[[int, int | None], None] = lambda _done, _whole: None,
    ) -> None:
        self.recipe, self.folder, self.base, self.told = recipe, folder, base, told
        self.web = Web() if web is None else web
        self.addresses = Addresses(recipe.mirrors)
        self.kept = Kept(folder)

    def steps(self) -> list[Step]:
        """Everything that is needed, with sizes where the services say them; only the outline is fetched for it."""
        boundary, bounds, people, heights, streets = self._needs()
        del boundary
        found = []
        if streets is not None:
            service, address = streets
            asked = asked_as(self.recipe.streets, address, bounds)
            found.append(self._step(RAW_STREETS, service, address, asked, whole=service != "own_file"))
        source = "" if self.recipe.people is None else self.recipe.people.source
        for name, address in people.items():
            found.append(self._step(name, source, address, address, whole=source == "ghs_pop"))
        found += [
            self._step(name, "glo30", address, address, whole=False) for name, address in heights.items()
        ]
        return found

    def run(self) -> tuple[Path, ...]:
        """Fetch what is missing and write the study.

        Raises
        ------
        InputError
            If something cannot be had; what came is kept.
        """
        boundary, bounds, people, heights, streets = self._needs()
        raw = Raw(
            boundary,
            {} if self.recipe.people is None
            else fetch_people(self.recipe.people, people, boundary, self.kept, self.web),
            None if streets is None else fetch_streets(
                *streets, bounds, self.kept, self.web, told=self.told,
                asked=asked_as(self.recipe.streets, streets[1], bounds),
            ),
            fetch_heights(heights, bounds, self.kept, self.web),
        )  # fmt: skip
        text = recipe_text(self.recipe)
        write_whole(self.folder / RECIPE, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
        return write_study(self.folder, self.recipe, raw, self.kept)

    def _needs(
        self,
    ) -> tuple[Boundary, Bounds, dict[str, str], dict[str, str], tuple[str, str] | None]:
        """Outline, box with surroundings, and addresses of people, heights and streets."""
        self.folder.mkdir(parents=True, exist_ok=True)
        boundary = boundary_of(self.recipe.place, self.base, self.kept, self.web, self.addresses)
        bounds = _with_buffer(boundary, self.recipe.buffer_m)
        people: dict[str, str] = {}
        if self.recipe.people is not None:
            people = addresses_of(self.recipe.people, self._iso3(boundary), boundary, self.addresses)
        heights = height_addresses(bounds, self.addresses) if self.recipe.heights else {}
        return boundary, bounds, people, heights, source_of(self.recipe.streets, self.base, self.addresses)

    def _iso3(self, boundary: Boundary) -> str:
        asked = self.recipe.people
        if asked is None or asked.source != "worldpop":
            return ""
        return asked.iso or boundary.iso3 or country_of(boundary.outline, self.kept, self.web, self.addresses)

    def _step(self, file: str, service: str, address: str, asked: str, *, whole: bool) -> Step:
        here = self.kept.has(file, asked)
        size = None
        if not here and service not in {"own_file", "overpass"}:
            try:
                size = self.web.size(address)
            except InputError:
                size = None
        return Step(file, service, address, here, size, whole)


def _with_buffer(boundary: Boundary, buffer_m: float) -> Bounds:
    """Box around the place and its surroundings, in degrees."""
    outline = gpd.GeoSeries([boundary.outline], crs="EPSG:4326")
    metres = outline.to_crs(outline.estimate_utm_crs()).buffer(buffer_m)
    west, south, east, north = metres.to_crs("EPSG:4326").total_bounds
    return float(west), float(south), float(east), float(north)
