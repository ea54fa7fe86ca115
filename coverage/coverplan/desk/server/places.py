"""Places that a page names: by degrees, or by unit where a point would give a protected place away."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyproj
import shapely

from coverplan.desk.server.shown import Spot
from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.ledgers import place_of
from coverplan.errors import InputError, Problem
from coverplan.ground.units_tree import OUTSIDE
from coverplan.inputs.places.geometries import transform_points
from coverplan.judgement.study_evidence import standard_of
from coverplan.plan.kinds import ReachQuestion
from coverplan.reach.speeds.profiles import Profile
from coverplan.scenario.base import title_in
from coverplan.scenario.change_file import Change, Fields
from coverplan.text.words import Language, Words
from coverplan.vocabulary import PRIVATE_TYPES

#: The CRS in which a page names places.
DEGREES = "EPSG:4326"
#: A street farther than this from a place is not named.
NAMED_WITHIN_M = 150.0


class Places:
    """Puts changes where the page says, as far as that may be said.

    Parameters
    ----------
    ground
        The study.

    Notes
    -----
    Where a protected facility counts for a standard or for a target's question of reach, whoever may try any point learns
    from the people newly reached where it stands. In such layers things are placed by unit: in the middle of the unit.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def by_unit(self) -> frozenset[str]:
        """Layers in which things are placed by unit."""
        ready = self._ground.ready
        standards = list(ready.loaded.scenario.standards)
        if ready.plan is not None:
            asked = [getattr(target.indicator, "reach", None) for target in ready.plan.targets]
            standards += [standard_of(one) for one in asked if isinstance(one, ReachQuestion)]
        table = ready.study.facilities.table
        hidden = table[~table["public"].astype(bool)]
        pairs = set(zip(hidden["layer"], hidden["type"], strict=True))
        return frozenset(
            layer
            for layer, kind in pairs
            for standard in standards
            if standard.layer == layer and (standard.types is None or kind in standard.types)
        )

    def placed(self, change: Change, unit_code: str | None) -> Change:
        """The change at the place that may be named; raises InputError where it may not."""
        self._keep_protected(change)
        part = "open" if change.open is not None else "move" if change.move is not None else None
        if part is None:
            return change
        moving = change.open or change.move
        assert moving is not None
        if unit_code is None:
            self.refuse_point(change)
            if moving.crs != DEGREES:
                raise InputError([_odd_crs(moving.crs)])
            return change
        x, y = self.middle_of(unit_code)
        there = moving.model_copy(update={"x": x, "y": y, "crs": DEGREES})
        return change.model_copy(update={part: there})

    def imported(self, change: Change) -> Change:
        """A change of a scenario file, where it may be made here; raises InputError where it may not."""
        self._keep_protected(change)
        if change.open is not None or change.move is not None:
            self.refuse_point(change)
        return change

    def refuse_point(self, change: Change) -> None:
        """Raise InputError where things are placed by unit: for protected types, and in layers with protected places."""
        new = change.open
        private = new is not None and self.is_private(new.layer, new.offers.type, new.offers)
        if private or place_of(change).layer in self.by_unit:
            self._refuse(change)

    def is_private(self, layer: str, kind: str | None, offers: Fields | None = None) -> bool:
        """Whether what would be opened may not be shown: by its type, its name, its functions or its layer."""
        said = Fields() if offers is None else offers
        about = {"layer": layer, "type": kind, "name": said.name, "functions": said.functions, "public": True}
        shown = self._ground.ready.study.facilities.shown_after(about, said=said.public)
        return not shown or kind in PRIVATE_TYPES

    def _keep_protected(self, change: Change) -> None:
        """Nobody makes an existing place public here: its cells would then show where it stands."""
        if change.upgrade is not None and "public" in change.upgrade.offers.model_fields_set:
            raise InputError(
                [
                    Problem(
                        "whether a place is protected is said by the study alone",
                        field="public",
                        value=change.upgrade.offers.public,
                        expected="an upgrade without `public`",
                        code="stays_protected",
                    )
                ]
            )

    @staticmethod
    def _refuse(change: Change) -> None:
        raise InputError(
            [
                Problem(
                    "things of this layer are placed by unit: it has protected places",
                    field="unit_code",
                    value=place_of(change).layer,
                    expected="the code of a unit",
                    code="placed_by_unit",
                )
            ]
        )

    def middle_of(self, code: str) -> tuple[float, float]:
        """Longitude and latitude of a point in a unit; raises InputError for an unknown one."""
        table = self._ground.ready.study.units.table
        shape = table.geometry.get(code) if code in table.index else None
        if shape is None or shape.is_empty:
            raise InputError(
                [Problem("the unit is unknown", field="unit_code", value=code, code="unknown_unit")]
            )
        point = shapely.point_on_surface(shape)
        longitude, latitude = self._to_degrees.transform(point.x, point.y)
        return float(longitude), float(latitude)

    def spot(self, longitude: float, latitude: float, language: Language) -> Spot:
        """What is at a place, in a reader's language; raises InputError where the degrees are impossible."""
        study = self._ground.ready.study
        x, y = self._from_degrees.transform(longitude, latitude)
        if not (np.isfinite(x) and np.isfinite(y)):
            raise InputError(
                [
                    Problem(
                        "the place does not exist",
                        value=f"{longitude}, {latitude}",
                        code="impossible_coordinates",
                    )
                ]
            )
        inside = bool(study.area.holds(np.array([x]), np.array([y]))[0])
        unit = int(study.units.locate(np.array([x]), np.array([y]))[0])
        code = None if unit == OUTSIDE else study.units.codes[unit]
        reasons = [] if inside else ["outside_area"]
        street = None
        profile = self._walker
        if profile is not None:
            snaps = self._ground.surveyor.snapper(profile).snap(np.array([x]), np.array([y]))
            if not bool(snaps.on_network[0]):
                reasons.append("off_network")
            elif study.network is not None and snaps.leg_m[0] <= NAMED_WITHIN_M:
                street = str(study.network.name[snaps.edge[0]]) or None
        return {
            "inside": inside,
            "unit": None if code is None else str(study.units.table.at[code, "name"]),
            "unit_code": code,
            "street": street,
            "reasons": reasons,
            "excluded": [title_in(zone, language) for zone in self._ground.ruled_out.at(float(x), float(y))],
        }

    def near(self, longitude: float, latitude: float, language: Language) -> str:
        """Where a place is in words: its unit and the street beside it; empty where neither has a name."""
        spot = self.spot(longitude, latitude, language)
        return Words(language)("desk.join").join(part for part in (spot["unit"], spot["street"]) if part)

    def warm(self) -> None:
        """Get the streets ready, and the transformations of the thread that asks."""
        ready = self._ground.ready
        x, y = self._to_degrees.transform(*self._middle)
        transform_points([x], [y], pyproj.CRS.from_user_input(DEGREES), ready.study.area.crs)
        self.spot(x, y, ready.loaded.scenario.language)

    @property
    def _middle(self) -> tuple[float, float]:
        demand = self._ground.ready.study.demand
        return float(np.mean(demand.x)), float(np.mean(demand.y))

    @cached_property
    def _walker(self) -> Profile | None:
        """Profile of the first standard along streets, by which doors are looked for."""
        ready = self._ground.ready
        asked = [s for s in ready.loaded.scenario.standards if s.method == "network"]
        return ready.profiles[asked[0].profile] if asked and ready.study.network is not None else None

    @cached_property
    def _to_degrees(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self._ground.ready.study.area.crs, DEGREES, always_xy=True)

    @cached_property
    def _from_degrees(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(DEGREES, self._ground.ready.study.area.crs, always_xy=True)


def _odd_crs(crs: str) -> Problem:
    return Problem(
        "the page names places in degrees", field="crs", value=crs, expected=DEGREES, code="bad_crs"
    )
