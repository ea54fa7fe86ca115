"""The ground on which ledgers are written: units by position, spots, people, chance, shared premises."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coverplan.demo.district import District, unit_of_cells
from coverplan.demo.frame import Point, chance
from coverplan.demo.spots import Chooser, Spots, make_spots
from coverplan.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Ground:
    """What every ledger is written from.

    Parameters
    ----------
    people
        By group, shape (units,): residents of each unit; those of streets and of the district are left 0.
    centre
        Spot of the community centre by position of the community, filled by the civic ledger.
    """

    district: District
    spots: Spots
    chooser: Chooser
    rng: np.random.Generator
    people: dict[str, Int64Array]
    centre: dict[int, int] = field(default_factory=dict)

    def code(self, unit: int) -> str:
        """Code of the unit at a position."""
        return str(self.district.units.at[unit, "code"])

    def name(self, unit: int) -> tuple[str, str]:
        """Chinese and English name of a unit without the word for its kind."""
        zh = str(self.district.units.at[unit, "name"])
        en = str(self.district.units.at[unit, "name_en"])
        for kind in ("社区", "街道", "村"):
            zh = zh.removesuffix(kind)
        return zh, en.rsplit(" ", 1)[0]

    def households(self, unit: int) -> int:
        """Households of a unit."""
        return int(self.district.units["households"].to_numpy()[unit])

    def of_type(self, *types: str) -> list[int]:
        """Positions of the units of some types, in code order."""
        return [int(at) for at in np.flatnonzero(self.district.units["type"].isin(types))]

    @property
    def streets(self) -> list[int]:
        """Positions of the streets."""
        return self.of_type("street")

    @property
    def communities(self) -> list[int]:
        """Positions of communities and villages."""
        return self.of_type("community", "village")

    def below(self, street: int) -> list[int]:
        """Positions of the communities and villages of a street."""
        return [at for at in self.communities if self.district.units.at[at, "parent"] == self.code(street)]

    def place(self, spot: int) -> Point:
        """Local coordinates of a spot."""
        return float(self.spots.x[spot]), float(self.spots.y[spot])

    def near_middle(self, unit: int, scale_m: float) -> FloatArray:
        """Shape (spots,): 1 in the middle of a unit's old people, falling to 0 within about twice `scale_m`."""
        mine = self.spots.unit == unit
        weight = self.spots.elders[mine] + 0.1
        x, y = (np.average(side[mine], weights=weight) for side in (self.spots.x, self.spots.y))
        squared = (self.spots.x - x) ** 2 + (self.spots.y - y) ** 2
        return np.asarray(np.exp(-squared / scale_m**2), dtype=np.float64)

    def elder_share(self) -> FloatArray:
        """Shape (units,): share of residents of 60 and over, 0 where nobody lives."""
        total = self.people["total"]
        return np.asarray(self.people["age_60_plus"] / np.where(total > 0, total, 1), dtype=np.float64)

    def perhaps(self, value: int, known: float) -> int | None:
        """A value that the ledger knows with a probability."""
        return value if self.rng.random() < known else None


def make_ground(district: District, *, seed: int) -> Ground:
    """The ground of a district."""
    rng = chance(seed, "ledgers")
    spots = make_spots(district)
    unit = unit_of_cells(district.units)
    inside = unit >= 0
    people = {
        group: np.bincount(unit[inside], weights=cells[inside], minlength=len(district.units)).astype(
            np.int64
        )
        for group, cells in district.population.groups.items()
    }
    return Ground(district, spots, Chooser(spots, rng), rng, people)


def rounded(value: float, step: int) -> int:
    """A size as an office writes it: to the nearest `step`."""
    return round(value / step) * step
