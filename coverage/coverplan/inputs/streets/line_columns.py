"""Which column of a line layer holds what: named by the study file, else known by its head or by its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coverplan.errors import Problem, Problems
from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.line_words import kind_of
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import StreetField
from coverplan.text.folding import word_key

#: Heads of each field, in the order in which they are looked for.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "kind": (
        *(
            "kind",
            "highway",
            "fclass",
            "road_class",
            "roadclass",
            "road_type",
            "roadtype",
            "street_type",
            "street_class",
        ),
        *(
            "道路等级",
            "道路类型",
            "道路类别",
            "道路分类",
            "道路级别",
            "路网等级",
            "等级",
            "技术等级",
            "行政等级",
            "道路性质",
        ),
    ),
    "name": (
        "name",
        "road_name",
        "street_name",
        "roadname",
        "道路名称",
        "路名",
        "街道名称",
        "名称",
        "道路名",
    ),
    "oneway": ("oneway", "one_way", "单行", "单行道", "是否单行", "单双向", "通行方向", "单向"),
    "maxspeed": ("maxspeed", "speed_limit", "speedlimit", "max_speed", "限速", "限速值", "限制速度"),
    "bridge": ("bridge", "is_bridge", "桥梁", "是否桥梁", "桥", "是否桥"),
    "tunnel": ("tunnel", "is_tunnel", "隧道", "是否隧道"),
    "foot": (
        *("foot", "walk", "walkable", "walking", "on_foot", "foot_access", "pedestrian", "pedestrians"),
        *(
            "步行",
            "行人",
            "可步行",
            "是否可步行",
            "可否步行",
            "能否步行",
            "是否允许步行",
            "允许步行",
            "步行通行",
        ),
        *("行人通行", "行人可通行", "允许行人", "是否允许行人", "允许行人通行", "是否允许行人通行"),
        *("禁止行人", "禁止步行", "是否禁止行人", "是否禁止步行", "行人禁行", "行人限制", "no_pedestrians"),
    ),
    "access": (
        *("access", "通行", "通行权", "可通行", "是否通行", "是否可通行", "能否通行", "开放", "是否开放"),
        *("通行限制", "是否限制通行", "禁止通行", "是否禁止通行", "是否禁行", "封闭", "是否封闭", "closed"),
    ),
}
#: Heads that may hold classes of streets and may hold anything else.
_VAGUE_HEADS = ("class", "type", "类型", "类别", "分类", "级别", "code")
#: A head that says what is forbidden: there yes closes the street.
_FORBIDS = ("禁", "限制", "封闭", "closed", "no_")
_TAG_OF_FIELD = {"kind": "highway"}
#: A column of which this share of the filled cells are classes holds classes.
_MOSTLY = 0.5
_FEWEST_BY_WORDS = 0.8
_LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class LineColumns:
    """Columns of a line layer.

    Parameters
    ----------
    of_tag
        Column of each tag.
    found_kind
        Column of the classes that nobody named, or None.
    """

    of_tag: Mapping[str, str]
    found_kind: str | None


def find_columns(
    layer: TableFile,
    named: Mapping[StreetField, str],
    kinds: Mapping[str, str],
    problems: Problems,
) -> LineColumns:
    """Columns of the fields and of whatever else is called like an OpenStreetMap key, however it is capitalised.

    A layer without a column of classes is warned of: all its lines are then taken as roads open to everybody.

    Parameters
    ----------
    layer
        The lines.
    named
        What the study file names.
    kinds
        Class for each word, by its key, that the study file says.
    problems
        Receives the warning, or a note of the column that was found.
    """
    held: dict[str, str] = {}
    for head in map(str, layer.rows.columns):
        held.setdefault(word_key(head), head)
    of_tag = {key: held[key] for key in osm_tags.TELLING_KEYS if key in held}
    asked = {str(field): column for field, column in named.items()}
    for field, heads in _HEADS.items():
        column = asked.get(field) or next((held[head] for head in map(word_key, heads) if head in held), None)
        if column is not None:
            of_tag[_TAG_OF_FIELD.get(field, field)] = column
    found = None
    if "kind" not in asked:
        found = _kind_column(layer, held, kinds)
        of_tag.pop("highway", None)
        if found is None:
            problems.add(_no_kind(layer))
        else:
            of_tag["highway"] = found
    return LineColumns(of_tag, found)


def forbids(column: str) -> bool:
    """Whether a column's yes means that one may not pass."""
    head = word_key(column)
    return any(part in head for part in _FORBIDS)


def _kind_column(layer: TableFile, held: Mapping[str, str], kinds: Mapping[str, str]) -> str | None:
    """Column of the classes: by its head, by a vague head and its words, by its words alone."""
    shares = {
        column: _share_of_kinds(layer, column, kinds) for column in held.values() if column != "geometry"
    }
    sure = [held[head] for head in map(word_key, _HEADS["kind"]) if head in held]
    vague = [held[head] for head in map(word_key, _VAGUE_HEADS) if head in held]
    for columns, least in ((sure, _MOSTLY), (vague, _MOSTLY), (list(shares), _FEWEST_BY_WORDS)):
        best = [column for column in columns if shares[column] >= least]
        if best:
            return best[0]
    return next((column for column in sure if shares[column] >= 0), None)


def _share_of_kinds(layer: TableFile, column: str, kinds: Mapping[str, str]) -> float:
    """Share of the filled cells that are classes of streets; -1 for a column without words."""
    words = [
        value for value in _sample(layer.rows[column].tolist()) if isinstance(value, str) and value.strip()
    ]
    if not words:
        return -1.0
    known = {word: kind_of(word, kinds) is not None for word in set(words)}
    return sum(known[word] for word in words) / len(words)


def _sample(values: Sequence[object]) -> Iterable[object]:
    return values[:: max(1, len(values) // _LOOKED_AT)]


def _no_kind(layer: TableFile) -> Problem:
    columns = ", ".join(str(column) for column in layer.rows.columns if column != "geometry")
    return Problem(
        "no column says what kind of street each line is; all are taken as roads open to everybody",
        layer.path,
        field="columns",
        value=columns or None,
        expected="a column of classes such as motorway, residential, footway, 高速公路, 主干路",
        remedy="name it in the study file (streets: columns: {kind: COLUMN}); motorways are walked otherwise",
        severity="warning",
        code="no_kind_column",
        details={"columns": columns},
    )
