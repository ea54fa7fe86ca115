"""How evenly what a standard offers is shared among the people of a study, before and after changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.scenario.supply_ask import Attribute
from coverplan.service import equity
from coverplan.service.measure import Measured
from coverplan.service.supply.tables import Supplied
from coverplan.units import BoolArray, FloatArray, Int64Array
from coverplan.vocabulary import UnitType

EQUITY_COLUMNS = ("standard", "group", "of", "index", "amount", "amount_before", "unit_code", "reason")
LORENZ_COLUMNS = ("standard", "group", "of", "x", "y")
#: Aversion to inequality of Atkinson's index.
AVERSION = 0.5
#: Level between whose units and within which Theil's index is split.
MIDDLE_LEVEL: tuple[UnitType, ...] = ("town", "township", "street", "zone")
_LORENZ_POINTS = 21


@dataclass(frozen=True, slots=True)
class _Streets:
    """Units of the middle level.

    Parameters
    ----------
    codes
        Their codes, ascending; "" stands for none.
    of_point
        Shape (points,): position of each point's unit among them.
    """

    codes: tuple[str, ...]
    of_point: Int64Array

    @classmethod
    def of(cls, demand: Demand, units: UnitTree) -> _Streets:
        above = [units.ancestor_of_type(code, MIDDLE_LEVEL) or "" for code in units.codes]
        codes = tuple(sorted({"", *above}))
        place = {code: at for at, code in enumerate(codes)}
        of_unit = np.array([place[code] for code in [*above, ""]], dtype=np.int64)
        return cls(codes, of_unit[np.where(demand.unit == OUTSIDE, len(above), demand.unit)])

    @property
    def some(self) -> bool:
        """Whether any point lies in one."""
        return bool((self.of_point != self.codes.index("")).any())


def equity_table(
    supplied: Sequence[Supplied],
    before: Sequence[Supplied] | None,
    demand: Demand,
    units: UnitTree,
    attribute: Attribute | None,
) -> pd.DataFrame:
    """Measures of inequality by standard and group.

    Parameters
    ----------
    supplied, before
        Standards with the changes of the scenario and without them, in the same order.
    demand, units
        Of the study.
    attribute
        Figure of units for the concentration index.

    Returns
    -------
    DataFrame
        Columns `EQUITY_COLUMNS`; ``of`` is ``supply`` (for each person, where supply was asked for) or ``choices``
        (facilities within the standard); ``index`` one of ``gini``, ``palma``, ``theil``, ``theil_between``,
        ``theil_within``, ``atkinson``, ``hoover``, ``concentration`` and ``worst`` (share covered in the unit
        ``unit_code``, the lowest of its level). ``amount`` is NaN where it cannot be judged, with the ``reason``:
        ``nobody``, ``no_service``, ``least_have_nothing``, ``no_attribute`` or ``no_units``.
    """
    rows: list[tuple[object, ...]] = []
    streets = _Streets.of(demand, units)
    for at, one in enumerate(supplied):
        old = None if before is None else before[at]
        for group in one.one.standard.groups:
            for of, values in _amounts(one):
                was = None if old is None else dict(_amounts(old)).get(of)
                rows += _rows(
                    (one.one.standard.key, group, of), (values, was), demand, (streets, units), attribute
                )
            rows += _worst(one.one, None if old is None else old.one, demand, streets, group)
    return pd.DataFrame(rows, columns=list(EQUITY_COLUMNS))


def lorenz_table(supplied: Sequence[Supplied], demand: Demand) -> pd.DataFrame:
    """Lorenz curves in steps of five per cent of the people: columns `LORENZ_COLUMNS`."""
    rows = []
    for one in supplied:
        for group in one.one.standard.groups:
            people = np.where(demand.inside, demand.people[group], 0.0)
            for of, values in _amounts(one):
                curve = equity.lorenz(values, people)
                if curve is not None:
                    x = np.linspace(0, 1, _LORENZ_POINTS)
                    y = np.interp(x, *curve)
                    rows += [(one.one.standard.key, group, of, a, b) for a, b in zip(x, y, strict=True)]
    return pd.DataFrame(rows, columns=list(LORENZ_COLUMNS))


def indices(
    values: FloatArray, people: FloatArray, streets: Sequence[str], attribute: FloatArray | None
) -> Mapping[str, float | None]:
    """Every measure of inequality; None where it cannot be judged. A place whose street is "" lies in none."""
    codes, of_point = np.unique(np.asarray(["", *streets]), return_inverse=True)
    return _indices(values, people, _Streets(tuple(codes.tolist()), of_point[1:]), attribute)


def _indices(
    values: FloatArray, people: FloatArray, streets: _Streets, attribute: FloatArray | None
) -> Mapping[str, float | None]:
    parts = equity.theil(values, people, streets.of_point)
    split = (
        None if parts is None or not streets.some else parts
    )  # no streets: nothing stands between or within
    found = {
        "gini": equity.gini(values, people),
        "palma": equity.palma(values, people),
        "theil": None if parts is None else parts.total,
        "theil_between": None if split is None else split.between,
        "theil_within": None if split is None else split.within,
        "atkinson": equity.atkinson(values, people, AVERSION),
        "hoover": equity.hoover(values, people),
    }
    if attribute is not None:
        found["concentration"] = equity.concentration(values, people, attribute)
    return found


def _amounts(one: Supplied) -> Iterator[tuple[str, FloatArray]]:
    """What is shared out: supply for each person where it was asked for, and the facilities to choose from."""
    if one.access is not None:
        yield "supply", one.access.per_person
    yield "choices", one.one.coverage.times_within.astype(np.float64)


def _rows(
    names: tuple[str, str, str],
    values: tuple[FloatArray, FloatArray | None],
    demand: Demand,
    level: tuple[_Streets, UnitTree],
    attribute: Attribute | None,
) -> Iterator[tuple[object, ...]]:
    people = np.where(demand.inside, demand.people[names[1]], 0.0)
    streets, units = level
    ranks = None if attribute is None else _attribute_of(demand, units, attribute)
    now, was = values
    before = {} if was is None else _indices(was, people, streets, ranks)
    for index, amount in _indices(now, people, streets, ranks).items():
        reason = None if amount is not None else _reason(now, people, index, ranks)
        if reason == "least_have_nothing" and index in {"theil_between", "theil_within"}:
            reason = "no_units"
        yield *names, index, _number(amount), _number(before.get(index)), None, reason


def _reason(values: FloatArray, people: FloatArray, index: str, ranks: FloatArray | None) -> str:
    """Why a measure cannot be judged."""
    if not people.sum() > 0:
        return "nobody"
    if index == "concentration" and ranks is not None and not people[~np.isnan(ranks)].sum() > 0:
        return "no_attribute"
    has = np.nansum(people * values)
    return "least_have_nothing" if has > 0 else "no_service"


def _worst(
    one: Measured, old: Measured | None, demand: Demand, streets: _Streets, group: str
) -> Iterator[tuple[object, ...]]:
    """The unit of the middle level with the lowest share covered; ties by code."""
    shares = _shares(one.coverage.covered, demand, streets, group)
    if not shares:
        return
    code = min(shares, key=lambda unit: (shares[unit], unit))
    was = None if old is None else _shares(old.coverage.covered, demand, streets, group).get(code)
    yield one.standard.key, group, "coverage", "worst", shares[code], _number(was), code, None


def _shares(covered: BoolArray, demand: Demand, streets: _Streets, group: str) -> dict[str, float]:
    people = np.where(demand.inside, demand.people[group], 0.0)
    size = len(streets.codes)
    everyone = np.bincount(streets.of_point, people, size)
    reached = np.bincount(streets.of_point, people * covered, size)
    return {
        code: float(reached[at] / everyone[at])
        for at, code in enumerate(streets.codes)
        if code and everyone[at] > 0
    }


def _attribute_of(demand: Demand, units: UnitTree, attribute: Attribute) -> FloatArray:
    """Figure of each point: that of its unit, or of the nearest unit above that has one; NaN where none has."""
    of_unit = [
        next((attribute.units[above] for above in units.ancestors(code) if above in attribute.units), np.nan)
        for code in units.codes
    ]
    return np.array([*of_unit, np.nan])[np.where(demand.unit == OUTSIDE, len(of_unit), demand.unit)]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
