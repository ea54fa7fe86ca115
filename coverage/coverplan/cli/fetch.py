"""The command that makes a study from open data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coverplan.cli.options import LanguageOption

if TYPE_CHECKING:
    from coverplan.fetch.recipe import Recipe


#: Collections of divisions and what their divisions are told by.
_DIVISIONS = {"overture": ("country", "subtype", "name"), "geoboundaries": ("iso", "level", "name")}


class People(StrEnum):
    """Sources of people."""

    WORLDPOP = "worldpop"
    GHS_POP = "ghs_pop"
    NONE = "none"


def fetch(
    place: Annotated[
        str,
        typer.Argument(
            metavar="PLACE",
            help="A name, a file with the outline, W,S,E,N in degrees, a division as overture:CN/county/NAME or "
            "geoboundaries:CHN/ADM3/NAME, or a recipe (YAML).",
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Study folder to make.")] = None,
    geofabrik: Annotated[
        str | None, typer.Option("--geofabrik", help="Streets from this region, as asia/china/jiangsu.")
    ] = None,
    pbf: Annotated[
        str | None, typer.Option("--pbf", help="Streets from this extract: an address or a file.")
    ] = None,
    overpass: Annotated[
        bool, typer.Option("--overpass", help="Streets of one small area from Overpass.")
    ] = False,
    people: Annotated[People, typer.Option("--people", help="Source of people.")] = People.WORLDPOP,
    year: Annotated[int, typer.Option("--year", help="Year of the people.")] = 2025,
    iso: Annotated[str | None, typer.Option("--iso", help="Country in three letters, as CHN.")] = None,
    heights: Annotated[bool, typer.Option("--heights/--no-heights", help="Heights (GLO-30).")] = True,
    buffer_m: Annotated[
        float, typer.Option("--buffer-m", min=0, help="Streets this far beyond the border.")
    ] = 3000.0,
    mirror: Annotated[
        list[str] | None, typer.Option("--mirror", help="NAME=ADDRESS in the place of a service.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come and how large it is.")
    ] = False,
    lang: LanguageOption = None,
) -> None:
    """Make a study from open data: outline, people, streets, heights, facilities; a recipe gives the same again.

    用开放数据建立研究区：边界、人口、路网、高程、设施；按配方（recipe.yaml）可重做出相同文件。
    """
    from coverplan.fetch.recipe import load_recipe
    from coverplan.fetch.run_recipe import Fetch
    from coverplan.text.words import Words

    words = Words("en" if lang is not None and lang.value == "en" else "zh")
    named = Path(place)
    if named.suffix.lower() in {".yaml", ".yml"}:
        recipe, base = load_recipe(named), named.parent
        folder = named.parent if out is None else out
    else:
        asked: dict[str, Any] = {
            "place": place_of(place),
            "buffer_m": buffer_m,
            "streets": {"geofabrik": geofabrik, "pbf": _absolute(pbf), "overpass": overpass},
            "people": None if people is People.NONE else {"source": people.value, "year": year, "iso": iso},
            "heights": heights,
            "mirrors": dict(text.partition("=")[::2] for text in mirror or ()),
        }
        recipe, base = _recipe(asked), Path()
        folder = Path("study") if out is None else out
    work = Fetch(recipe, folder, base=base, told=_Told(words))
    steps = work.steps()
    for step in steps:
        how = "here" if step.here else "whole" if step.whole else "window"
        size = (
            words("fetch.unknown_size")
            if step.bytes is None
            else words("fetch.size", mb=words.number(step.bytes / 1e6, 1))
        )
        typer.echo(words(f"fetch.{how}", file=step.file, size=size, address=step.address))
    if dry_run:
        return
    for path in work.run():
        typer.echo(str(path))
    typer.echo(words("fetch.done", mb=words.number(work.web.bytes / 1e6, 1), folder=folder))


class _Told:
    """Says how far a large file has come, at every tenth."""

    def __init__(self, words: Any) -> None:
        self._words, self._said = words, -1

    def __call__(self, done: int, whole: int | None) -> None:
        tenth = done // 50_000_000 if whole is None else 10 * done // max(1, whole)
        if tenth != self._said:
            self._said = tenth
            typer.echo(self._words("fetch.coming", mb=self._words.number(done / 1e6, 0)), err=True)


def place_of(text: str) -> dict[str, Any]:
    """Place of a recipe as it is said on the command line."""
    source, _, division = text.partition(":")
    if source in _DIVISIONS and division.count("/") >= len(_DIVISIONS[source]) - 1:
        parts = division.split("/", len(_DIVISIONS[source]) - 1)
        return {source: dict(zip(_DIVISIONS[source], parts, strict=True))}
    parts = text.split(",")
    if len(parts) == 4:
        try:
            return {"bbox": [float(part) for part in parts]}
        except ValueError:
            pass
    return {"file": str(Path(text).resolve())} if Path(text).is_file() else {"name": text}


def _absolute(pbf: str | None) -> str | None:
    return pbf if pbf is None or pbf.startswith(("http://", "https://")) else str(Path(pbf).resolve())


def _recipe(asked: dict[str, Any]) -> Recipe:
    """A recipe from options; what is wrong is said as in a file."""
    from coverplan.errors import Problems
    from coverplan.fetch.recipe import Recipe
    from coverplan.yamlfile import Document, validate

    problems = Problems()
    recipe = validate(Document(Path("--"), asked, {(): 1}), Recipe, problems)
    problems.raise_if_errors()
    assert recipe is not None
    return recipe
