"""Who is covered by whom: demand points within a standard of rows that stand and of rows that actions leave behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coverplan.programme.actions.variants import Variants
from coverplan.reach.matrix import Cover, Reach
from coverplan.scenario.scenario_file import Standard
from coverplan.service.measure import Surveyor
from coverplan.siting.pairs import Pairs, from_triples
from coverplan.units import BoolArray, Int64Array, minutes_to_ms

#: Position of no action.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class CoverSets:
    """Demand points that are covered in a year, as far as that depends on actions.

    Parameters
    ----------
    always
        Shape (points,): covered whatever is done.
    pairs
        Sites and the points that they cover; points that are always covered are left out.
    opened_by
        Shape (sites,): action that brings the site, `NOBODY` for one that stands.
    closed_by
        Actions that take away each standing site, by position of the site.
    """

    always: BoolArray
    pairs: Pairs
    opened_by: Int64Array
    closed_by: Mapping[int, tuple[int, ...]]


@dataclass(slots=True)
class Covers:
    """Cover sets of any standard and year, from travel times that are searched once for a standard.

    Parameters
    ----------
    surveyor
        Measures travel times.
    variants
        Rows of each year.
    """

    surveyor: Surveyor
    variants: Mapping[int, Variants]
    _sets: dict[tuple[str, int], CoverSets] = field(default_factory=dict)
    _reach: dict[str, tuple[dict[str, int], Cover]] = field(default_factory=dict)

    def sets(self, standard: Standard, year: int) -> CoverSets:
        """Cover sets of a standard at the end of a year."""
        key = (timing(standard), year)
        if key not in self._sets:
            self._sets[key] = self._make(standard, year)
        return self._sets[key]

    def _make(self, standard: Standard, year: int) -> CoverSets:
        variants = self.variants[year]
        place_of, cover = self._reach_of(standard)
        counted = _counted(standard, variants, year)
        counts = np.zeros(len(variants.facilities.table), dtype=bool)
        counts[counted] = True
        always = np.zeros(cover.demand_points, dtype=bool)
        sites: list[tuple[int, int, tuple[int, ...]]] = []
        for row in counted.tolist():
            place = place_of.get(_place_key(variants, row))
            if place is None:
                continue
            action = int(variants.action_of_row[row])
            if action >= 0:
                if not (variants.actions[action].stays and _stood(variants, action, counts)):
                    sites.append((place, action, ()))
                continue
            leaving = tuple(
                a for a in variants.changing.get(row, ()) if not _still_counts(variants, a, counts)
            )
            if leaving:
                sites.append((place, NOBODY, leaving))
            else:
                always[_points(cover, place)] = True
        return _assembled(sites, cover, always)

    def _reach_of(self, standard: Standard) -> tuple[dict[str, int], Cover]:
        key = timing(standard)
        if key not in self._reach:
            self._reach[key] = self._search(standard)
        return self._reach[key]

    def _search(self, standard: Standard) -> tuple[dict[str, int], Cover]:
        """Travel times from every place at which something that counts stands or may stand in any year."""
        shapes, codes = {}, {}
        for year, variants in self.variants.items():
            table = variants.facilities.table
            geometry = table.geometry.to_numpy()
            for row in _counted(standard, variants, year).tolist():
                name = _place_key(variants, row)
                if geometry[row] is not None and name not in shapes:
                    shapes[name] = geometry[row]
                    declared = table["unit_code"].iat[row]
                    codes[name] = declared if isinstance(declared, str) else table["unit"].iat[row]
        names = sorted(shapes)
        reach: Reach = self.surveyor.reach_of(
            standard, names, [shapes[name] for name in names], [codes[name] for name in names]
        )
        limit_ms = minutes_to_ms(standard.minutes)
        return {name: at for at, name in enumerate(names)}, reach.within(limit_ms)


def timing(standard: Standard) -> str:
    """Everything about a standard but its name and groups, as one text."""
    return str(standard.model_dump(exclude={"name", "groups"}))


def _counted(standard: Standard, variants: Variants, year: int) -> Int64Array:
    facilities = variants.facilities
    counts = facilities.of_layer(standard.layer) & facilities.open_in(year)
    if standard.types is not None:
        counts &= facilities.table["type"].isin(standard.types).to_numpy()
    return np.flatnonzero(counts)


def _place_key(variants: Variants, row: int) -> str:
    action = int(variants.action_of_row[row])
    if action >= 0 and variants.actions[action].site is not None:
        return f"site {variants.actions[action].site}"
    table = variants.facilities.table
    return f"{table['layer'].iat[row]} {table['id'].iat[row]}"


def _stood(variants: Variants, action: int, counts: BoolArray) -> bool:
    """The facility of an action counts already where it stands."""
    row = int(variants.row_changed_by[action])
    return row >= 0 and bool(counts[row])


def _still_counts(variants: Variants, action: int, counts: BoolArray) -> bool:
    """After the action the facility still counts, where it stood."""
    after = int(variants.row_of_action[action])
    return variants.actions[action].stays and after >= 0 and bool(counts[after])


def _points(cover: Cover, place: int) -> np.ndarray:
    return cover.demand[cover.indptr[place] : cover.indptr[place + 1]]


def _assembled(
    sites: Sequence[tuple[int, int, tuple[int, ...]]], cover: Cover, always: BoolArray
) -> CoverSets:
    parts = [points[~always[points]] for place, _, _ in sites for points in (_points(cover, place),)]
    site = np.repeat(np.arange(len(sites), dtype=np.int32), [len(part) for part in parts])
    points = np.concatenate([np.zeros(0, dtype=np.int32), *parts])
    pairs = from_triples(site, points, None, sites=len(sites), demand_points=cover.demand_points)
    opened = np.array([action for _, action, _ in sites], dtype=np.int64)
    closed = {at: leaving for at, (_, _, leaving) in enumerate(sites) if leaving}
    return CoverSets(always, pairs, opened, closed)
