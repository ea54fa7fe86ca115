"""How evenly what a standard offers is shared among the people of a study, before and after changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.scenario.supply_ask import Attribute
from coverplan.service import equity
from coverplan.service.measure import Measured
from coverplan.service.supply.tables import Supplied
from coverplan.units import BoolArray, FloatArray
from coverplan.vocabulary import UnitType

EQUITY_COLUMNS = ("standard", "group", "of", "index", "amount", "amount_before", "unit_code", "reason")
LORENZ_COLUMNS = ("standard", "group", "of", "x", "y")
#: Aversion to inequality of Atkinson's index.
AVERSION = 0.5
#: Level between whose units and within which Theil's index is split.
MIDDLE_LEVEL: tuple[UnitType, ...] = ("town", "township", "street", "zone")
_LORENZ_POINTS = 21


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
    for at, one in enumerate(supplied):
        old = None if before is None else before[at]
        for group in one.one.standard.groups:
            for of, values in _amounts(one):
                was = None if old is None else dict(_amounts(old)).get(of)
                rows += _rows((one.one.standard.key, group, of), (values, was), demand, units, attribute)
            rows += _worst(one.one, None if old is None else old.one, demand, units, group)
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
    """Every measure of inequality; None where it cannot be judged."""
    parts = equity.theil(values, people, streets)
    split = (
        None if parts is None or not any(streets) else parts
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
    units: UnitTree,
    attribute: Attribute | None,
) -> Iterator[tuple[object, ...]]:
    people = np.where(demand.inside, demand.people[names[1]], 0.0)
    streets = _level_codes(demand, units)
    ranks = None if attribute is None else _attribute_of(demand, units, attribute)
    now, was = values
    before = {} if was is None else indices(was, people, streets, ranks)
    for index, amount in indices(now, people, streets, ranks).items():
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
    has = people[~np.isnan(values)] @ values[~np.isnan(values)]
    return "least_have_nothing" if has > 0 else "no_service"


def _worst(
    one: Measured, old: Measured | None, demand: Demand, units: UnitTree, group: str
) -> Iterator[tuple[object, ...]]:
    """The unit of the middle level with the lowest share covered; ties by code."""
    shares = _shares(one.coverage.covered, demand, units, group)
    if not shares:
        return
    code = min(shares, key=lambda unit: (shares[unit], unit))
    was = None if old is None else _shares(old.coverage.covered, demand, units, group).get(code)
    yield one.standard.key, group, "coverage", "worst", shares[code], _number(was), code, None


def _shares(covered: BoolArray, demand: Demand, units: UnitTree, group: str) -> dict[str, float]:
    codes = np.asarray(_level_codes(demand, units), dtype=object)
    people = np.where(demand.inside, demand.people[group], 0.0)
    table = pd.DataFrame({"people": people, "covered": people * covered}).groupby(codes).sum()
    table = table[(table["people"] > 0) & (table.index != "")]
    return {str(code): float(share) for code, share in (table["covered"] / table["people"]).items()}


def _level_codes(demand: Demand, units: UnitTree) -> list[str]:
    """Unit of the middle level of each point, "" where there is none."""
    above = [units.ancestor_of_type(code, MIDDLE_LEVEL) or "" for code in units.codes]
    return ["" if at == OUTSIDE else above[at] for at in demand.unit.tolist()]


def _attribute_of(demand: Demand, units: UnitTree, attribute: Attribute) -> FloatArray:
    """Figure of each point: that of its unit, or of the nearest unit above that has one; NaN where none has."""
    of_unit = [
        next((attribute.units[above] for above in units.ancestors(code) if above in attribute.units), np.nan)
        for code in units.codes
    ]
    return np.array([*of_unit, np.nan])[np.where(demand.unit == OUTSIDE, len(of_unit), demand.unit)]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
