"""Which years a document plans for, where its plans begin, and by when a phrase promises something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from coverplan.plan.schema import YearBasis
from coverplan.setup.plan_reader.document import Line
from coverplan.setup.plan_reader.spelling import narrow

_PERIODS = {"十三五": (2016, 2020), "十四五": (2021, 2025), "十五五": (2026, 2030), "十六五": (2031, 2035)}
_SPAN = re.compile(r"\(?(20\d\d)\s*-\s*(20\d\d)\s*年?\)?")
#: A year, where copying lost the word for it only after "by".
_YEAR = re.compile(
    r"(20\d\d)\s*年(?:底|末|前)?(起)?|(?<=[到至])\s*(20\d\d)(?=[^\d年.%张所个名人平户万家元-])"
)
_PERIOD = re.compile(r"(十[三四五六]五)[\"']?(?:时期|期间|期末|末|期内)?")
#: Headings after which a document speaks of what shall be, and before which of what was.
_AHEAD = re.compile(
    r"(?:发展|总体|主要|工作|具体|今后五年[^,。]{0,4}|下一步[^,。]{0,6})?(?:目标|任务|举措|要求|发展重点|重点工程)|今后五年|下一步"
)
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十]+[章节])\s*(.{2,30})$"
)


def horizon_of(lines: Sequence[Line]) -> tuple[int, int] | None:
    """First and last year that a document plans for, from its title and most named years; None when none is named."""
    head = narrow("".join(line.text for line in lines[:12]))
    span = _SPAN.search(head)
    if span:
        return int(span[1]), int(span[2])
    text = narrow("".join(line.text for line in lines))
    periods = Counter(_PERIOD.findall(head)) or Counter(_PERIOD.findall(text))
    if periods:
        later = max(periods.items(), key=lambda one: (one[1], one[0] == "十四五"))[0]
        return _PERIODS[later]
    ahead = Counter(int(year) for year in re.findall(r"(?:到|至)\s*(20\d\d)\s*年", text))
    if ahead:
        last = max(ahead.items(), key=lambda one: (one[1], one[0]))[0]
        return last - 2, last
    return None


def year_in(phrase: str, horizon: tuple[int, int] | None) -> tuple[int | None, YearBasis, int] | None:
    """Year that a phrase names last, how, and where the name ends; None when it names none."""
    found = None
    for match in _YEAR.finditer(phrase):
        if match[2]:  # from a year on: when it begins, not when it is done
            continue
        found = (int(match[1] or match[3]), match.end())
    period = None
    for match in _PERIOD.finditer(phrase):
        if horizon is not None and _PERIODS[match[1]] == horizon:
            period = (horizon[1], match.end())
    if found and (period is None or found[1] > period[1]):
        return found[0], "printed", found[1]
    return None if period is None else (period[0], "horizon", period[1])


def first_ahead(lines: Sequence[Line]) -> int:
    """Position of the line from which on a document speaks of what shall be; 0 where no heading parts it.

    A list of contents has the same headings, so the last change from what was to what shall be counts.
    """
    past, last = None, 0
    for at, line in enumerate(lines):
        heading = _HEADING.match(narrow(line.text))
        if heading is None:
            continue
        if re.search(r"回顾|基础|成就|成效|现状|完成情况|工作总结|主要工作|发展环境|背景", heading[1]):
            past = at
        elif past is not None and _AHEAD.search(heading[1]):
            last = at
            past = None
    return last


def project_list_from(lines: Sequence[Line]) -> int:
    """Position from which on a document lists its projects; the number of lines where it lists none."""
    for at in range(len(lines) - 1, -1, -1):
        text = narrow(lines[at].text).strip()
        if len(text) < 30 and re.search(r"项目(?:库|表|清单|一览表?|汇总表?)$", text):
            return at
    return len(lines)
