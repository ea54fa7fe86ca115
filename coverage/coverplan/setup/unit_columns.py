"""Columns of codes, names and parents of units where heads and values tell them, and which files are levels of one tree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coverplan.inputs.places.unit_names import name_key
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.table_file import TableFile
from coverplan.text.folding import folded

#: Pinyin initials that begin the heads of China's land surveys and census maps: XZQDM, XZQMC, ZLDWDM, QSDWMC ...
_PINYIN = r"(?:xz|xj|xq|zl|qs|qh|tj|cun|cj|cw|zj|jd|sq|dw)[a-z]*"
_CODE = re.compile(
    rf"{_PINYIN}dm|dm|pac|"
    r".*(?:code|pcode|_cd|_c|_id|nr|コード|代码|编码|_ags|_ars)|(?:cd|cod|cve|codigo|código|geocod)_?.*|ags|ars|nuts_?id"
)
_NAME = re.compile(
    rf"{_PINYIN}mc|mc|"
    r".*(?:name|_n|_nm|_en|名|名称|名称…)|(?:nm|nom|nome|nombre|libelle)_?.*|gen|nam"
)
#: Numbers that a program gave to its rows.
_ROW_NUMBERS = frozenset(("objectid", "fid", "ogcfid", "gid", "id", "shapeid", "globalid"))
#: Words in the name of a file whose areas are units though they have names only.
_UNIT_WORDS = (
    "admin", "adm", "unit", "bound", "district", "region", "subzone", "planning", "ward", "county", "gemeinde", "kreis",
    "village", "township", "census", "bairro", "barrio", "setor", "seccion", "secciones", "distrito", "municip", "comun",
    "quartier", "quartieri", "parroqui", "stadtteil", "bezirk", "gemeente", "buurt", "wijk", "行政", "区划", "界", "町", "村里", "里界", "乡镇", "街道", "社区",
)  # fmt: skip
#: Official codes of a level begin with those of the level above.
_LONGEST_CODE = 12
_MOST_COLUMNS = 60


def words_by_column(table: TableFile) -> dict[str, tuple[str, ...]]:
    """Texts of each column that is filled in every row."""
    found = {}
    for column in [str(name) for name in table.rows.columns if name != "geometry"][:_MOST_COLUMNS]:
        words = texts(table, column)
        if words and None not in words:
            found[column] = tuple(word or "" for word in words)
    return found


def guessed_units(words: Mapping[str, Sequence[str]], file: str) -> dict[str, str]:
    """Columns of code and name that heads do not say in so many words; empty where areas are no units as far as is seen."""
    unique = [column for column, values in words.items() if len(set(values)) == len(values)]
    codes = [column for column in unique if _CODE.fullmatch(_head(column)) and not _is_row_number(column)]
    names = [column for column in unique if _NAME.fullmatch(_head(column)) and column not in codes]
    if codes and names:
        return {"code": codes[0], "name": names[0]}
    if names and are_units(file):
        return {"code": names[0], "name": names[0]}
    return {}


def are_units(file: str) -> bool:
    """Whether the name of a file or layer says that its areas are units."""
    return any(word in folded(file.lower()) for word in _UNIT_WORDS)


def _head(column: str) -> str:
    return folded("".join(column.lower().split()))


def _is_row_number(column: str) -> bool:
    return parsed_header(column).key in _ROW_NUMBERS


def column_of(words: Mapping[str, Sequence[str]], known: set[str], *, share: float = 1.0) -> str | None:
    """The column whose words are among those that are known, at least so large a share of them; of several the finest."""
    fits = {}
    for column, values in words.items():
        different = {name_key(word) for word in values}
        if different and len(different & known) >= share * len(different):
            fits[column] = len(different)
    return max(fits, key=lambda column: fits[column]) if fits else None


def nests(codes: Sequence[str], above: Sequence[str]) -> bool:
    """Whether each code begins with one of those of a higher level, as official codes do."""
    if not all(code.isdecimal() and len(code) <= _LONGEST_CODE for code in (*codes, *above)):
        return False
    tops = {code.rstrip("0") if len(code) in {6, 9, 12} else code for code in above}
    shortest = min(map(len, tops), default=0)
    return shortest > 1 and all(
        any(code[:end] in tops for end in range(shortest, len(code))) for code in codes
    )
