"""Which rows of a ledger may be shown: what its columns, its types, its names and the study say, and a doubt is a no."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath

from coverplan.errors import Problem, Problems
from coverplan.ground.openness import PROTECTED_ROWS, is_telling, may_be_shown, said_of_layer
from coverplan.inputs.tables.column_values import parsed_column, printed_cell, report_rows, texts
from coverplan.inputs.tables.headers import FACILITY, parsed_header, recognise
from coverplan.inputs.tables.table_file import TableFile
from coverplan.inputs.tables.words import yes_or_no
from coverplan.scenario.study_file import FacilityLayer
from coverplan.text.counting import many
from coverplan.text.folding import folded, word_key

#: Heads that ask whether a place may be shown, and those that ask whether it must not; letters alone.
_ASKS_OPEN = re.compile(
    "(?:是否|能否|可否|可|可以|是否可以|是否可|是否能|是否宜)?(?:向社会|对外|信息|地址|位置)?公开"
    "(?:与否|否|情况|属性|范围|程度|状态|方式|类型|类别|级别|标识|性)?"
    "|(?:is)?(?:public|disclosed|publishable)"
)
_ASKS_SECRET = re.compile(
    "(?:是否|是否为|是否属|是否属于|为)?(?:涉密|保密|秘密|机密|敏感|涉敏|不公开|非公开|不宜公开|不予公开|不对外公开|隐蔽|隐藏)"
    "(?:与否|否|情况|属性|范围|程度|状态|类型|类别|级别|等级|设施|单位|场所|点位|地址|位置|标识|性|要求)?"
    "|(?:定密|密级|涉密等级|定密级别)(?:等级|级别|情况)?"
    "|(?:is)?(?:secret|secrecy|confidential|confidentiality|restricted|hidden|sensitive|sensitivity|classified|notpublic|nonpublic)(?:level|place|site|location)?"
)
#: Words beside yes and no in a column that asks whether a place is public.
_OPEN = frozenset({"公开", "可公开", "可以公开", "对外公开", "全部公开", "public", "open"})
_CLOSED = frozenset(
    {"不公开", "非公开", "不对外", "不宜公开", "保密", "内部", "涉密", "秘密", "机密", "敏感"}
    | {"private", "secret", "internal", "confidential", "closed", "protected"}
)
#: A clear no in a column that asks whether a place is secret, which does not say yet that it is public.
_NOT_SECRET = frozenset(
    {
        "非涉密",
        "不涉密",
        "无涉密",
        "非密",
        "不保密",
        "不敏感",
        "非敏感",
        "一般",
        "普通",
        "公开",
        "可公开",
        "无密级",
    }
    | {"public", "open", "none", "normal", "unclassified", "unrestricted"}
)
#: What says nothing in either column; 无 is a no.
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "nan"})


def public_of_layer(source: FacilityLayer) -> bool | None:
    """What a study says of the places of an entry: by `public:`, else by the names of its layer."""
    title = source.title
    titles = [title] if isinstance(title, str) else [] if title is None else [title.zh, title.en]
    return said_of_layer(source.layer, [text for text in titles if text is not None], said=source.public)


def shown_rows(
    table: TableFile,
    column: Mapping[str, str],
    source: FacilityLayer,
    kinds: Sequence[str | None],
    problems: Problems,
) -> list[bool]:
    """Shape (rows,): may be shown. Files with rows that may not are said.

    Parameters
    ----------
    table, column, source
        The ledger, the column of each field, and its entry in the study file.
    kinds
        Type of each row.
    """
    open_, secret = _columns(table, column, source)
    said = said_public(table, open_, problems, secret=secret)
    of_layer = public_of_layer(source)
    unknown = PurePath(source.file).stem if is_telling(PurePath(source.file).stem) else None
    printed = _printed_types(table, column.get("type"), source)
    names = [texts(table, column[field]) for field in ("name", "name_en", "functions") if field in column]
    shown = (
        [of_layer if word is None else word for word in said]
        if of_layer is not None
        else [
            may_be_shown(kind or unknown, *more, said=word)
            for kind, word, *more in zip(kinds, said, printed, *names, strict=True)
        ]
    )
    hidden = shown.count(False)
    if hidden:
        problems.add(
            Problem(
                f"{many(hidden, 'place is not public and appears', 'places are not public and appear')} by unit only",
                table.path,
                field=", ".join([*open_, *secret]) or None,
                remedy="nothing; where one is public, say yes in the column public",
                severity="note",
                code=PROTECTED_ROWS,
                details={"count": hidden},
            )
        )
    return shown


def said_public(
    table: TableFile, columns: Sequence[str], problems: Problems, *, secret: Sequence[str] = ()
) -> list[bool | None]:
    """Whether each row says of itself that it is public; None where it says nothing.

    What is no clear yes in a column that asks for openness is a no, and so is what is no clear no in one of `secret`;
    where several columns speak, one no is enough.
    """
    said: list[bool | None] = [None] * len(table.rows)
    for column in [*columns, *secret]:
        words = parsed_column(table, column, lambda cell: word_key(printed_cell(cell)))
        told = [_read_secret(word) if column in secret else _read_open(word) for word in words]
        report_rows(
            table, column, [unclear for _, unclear in told], problems,
            what="neither yes nor no; taken as not public",
            expected="yes or no (是 or 否)", code="not_surely_public", severity="warning",
        )  # fmt: skip
        said = [
            before if one is None else one and before is not False
            for before, (one, _) in zip(said, told, strict=True)
        ]
    return said


def openness_columns(names: Sequence[str], *, but: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Columns whose heads ask whether a place may be shown, and those that ask whether it must not.

    Parameters
    ----------
    names
        Heads of a table.
    but
        Heads that are something else.
    """
    free = [name for name in names if name not in but]
    asks = {name: folded(re.sub(r"[\W_]+", "", parsed_header(name).key)).casefold() for name in free}
    known = recognise(free, {"public": FACILITY["public"]}).get("public", [])
    return (
        [name for name in free if name in known or _ASKS_OPEN.fullmatch(asks[name])],
        [name for name in free if _ASKS_SECRET.fullmatch(asks[name])],
    )


def _columns(
    table: TableFile, column: Mapping[str, str], source: FacilityLayer
) -> tuple[list[str], list[str]]:
    """A column that the study names is the one that is asked; secrets are looked for beside it."""
    fields = {name for field, name in column.items() if field != "public"}
    names = [str(name) for name in table.rows.columns]
    open_, secret = openness_columns(names, but={*fields, *source.ignore, "geometry"})
    named = source.columns.get("public")
    if named is None:
        return open_, secret
    return [named], [name for name in secret if name != named]


def _printed_types(table: TableFile, column: str | None, source: FacilityLayer) -> list[str | None]:
    """What stands in the type column of rows whose type the study says: a word may tell more than what it is read as."""
    if column is None or not source.types:
        return [None] * len(table.rows)
    return [text if text in source.types else None for text in texts(table, column)]


def _read_open(word: str) -> tuple[bool | None, bool]:
    """What a cell says of openness, and whether it is unclear."""
    if word in _NOTHING or word == "none":
        return None, False
    answer = True if word in _OPEN else yes_or_no(word)
    return bool(answer), answer is None and word not in _CLOSED


def _read_secret(word: str) -> tuple[bool | None, bool]:
    """False where a cell says that a place is secret or is unclear, and whether it is; a clear no leaves it open."""
    if word in _NOTHING or word in _NOT_SECRET or (yes_or_no(word) is False and word not in _CLOSED):
        return None, False
    return False, yes_or_no(word) is None and word not in _CLOSED
