"""Words of line layers for classes, structures, access and direction, in OpenStreetMap's words.

Offices, map makers and tool chains write the same few things in many ways. A word that stands in none of these lists
is never read as its opposite: it is left out and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coverplan.inputs.streets import osm_tags
from coverplan.inputs.tables.words import NO, YES
from coverplan.text.folding import word_key


def _meaning(**words: str) -> Mapping[str, str]:
    return MappingProxyType(
        {word_key(word): meaning for meaning, text in words.items() for word in text.split()}
    )


_KINDS = _meaning(
    motorway="高速公路 高速路 高速 国家高速 省级高速 国家级高速 城市高速 城市高速路 快速路 城市快速路 快速道路 快速干道 快速 高架快速路 "
    "高架高速 环城高速 绕城高速 freeway expressway highway_expressway autobahn interstate "
    "autoroute autostrada autopista autovia autoestrada snelweg motorvej motorväg controlled-access_highway "
    "自動車専用道路 自动车专用道路 汽车专用道 汽车专用路 汽车专用公路",
    motorway_link="匝道 互通匝道 高速匝道 快速路匝道 立交匝道 出入口匝道 匝道连接线 ramp slip_road motorway_ramp",
    primary="国道 主干路 主干道 城市主干路 城市主干道 干线公路 一级公路 一级路 省道 主路 arterial major_road",
    secondary="次干路 次干道 城市次干路 城市次干道 二级公路 二级路 collector",
    tertiary="县道 三级公路 三级路 支路 城市支路 街坊路 支线 local_road",
    unclassified="乡道 村道 乡镇道路 乡村道路 农村道路 四级公路 四级路 等外公路 等外路 乡村路 minor minor_road",
    residential="街道 居住区道路 住宅区道路 生活道路 居民路 里弄 弄堂 胡同 街巷 巷道 巷 街 里巷 城市道路 street local residential_street",
    service="内部道路 小区道路 小区内部路 小区路 单位内部道路 辅路 辅道 内部路 园区道路 校园道路 停车场道路 专用道路 服务道路 service_road driveway alley",
    pedestrian="步行街 商业步行街 步行区 广场 步行道路",
    footway="人行道 人行步道 步行道 人行路 步道 行人道 人行天桥 过街天桥 天桥 人行地道 地下通道 人行地下通道 人行通道 过街通道 sidewalk walkway "
    "footpath",
    path="小路 小径 游步道 绿道 山路 登山道 田间小路 栈道 footpath_unpaved",
    track="机耕路 机耕道 田间道 田间路 林道 大车路 土路",
    steps="台阶 梯道 踏步 阶梯 梯坎 stairs stairway staircase",
    cycleway="自行车道 非机动车道 自行车专用道 骑行道 bikeway bike_path cycle_path",
    living_street="共享街道 生活街区",
    busway="公交专用道 公交专用路 brt",
    construction="在建 在建道路 施工道路 建设中",
    proposed="规划道路 规划路 规划 拟建道路",
    no="铁路 地铁 轻轨 轨道交通 河流 航道 轮渡 railway rail subway ferry river",
)
#: Parts of words that tell a class which the whole word does not, the first that fits.
_KINDS_WITHIN = (
    ("辅路", "service"),
    ("辅道", "service"),
    ("匝道", "motorway_link"),
    ("高速", "motorway"),
    ("快速路", "motorway"),
    ("人行", "footway"),
    ("步行街", "pedestrian"),
)
_STRUCTURES = frozenset(
    [
        "viaduct",
        "aqueduct",
        "boardwalk",
        "covered",
        "movable",
        "trestle",
        "cantilever",
        "suspension",
        "low_water_crossing",
        "simple_brunnel",
        "culvert",
        "building_passage",
        "avalanche_protector",
        "flooded",
    ]
)
_STRUCTURE_PARTS = ("桥", "高架", "隧", "地道", "地下", "涵")
_NOT = ("非", "不", "无", "無", "没")
_NO_MORE = frozenset("無 ng .f.".split())  # noqa: SIM905
_YES_MORE = frozenset("有的 .t.".split())  # noqa: SIM905
_ACCESS = _meaning(
    no="禁止 禁行 禁止通行 不可 不可以 不通 不可通行 不能 不允许 封闭 封闭道路 prohibited forbidden closed not_allowed",
    yes="允许 可 可以 可通行 可步行 准许 开放 能 通行 open allowed",
    private="私有 私人 私家 内部 小区内部 内部使用 业主专用",
    designated="行人专用 步行专用 专用",
    permissive="默许",
)
_FORWARD = frozenset("单行 单向 单行道 单向通行 正向 顺向 顺行 forward f ft one_way oneway".split())  # noqa: SIM905
_BACKWARD = frozenset("-1 -1.0 reverse backward t tf 逆向 反向 逆行".split())  # noqa: SIM905
_BOTH = frozenset("双向 双行 双向通行 双行道 both b bi two_way twoway reversible alternating".split())  # noqa: SIM905


def kind_of(printed: str, said: Mapping[str, str]) -> str | None:
    """Class of OpenStreetMap that a printed class stands for; None where nobody knows.

    Parameters
    ----------
    printed
        A cell of the class column. Of a list (``['residential', 'steps']``, ``primary;secondary``) the first counts.
    said
        Class for each word, by its `word_key`: what the study file says.
    """
    word = word_key(printed.strip("[]").split(",")[0].split(";")[0].strip(" '\""))
    if word in said or word_key(printed) in said:
        return said.get(word_key(printed)) or said[word]
    if word in osm_tags.KNOWN_KINDS:
        return word
    known = _KINDS.get(word) or _KINDS.get(word.replace(" ", "_").replace("-", "_"))
    return known or next((kind for part, kind in _KINDS_WITHIN if part in word), None)


def yes_no_of(printed: str) -> bool | None:
    """True, False, or None for a word that is neither."""
    word = word_key(printed)
    if word in YES or word in _YES_MORE:
        return True
    return False if word in NO or word in _NO_MORE else None


def structure_of(printed: str) -> bool | None:
    """Whether a cell of a bridge or tunnel column says that the street is one; None for a word that nobody knows."""
    word, said = word_key(printed), yes_no_of(printed)
    if said is not None:
        return said
    if word.startswith(_NOT):
        return False
    return True if word in _STRUCTURES or any(part in word for part in _STRUCTURE_PARTS) else None


def access_of(printed: str) -> str | None:
    """Value of an access tag; None for a word that nobody knows."""
    word, said = word_key(printed), yes_no_of(printed)
    if word in osm_tags.ACCESS_WORDS:
        return word
    if said is not None:
        return "yes" if said else "no"
    return _ACCESS.get(word)


def oneway_of(printed: str) -> str | None:
    """``yes``, ``no``, ``-1``, or None for a word that nobody knows; F is forward and T backward, as in the exports of OpenStreetMap."""
    word = word_key(printed)
    if word in _BOTH:
        return "no"
    if word in _BACKWARD:
        return "-1"
    if word in _FORWARD:
        return "yes"
    said = yes_no_of(printed)
    return None if said is None else "yes" if said else "no"
