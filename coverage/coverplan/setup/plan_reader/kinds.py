"""Which kind of indicator a statement is, from its words, measure and units."""

from __future__ import annotations

import re
from decimal import Decimal

from coverplan.setup.plan_reader.terms import Thing, Units

_BEDS = re.compile(r"护理型床位")
_MINIMUM = re.compile(r"面积|用房|场所|大厅|站址")


def kind_of(  # noqa: C901, PLR0911, PLR0912 - one line a kind
    phrase: str, measure: str, thing: Thing, units: Units | None, value: Decimal | None, *, every: bool
) -> str:
    """Kind of indicator as a plan file names it; ``reported`` where nothing that a map or ledger knows is meant.

    Parameters
    ----------
    phrase
        Name of the indicator or clause of the sentence, in narrow spelling.
    measure
        Unit of measure, empty when none is printed.
    thing, units
        What it is about, and which units it names.
    value
        Number that is asked for.
    every
        The phrase promises one for every unit.
    """
    if re.search(r"跨省通办|接送返回|评估|信息平台|协商|全科|培训|企业|协会|探访|评定等级", phrase):
        return "reported"
    if re.search(r"每(?:一)?百户|百户居民", phrase) and "平方米" in phrase + measure:
        return "area_per_100_households"
    if re.search(r"每万", phrase):
        return "per_10k"
    if re.search(r"每(?:千|1000)[^,]{0,8}(?:老|人)", phrase):
        return "per_1000"
    if re.search(r"每百张", phrase) or (_BEDS.search(phrase) and measure == "%") or "集中供养率" in phrase:
        return "ratio_of_sums"
    if ("达标" in phrase and thing.layer and (measure == "%" or every)) or re.search(
        r"达到国家|A级以上", phrase
    ):
        return "share_meeting_standard"
    if (measure == "户" and units is not None) or re.search(r"以\s*\d+-\d+\s*户", phrase):
        return "share_in_range"
    if measure.startswith("平方米") and _MINIMUM.search(phrase):
        return "facility_minimum"
    if re.search(r"人口(?:将)?达到|老年人口.{0,6}达", phrase) and measure.startswith("万"):
        return "control_total"
    if (
        measure == "%"
        and re.search(r"(?:占比|比例|签约率|达到\s*\d+%)", phrase)
        and thing.types
        and units is None
    ):
        return "facility_share"
    if re.search(r"(?:上门服务|改造).{0,14}(?:覆盖率|比例|占|家庭)", phrase) and measure == "%":
        return "ratio_of_sums"
    if re.search(r"圈", phrase) and re.search(r"分钟", phrase):
        return "population_within"
    if thing.layer is None:
        return "reported"
    if (
        measure == "%"
        and re.search(r"示范|等级|星级", phrase)
        and re.search(r"占比|达到", phrase)
        and "覆盖" not in phrase
    ):
        return "facility_share"
    if (
        (measure == "%" or every)
        and thing.types
        and ((units is not None and units.key != "estates") or re.search(r"覆盖|建成率|一县一|一乡", phrase))
    ):
        return "count_per_unit" if measure not in {"%", ""} else "unit_presence"
    if measure == "%" and thing.types:
        return "facility_share"
    if (
        units is not None
        and re.search(r"每个?|各|其辖区", phrase)
        and measure in {"个", "所", "家", "处"}
        and thing.types
    ):
        return "count_per_unit"
    if re.search(r"新增[^,]{0,8}床位|床位[^,]{0,4}新增", phrase):
        return "sum"
    if thing.types and measure in {"个", "所", "家", "处", "张", "座", ""} and value is not None:
        return "count"
    return "reported"
