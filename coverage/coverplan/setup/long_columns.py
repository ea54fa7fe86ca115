"""Tables with one row for each unit and age: which column is what, and which rows count everybody once."""

from __future__ import annotations

from dataclasses import dataclass

from coverplan.inputs.people.long_table import counting_twice, is_total, unit_columns
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import LongTable
from coverplan.setup.people_columns import people_groups

_AGE_HEADS = frozenset(
    [
        "年龄",
        "年龄组",
        "年龄段",
        "年龄分组",
        "年龄阶级",
        "年齢",
        "年齢階級",
        "age",
        "agegroup",
        "agegroups",
        "ageband",
        "ageclass",
        "ag",
        "altersgruppe",
    ]
)
_NUMBER_HEADS = frozenset(
    [
        "人数",
        "人口",
        "人口数",
        "总人数",
        "总人口",
        "n",
        "count",
        "value",
        "values",
        "数值",
        "数量",
        "people",
        "persons",
        "population",
        "pop",
        "anzahl",
        "insgesamt",
        "einwohner",
    ]
)


@dataclass(frozen=True, slots=True)
class LongColumns:
    """Columns of a long table, and the words of ages that make up each demand group."""

    long: LongTable
    groups: dict[str, str | list[str]]


def long_columns(table: TableFile) -> LongColumns | None:
    """What a long table is made of; None for a table of another form, or whose words of ages are not understood."""
    columns = [str(column) for column in table.rows.columns if column != "geometry"]
    ages = [column for column in columns if parsed_header(column).key in _AGE_HEADS]
    people = [column for column in columns if parsed_header(column).key in _NUMBER_HEADS]
    if len(ages) != 1 or len(people) != 1:
        return None
    words = list(dict.fromkeys(word for word in texts(table, ages[0]) if word is not None))
    groups = people_groups([word for word in words if not is_total(word)])
    whole = next((word for word in words if is_total(word)), None)
    if whole is not None:
        groups = {"total": whole, **{name: made for name, made in groups.items() if name != "total"}}
    if "total" not in groups:
        return None
    long = LongTable(ages=ages[0], people=people[0])
    return LongColumns(
        long.model_copy(update={"only": counting_twice(table, long, unit_columns(table))}), groups
    )
