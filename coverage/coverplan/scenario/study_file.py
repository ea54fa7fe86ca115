"""Schema of ``study.yaml``: what is on the ground and in which files it stands."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, PlainSerializer, field_validator, model_validator

from coverplan.scenario.base import (
    CrsName,
    LayerName,
    Model,
    Name,
    Numbered,
    Title,
    TypeName,
    Word,
    json_number,
)
from coverplan.scenario.printed import Printed
from coverplan.vocabulary import DATUMS, Status, UnitType
from coverplan.yamlfile import unfit

FacilityField = Literal[
    "id", "name", "name_en", "x", "y", "xy", "type", "functions", "grade", "status", "unit_code",
    "county", "town", "village", "serves_units", "premises_id", "beds", "nursing_beds", "places",
    "niches", "niches_left", "staff", "social_workers", "floor_area_m2", "land_m2", "cost", "opened",
    "closes", "funded", "precision", "public", "source",
]  # fmt: skip
UnitField = Literal["code", "name", "type", "parent", "households"]
TotalsField = Literal["code", "county", "town", "village"]
StreetField = Literal["kind", "name", "oneway", "maxspeed", "bridge", "tunnel", "foot", "access"]


class Condition(Model):
    """Rows to keep: those whose value in a column fits every test that is given."""

    column: Name
    """Column to look at."""
    above: float | None = None
    """Keep numbers greater than this."""
    at_least: float | None = None
    """Keep numbers greater than or equal to this."""
    any_of: tuple[bool | str | int | float, ...] | None = None
    """Keep rows whose value, as it stands in the file, is one of these."""

    @model_validator(mode="after")
    def _asks_something(self) -> Condition:
        if self.above is None and self.at_least is None and self.any_of is None:
            raise unfit("tests_nothing", "the condition tests nothing", "above, at_least or any_of")
        return self


def _check_system(crs: str | None, datum: str | None) -> None:
    """Refuse two systems for one file, and datums that do not exist."""
    if datum is None:
        return
    if crs is not None:
        raise unfit("crs_and_datum", "crs and datum are both given", "only one of them", "remove `crs:`")
    if datum not in DATUMS and not datum.upper().startswith("EPSG:"):
        known = ", ".join([*DATUMS, "EPSG:4490"])
        raise unfit("no_such_datum", "there is no datum {datum}", f"one of {known}", datum=datum)


class Source(Model):
    """A file with places: a table with coordinates, or a layer of points, lines or polygons."""

    file: Name
    """Path, relative to the file that names it: .csv, .xlsx, .xls, .ods, .gpkg, .geojson, .shp."""
    sheet: Name | None = None
    """Sheet of a workbook; when not given, the first one and all that have the same header."""
    header_row: int | None = Field(default=None, ge=1)
    """Row of a table's header, counted from 1; it is looked for when not given."""
    table: Name | None = None
    """Layer inside a GeoPackage; needed when it holds several."""
    encoding: Name | None = None
    """Character encoding of a csv file or a Shapefile; told from the content, and said, when not given."""
    crs: CrsName | None = None
    """Coordinate reference system of x and y, such as EPSG:4326. Layers that carry their own need none."""
    datum: Name | None = None
    """Instead of `crs`: wgs84, cgcs2000, gcj02 (AMap, Tencent), bd09 (Baidu) or an EPSG code. Never guessed."""
    where: Condition | None = None
    """Which rows to keep; all of them when not given."""

    @model_validator(mode="after")
    def _one_system(self) -> Self:
        _check_system(self.crs, self.datum)
        return self


class Roster(Source):
    """An official list of units: a table with codes and names."""

    columns: dict[UnitField, Name] = Field(default_factory=dict)
    """Column of each field, where its header does not say so."""


class LongTable(Model):
    """How a table with one row for each unit and age is read: as if it had a column for each word of ages."""

    ages: Name
    """Column of ages: 0-4岁, 5-9岁 ..., a word a row."""
    people: Name
    """Column of the numbers of people."""
    only: dict[Name, Name | int] = Field(default_factory=dict)
    """Word to keep in columns that count people several times: {性别: 合计, 年份: 2024}."""


class UnitFile(Source):
    """A file with units of some levels."""

    columns: dict[UnitField, Name] = Field(default_factory=dict)
    """Column of each field, where it is not called as the field."""
    types: dict[Name, UnitType] = Field(default_factory=dict)
    """Type of unit for each word that stands in the type column."""
    type: UnitType | None = None
    """Type of every unit, when the file has no such column."""


class Units(UnitFile):
    """Administrative units; without them the whole area is one unit."""

    more: tuple[UnitFile, ...] = ()
    """Further files with units of other levels; a parent may be named by code or name, else it is the unit around."""
    overlaps: Literal["refuse", "smaller"] = "refuse"
    """Ground that two units of one parent share: refused with its area, or left to the smaller unit, which is said."""
    aliases: dict[Name, Name] = Field(default_factory=dict)
    """Code of the unit for names that ledgers write otherwise (回龙镇: "430529101"); names are never matched loosely."""
    rosters: tuple[Roster, ...] = ()
    """Official lists of units, against which missing units and names are reported."""
    beyond: UnitFile | None = None
    """Units around the study, as `split` writes them: they part the cells of people there, and nobody is counted by them."""


class OfficialTotals(Source):
    """Official numbers of people by unit and group, which the people at the points are scaled to."""

    base: Literal["resident", "registered"]
    """Who is counted: residents 常住 or the registered 户籍; must be that of the population."""
    year: int | None = Field(default=None, ge=1900, le=2200)
    """Year of the count."""
    columns: dict[TotalsField, Name] = Field(default_factory=dict)
    """Columns of the unit's code, or of its name and its parents' names, where their headers do not say so."""
    groups: dict[Word, Name | tuple[Name, ...]] = Field(min_length=1)
    """Column of each group, or several that are added; "65岁..100岁以上" means all columns from the one to the other."""
    long: LongTable | None = None
    """For tables with one row for each unit and age: groups are then made of the words of ages."""


class AgeTable(Source):
    """People of units in five-year age groups, from a census or a sample."""

    base: Literal["resident", "registered"]
    """Who is counted; must be that of the population."""
    year: int = Field(ge=1900, le=2200)
    """Year of the count."""
    columns: dict[TotalsField, Name] = Field(default_factory=dict)
    """Columns of the unit's code, or of its name and its parents' names, where their headers do not say so."""
    ages: Name | tuple[Name, ...]
    """Columns of 0-4, 5-9 ... in this order, the last one open; "0-4岁..85岁以上" means all from the one to the other."""
    long: LongTable | None = None
    """For tables with one row for each unit and age: `ages` then names words of the column of ages."""


class DatedTotals(OfficialTotals):
    """Official numbers of a year that must be said."""

    year: int = Field(ge=1900, le=2200)
    """Year of the count."""


class _TwoCounts(Model):
    parent_totals: dict[Name, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """People of the plan year that all units below a unit must have together, by its code; "all" means all units."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.earlier.year, self.later.year  # type: ignore[attr-defined]
        if first >= last:
            raise unfit(
                "counts_in_order",
                "the earlier count is of {first} and the later one of {last}",
                "two years in order",
                first=first,
                last=last,
            )
        return self


class Growth(_TwoCounts):
    """Totals of two years, carried on by each unit's constant yearly growth."""

    earlier: DatedTotals
    """Numbers of the earlier year."""
    later: DatedTotals
    """Numbers of the later year, with the same groups."""

    @model_validator(mode="after")
    def _same_groups(self) -> Self:
        if set(self.earlier.groups) != set(self.later.groups) or "total" not in self.later.groups:
            raise unfit(
                "groups_of_counts", "the two years have different groups, or no total", "the same with total"
            )
        return self


class Cohorts(_TwoCounts):
    """Five-year age groups of two years, carried on by cohort-change ratios (Hamilton and Perry)."""

    earlier: AgeTable
    """Ages of the earlier year."""
    later: AgeTable
    """Ages 5, 10 or 15 years later."""

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        apart = self.later.year - self.earlier.year
        if apart not in {5, 10, 15}:
            raise unfit(
                "counts_apart",
                "the two counts are {apart} years apart",
                "5, 10 or 15, as cohorts of five years move",
                apart=apart,
            )
        return self


class Projection(Model):
    """People in a plan year; every unit's points are scaled by its factors, which the result shows."""

    year: int = Field(ge=1900, le=2200)
    """Plan year."""
    totals: OfficialTotals | None = None
    """Numbers of that year by unit (a forecast), or of one unit above them, which controls the sum."""
    growth: Growth | None = None
    """Instead: totals of two years, carried on."""
    cohorts: Cohorts | None = None
    """Instead: ages of two years, carried on by cohort."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.totals, self.growth, self.cohorts) if way is not None]
        if len(ways) != 1:
            raise unfit(
                "ways_to_year",
                "{count} ways to the plan year",
                "one of totals, growth, cohorts",
                count=len(ways),
            )
        for way in (self.growth, self.cohorts):
            if way is not None and self.year <= way.later.year:
                raise unfit(
                    "plan_year_early",
                    "the plan year {year} is not after the later count of {later}",
                    "a year after it",
                    year=self.year,
                    later=way.later.year,
                )
        return self

    @property
    def sources(self) -> tuple[OfficialTotals | AgeTable, ...]:
        """The tables from which the plan year follows."""
        way = self.growth or self.cohorts
        return (self.totals,) if self.totals is not None else () if way is None else (way.earlier, way.later)


class Population(Source):
    """Where people are."""

    base: Literal["resident", "registered"]
    """Who is counted: residents 常住 or the registered 户籍."""
    year: int | None = Field(default=None, ge=1900, le=2200)
    """Year of the count."""
    id: Name | None = None
    """Column of ids; rows are numbered when not given."""
    x: Name | None = None
    """Column of x or longitude, for tables."""
    y: Name | None = None
    """Column of y or latitude, for tables."""
    groups: dict[Word, Name | Annotated[int, Field(ge=1)] | tuple[Name, ...]] = Field(min_length=1)
    """Column (or band of a raster) of each demand group, or several columns that are added; "0-4岁..85岁以上" means all from
    the one to the other."""
    nodata: Annotated[float, Field(allow_inf_nan=True), PlainSerializer(json_number)] | None = None
    """Number of raster cells without data, where the file does not say it, `.nan` and `.inf` among them; -1 where every
    number is a count."""
    blank: Literal["refuse", "zero"] = "refuse"
    """What an empty people cell means: unknown, which stops the run, or nobody."""
    cell_m: float = Field(default=0.0, ge=0)
    """Width of the cell that each point stands for; 0 for points that stand for themselves."""
    spread: Literal["as_given", "uniform"] = "as_given"
    """uniform: the file holds areas without counts (built-up ground), over which the official totals are spread evenly
    at a spacing of `cell_m`; the columns of the groups are then not read."""
    official: OfficialTotals | None = None
    """Official totals of units: the points keep their pattern, the units get these numbers; the factors are shown."""
    projection: Projection | None = None
    """A later year to which the people are projected."""


class Streets(Model):
    """The street network."""

    file: Name
    """OpenStreetMap extract (.osm.pbf, .osm), osmnx graph (.graphml) or a line layer (.gpkg, .geojson, .shp)."""
    table: Name | None = None
    """Layer inside a GeoPackage."""
    crs: CrsName | None = None
    """Coordinate reference system of a line layer that carries none."""
    datum: Name | None = None
    """Instead of `crs`: wgs84, cgcs2000, gcj02 (AMap, Tencent), bd09 (Baidu) or an EPSG code. Never guessed."""
    encoding: Name | None = None
    """Character encoding of a Shapefile; told from the content, and said, when not given."""
    trunks_on_foot: bool = False
    """OpenStreetMap: walk along trunk roads even where no tag speaks of walkers, as along national roads in the country."""
    join_crossings: bool = False
    """Line layers: join lines where they cross; bridges and tunnels stay apart."""
    join_gaps: bool = False
    """Join dead ends that stop a few metres short of another street; every joint is listed."""
    beyond_m: float = Field(default=0.0, ge=0)
    """Read streets at least this far beyond the area's border, in metres; as far as the longest standard in any case."""
    columns: dict[StreetField, Name] = Field(default_factory=dict)
    """Column of each field of a line layer, where neither its head nor its words say so."""
    kinds: dict[Name, Name] = Field(default_factory=dict)
    """Class of OpenStreetMap for each word of the class column (快速通道: motorway); no for lines that are no streets."""

    @model_validator(mode="after")
    def _one_system(self) -> Self:
        _check_system(self.crs, self.datum)
        return self

    @property
    def layer(self) -> Source:
        """The line layer as a source of rows."""
        return Source(
            file=self.file, table=self.table, crs=self.crs, datum=self.datum, encoding=self.encoding
        )


class FacilityLayer(Source):
    """Facilities of one layer from one file."""

    layer: LayerName
    """Layer: elder_care, social_work, child_protection, cemetery, civic or one of the study's own."""
    type: TypeName | None = None
    """Type of every row, when the file has no type column."""
    columns: dict[FacilityField, Name] = Field(default_factory=dict)
    """Column of each field, where its header does not say so; overrides what the header says."""
    ignore: tuple[Name, ...] = ()
    """Columns that are kept as they are and read as no field."""
    mended: tuple[Name, ...] = ()
    """Workbooks with filled send-back sheets of `coverplan check`; their cells replace those of the file."""
    types: dict[Name, TypeName] = Field(default_factory=dict)
    """Type for each word that stands in the type column."""
    statuses: dict[Name, Status] = Field(default_factory=dict)
    """Status for each word that stands in the status column."""
    functions: dict[Name, Word] = Field(default_factory=dict)
    """Function for each word that stands in the functions column."""
    status: Status = "operating"
    """Status where the file says none."""
    public: bool | None = None
    """False: shown by unit only. Default: what the type says."""
    title: Title | None = None
    """What to call the layer on maps and pages, when it is one of the study's own."""


class Projects(Source):
    """Planned facilities of any layer: what is promised, from when on, and whether it is paid for."""

    layer_column: Name = "layer"
    """Column of the layer of each project."""
    columns: dict[FacilityField, Name] = Field(default_factory=dict)
    """Column of each field, where it is not called as the field."""
    types: dict[Name, TypeName] = Field(default_factory=dict)
    """Type for each word that stands in the type column."""
    statuses: dict[Name, Status] = Field(default_factory=dict)
    """Status for each word that stands in the status column."""
    functions: dict[Name, Word] = Field(default_factory=dict)
    """Function for each word that stands in the functions column."""


class BaseLayer(Source):
    """A layer drawn under the maps or used as a barrier."""


HeightUnit = Literal["m", "dm", "cm", "ft"]


class Elevation(Model):
    """Height of the ground."""

    file: Name
    """Raster of heights: .tif, .img or .asc."""
    unit: HeightUnit = "m"
    """Unit of its numbers."""
    crs: CrsName | None = None
    """Coordinate reference system of a raster that carries none."""


class StudyFile(Numbered, Printed):
    """What is on the ground: one folder, one ``study.yaml``."""

    name: Title
    """Name of the place."""
    synthetic: bool = False
    """True for invented data, which is then said on every map, table and page (R14)."""
    crs: CrsName | None = None
    """Projected CRS in metres for all computing; the local UTM zone when not given."""
    as_of: dt.date | None = Field(default=None, ge=dt.date(1900, 1, 1), le=dt.date(2200, 12, 31))
    """Date of the facility data."""
    area: Source | None = None
    """Outline of the study area; else all units together; else everything that people's points span."""
    units: Units | None = None
    """Administrative units."""
    population: Population
    """People and where they live."""
    streets: Streets | None = None
    """The street network; without one only straight-line standards can be asked."""
    facilities: tuple[FacilityLayer, ...] = Field(min_length=1)
    """Facility layers."""
    base: dict[Literal["water", "railway", "green", "built_up", "farmland"], BaseLayer] = Field(
        default_factory=dict
    )
    """Layers drawn under the maps. No facility can stand in water or farmland; the check names those that do."""
    barriers: tuple[BaseLayer, ...] = ()
    """What the leg from a door to the street may not cross: rivers, railways, walls, hard borders."""
    projects: Projects | None = None
    """Planned facilities, which serve from the year they open."""
    elevation: Elevation | None = None
    """Height of the ground, for slopes."""
    sources: tuple[Title, ...] = ()
    """Sources as they are to be printed on maps and in reports, each a text or one for each language."""

    @field_validator("facilities")
    @classmethod
    def _a_type_belongs_to_one_layer(cls, layers: tuple[FacilityLayer, ...]) -> tuple[FacilityLayer, ...]:
        owner: dict[str, str] = {}
        for layer in layers:
            for kind in {*layer.types.values(), *([layer.type] if layer.type else [])}:
                if owner.setdefault(kind, layer.layer) != layer.layer:
                    raise unfit(
                        "type_of_two_layers",
                        "the type {kind} stands in the layers {first} and {second}",
                        "each type in one layer",
                        "rename the type in one of them",
                        kind=kind,
                        first=owner[kind],
                        second=layer.layer,
                    )
        return layers
