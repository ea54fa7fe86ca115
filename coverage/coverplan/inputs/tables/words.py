"""Words that stand in ledgers for statuses, functions, precisions, yes and no."""

from __future__ import annotations

import re

from coverplan.text.folding import meanings, plain, word_key

#: A word such as 已建未运营 stands for none of these, and a row that says so has to be asked about.
STATUS = meanings(
    operating="运营 在运营 运营中 已运营 在营 正常 正常运营 运行 运行中 在用 使用中 使用 营业 营业中 开业 已开业 已投用 投入使用 已投入使用 "
    "已建成 建成 已建 已建成投用 建成运营 已建成运营 存续 現有 现有 open active running",
    building="在建 建设中 正在建设 施工中 施工 已开工 新建中 续建 under_construction construction",
    planned="规划 规划中 拟建 待建 筹建 筹建中 计划 计划建设 未开工 前期 planning proposed",
    suspended="停用 暂停 暂停运营 暂停服务 停业 歇业 停运 停止运营 闲置 空置 inactive paused",
    closed="关闭 已关闭 关停 已关停 撤销 已撤销 注销 已注销 取缔 已拆除 拆除 已拆 撤并 已撤并 shut removed",
)
PRECISION = meanings(
    site="精确 门牌 门牌号 点位 楼栋 poi 兴趣点 实测 gps rooftop address exact",
    street="道路 街路 路段 道路级 road",
    village="村级 村 社区 社区级 村委会 village_level community",
    town="镇级 乡镇 乡镇级 街道级 街道 镇 township",
    county="区县 区县级 县级 县 区 district city 市级",
    none="无 未知 无坐标 unknown",
)
FUNCTION = meanings(
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
YES = frozenset("yes y true t 1 1.0 是 是的 有 对 √ ✓ ✔ 已 已落实 落实 公开 sim si sí oui ja".split())  # noqa: SIM905
NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "0.0",
        "否",
        "无",
        "没有",
        "没",
        "非",
        "不",
        "不是",
        "×",
        "✗",
        "✘",
        "x",
        "未",
        "未落实",
        "不公开",
        "não",
        "nao",
        "non",
        "nein",
        "nee",
    ]
)
_SPLIT = re.compile(r"[;,、|+/]|\s+")


def parts(printed: str) -> tuple[str, ...]:
    """The single words of a list in one cell."""
    return tuple(part for part in _SPLIT.split(plain(printed)) if part)


def yes_or_no(printed: str) -> bool | None:
    """True, False, or None when a word is neither."""
    word = word_key(printed)
    return True if word in YES else False if word in NO else None
