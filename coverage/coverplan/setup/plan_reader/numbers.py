"""Numbers of a sentence with what is said about them: at least, more than, between, every one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from coverplan.plan.schema import Rule

_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNIT = r"%|平方米/百户|平方米|张|人次|元|所|个|家|处|座|名|人|户|项|支|对|间|格|穴|亩|公里|辆|站|岁"
#: One number, with an upper end or an operator, and its unit of measure.
_FOUND = re.compile(
    rf"(?P<before>不低于|不少于|不得低于|不得少于|不小于|不超过|至少(?:建?有|建成|达到)?|突破|超过|大于|高于|>=|≥|>|<=|≤|<|"
    rf"达到?|提高[到至]|增长[到至]|增加[到至]|发展到|扩大到|控制在|约|基本)?\s*"
    rf"\[?(?P<low>{_NUMBER})(?P<low_unit>%|张|所|个|家|平方米|户)?(?:\s*[-至]\s*(?P<high>{_NUMBER}))?\]?\*?\s*"
    rf"(?P<wan>万|亿)?(?P<unit>{_UNIT})?(?P<after>\(含\)|及?以上|以内|左右|起)?"
)
_EVERY = re.compile(
    r"全覆盖|全部覆盖|应设尽设|一县一|一乡\(镇\)一|一乡镇?一|一街道?一|一村一|普遍建立|都有|全部完成|全部建成|"
    r"(?:所有|每个?|各|全部|均)[^,;。]{1,30}?(?:建有|建成|建立|设立|设置|配备|达到|覆盖|完成|有)|"
    r"(?:县|县\(区\)|\(街道\)|街道|乡镇|社区|\(社区\)|村\(居\))(?:建立|设立|建成)"
)
_MORE_THAN = {"突破", "超过", "大于", "高于", ">"}
_AT_MOST = {"不超过", "<=", "≤", "<"}
_TIMES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a phrase.

    Parameters
    ----------
    start, stop
        Where it stands in the phrase, with its operator and unit.
    value, high
        Number and upper end of a range, as printed times ten thousand where 万 stands before a counted thing.
    unit
        Unit of measure as printed; empty where none stands.
    rule
        Rule of a plan file.
    """

    start: int
    stop: int
    value: Decimal
    high: Decimal | None
    unit: str
    rule: Rule


def figures(phrase: str) -> Iterator[Figure]:
    """Every number of a phrase that is no year, date, age, number of a document or rank."""
    for match in _FOUND.finditer(phrase):
        around = phrase[max(0, match.start() - 6) : match.end() + 6]
        if _no_amount(phrase, match, around):
            continue
        wan = match["wan"]
        unit = match["unit"] or match["low_unit"] or ""
        counted = unit not in {"人", "名", "元", ""} or "人次" in unit
        times = _TIMES[wan] if wan and counted else Decimal(1)
        value = Decimal(match["low"].replace(",", "")) * times
        high = None if match["high"] is None else Decimal(match["high"].replace(",", "")) * times
        if high is not None and high <= value:
            high = None
        if wan and times == 1:
            unit = wan + (unit or "人")
        yield Figure(match.start(), match.end(), value, high, unit, _rule(match, high))


def every(phrase: str) -> re.Match[str] | None:
    """Words that promise one for every unit, or everything."""
    return _EVERY.search(phrase)


def _rule(match: re.Match[str], high: Decimal | None) -> Rule:
    before, after = match["before"] or "", match["after"] or ""
    if high is not None:
        return "inside" if "控制在" in before else "at_least_low_end"
    if before in _MORE_THAN:
        return ">"
    if before in _AT_MOST or after == "以内":
        return "none"
    if before in {"约", "基本"} or after == "左右":
        return "approx"
    return ">="


def _no_amount(phrase: str, match: re.Match[str], around: str) -> bool:
    """Years, dates, ages, names of documents, enumerations."""
    after = phrase[match.end() : match.end() + 3]
    low = match["low"]
    if after.startswith("百分点") or re.match(
        r"床位以上的?(?:养老)?机构|以上的?养老机构", phrase[match.end() :]
    ):
        return True
    if (
        after.startswith(("年", "月", "日", "周岁", "号", "岁", "级", "°", "分钟", "小时", "+"))
        or match["unit"] == "岁"
    ):
        return True
    unit = match["unit"] or match["low_unit"]
    if re.fullmatch(r"(?:19|20)\d\d", low) and not unit:
        return True
    if (
        match.start("low")
        and phrase[match.start("low") - 1] in "第〔[(号."
        and "]" not in around[-5:]
        and not unit
    ):
        return True
    return (
        re.match(r"\d+[.、)]", phrase[match.start("low") :]) is not None
        and not unit
        and match.start("low") < 4
    )
