"""Types, layers and kinds of units as people write them, where a file asks for one of our codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any

from coverplan.text.folding import meaning_of, meanings, word_key
from coverplan.text.words import LANGUAGES, Words
from coverplan.vocabulary import LAYER_TYPES

#: What each type is called in ledgers, plans and speech, by layer.
TYPE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "elder_care": meanings(
            institution="养老机构 养老服务机构 养老院 敬老院 福利院 社会福利院 老年公寓 护理院 老年养护院 养护院 公办养老机构 民办养老机构 公建民营养老机构 乡镇敬老院 镇敬老院 乡敬老院 农村敬老院 中心敬老院",
            special_care="县级失能照护机构 失能特困人员照护机构 特困供养机构 特困人员供养服务设施 县级特困人员供养服务设施",
            guidance_centre="养老服务指导中心 县级养老服务指导中心 区级养老服务指导中心 县级养老服务中心 区级养老服务中心 区养老服务中心",
            town_centre="综合养老服务中心 镇综合养老服务中心 街道综合养老服务中心 镇(街道)综合养老服务中心 街道养老服务中心 乡镇养老服务中心 镇养老服务中心 "
            "街道(乡镇)养老服务中心 区域养老服务中心 区域性养老服务中心 乡镇区域养老服务中心 乡镇区域性养老服务中心 综合为老服务中心 长者服务中心",
            community_station="社区养老服务站 社区养老服务驿站 养老驿站 社区养老服务站点 社区居家养老服务站 社区居家养老服务中心 社区养老服务中心 居家养老服务站 居家养老服务中心",
            village_station="村级养老服务站 村养老服务站 农村养老服务站 农村幸福院 幸福院 互助养老点 农村互助养老服务站 农村互助养老服务点 互助养老服务站 农村互助幸福院 互助幸福院",
            day_care="日间照料中心 社区日间照料中心 老年人日间照料中心 日照中心",
            nursing_centre="社区居家养老综合护理中心 综合护理中心 居家养老护理中心",
            canteen="助餐点 老年助餐点 中心厨房 长者食堂 社区食堂 老年食堂 幸福食堂",
            home_service="居家上门服务 居家养老服务",
            home_bed="家庭养老床位 家床",
        ),
        "social_work": meanings(
            station="社工站 社会工作站 社会工作服务站 乡镇社工站 街道社工站",
            room="社工室 社会工作室 村社工室 社区社工室",
            relief_point="社会救助服务点 救助服务点 社会救助站点",
        ),
        "child_protection": meanings(
            protection_station="未成年人保护工作站 未保站 未保工作站",
            protection_centre="救助保护中心 未成年人救助保护中心 未保中心",
            child_home="儿童之家 儿童关爱之家",
            child_station="儿童福利与关爱社工服务站 儿童服务站",
            welfare_institution="儿童福利机构 儿童福利院",
        ),
        "cemetery": meanings(
            public_cemetery="公益性公墓 公墓 农村公益性公墓 城市公益性公墓 公益性安葬设施 公益性骨灰安放设施",
            columbarium="骨灰堂 骨灰楼 骨灰堂(楼) 骨灰安放堂",
            funeral_home="殡仪馆 殡葬服务中心",
            funeral_station="殡仪服务站 殡仪服务中心",
        ),
        "civic": meanings(
            community_centre="社区综合服务设施 社区服务中心 党群服务中心 社区综合服务中心",
            volunteer_point="志愿服务站点 志愿服务站",
            lottery_outlet="福彩网点 福利彩票网点 福彩站",
            marriage_registry="婚姻登记机关 婚姻登记处",
            rescue_station="救助管理机构 救助管理站 救助站",
            mental_health="精神卫生福利机构 精神卫生社会福利机构",
            wellness_base="康养基地",
        ),
    }
)
_LAYER = meanings(
    elder_care="养老 养老服务 养老服务设施 养老设施 为老服务 elder_care",
    social_work="社工 社会工作 社工服务 社会工作服务",
    child_protection="未保 未成年人保护 儿童福利 儿童保护 儿童与未成年人保护 儿童福利和未成年人保护",
    cemetery="殡葬 殡葬服务 殡葬设施 公墓",
    civic="民政 社区服务 其他民政设施 民政服务",
)
UNIT_TYPE = meanings(
    city="市 地级市 设区市 市级",
    county="县 区 县区 县级市 市辖区 县级 区级 区县级 district",
    town="镇 建制镇 镇级",
    township="乡 民族乡 乡级",
    street="街道 街道办 街道办事处 街道级 subdistrict",
    zone="开发区 园区 高新区 经开区 功能区",
    community="社区 居委会 居民委员会 社区级",
    village="村 行政村 建制村 村委会 村民委员会 村级",
)
_BASE = meanings(
    resident="常住 常住人口", registered="户籍 户籍人口",
)  # fmt: skip
_LAYER_KEYS = frozenset({"layer", "layers"})
_TYPE_KEYS = frozenset({"type", "types", "compatible"})
_BASE_KEYS = frozenset({"base", "population_base"})
_UNIT_KEYS = frozenset({"types", "type", "within", "unit_level", "own_unit_types", "declared_at"})
_CODED_KEYS = _LAYER_KEYS | _TYPE_KEYS | _BASE_KEYS | _UNIT_KEYS


def layer_of(printed: str) -> str | None:
    """Code of a layer as people write it; None where nothing is called so."""
    return printed if printed in LAYER_TYPES else meaning_of(printed, _layers())


def type_of(printed: str, layer: str | None = None) -> str | None:
    """Code of a type as people write it; None where nothing is called so, or, without a layer, two are."""
    if layer is not None and layer in LAYER_TYPES:
        return meaning_of(printed, _types()[layer])
    found = {word for known in _types().values() if (word := meaning_of(printed, known)) is not None}
    return found.pop() if len(found) == 1 else None


def near_word(printed: str, codes: Collection[str]) -> str | None:
    """What a word that stands for none of `codes` may mean; None where nothing is near.

    A code, or a name that people use with its code behind it: ``社区养老服务站 (community_station)``.
    """
    same = get_close_matches(printed, sorted(codes), n=1)
    if same:
        return same[0]
    named = {
        key: word for known in (*_types().values(), _layers()) for key, word in known.items() if word in codes
    }
    near = get_close_matches(word_key(printed), list(named), n=1, cutoff=0.6)
    if not near:
        return None
    code = named[near[0]]
    return code if near[0] == code else f"{near[0]} ({code})"


def in_codes(data: Any, own: Mapping[str, str] | None = None) -> Any:
    """A file's values with layers, types and kinds of units in our codes, wherever a name of one stands for it.

    Parameters
    ----------
    data
        Plain mappings, lists and values; left as it is.
    own
        What a study says of its own words, which goes before what is known of them.

    Returns
    -------
    Any
        The same values; words that nothing is called by stay, for the schema to complain of.
    """
    return _in_codes(data, own or {}, None)


def _in_codes(data: Any, own: Mapping[str, str], layer: str | None) -> Any:
    if isinstance(data, list):
        return [_in_codes(value, own, layer) for value in data]
    if not isinstance(data, dict):
        return data
    named = data.get("layer")
    here = layer if not isinstance(named, str) else layer_of(named) or named
    answer: dict[Any, Any] = {}
    for key, value in data.items():
        if key in _CODED_KEYS:
            answer[key] = _coded(value, key, own, here)
        else:
            answer[key] = _in_codes(value, own, here)
    return answer


def _coded(value: Any, key: str, own: Mapping[str, str], layer: str | None) -> Any:
    """The value of a key that asks for codes: one word, a list of words, or a mapping."""
    if isinstance(value, str):
        return _code(value, key, own, layer)
    if isinstance(value, list):
        return [_coded(item, key, own, layer) for item in value]
    if isinstance(value, dict) and key == "types":
        # the words of a column each with its code, or each type with what belongs to it
        named = {name: _named(name, item, own, layer) for name, item in value.items()}
        return {new: _coded(item, key, own, layer) for (new, item) in named.values()}
    return _in_codes(value, own, layer)


def _named(name: Any, item: Any, own: Mapping[str, str], layer: str | None) -> tuple[Any, Any]:
    """Name and value of an entry of ``types``: where the value is no word, the name is a type itself."""
    if isinstance(name, str) and isinstance(item, dict):
        return _code(name, "type", own, layer), item
    return name, item


def _code(value: str, key: str, own: Mapping[str, str], layer: str | None) -> str:
    if key in _LAYER_KEYS:
        return layer_of(value) or value
    if key in _TYPE_KEYS:
        found = own.get(value) or type_of(value, layer) or type_of(value)
        if found is not None:
            return found
    if key in _BASE_KEYS:
        return meaning_of(value, _BASE) or value
    if key in _UNIT_KEYS:
        return meaning_of(value, UNIT_TYPE) or value
    return value


@cache
def _layers() -> Mapping[str, str]:
    """Names of layers, with those that our own pages use."""
    said = {
        word_key(Words(language).name_of("layer", layer)): layer
        for language in LANGUAGES
        for layer in LAYER_TYPES
    }
    return MappingProxyType({**said, **_LAYER})


@cache
def _types() -> Mapping[str, Mapping[str, str]]:
    """Names of types by layer, with those that our own pages use."""
    return MappingProxyType(
        {
            layer: {
                **{
                    word_key(Words(language).name_of("type", name)): name
                    for language in LANGUAGES
                    for name in names
                },
                **{word_key(name): name for name in names},
                **TYPE.get(layer, {}),
            }
            for layer, names in LAYER_TYPES.items()
        }
    )
