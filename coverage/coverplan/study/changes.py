"""Changes that a scenario makes to the facilities of a study: open, close, move, upgrade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyproj
import shapely

from coverplan.errors import Problem, Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.earth import no_places
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.places.geometries import known_crs, transform_points
from coverplan.scenario.change_file import Change, Fields, Moving, Opening, Place, Upgrading
from coverplan.study.place_names import place_names
from coverplan.study.standing import Standing
from coverplan.text.words import Language
from coverplan.vocabulary import NUMBER_FIELDS
from coverplan.yamlfile import Document, KeyPath


@dataclass(frozen=True, slots=True)
class Changed:
    """Facilities after the changes of a scenario.

    Parameters
    ----------
    facilities
        The changed ledger; the study's own is left as it was.
    applied, later
        Positions in the scenario's list of the changes that hold in the year looked at, and of those that
        only come after it.
    protected
        Units of the changes whose place must not be shown, by position; None outside every unit. Such a change
        concerns a facility that is not public before or after it, whether it is in force or not.
    unnamed
        Units of what is opened without a name and may be shown, by layer and id, as `place_names` takes them.
    """

    facilities: Facilities
    applied: tuple[int, ...]
    later: tuple[int, ...]
    protected: Mapping[int, str | None] = field(default_factory=dict)
    unnamed: Mapping[tuple[str, str], str | None] = field(default_factory=dict)


def apply_changes(
    facilities: Facilities,
    document: Document,
    changes: tuple[Change, ...],
    *,
    year: int | None,
    area: StudyArea,
    units: UnitTree,
    problems: Problems,
    language: Language,
    standing: Standing | None = None,
) -> Changed:
    """Apply the changes that hold in `year` in the order in which they stand.

    Every change is checked, those of later years too. Problems name the change's place in the scenario file. Who asks
    again and again about the same facilities gives their `standing`, made once. What is opened without a name is called
    by its place, in `language`.
    """
    standing = Standing(facilities) if standing is None else standing
    ledger = _Ledger(standing, area=area, units=units, document=document, problems=problems)
    applied: list[int] = []
    later: list[int] = []
    for i, change in enumerate(changes):
        if change.year is not None and year is None:
            problems.add(
                document.problem(
                    ("changes", i, "year"),
                    "the change has a year and the scenario has none",
                    value=change.year,
                    expected="a `year:` in the scenario",
                    remedy="say which year is looked at",
                    code="missing_year",
                )
            )
        holds = change.year is None or year is None or change.year <= year
        (applied if holds else later).append(i)
        ledger.apply(change, ("changes", i), in_force=holds)
    unnamed = ledger.unnamed()
    changed = ledger.changed(place_names(unnamed, units, language)) if applied else facilities
    return Changed(changed, tuple(applied), tuple(later), ledger.protected(changes), unnamed)


class _Ledger:
    """Rows of the ledger while they change; only those that a change is about are laid out, the table at the end."""

    def __init__(
        self,
        standing: Standing,
        *,
        area: StudyArea,
        units: UnitTree,
        document: Document,
        problems: Problems,
    ) -> None:
        self.standing = standing
        self.area, self.units, self.document, self.problems = area, units, document, problems
        self._rows: dict[int, dict[str, Any]] = {}
        self._opened: dict[tuple[str, str], int] = {}
        self._placed: set[int] = set()
        self._unnamed: dict[tuple[str, str], shapely.Point] = {}
        self._hidden: dict[tuple[str, str], str | None] = dict(standing.hidden)

    def changed(self, names: Mapping[tuple[str, str], str]) -> Facilities:
        """The facilities after all changes; with names for those that were opened without one."""
        for at in self._placed:
            self._rows[at]["unit"] = self._unit_at(self._rows[at]["geometry"])
        for key, name in names.items():
            row = self._rows.get(self._opened.get(key, -1))
            if row is not None and row["name"] == row["id"]:
                row["name"] = name
        self.standing.forget()
        return self.standing.with_rows(self._rows)

    def unnamed(self) -> dict[tuple[str, str], str | None]:
        """Units of what was opened without a name and may be shown, where it stands in the end."""
        found = {}
        for key, point in self._unnamed.items():
            row = self._rows.get(self._opened.get(key, -1))
            if key not in self._hidden:
                found[key] = self._unit_at(point if row is None else row["geometry"])
        return found

    def protected(self, changes: Sequence[Change]) -> dict[int, str | None]:
        """Units of the changes of facilities that are not public, by position."""
        keys = [(of_change.layer, of_change.id) for of_change in map(touched, changes)]
        return {at: self._hidden[key] for at, key in enumerate(keys) if key in self._hidden}

    def apply(self, change: Change, place: KeyPath, *, in_force: bool) -> None:
        """Check a change and, when it is in force, carry it out."""
        if change.open is not None:
            self._open(change.open, (*place, "open"), change.year, in_force=in_force)
        elif change.close is not None:
            self._change(
                change.close,
                (*place, "close"),
                lambda row: self._set(row, status="closed"),
                in_force=in_force,
            )
        elif change.move is not None:
            self._move(change.move, (*place, "move"), in_force=in_force)
        elif change.upgrade is not None:
            self._upgrade(change.upgrade, (*place, "upgrade"), in_force=in_force)

    def _upgrade(self, upgrade: Upgrading, place: KeyPath, *, in_force: bool) -> None:
        offers = _given(upgrade.offers)
        at = self._row(upgrade)
        if at is not None:
            row = self._laid_out(at)
            public = self._shown(row | offers | {"public": row["public"]}, upgrade.offers)
            offers["public"] = public
            if not public:
                self._hidden.setdefault((upgrade.layer, upgrade.id), row["unit_code"] or row["unit"])
        self._change(upgrade, place, lambda at: self._set(at, **offers), in_force=in_force, closing=False)

    def _shown(self, row: dict[str, Any], offers: Fields) -> bool:
        return self.standing.before.shown_after(row, said=offers.public)

    def _row(self, wanted: Place) -> int | None:
        key = wanted.layer, wanted.id
        return self._opened.get(key, self.standing.at.get(key))

    def _laid_out(self, at: int) -> dict[str, Any]:
        """The row as it stands after the changes so far."""
        if at not in self._rows:
            self._rows[at] = self.standing.row(at)
        return self._rows[at]

    def _change(
        self,
        wanted: Place,
        place: KeyPath,
        act: Callable[[int], None],
        *,
        in_force: bool,
        closing: bool = True,
    ) -> None:
        row = self._row(wanted)
        if row is None:
            opened = [name for layer, name in self._opened if layer == wanted.layer]
            known = [*self.standing.ids.get(wanted.layer, ()), *opened]
            self.problems.add(_unknown(self.document, place, wanted, known))
        elif in_force:
            if closing and self._laid_out(row)["status"] == "closed":
                self.problems.add(_closed(self.document, place, wanted))
            act(row)

    def _set(self, row: int, **values: Any) -> None:
        self._laid_out(row).update(values)

    def _open(self, new: Opening, place: KeyPath, year: int | None, *, in_force: bool) -> None:
        if self._row(new) is not None:
            self.problems.add(
                self.document.problem(
                    (*place, "id"),
                    "a facility of this id exists already",
                    value=new.id,
                    expected="a new id",
                    remedy="use upgrade or move to change an existing facility",
                    code="duplicate_id",
                )
            )
            return
        shown = self._shown(
            {
                "layer": new.layer,
                "type": new.offers.type,
                "name": new.offers.name or new.id,
                "functions": new.offers.functions,
                "public": True,
            },
            new.offers,
        )
        point = self._point(new.x, new.y, new.crs, place, shown=shown)
        if point is None:
            return
        if not shown:
            self._hidden[new.layer, new.id] = new.offers.unit_code or self._unit_at(point)
        if not new.offers.name:
            self._unnamed[new.layer, new.id] = point
        if not in_force:
            return
        row: dict[str, Any] = dict.fromkeys(self.standing.columns)
        row.update(dict.fromkeys(NUMBER_FIELDS, np.nan))
        row.update(opened=np.nan if year is None else float(year), closes=np.nan)
        row.update(
            id=new.id, layer=new.layer, name=new.id, status="operating", serves_units=(), precision="site"
        )
        row.update(_given(new.offers))
        row["public"] = shown
        row.update(geometry=point, source="scenario")
        at = self.standing.facilities + len(self._opened)
        self._opened[new.layer, new.id] = at
        self._placed.add(at)
        self._rows[at] = row

    def _move(self, move: Moving, place: KeyPath, *, in_force: bool) -> None:
        shown = (move.layer, move.id) not in self._hidden
        point = self._point(move.x, move.y, move.crs, place, shown=shown)
        if point is None:
            return
        self._change(move, place, lambda row: self._put(row, point), in_force=in_force)

    def _unit_at(self, point: shapely.Point) -> str | None:
        known, key = self.standing.units, (point.x, point.y)
        if key not in known:
            at = int(self.units.locate(np.array([point.x]), np.array([point.y]))[0])
            known[key] = None if at == OUTSIDE else self.units.codes[at]
        return known[key]

    def _put(self, row: int, point: shapely.Point) -> None:
        self._set(row, geometry=point)
        self._placed.add(row)

    def _point(self, x: float, y: float, crs: str, place: KeyPath, *, shown: bool) -> shapely.Point | None:
        found = self.standing.points.get((x, y, crs))
        if found is None:
            source: pyproj.CRS | None = known_crs(crs, self.problems, file=self.document.path)
            if source is None:
                return None
            found = self._looked_up(x, y, source, place, crs)
            if found is None:
                return None
            self.standing.points[x, y, crs] = found
        point, inside = found
        if not inside:
            self.problems.add(
                self.document.problem(
                    place,
                    "the place lies outside the study area",
                    value=f"x {x}, y {y}" if shown else None,
                    expected="a place inside, or a neighbour's on purpose",
                    severity="warning",
                    code="facility_outside",
                )
            )
        return point

    def _looked_up(
        self, x: float, y: float, source: pyproj.CRS, place: KeyPath, crs: str
    ) -> tuple[shapely.Point, bool] | None:
        """Point in the study's CRS and whether the area holds it; None where the place does not exist."""
        new_x, new_y = transform_points([x], [y], source, self.area.crs)
        here = no_places(np.array([x]), np.array([y]), source), no_places(new_x, new_y, self.area.crs)
        if np.any(here):
            self.problems.add(
                self.document.problem(
                    place,
                    "the coordinates do not fit the coordinate reference system",
                    value=f"x {x}, y {y}",
                    expected=f"coordinates in {crs}",
                    code="impossible_coordinates",
                )
            )
            return None
        return shapely.Point(new_x[0], new_y[0]), bool(self.area.holds(new_x, new_y)[0])


def unknown_facilities(
    facilities: Facilities, document: Document, changes: Sequence[Change]
) -> list[Problem]:
    """Changes of facilities that no ledger has and no change before opens, where the rest of a study cannot be used."""
    ids, found = Standing(facilities).ids, []
    for at, change in enumerate(changes):
        place = touched(change)
        known = ids.setdefault(place.layer, [])
        if change.open is not None:
            known.append(place.id)
        elif place.id not in known:
            kind = next(word for word in ("close", "move", "upgrade") if getattr(change, word) is not None)
            found.append(_unknown(document, ("changes", at, kind), place, known))
    return found


def _unknown(document: Document, place: KeyPath, wanted: Place, known: Sequence[str]) -> Problem:
    near = [one for one in known if one.endswith(f":{wanted.id}")]
    near = [" or ".join(near[:5])] if near else get_close_matches(wanted.id, known, n=1)
    return document.problem(
        (*place, "id"),
        f"the layer {wanted.layer} has no facility of this id",
        value=wanted.id,
        expected=f"one of the {len(known)} ids of the layer" if known else "an existing layer",
        remedy=f"did you mean {near[0]}?" if near else "check layer and id",
        code="unknown_facility",
    )


def _closed(document: Document, place: KeyPath, wanted: Place) -> Problem:
    return document.problem(
        (*place, "id"),
        "the facility is closed already",
        value=wanted.id,
        expected="a facility that still stands, or each change once",
        remedy="leave one out, or open it again by an upgrade of its status",
        severity="warning",
        code="closed_already",
    )


def touched(change: Change) -> Place:
    """Layer and id of the facility that a change is about."""
    found = change.open or change.close or change.move or change.upgrade
    assert found is not None  # the schema holds exactly one
    return found


def _given(offers: Fields) -> dict[str, Any]:
    """Only what the file says; functions as the set that the ledger holds."""
    given = offers.model_dump(exclude_unset=True)
    if given.get("functions") is not None:
        given["functions"] = frozenset(given["functions"])
    return given
