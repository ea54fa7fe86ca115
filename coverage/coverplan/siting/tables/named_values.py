"""Ids, marks and values of tables, read as they are meant or refused with words; never guessed."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.text.counting import many
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
    blank = [row for row, value in enumerate(found) if _is_blank_id(value)]
    if blank:
        troubles.add(
            Trouble(
                what=many(len(blank), "id is blank", "ids are blank"),
                field=field,
                line=blank[0] + 2,
                expected="an id in every row",
                code="blank_id",
            )
        )
    names = [identifier(value) for value in found if not _is_blank_id(value)]
    once = sorted(set(names))
    if not repeats and len(once) < len(names):
        seen: set[str] = set()
        twice = sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
        troubles.add(
            Trouble(
                what=many(len(twice), "id stands more than once", "ids stand more than once"),
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
                what=many(len(missing), "id has no value", "ids have no value"),
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
                what=f"{many(len(strange), 'id is not in', 'ids are not in')} the cost matrix",
                field=field,
                value=", ".join(strange[:5]),
                expected="ids of the cost matrix",
                code="unknown_id",
            )
        )
    return np.array([known.get(one, 0.0) for one in ids], dtype=np.float64)


def beside(
    values: Values | None, ids: Sequence[str], *, field: str
) -> pd.Series | Mapping[Any, float] | None:
    """Bare values get the ids they stand beside; a Series that is only numbered is bare; others keep their labels.

    Labels that are row numbers are written as the ids write them; masked values are blank.
    """
    if values is None:
        return None
    if isinstance(values, Mapping):
        values = pd.Series(list(values.values()), index=list(values), dtype=object)
    if isinstance(values, pd.Series) and not _is_numbered(values):
        written = writer(ids)
        named = [written(key) if not _is_blank(key) else key for key in values.index]
        return pd.Series(values.to_list(), index=named, dtype=object)
    bare = np.asarray(values)
    if np.ma.isMaskedArray(values):
        bare = np.where(np.ma.getmaskarray(values), np.nan, bare)
    if bare.shape != (len(ids),):
        raise InputError(
            [
                Trouble(
                    what="a list has another length than the matrix",
                    field=field,
                    value=f"shape {bare.shape}",
                    expected=f"{len(ids)} values in one row",
                    code="shape",
                )
            ]
        )
    return pd.Series(bare, index=list(ids))


def marked(marks: Marks, ids: Sequence[str], *, field: str, troubles: Problems) -> list[str]:
    """Ids that are meant by a list of ids, by marks by id, or by as many marks (true, false, 1, 0) as there are ids.

    What is both a list of ids and a list of marks, and does not mean the same as both, is refused.
    """
    labelled = _labelled(marks, ids)
    if labelled is not None:
        names = list(map(writer(ids), (key for key, _ in labelled)))
        unique_ids(names, field=field, troubles=troubles)
        yes = [
            name
            for name, (_, value) in zip(names, labelled, strict=True)
            if is_yes(value, field=field, troubles=troubles)
        ]
        return _known(yes, ids, field, troubles)
    try:
        found = [] if isinstance(marks, str) else list(marks)
    except TypeError:  # one number, or an array without dimensions
        found = []
        marks = str(marks)
    if isinstance(marks, str):
        troubles.add(_not_meant(field, marks, "a list of ids, or a mark for each", "put the id into a list"))
        return []
    return _listed(found, ids, field, troubles)


def _labelled(marks: Marks, ids: Sequence[str]) -> list[tuple[Any, Any]] | None:
    """Marks by id; None where no ids stand beside them, as in a column of ids cut from a table."""
    if isinstance(marks, Mapping):
        return list(marks.items())
    if not isinstance(marks, pd.Series) or _is_numbered(marks):
        return None
    values = [identifier(value) for value in marks]
    cut = not {identifier(key) for key in marks.index} & set(ids)
    cut &= bool(values) and set(values) <= set(ids) and not all(map(_is_mark, values))
    return None if cut else list(zip(marks.index, marks.to_list(), strict=True))


def _listed(found: list[Any], ids: Sequence[str], field: str, troubles: Problems) -> list[str]:
    """Ids that a list of ids or of marks means."""
    if any(_is_blank(one) for one in found):
        troubles.add(_not_meant(field, "a blank", "ids, or a mark for each site"))
        return []
    names = list(map(writer(ids), found))
    once = len(set(names)) == len(names)
    flags = bool(found) and all(isinstance(one, bool | np.bool_) for one in found)
    as_marks = flags or (bool(found) and all(_is_mark(identifier(one)) for one in found))
    as_ids = not flags and set(names) <= set(ids) and (once or not as_marks)
    if as_marks and len(found) != len(ids):
        if as_ids:
            return names
        troubles.add(_not_meant(field, f"{len(found)} marks", f"{len(ids)} marks, one for each site, or ids"))
        return []
    if not as_marks:
        return _known(names, ids, field, troubles)
    yes = [one for one, mark in zip(ids, found, strict=True) if is_yes(mark, field=field, troubles=troubles)]
    if as_ids and set(yes) != set(names):
        troubles.add(
            _not_meant(field, ", ".join(names), "true or false for each site, or ids", "give true and false")
        )
    return yes


def is_yes(value: object, *, field: str, troubles: Problems) -> bool:
    """Whether a mark says yes; a blank says no, and what says neither is a trouble."""
    word = identifier(value).strip().lower() if not _is_blank(value) else ""
    if word in YES:
        return True
    if word not in NO:
        troubles.add(_not_meant(field, value, "yes or no (1 or 0, true or false, 是 or 否)"))
    return False


def real_number(value: object, *, field: str, troubles: Problems) -> float | None:
    """Radius, share or price as a number of zero or more; None with a trouble where it is none."""
    plain = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if plain and float(value) >= 0:  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    troubles.add(
        Trouble(
            what="this is no number of zero or more",
            field=field,
            value=value,
            expected="a number of zero or more",
            code="bad_number",
        )
    )
    return None


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


def _is_mark(word: str) -> bool:
    return word.strip().lower() in YES or (word.strip().lower() in NO and bool(word.strip()))


def _known(named: list[str], ids: Sequence[str], field: str, troubles: Problems) -> list[str]:
    unknown = sorted(set(named) - set(ids))
    if unknown:
        troubles.add(
            Trouble(
                what=f"{many(len(unknown), 'of these sites is not in', 'of these sites are not in')} the cost matrix",
                field=field,
                value=", ".join(unknown[:5]),
                expected="ids of sites of the cost matrix",
                code="unknown_id",
            )
        )
    return named


def writer(ids: Sequence[str]) -> Callable[[object], str]:
    """How ids are written: as text, a row number as the ids of a bare matrix write it."""
    known, width = frozenset(ids), len(ids[0]) if ids else 0

    def written(value: object) -> str:
        name = identifier(value)
        return name if name in known or not name.isdigit() else name.zfill(width)

    return written


def _is_numbered(values: pd.Series) -> bool:
    return isinstance(values.index, pd.RangeIndex) and values.index.start == 0 and values.index.step == 1


def _is_blank(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
    )


def _is_blank_id(value: object) -> bool:
    return _is_blank(value) or (isinstance(value, str) and not value.strip())


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
