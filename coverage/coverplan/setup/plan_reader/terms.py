"""Words of plans and what they stand for: facilities, units, measures, attributes. The longest word that fits wins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverplan.vocabulary import UnitType


@dataclass(frozen=True, slots=True)
class Thing:
    """What a statement is about.

    Parameters
    ----------
    layer
        Layer of facilities; None: no facility, the office reports it.
    types
        Types of the layer that count, in the order of vocabulary.
    """

    layer: str | None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Units:
    """A set of units as a plan names it."""

    key: str
    types: tuple[UnitType, ...]
    zh: str
    en: str


_ELDER, _WORK, _CHILD, _GRAVE, _CIVIC = "elder_care", "social_work", "child_protection", "cemetery", "civic"

#: Patterns and what they name; where several fit, the one that ends last in the phrase, then the longest, is meant.
_THINGS: tuple[tuple[str, Thing], ...] = (
    (r"(?:失能|失智|特困)[^,;。]{0,14}(?:照护|照料|供养)[^,;。]{0,6}(?:机构|设施)", Thing(_ELDER, ("special_care",))),
    (r"县级[^,;。]{0,8}(?:供养|照护)[^,;。]{0,4}机构", Thing(_ELDER, ("special_care",))),
    (r"(?:养老|居家)[^,;。]{0,4}(?:指导|呼叫)中心(?:平台)?", Thing(_ELDER, ("guidance_centre",))),
    (r"市\(县\)养老服务中心", Thing(_ELDER, ("guidance_centre",))),
    (r"综合(?:功能|性)?的?养老服务(?:中心|机构)|综合性?养老服务中心|养老综合服务中心", Thing(_ELDER, ("town_centre",))),
    (r"具备[^;。]{0,30}综合功能的养老服务机构", Thing(_ELDER, ("town_centre",))),
    (r"(?:镇|乡镇|街道|\))养老服务中心", Thing(_ELDER, ("town_centre",))),
    (r"全托[、,]日托[、,]上门服务", Thing(_ELDER, ("town_centre",))),
    (r"(?:社区)?(?:居家)?养老综合护理中心", Thing(_ELDER, ("nursing_centre",))),
    (r"(?:中心)?厨房|助餐[点站]?|食堂|老年餐", Thing(_ELDER, ("canteen",))),
    (r"日间照料(?:机构|中心)?", Thing(_ELDER, ("day_care",))),
    (r"村级养老服务站|农村养老服务站|幸福院|行政村[^,;。]{0,6}养老服务站", Thing(_ELDER, ("village_station",))),
    (r"社区居家养老服务中心|社区养老服务(?:站|设施|用房)|居家养老服务(?:用房|设施|站)|养老服务用房|养老服务设施|居家养老服务(?!中心)[^,;。]{0,4}设施", Thing(_ELDER, ("community_station",))),
    (r"(?:家庭)?养老(?:照护)?床位(?=[^,;。]{0,8})(?<=家庭养老床位)|家庭养老照护床位", Thing(_ELDER, ("home_bed",))),
    (r"居家上门服务|上门服务覆盖", Thing(_ELDER, ("home_service",))),
    (r"敬老院|福利院|养老院|颐养院|颐养中心|养护院|养老机构|养老服务机构|护理型床位|集中供养率|集中照护率|特困供养|特困人员供养", Thing(_ELDER, ("institution",))),
    (r"养老服务?床位|养老床位|拥有床位|养老", Thing(_ELDER)),
    (r"社会?工(?:作)?(?:服务)?(?:综合)?站点?|社工站", Thing(_WORK, ("station",))),
    (r"社会?工(?:作)?室(?:\(站\))?|村\(居\)都有社会工作服务", Thing(_WORK, ("room",))),
    (r"社会救助服务[站点](?:\(点\))?", Thing(_WORK, ("relief_point",))),
    (r"社会工作服务站点", Thing(_WORK, ("station",))),
    (r"未成年人保护(?:工作)?站|未保站", Thing(_CHILD, ("protection_station",))),
    (r"未成年人(?:救助)?保护(?:中心|机构)|未成年人救助保护", Thing(_CHILD, ("protection_centre",))),
    (r"儿童(?:关爱)?之家", Thing(_CHILD, ("child_home",))),
    (r"儿童福利与关爱社会?工作?服务站", Thing(_CHILD, ("child_station",))),
    (r"儿童福利(?:指导与关爱保护中心|机构|院)", Thing(_CHILD, ("welfare_institution",))),
    (r"骨灰[^,;。]{0,6}(?:安放|安葬|堂|楼)[^,;。]{0,6}|骨灰安放", Thing(_GRAVE, ("columbarium", "public_cemetery"))),
    (r"公益性?(?:骨灰)?(?:安葬|安放)[^,;。]{0,6}设施|公益性?安葬\(放\)设施", Thing(_GRAVE, ("public_cemetery", "columbarium"))),
    (r"公益性?公墓(?:\(骨灰楼\))?|公墓|陵园|安葬率", Thing(_GRAVE, ("public_cemetery",))),
    (r"殡仪馆", Thing(_GRAVE, ("funeral_home",))),
    (r"殡仪服务(?:站|中心)", Thing(_GRAVE, ("funeral_station",))),
    (r"火葬区|火化区|居委会|村委会|签约率|社工机构|社会组织|养老服务企业", Thing(None)),
    (r"(?:城乡)?社区综合服务设施|社区服务中心|服务活动场所|便民服务大厅|村\(居\)[^,;。]{0,8}场所", Thing(_CIVIC, ("community_centre",))),
    (r"志愿服务站点?", Thing(_CIVIC, ("volunteer_point",))),
    (r"福利?彩票?(?:销售)?(?:网点|站点)|站点数", Thing(_CIVIC, ("lottery_outlet",))),
    (r"婚姻登记(?:机关|处)?", Thing(_CIVIC, ("marriage_registry",))),
    (r"救助管理(?:站|机构)|流浪乞讨[^,;。]{0,8}(?:接送|返回)|救助保护服务设施", Thing(_CIVIC, ("rescue_station",))),
    (r"精神卫生|精神障碍", Thing(_CIVIC, ("mental_health",))),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), thing) for pattern, thing in _THINGS)

#: People, staff, money and shares that an office counts and no map knows.
PEOPLE = re.compile(
    r"低保|特困|残疾人|救助|社会组织|社工|社会工作|护理员|儿童主任|督导员|志愿者|从业人员|工作者|探访|帮扶率|参训率|"
    r"评估|地名|老年人|老年人口|人口|专业人才|岗位|公益金|应救尽救|协商|和谐社区|宜居社区|签约率|企业|养老"
)

#: Sets of units by the words that name them, the most telling first.
_UNITS: tuple[tuple[str, Units], ...] = (
    (r"新建[^,;。]{0,10}(?:居住|住宅|小区)|老旧小区|已建成的?(?:住宅|居住)|老城区", Units("estates", ("community",), "居住区", "housing estates")),
    (r"所有街道和(?:城市)?社区?", Units("streets_and_communities", ("street", "community"), "街道和社区", "streets and communities")),
    (r"所有乡镇和行政村", Units("towns_and_villages", ("town", "township", "village"), "乡镇和行政村", "towns and villages")),
    (r"乡?镇\(街道\)|街道\(乡?镇\)|街\(镇\)|镇街|乡镇[、和]街道|街道[、和]乡?镇", Units("towns_and_streets", ("town", "township", "street"), "乡镇（街道）", "towns and streets")),
    (r"县\(市[、,]?区?\)|县\(区\)|县市区|市县区|各县|所有县|每个?县|一县|县级|以县|\d+个县|个县\(市\)", Units("counties", ("county",), "县（市、区）", "counties")),
    (r"村\(社区\)|村\(居\)|社区\(村\)|城乡社区|村居|村级和社区", Units("communities_and_villages", ("community", "village"), "村（社区）", "communities and villages")),
    (r"城市街道|各街道|每个?街道|所有街道|街道级?", Units("streets", ("street",), "街道", "streets")),
    (r"一乡\(?镇?\)?|每个?乡镇?|各乡镇|乡镇|每个?镇|各镇|镇#|镇级", Units("towns", ("town", "township"), "乡镇", "towns and townships")),
    (r"农村社区|行政村|每村|各村|村级|农村|村委会", Units("villages", ("village",), "村", "villages")),
    (r"城市社区|每个?社区|各社区|社区|居委会", Units("communities", ("community",), "社区", "communities")),
)  # fmt: skip
#: Levels that the name of a facility may begin with and that do name a set.
_LEVEL = re.compile(r"村级|街道级|县级|区级|市\(县\)|村\(居\)|乡镇(?=养老)|镇(?=养老)|街道(?=养老)")
_UNIT_PATTERNS = tuple((re.compile(pattern), units) for pattern, units in _UNITS)

ATTRIBUTES = {"约束性": "binding", "预期性": "expected"}
#: What tells that a statement is about the past.
PAST = re.compile(
    r"截至|截止|目前|(?<!实)现有|已(?:建成(?!的)|实现|达|有|完成|全部)|累计|近年来|十三五|先后|初步形成|共有|新增了|党代会以来"
)


def thing_of(phrase: str) -> Thing | None:
    """What a phrase is about; None when it names neither a facility nor anything that an office counts."""
    found = [(match.end(), match.end() - match.start(), at, thing)
             for at, (pattern, thing) in enumerate(_COMPILED) for match in pattern.finditer(phrase)]  # fmt: skip
    named = [one for one in found if one[3].types]
    if named or found:
        return max(named or found, key=lambda one: (one[0], one[1], -one[2]))[3]
    return Thing(None) if PEOPLE.search(phrase) else None


def _level_alone(match: re.Match[str]) -> str:
    level = _LEVEL.match(match.group())
    return "#" if level is None else f"{level.group()}#"


def units_of(phrase: str) -> Units | None:
    """Set of units that a phrase names, or None; words inside the name of a facility (社区居家养老服务中心) name no unit."""
    for pattern, thing in _COMPILED:
        if thing.types:
            phrase = pattern.sub(_level_alone, phrase)
    for pattern, units in _UNIT_PATTERNS:
        if pattern.search(phrase):
            return units
    return None
