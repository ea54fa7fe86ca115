"""A plan file drafted from what was read; every doubt stands beside its target, and nothing is invented."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from coverplan.setup.plan_reader.document import Line
from coverplan.setup.plan_reader.found import Found, LeftOut, Reading
from coverplan.setup.plan_reader.horizon import horizon_of
from coverplan.setup.plan_reader.indicators import indicator_of
from coverplan.text.words import Words
from coverplan.vocabulary import MAX_PRINTED

_TITLE = re.compile(r"(规划|意见|方案|计划|纲要|总结|通知)")
_NOT_TITLE = re.compile(r"[>,。:;]|首页|位置|当前|来源|索引|依据|字号")
_AREA = re.compile(r"([一-鿿]{2,9}?(?:自治县|新区|市|区|县|州))")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft of a plan file.

    Parameters
    ----------
    plan
        Plain values of a plan file, as `coverplan.plan.schema.Plan` has them.
    doubts
        By position of the target: reasons to look at it, in the language that was asked for.
    left_out
        What was seen and is no target.
    lines
        Lines of the document.
    found
        What each target was drafted from.
    """

    plan: dict[str, Any]
    doubts: Mapping[int, tuple[str, ...]]
    left_out: tuple[LeftOut, ...]
    lines: tuple[Line, ...]
    found: tuple[Found, ...]
    missing: tuple[str, ...] = field(default=())
    """Reasons to look at the head of the file."""


def draft_plan(reading: Reading, lines: Sequence[Line], document: Path, words: Words) -> Drafted:
    """Draft a plan file from a reading.

    Parameters
    ----------
    reading, lines
        What was read of the document, and its lines.
    document
        The file; its name and title go into the draft's source.
    words
        Language of the reasons.
    """
    title = _title(lines) or document.stem
    area = _AREA.search(re.sub(r"(?:人民政府|民政局|关于).*", "", title)) or _AREA.search(title)
    horizon = horizon_of(lines)
    sets: dict[str, dict[str, Any]] = {}
    targets, doubts = [], {}
    told = [indicator_of(one) for one in reading.found]
    clashes = conflicts_of(reading.found, [indicator for indicator, _ in told])
    for at, (one, (indicator, kept)) in enumerate(zip(reading.found, told, strict=True)):
        unit_set = indicator.get("units")
        if unit_set is not None and one.units is not None:
            sets.setdefault(
                unit_set, {"names": {"zh": one.units.zh, "en": one.units.en}, "types": list(one.units.types)}
            )
        targets.append(_target(at, one, indicator, clashes.get(at)))
        reasons = [words(f"plan_reader.doubt.{key}") for key in (*one.doubts, *kept)]
        if at in clashes:
            reasons.append(words("plan_reader.doubt.conflict"))
        if reasons:
            doubts[at] = tuple(reasons)
    plan: dict[str, Any] = {
        "format": 1,
        "id": re.sub(r"[^a-z0-9-]+", "-", document.stem.lower()).strip("-") or "plan",
        "names": {"zh": title, "en": title},
        "area": {"zh": area[1] if area else title, "en": area[1] if area else title},
        "level": "district" if area is not None and area[1].endswith(("区", "县")) else "city",
        "horizon": list(horizon) if horizon else [_first_year(reading.found), None],
        "source": {"title": title, "file": document.name},
        "unit_sets": sets,
    }
    groups = sorted(set(clashes.values()))
    if groups:
        plan["conflicts"] = {
            name: {language: Words(language)("plan_reader.conflict") for language in ("zh", "en")}
            for name in groups
        }
    plan["targets"] = targets
    missing = [] if horizon else [words("plan_reader.doubt.no_horizon")]
    if area is None:
        missing.append(words("plan_reader.doubt.no_area"))
    return Drafted(plan, doubts, tuple(reading.left_out), tuple(lines), tuple(reading.found), tuple(missing))


def conflicts_of(found: Sequence[Found], indicators: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """By position: group of statements that speak of the same indicator and give two rules, values or years."""
    alike: dict[str, list[int]] = defaultdict(list)
    for at, (one, indicator) in enumerate(zip(found, indicators, strict=True)):
        if one.attribute in {"history", "achieved", "forecast"} or indicator["kind"] == "reported":
            continue
        key = json.dumps(indicator, sort_keys=True, ensure_ascii=False)
        if one.kind == "ratio_of_sums" and "护理型床位" in one.name:
            key = "nursing_beds"
        alike[key].append(at)
    groups: dict[int, str] = {}
    for members in alike.values():
        said = {(found[at].rule, found[at].value, found[at].high, found[at].year) for at in members}
        if len(members) > 1 and len(said) > 1:
            groups.update(dict.fromkeys(members, f"conflict_{len(set(groups.values())) + 1}"))
    return groups


def yaml_text(drafted: Drafted, words: Words) -> str:
    """Text of the plan file: what is doubtful has ``# ?`` and the reason above its target."""
    head = {key: value for key, value in drafted.plan.items() if key != "targets"}
    lines = [f"# {words('plan_reader.file_head')}"]
    lines += [f"# ? {reason}" for reason in drafted.missing]
    lines.append(_dump(head).rstrip())
    lines.append("targets:")
    for at, target in enumerate(drafted.plan["targets"]):
        lines += [f"# ? {reason}" for reason in drafted.doubts.get(at, ())]
        lines.append(_dump([target]).rstrip())
    return "\n".join(lines) + "\n"


def _dump(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)


def _title(lines: Sequence[Line]) -> str | None:
    heads = [re.sub(r"\s+", " ", line.text.strip()) for line in lines[:40]]
    cited = [
        match[1]
        for text in heads
        if "印发" in text
        for match in [re.search(r"《([^》]{4,50})》", text)]
        if match
    ]
    if cited:
        return cited[0]
    named = [
        text for text in heads if 6 <= len(text) <= 60 and _TITLE.search(text) and not _NOT_TITLE.search(text)
    ]
    if named:
        return next((text for text in named if re.search(r"规划|意见|方案|计划", text)), named[0])
    return next((line.text.strip()[:60] for line in lines if len(line.text.strip()) > 3), None)


def _first_year(found: Sequence[Found]) -> int:
    years = [one.year for one in found if one.year is not None]
    return min(years) if years else 2026


def _target(at: int, one: Found, indicator: Mapping[str, Any], conflict: str | None) -> dict[str, Any]:
    target: dict[str, Any] = {"id": f"T{at + 1:02d}"}
    if one.row is not None:
        target["row"] = one.row
    english = Words("en")
    subject = ", ".join(english.name_of("type", name) for name in one.thing.types) or "reported by the office"
    target |= {
        "names": {"zh": one.name, "en": f"{english.name_of('report.kind', one.kind)}: {subject}"},
        "measure": one.measure,
        "attribute": one.attribute,
        "indicator": dict(indicator),
        "rule": one.rule if one.rule != "inside" or one.high is not None else ">=",
    }
    if one.base is not None:
        target["base"] = {"year": one.base_year, "value": plain(one.base)}
    goal: dict[str, Any] = {"year": one.year, "year_basis": one.year_basis}
    if one.value is not None:
        goal["value"] = plain(one.value)
    if one.high is not None:
        goal["high"] = plain(one.high)
    if one.printed_value and (one.value is None or one.repaired):
        goal["printed"] = one.printed_value
    target["goal"] = goal
    if one.kind in {"per_1000", "per_10k"}:
        target["population_base"] = "registered" if "户籍" in one.name else "resident"
    target["printed"] = one.printed[:MAX_PRINTED]
    if one.repaired:
        target["repaired"] = True
    if conflict is not None:
        target["conflict"] = conflict
    target["line"] = one.line
    if one.page is not None:
        note = Words("zh")("plan_reader.page", page=one.page), english("plan_reader.page", page=one.page)
        target["note"] = {"zh": note[0], "en": note[1]}
    return target


def plain(value: Decimal) -> int | float:
    """A number as YAML writes it."""
    return int(value) if value == value.to_integral_value() else float(value)
