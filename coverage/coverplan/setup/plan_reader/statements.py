"""Promises in sentences: a number or "every one" said of facilities, beds, areas, staff, people or shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from coverplan.plan.schema import Attribute, Rule, YearBasis
from coverplan.setup.plan_reader.document import Line
from coverplan.setup.plan_reader.found import Found, LeftOut, Reading
from coverplan.setup.plan_reader.horizon import first_ahead, project_list_from, year_in
from coverplan.setup.plan_reader.kinds import kind_of
from coverplan.setup.plan_reader.numbers import Figure, every, figures
from coverplan.setup.plan_reader.spelling import narrow
from coverplan.setup.plan_reader.terms import PAST, Thing, Units, thing_of, units_of
from coverplan.vocabulary import MAX_PRINTED

_SENTENCE = re.compile(r"[^。;!?]+[。;!?]?")
#: Between clauses: commas, and where copying lost one, after a percentage and before the next number of things.
_CLAUSE = re.compile(
    r"[,:]|、(?=一[县乡村街])|、(?=(?:乡镇|镇|街道|村|社区)[^,、]{0,6}(?:建立|设置|设立))|(?<=%)(?=\d)|(?<=[站室院])(?=\d+个)|、(?=\d+(?:-\d+)?\s*[个所家名])|以及|并(?=[完打建实达])|\s{2,}"
)
_SHARE = re.compile(r"率|占比|比例|达到|覆盖|占.{2,20}的|社区|农村")
_MONEY = re.compile(r"元|补贴|低保标准|救助标准|资金|投资|经费|奖补")
_PROJECT = re.compile(
    r"(?:新建|改扩建|重建|扩建|迁建|改造(?:升级)?|建成|建设(?:改造)?|竣工|转型|整体提质改造|完成)"
)
_SITE = re.compile(
    r"敬老院|福利院|养老院|颐养院|颐养中心|养护院|殡仪馆|陵园|公墓|供养服务?机构|儿童福利机构|保护服务设施"
)
_DESIGN = re.compile(r"按照?(?:照)?每百户|每百户\s*\d+|不足\s*\d+|不得?低于\s*\d+\s*平方米|为宜|一般以")
_SMALL_DOUBT = re.compile(r"原则上|力争|争取|基本|有条件|逐步|预计")
#: What is said to be achieved and is worth a figure of our own beside it.
_ACHIEVED = re.compile(r"分钟[^,;。]{0,16}圈|均达到|不小于|原则上按|控制在每")
_GENERIC = re.compile(r"^(?:到|至|在)?\s*20\d\d\s*年?(?:底|末|前)?$|^\"?十[四五]五\"?(?:时期|期间|期末|末)?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence: its text in narrow spelling, and where it stands in its line."""

    text: str
    start: int


def read_statements(
    lines: Sequence[Line], taken: set[int], horizon: tuple[int, int] | None, reading: Reading
) -> None:
    """Add the promises of all sentences outside tables to a reading, and what was seen and left out."""
    ahead, projects = first_ahead(lines), project_list_from(lines)
    for at, line in enumerate(lines):
        if at in taken or len(line.text.strip()) < 6:
            continue
        plain = narrow(line.text)
        if at >= projects:
            if re.search(r"\d", plain) and thing_of(plain) is not None:
                reading.left_out.append(
                    LeftOut(line.number, line.page, line.text.strip()[:60], "project_list")
                )
            continue
        for sentence in _SENTENCE.finditer(plain):
            _sentence(line, sentence.group(), sentence.start(), horizon, reading, past=at < ahead)


def _clauses(sentence: str, offset: int) -> list[Clause]:
    found, start = [], 0
    for cut in _CLAUSE.finditer(sentence):
        found.append(Clause(sentence[start : cut.start()], offset + start))
        start = cut.end()
    found.append(Clause(sentence[start:], offset + start))
    return [clause for clause in found if clause.text.strip()]


def _sentence(
    line: Line, sentence: str, offset: int, horizon: tuple[int, int] | None, reading: Reading, *, past: bool
) -> None:
    year, basis = (horizon[1] if horizon else None), "horizon"
    subject: Clause | None = None
    said: Units | None = None
    for clause in _clauses(sentence, offset):
        named = year_in(clause.text, horizon)
        if named is not None:
            year, basis = named[0], named[1]
        told = list(_promises(clause, subject, said, sentence))
        for one in told:
            gone = _gone(clause.text, year, horizon, past=past)
            if gone is not None and _ACHIEVED.search(clause.text) and one.thing.layer is not None:
                reading.found.append(
                    replace(_found(line, clause, one, None, basis), attribute="achieved", rule="none")
                )
                continue
            if gone is not None:
                reading.left_out.append(LeftOut(line.number, line.page, clause.text.strip()[:60], gone))
                continue
            reading.found.append(_found(line, clause, one, year, basis))
        if not _GENERIC.match(clause.text.strip()) and thing_of(clause.text) is not None:
            subject = clause
            said = units_of(clause.text) or said


def _gone(clause: str, year: int | None, horizon: tuple[int, int] | None, *, past: bool) -> str | None:
    """Why a passage speaks of the past, or None."""
    if year is not None and horizon is not None and year < horizon[0]:
        return "past_year"
    if PAST.search(clause):
        return "past_words"
    return "past_part" if past else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a clause promises, before it is put beside line and year."""

    text: str
    thing: Thing
    units: Units | None
    figure: Figure | None
    every: bool
    project: Sites | None = None


def _promises(clause: Clause, subject: Clause | None, said: Units | None, sentence: str) -> Iterator[Promise]:
    text = clause.text
    own = thing_of(text)
    thing = own or (None if subject is None else thing_of(subject.text))
    if thing is None:
        return
    listed = own is None or re.match(r"\s*(?:建设)?\d", text) is not None
    units = units_of(text) or (said if subject is not None and listed else None)
    project = _project(text)
    if project is not None:
        yield Promise(text, thing, units, None, every=False, project=project)
        return
    all_of_them = every(text)
    wanted = [figure for figure in figures(text) if _counts(figure, text, thing, units, sentence)]
    if wanted:
        for figure in wanted:
            yield Promise(text, thing, units, figure, every=all_of_them is not None)
    elif all_of_them is not None and (thing.types or re.search(r"率|评估|服务|火葬区|火化区", text)):
        if _every_is_of_things(text, units):
            yield Promise(text, thing, units, None, every=True)
    elif thing.types and re.search(r"(?:建立|建成|设立|打造).{0,4}[市区县]级.{0,12}(?:中心|平台)$", text):
        yield Promise(text, thing, units, Figure(0, len(text), Decimal(1), None, "个", ">="), every=False)
    elif _ACHIEVED.search(text) and "圈" in text:
        yield Promise(text, thing, units, None, every=False)


def _every_is_of_things(text: str, units: Units | None) -> bool:
    """Whether 'every' speaks of facilities or people, not of plans, duties or spirits."""
    if re.search(
        r"制度|政策|机制|法定|党组织|权责|方案|责任|纳入|规定|意见|水平|原则|网络|体系建设|平台建设(?!$)",
        text,
    ):
        return bool(re.search(r"全部完成|评估制度", text))
    return units is not None or bool(re.search(r"全覆盖|所有|都有", text))


def _counts(  # noqa: PLR0911 - one line a measure
    figure: Figure, text: str, thing: Thing, units: Units | None, sentence: str
) -> bool:
    """Whether a number is one that a plan can be held to."""
    if figure.unit == "%":
        return bool(_SHARE.search(text)) or thing.layer is not None
    if "元" in figure.unit:
        return "公益金" in sentence
    if figure.unit in {"", "项", "支", "对", "岁"}:
        return False
    if _MONEY.search(text) and thing.layer is None:
        return False
    if figure.unit in {"人", "名", "人次", "万人", "万人次", "万名"}:
        return bool(re.search(r"达到?|不少于|不低于|培训|配备|拥有|新增|培育|以上|人口|工作者", text))
    if figure.unit in {"家", "个", "所", "处", "座", "张", "户"} and figure.value <= 1 and units is None:
        return bool(re.search(r"至少|各新建|实现", text))
    return True


@dataclass(frozen=True, slots=True)
class Sites:
    """Named sites of a clause, and how many the document counts."""

    count: int
    names: tuple[str, ...]


def _project(text: str) -> Sites | None:
    """Named sites that a clause promises to build or change, or None."""
    if (
        not _PROJECT.search(text)
        or not _SITE.search(text)
        or re.search(r"%|每个|所有|全部|标准|目标|逐步|原敬老院", text)
    ):
        return None
    listed = re.sub(r"^.*?(?:支持|推动|推进|指导|对|到?20\d\d年?[,]?|新建(?!或)|建成)", "", text)
    listed = re.split(r"各(?:新建|改|建)|等\s*\d+\s*个|完成|整体|提质|转型|建设|竣工|改造", listed)[0]
    names = tuple(
        name.strip() for name in re.split(r"[、和]", listed) if re.search(r"[县市区镇乡]|院|馆|中心|园", name)
    )
    counted = re.search(r"等\s*(\d+)\s*个", text)
    count = int(counted[1]) if counted else len(names)
    return Sites(count, names) if count else None


def _found(line: Line, clause: Clause, told: Promise, year: int | None, basis: str) -> Found:
    text, figure = told.text, told.figure
    value, high, rule, measure = _value(told)
    design = _DESIGN.search(text) is not None
    attribute: Attribute = "design_standard" if design else "promise"
    if "预计" in text and "人口" in text:
        attribute = "forecast"
    year_basis: YearBasis = "none" if year is None else "printed" if basis == "printed" else "horizon"
    kind = (
        "project_delivery"
        if told.project is not None
        else kind_of(text, measure, told.thing, told.units, value, every=told.every)
    )
    doubts = [key for key, is_so in (
        ("no_year", year is None), ("soft", _SMALL_DOUBT.search(text) is not None),
        ("taken_from_before", thing_of(text) is None), ("project_names", told.project is not None),
        ("lost_dash", _lost_dash(figure, text)),
    ) if is_so]  # fmt: skip
    repaired = _lost_dash(figure, text)
    if repaired and value is not None:
        digits = str(int(value))
        value, high, rule = Decimal(digits[:2]), Decimal(digits[2:]), "at_least_low_end"
    return Found(
        line=line.number, page=line.page, start=clause.start, stop=clause.start + len(text), name=_name(text),
        printed=_printed(line.text, clause, figure), measure=measure or ("%" if told.every else "个"), rule=rule,
        value=value, high=high, year=year, year_basis=year_basis, attribute=attribute, thing=told.thing,
        units=told.units, kind=kind, repaired=repaired, doubts=tuple(doubts),
        sites=() if told.project is None else told.project.names,
    )  # fmt: skip


def _lost_dash(figure: Figure | None, text: str) -> bool:
    """2030平方米 a hundred households is 20 to 30 whose dash copying lost."""
    return (
        figure is not None and figure.high is None and "百户" in text
        and re.fullmatch(r"\d{4}", str(figure.value)) is not None and str(figure.value)[:2] < str(figure.value)[2:]
    )  # fmt: skip


def _value(told: Promise) -> tuple[Decimal | None, Decimal | None, Rule, str]:
    if told.project is not None:
        return Decimal(told.project.count), None, ">=", "个"
    figure = told.figure
    if figure is None and not told.every:
        return None, None, "none", "%"
    if figure is None:
        basic = re.search(r"基本(?:实现|形成)?全覆盖", told.text) is not None
        if re.search(r"较多的|有条件的", told.text) and "全覆盖" not in told.text:
            return None, None, "none", "%"
        return Decimal(100), None, ("approx" if basic else ">="), "%"
    if (
        figure.value == 1 and figure.high is None and figure.unit in {"个", "所", "家", "处"} and told.units is not None
        and not told.text[: figure.stop].endswith("以上")
    ):  # fmt: skip
        return Decimal(100), None, ">=", "%"
    rule = figure.rule
    if "逐步" in told.text:
        rule = "none"
    elif re.search(r"人口.{0,4}达到", told.text) and "预计" in told.text:
        rule = "="
    elif re.search(r"以\s*\d+-\d+\s*户", told.text):
        rule = "inside"
    return figure.value, figure.high, rule, figure.unit


def _name(text: str) -> str:
    """A clause as the name of an indicator: without year and words of effort."""
    name = re.sub(r"^(?:到|至|在)?\s*20\d\d\s*年?(?:底|末|前)?\s*", "", text.strip())
    name = re.sub(r"^(?:力争|确保|实现|推动|推进|加快|全面|并|且|全市|全区|同步)+", "", name)
    return name.strip(" 。;")[:40] or text.strip()[:40]


def _printed(line: str, clause: Clause, figure: Figure | None) -> str:
    """The words of the document round the number, at most 30 characters."""
    stop = clause.start + (len(clause.text) if figure is None else figure.stop)
    start = max(clause.start, stop - MAX_PRINTED)
    return line[start:stop].strip(" ，,。；;")[-MAX_PRINTED:]
