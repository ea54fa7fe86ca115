"""Ids, marks and values of tables, read as they are meant or refused with words; never guessed."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.units import FloatArray

Values = pd.Series | Mapping[Any, float] | ArrayLike
Marks = Iterable[Any] | pd.Series | Mapping[Any, Any]
YES = frozenset({"1", "1.0", "true", "yes", "y", "t", "x", "是", "有", "√", "对"})
NO = frozenset(
    {"0", "0.0", "false", "no", "n", "f", "", "nan", "none", "<na>", "否", "不是", "无", "没有", "×", "-"}
)


def identifier(value: object) -> str:
    """Id as text: whole numbers without a decimal point, everything else as it stands."""
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral | bool):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(value)
    return str(value)


def unique_ids(
    values: Iterable[object], *, field: str, troubles: Problems, repeats: bool = False
) -> tuple[str, ...]:
    """Ids, ascending; blank ones are a trouble, and repeated ones too unless `repeats` allows them."""
    found = list(values)
    blank = [row for row, value in enumerate(found) if _is_blank(value)]
    if blank:
        troubles.add(
            Trouble(
                what=f"{len(blank)} ids are blank",
                field=field,
                line=blank[0] + 2,
                expected="an id in every row",
                code="blank_id",
            )
        )
    names = [identifier(value) for value in found if not _is_blank(value)]
    once = sorted(set(names))
    if not repeats and len(once) < len(names):
        seen: set[str] = set()
        twice = sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
        troubles.add(
            Trouble(
                what=f"{len(twice)} ids stand more than once",
                field=field,
                value=", ".join(twice[:5]),
                expected="every id once",
                code="repeated_id",
            )
        )
    return tuple(once)


def looked_up(
    values: Values | None, ids: Sequence[str], *, field: str, troubles: Problems, beyond: bool = False
) -> FloatArray | None:
    """Shape (ids,): values by id; what is missing, repeated, no number or of an unknown id is a trouble.

    Parameters
    ----------
    beyond
        Ids that are not among `ids` are passed over.
    """
    if values is None:
        return None
    assert isinstance(values, pd.Series | Mapping)
    keys = list(values.index if isinstance(values, pd.Series) else values)
    unique_ids(keys, field=field, troubles=troubles)
    known: dict[str, float] = {}
    for key, value in zip(
        keys, values.to_list() if isinstance(values, pd.Series) else values.values(), strict=True
    ):
        known[identifier(key)] = _number(value, identifier(key), field, troubles)
    missing = [one for one in ids if one not in known]
    if missing:
        troubles.add(
            Trouble(
                what=f"{len(missing)} ids have no value",
                field=field,
                value=", ".join(missing[:5]),
                expected="a value for every id of the cost matrix",
                remedy="join by id, not by row; check that both tables write ids the same way",
                code="unknown_id",
            )
        )
    strange = sorted(set(known) - set(ids))
    if strange and not beyond:
        troubles.add(
            Trouble(
                what=f"{len(strange)} ids are not in the cost matrix",
                field=field,
                value=", ".join(strange[:5]),
                expected="ids of the cost matrix",
                code="unknown_id",
            )
        )
    return np.array([known.get(one, 0.0) for one in ids], dtype=np.float64)


def beside(values: Values | None, ids: Sequence[str]) -> pd.Series | Mapping[Any, float] | None:
    """Bare values get the ids they stand beside; a Series that is only numbered is bare; others keep their labels."""
    if values is None or isinstance(values, Mapping):
        return values
    if isinstance(values, pd.Series) and not _is_numbered(values):
        return values
    bare = np.asarray(values)
    if bare.shape != (len(ids),):
        raise InputError(
            [
                Trouble(
                    what="a list has another length than the matrix",
                    value=str(bare.shape),
                    expected=str(len(ids)),
                    code="shape",
                )
            ]
        )
    return pd.Series(bare, index=list(ids))


def marked(marks: Marks, ids: Sequence[str], *, field: str, troubles: Problems) -> list[str]:
    """Ids that are meant by a list of ids, by marks by id, or by as many marks (true, false, 1, 0) as there are ids."""
    if isinstance(marks, str):
        troubles.add(_not_meant(field, marks, "a list of ids, or a mark for each", "put the id into a list"))
        return []
    if isinstance(marks, pd.Series) and not _is_numbered(marks):
        marks = dict(zip(marks.index, marks.to_list(), strict=True))
    if isinstance(marks, Mapping):
        named = [
            identifier(key) for key, value in marks.items() if is_yes(value, field=field, troubles=troubles)
        ]
        return _known(named, ids, field, troubles)
    found = list(marks)
    names = [identifier(one) for one in found]
    flags = bool(found) and all(isinstance(one, bool | np.bool_) for one in found)
    numbered = bool(found) and all(
        isinstance(one, numbers.Real) and float(one) in {0.0, 1.0} for one in found
    )
    if flags or (
        numbered and len(found) == len(ids) and (len(set(names)) < len(names) or not set(names) <= set(ids))
    ):
        if len(found) != len(ids):
            troubles.add(
                _not_meant(field, f"{len(found)} marks", f"{len(ids)} marks, one for each site, or ids")
            )
            return []
        return [one for one, yes in zip(ids, found, strict=True) if yes]
    if any(_is_blank(one) for one in found):
        troubles.add(_not_meant(field, "a blank", "ids"))
        return []
    return _known([_padded(name, ids) for name in names], ids, field, troubles)


def is_yes(value: object, *, field: str, troubles: Problems) -> bool:
    """Whether a mark says yes; a blank says no, and what says neither is a trouble."""
    word = identifier(value).strip().lower() if not _is_blank(value) else ""
    if word in YES:
        return True
    if word not in NO:
        troubles.add(_not_meant(field, value, "yes or no (1 or 0, true or false, 是 or 否)"))
    return False


def whole_number(value: object, *, field: str, troubles: Problems) -> int | None:
    """Number of facilities as a whole number; None with a trouble where it is none."""
    plain = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not plain or not float(value).is_integer():  # type: ignore[arg-type]
        troubles.add(
            Trouble(
                what="this is no number of facilities",
                field=field,
                value=value,
                expected="a whole number",
                code="bad_number",
            )
        )
        return None
    return int(value)  # type: ignore[call-overload]


def _known(named: list[str], ids: Sequence[str], field: str, troubles: Problems) -> list[str]:
    unknown = sorted(set(named) - set(ids))
    if unknown:
        troubles.add(
            Trouble(
                what=f"{len(unknown)} {field} sites are not in the cost matrix",
                value=", ".join(unknown[:5]),
                expected="ids of sites of the cost matrix",
                code="unknown_id",
            )
        )
    return named


def _padded(name: str, ids: Sequence[str]) -> str:
    """A row number as the ids of a bare matrix write it."""
    return name if name in ids or not name.isdigit() or not ids else name.zfill(len(ids[0]))


def _is_numbered(values: pd.Series) -> bool:
    return isinstance(values.index, pd.RangeIndex) and values.index.start == 0 and values.index.step == 1


def _is_blank(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
    )


def _number(value: object, name: str, field: str, troubles: Problems) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        troubles.add(
            Trouble(
                what="a value is no number",
                field=field,
                value=f"{name}: {value}",
                expected="a number of zero or more",
                code="bad_number",
            )
        )
        return 0.0


def _not_meant(field: str, value: object, expected: str, remedy: str | None = None) -> Trouble:
    return Trouble(
        what="this does not say which sites are meant", field=field, value=value, expected=expected, remedy=remedy,
        code="bad_marks",
    )  # fmt: skip
