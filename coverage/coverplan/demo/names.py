"""Invented names in Chinese and English; no real place is meant."""

from __future__ import annotations

STREET_NAMES = (
    ("云汀街道", "Yunting Subdistrict"),
    ("栖鹭街道", "Qilu Subdistrict"),
    ("澄北街道", "Chengbei Subdistrict"),
    ("砚山街道", "Yanshan Subdistrict"),
    ("望蘋街道", "Wangpin Subdistrict"),
    ("菱湖湾街道", "Linghuwan Subdistrict"),
)
VILLAGE_NAMES = (
    ("荻花村", "Dihua Village"),
    ("苇塘头村", "Weitangtou Village"),
    ("鹤垛村", "Hedu Village"),
    ("稻香圩村", "Daoxiangwei Village"),
    ("藕池浜村", "Ouchibang Village"),
    ("樵岭村", "Qiaoling Village"),
    ("芦渚村", "Luzhu Village"),
)
_FIRST = (
    ("云", "Yun"), ("栖", "Qi"), ("鹭", "Lu"), ("桐", "Tong"), ("砚", "Yan"), ("汀", "Ting"), ("蘋", "Pin"),
    ("菱", "Ling"), ("荻", "Di"), ("槿", "Jin"), ("沁", "Qin"), ("棠", "Tang"), ("漪", "Yi"), ("萱", "Xuan"),
)  # fmt: skip
_SECOND = (
    ("桥", "qiao"), ("苑", "yuan"), ("溪", "xi"), ("坊", "fang"), ("湾", "wan"), ("里", "li"), ("圩", "wei"),
)  # fmt: skip
_ROAD_FIRST = (
    ("清", "Qing"), ("朗", "Lang"), ("菡", "Han"), ("槐", "Huai"), ("兰", "Lan"), ("皓", "Hao"), ("琴", "Qin"),
    ("墨", "Mo"), ("锦", "Jin"), ("霁", "Ji"), ("舟", "Zhou"), ("枫", "Feng"), ("瑞", "Rui"), ("曦", "Xi"),
    ("松", "Song"), ("茗", "Ming"),
)  # fmt: skip
_ROAD_SECOND = (
    ("澜", "lan"), ("川", "chuan"), ("岸", "an"), ("岭", "ling"), ("泽", "ze"), ("禾", "he"), ("阳", "yang"),
    ("帆", "fan"), ("庭", "ting"), ("风", "feng"), ("月", "yue"), ("园", "yuan"), ("台", "tai"), ("门", "men"),
    ("井", "jing"), ("塔", "ta"), ("浦", "pu"), ("关", "guan"), ("营", "ying"), ("市", "shi"),
)  # fmt: skip
_ROAD_PART = (("", ""), ("东", " East"), ("西", " West"), ("南", " South"), ("北", " North"))
_ROAD_KIND = {
    "primary": ("大道", "Avenue"),
    "secondary": ("路", "Road"),
    "tertiary": ("路", "Road"),
    "residential": ("街", "Street"),
    "unclassified": ("路", "Road"),
    "living_street": ("巷", "Lane"),
}
RIVERSIDE_NAME = ("沿河路", "Riverside Road")
RAILSIDE_NAME = ("铁道侧路", "Railside Road")
LAKE_ROAD_NAME = ("环湖路", "Lake Road")
HILL_ROAD_NAME = ("环山路", "Hill Road")
RING_NAME = ("旧城环路", "Old Town Ring")
EXPRESSWAY_NAME = ("环澄快速路", "Huancheng Expressway")
COMMUNITY_NAMES = tuple(
    (f"{a}{b}社区", f"{first}{second} Community")
    for second_at, (b, second) in enumerate(_SECOND)
    for (a, first) in _FIRST[second_at:] + _FIRST[:second_at]
)


def road_kind(highway: str) -> str:
    """The word that ends the names of roads of a class, empty where they have none."""
    return _ROAD_KIND.get(highway, ("", ""))[0]


def road_name(number: int, highway: str) -> tuple[str, str]:
    """Name of the road of a number in Chinese and English; empty for paths and service ways.

    Numbers below 1,600 give names that differ among roads of the same kind.
    """
    kind, kind_en = _ROAD_KIND.get(highway, ("", ""))
    if not kind:
        return "", ""
    base, part = number % 320, number // 320 % len(_ROAD_PART)
    first, first_en = _ROAD_FIRST[base % len(_ROAD_FIRST)]
    second, second_en = _ROAD_SECOND[base // len(_ROAD_FIRST)]
    part_zh, part_en = _ROAD_PART[part]
    return f"{first}{second}{part_zh}{kind}", f"{first_en}{second_en}{part_en} {kind_en}"
