"""Words that stand in ledgers for statuses, types, functions, precisions, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from coverplan.inputs.tables.amounts import plain
from coverplan.inputs.tables.headers import folded


def _meaning(**words: str) -> Mapping[str, str]:
    return MappingProxyType(
        {folded(printed): word for word, text in words.items() for printed in (word, *text.split())}
    )


#: A word such as 已建未运营 stands for none of these, and a row that says so has to be asked about.
STATUS = _meaning(
    operating="运营 在运营 运营中 已运营 在营 正常 正常运营 运行 运行中 在用 使用中 使用 营业 营业中 开业 已开业 已投用 投入使用 已投入使用 "
    "已建成 建成 已建 已建成投用 建成运营 已建成运营 存续 現有 现有 open active running",
    building="在建 建设中 正在建设 施工中 施工 已开工 新建中 续建 under_construction construction",
    planned="规划 规划中 拟建 待建 筹建 筹建中 计划 计划建设 未开工 前期 planning proposed",
    suspended="停用 暂停 暂停运营 暂停服务 停业 歇业 停运 停止运营 闲置 空置 inactive paused",
    closed="关闭 已关闭 关停 已关停 撤销 已撤销 注销 已注销 取缔 已拆除 拆除 已拆 撤并 已撤并 shut removed",
)
PRECISION = _meaning(
    site="精确 门牌 门牌号 点位 楼栋 poi 兴趣点 实测 gps rooftop address exact",
    street="道路 街路 路段 道路级 road",
    village="村级 村 社区 社区级 村委会 village_level community",
    town="镇级 乡镇 乡镇级 街道级 街道 镇 township",
    county="区县 区县级 县级 县 区 district city 市级",
    none="无 未知 无坐标 unknown",
)
FUNCTION = _meaning(
    full_care="全托 全日托养 机构养老 长期照护 长期托养 集中供养",
    day_care="日托 日间照料 日间托养 日照",
    home_visit="上门 上门服务 居家上门 居家服务 入户服务",
    guidance="对下指导 指导 区域指导 统筹指导",
    meals="助餐 老年助餐 就餐 用餐 供餐 送餐",
    bathing="助浴 洗浴",
    medical="医疗 医养结合 康复 健康管理 护理 康复护理",
    child_care="托幼 托育 儿童照护",
    counselling="心理咨询 心理慰藉 精神慰藉 心理服务 咨询",
)
TYPE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "elder_care": _meaning(
            institution="养老机构 养老院 敬老院 福利院 社会福利院 老年公寓 护理院 老年养护院 养护院 公办养老机构 民办养老机构 公建民营养老机构 乡镇敬老院",
            special_care="县级失能照护机构 失能特困人员照护机构 特困供养机构 特困人员供养服务设施 县级特困人员供养服务设施",
            guidance_centre="养老服务指导中心 县级养老服务指导中心 区级养老服务指导中心 县级养老服务中心 区级养老服务中心 区养老服务中心",
            town_centre="综合养老服务中心 镇综合养老服务中心 街道综合养老服务中心 镇(街道)综合养老服务中心 街道养老服务中心 乡镇养老服务中心 镇养老服务中心 "
            "街道(乡镇)养老服务中心 区域养老服务中心 综合为老服务中心 长者服务中心",
            community_station="社区养老服务站 社区养老服务驿站 养老驿站 社区养老服务站点 社区居家养老服务站",
            village_station="村级养老服务站 村养老服务站 农村养老服务站 农村幸福院 幸福院 互助养老点",
            day_care="日间照料中心 社区日间照料中心 老年人日间照料中心 日照中心",
            nursing_centre="社区居家养老综合护理中心 综合护理中心 居家养老护理中心",
            canteen="助餐点 老年助餐点 中心厨房 长者食堂 社区食堂 老年食堂 幸福食堂",
            home_service="居家上门服务 居家养老服务",
            home_bed="家庭养老床位 家床",
        ),
        "social_work": _meaning(
            station="社工站 社会工作站 社会工作服务站 乡镇社工站 街道社工站",
            room="社工室 社会工作室 村社工室 社区社工室",
            relief_point="社会救助服务点 救助服务点 社会救助站点",
        ),
        "child_protection": _meaning(
            protection_station="未成年人保护工作站 未保站 未保工作站",
            protection_centre="救助保护中心 未成年人救助保护中心 未保中心",
            child_home="儿童之家 儿童关爱之家",
            child_station="儿童福利与关爱社工服务站 儿童服务站",
            welfare_institution="儿童福利机构 儿童福利院",
        ),
        "cemetery": _meaning(
            public_cemetery="公益性公墓 公墓 农村公益性公墓 城市公益性公墓 公益性安葬设施 公益性骨灰安放设施",
            columbarium="骨灰堂 骨灰楼 骨灰堂(楼) 骨灰安放堂",
            funeral_home="殡仪馆 殡葬服务中心",
            funeral_station="殡仪服务站 殡仪服务中心",
        ),
        "civic": _meaning(
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
YES = frozenset("yes y true 1 是 有 √ ✓ ✔ 已 已落实 落实 公开".split())  # noqa: SIM905
NO = frozenset("no n false 0 否 无 × ✗ ✘ x 未 未落实 不公开".split())  # noqa: SIM905
_SPLIT = re.compile(r"[;,、|+/]|\s+")


def meaning_of(printed: str, known: Mapping[str, str]) -> str | None:
    """The word of the vocabulary that a printed word stands for, or None."""
    return known.get(word_key(printed))


def word_key(printed: str) -> str:
    """A printed word as it is compared: narrow, simplified signs, lower case, no white space."""
    return folded("".join(plain(printed).lower().split()))


def parts(printed: str) -> tuple[str, ...]:
    """The single words of a list in one cell."""
    return tuple(part for part in _SPLIT.split(plain(printed)) if part)


def yes_or_no(printed: str) -> bool | None:
    """True, False, or None when a word is neither."""
    word = word_key(printed)
    return True if word in YES else False if word in NO else None
