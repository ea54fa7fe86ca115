"""What of the answers can be held against each other; different studies are refused, the rest is said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from coverplan.comparison.side import Side
from coverplan.errors import Problem, Problems
from coverplan.results.result import Result
from coverplan.text.counting import many

#: Fields of a standard that make it another standard when they differ.
DEFINED_BY = ("layer", "types", "method", "minutes", "direction", "count", "profile")
#: Names that a remark lists; more of them are counted.
MOST_NAMED = 5
#: Stands between them.
LISTED_BY = ", "


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that cannot be compared, or only with care; the words are those of ``compare.remark.<code>``."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparable:
    """What all sides have in common.

    Parameters
    ----------
    standards
        Keys of standards that mean the same on every side, in the order of the first.
    people
        The same people are counted on every side, point by point.
    targets
        Every side is held against the same plan.
    remarks
        What is left out or needs care.
    """

    standards: tuple[str, ...]
    people: bool
    targets: bool
    remarks: tuple[Remark, ...]

    def groups(self, sides: Sequence[Side], standard: str) -> tuple[str, ...]:
        """Groups that every side counts for a standard, in the order of the first."""
        others = [set(side.standards[standard]["groups"]) for side in sides[1:]]
        return tuple(g for g in sides[0].standards[standard]["groups"] if all(g in o for o in others))


def comparable(sides: Sequence[Side]) -> Comparable:
    """Find what the sides have in common.

    Raises
    ------
    InputError
        If they are answers of different studies, with everything in which they differ.
    """
    _refuse_other_studies(sides)
    first = sides[0]
    remarks: list[Remark] = []
    for other in sides[1:]:
        remarks += _inputs(first, other)
    people = _same_people(sides, remarks)
    standards = _standards(sides, remarks)
    targets = _targets(sides, remarks)
    return Comparable(standards, people, targets, tuple(remarks))


def _refuse_other_studies(sides: Sequence[Side]) -> None:
    troubles = Problems()
    first = sides[0]
    for other in sides[1:]:
        for what, one, two in _differences(first, other):
            troubles.add(
                Problem(
                    f"{other.stem} is an answer of another study than {first.stem}: its {what} differs",
                    other.result.folder,
                    value=two,
                    expected=one,
                    remedy="compare scenarios of one study; run both again if the study has changed",
                    code="other_study",
                    details={"names": f"{other.stem}, {first.stem}"},
                )
            )
        if _looked_at(first) != _looked_at(other):
            troubles.add(
                Problem(
                    f"{other.stem} looks at another year than {first.stem}",
                    other.result.folder,
                    field="year",
                    value=_looked_at(other),
                    expected=_looked_at(first),
                    remedy="give both scenarios the same year; what would be so without them is added by itself",
                    code="other_year",
                    details={"names": f"{other.stem}, {first.stem}"},
                )
            )
    troubles.raise_if_errors()


def _differences(first: Side, other: Side) -> Iterator[tuple[str, str, str]]:
    """What makes them different studies, with both values."""
    for what, key in (("name", "name"), ("coordinate reference system", "crs")):
        one, two = first.summary["study"][key], other.summary["study"][key]
        if one != two:
            yield what, _shown(one), _shown(two)
    one, two = _codes(first), _codes(other)
    if one != two:
        yield "list of units", _apart(one, two), _apart(two, one)
    if first.has_map and other.has_map and not _same_points(first, other):
        yield "set of demand points", _points(first), _points(other)


def _shown(value: Any) -> str:
    if value is None:
        return "none (ledgers alone)"
    return value if isinstance(value, str) else " / ".join(str(part) for part in value.values())


def _codes(side: Side) -> set[str]:
    return {str(unit["code"]) for unit in side.summary["units"]}


def _apart(one: set[str], two: set[str]) -> str:
    only = sorted(one - two)
    return many(len(one), "unit", "units") + (f", of its own: {', '.join(only[:MOST_NAMED])}" if only else "")


def _points(side: Side) -> str:
    return f"{0 if side.demand is None else len(side.demand)} points"


def _same_points(first: Side, other: Side) -> bool:
    if first.demand is None or other.demand is None:
        return first.demand is other.demand
    return len(first.demand) == len(other.demand) and bool(
        (first.demand["id"].to_numpy() == other.demand["id"].to_numpy()).all()
    )


def _looked_at(side: Side) -> str:
    return str(side.year if side.year is not None else (side.summary["study"]["as_of"] or "—"))


def _inputs(first: Side, other: Side) -> Iterator[Remark]:
    one, two = _prints(first.result), _prints(other.result)
    changed = sorted(name for name in one.keys() & two.keys() if one[name] != two[name])
    if changed:
        yield Remark("inputs", {"first": first.letter, "other": other.letter, "files": _some(changed)})
    # what one alone reads is often what siting needs: no caution, but said
    for side, another, names in (
        (first, other, one.keys() - two.keys()),
        (other, first, two.keys() - one.keys()),
    ):
        if names:
            yield Remark(
                "inputs_only",
                {"first": side.letter, "other": another.letter, "files": _some(sorted(names))},
            )


def _prints(result: Result) -> dict[str, list[str]]:
    """Fingerprints of inputs by file name; folders may differ, as scenarios may stand in several."""
    found: dict[str, list[str]] = {}
    for entry in result.manifest.get("inputs", ()):
        found.setdefault(PurePosixPath(entry["file"]).name, []).append(entry["sha256"])
    return {name: sorted(prints) for name, prints in found.items()}


def _some(names: Sequence[str]) -> str:
    return LISTED_BY.join(names[:MOST_NAMED]) + (f" … ({len(names)})" if len(names) > MOST_NAMED else "")


def _same_people(sides: Sequence[Side], remarks: list[Remark]) -> bool:
    first = sides[0]
    same = True
    for other in sides[1:]:
        facts = [
            (side.summary["study"][k] for k in ("population_base", "population_year"))
            for side in (first, other)
        ]
        groups = _groups_that_differ(first, other)
        if groups or tuple(facts[0]) != tuple(facts[1]):
            same = False
            names = {"first": first.letter, "other": other.letter, "groups": _some(groups) or "—"}
            remarks.append(Remark("people", names))
    return same


def _groups_that_differ(first: Side, other: Side) -> list[str]:
    if first.demand is None or other.demand is None:
        return []
    columns = [c for c in first.demand.columns if c.startswith("people|") and c in other.demand]
    return [
        column.partition("|")[2]
        for column in columns
        if not np.array_equal(first.demand[column].to_numpy(), other.demand[column].to_numpy())
    ]


def _standards(sides: Sequence[Side], remarks: list[Remark]) -> tuple[str, ...]:
    """Standards that every side has and means alike."""
    everywhere = dict.fromkeys(key for side in sides for key in side.standards)
    kept = []
    for key in everywhere:
        missing = [side.letter for side in sides if key not in side.standards]
        if missing:
            remarks.append(Remark("standard_missing", {"standard": key, "sides": ", ".join(missing)}))
        elif any(_definition(side, key) != _definition(sides[0], key) for side in sides[1:]):
            remarks.append(Remark("standard_differs", {"standard": key}))
        else:
            kept.append(key)
            if any(side.demand is None or f"{key}|reason" not in side.demand for side in sides):
                remarks.append(Remark("protected", {"standard": key}))
    return tuple(kept)


def _definition(side: Side, key: str) -> list[Any]:
    return [side.standards[key][name] for name in DEFINED_BY]


def _targets(sides: Sequence[Side], remarks: list[Remark]) -> bool:
    sides = [side for side in sides if not side.derived]
    without = [side.letter for side in sides if "gaps" not in side.result.tables]
    if len(without) == len(sides):
        remarks.append(Remark("no_plan"))
        return False
    if without:
        remarks.append(Remark("plan_missing", {"sides": ", ".join(without)}))
        return False
    plans = {str((side.summary.get("plan") or {}).get("id")) for side in sides}
    if len(plans) > 1:
        remarks.append(Remark("plans_differ", {"plans": _some(sorted(plans))}))
        return False
    return True
