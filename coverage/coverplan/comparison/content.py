"""From a comparison to the contents of its report: the same blocks for web page, Word file and workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from coverplan.comparison import tables
from coverplan.comparison.change_map import change_map
from coverplan.comparison.outcome import Comparison
from coverplan.comparison.sentences import between, headline, no_regret, regret_sentence, sentences
from coverplan.comparison.side import Side
from coverplan.comparison.whole import whole_comparison
from coverplan.comparison.wording import Wording
from coverplan.report.build import synthetic
from coverplan.report.content import Block, Bullets, Document, Gallery, Head, Heading, numbered
from coverplan.report.outline import Outline
from coverplan.report.spoken import spoken
from coverplan.report.tables.coverage import levels, street_level
from coverplan.results.tense import Tense, tense_of
from coverplan.text.version import VERSION
from coverplan.text.words import Language

#: Units of a level that a page lists all; the workbook has all of every level.
MOST_UNITS = 60
#: Remarks that stand above the findings, because they change what a number means.
CAUTIONS = frozenset({"people", "inputs"})
UNITS = "units"


def document(comparison: Comparison, *, language: Language) -> Document:
    """Everything there is to say, in reading order; units of every level stand last, for `abridged` to leave out."""
    comparison = whole_comparison(comparison)
    wording = Wording(comparison, language)
    outline = Outline(wording.labels)
    _summary(comparison, wording, outline)
    if len(comparison.people):
        _people(comparison, wording, outline)
    if len(comparison.targets):
        _targets(comparison, wording, outline)
    _cost(comparison, wording, outline)
    if comparison.common.standards:
        _regret(comparison, wording, outline)
    _how(comparison, wording, outline)
    if len(comparison.people):
        _units(comparison, wording, outline)
    return Document(
        _head(comparison, wording),
        language,
        numbered(spoken(block, wording.labels) for block in outline.blocks()),
    )


def abridged(whole: Document) -> Document:
    """The document without its last section, the units of every level."""
    keys = [block.key if isinstance(block, Heading) else None for block in whole.blocks]
    # the section begins with the page break before its heading
    return replace(whole, blocks=whole.blocks[: keys.index(UNITS) - 1]) if UNITS in keys else whole


def _head(comparison: Comparison, wording: Wording) -> Head:
    study = comparison.sides[0].summary["study"]
    place = wording.labels.title(study["name"])
    invented = any(synthetic(side.result) for side in comparison.sides)
    ahead = _ahead(comparison)
    year = "" if ahead is None or ahead.year is None else wording("in_year", year=ahead.year)
    return Head(
        title=wording("title" if ahead is None else "title_ahead", place=place, year=year),
        subtitle=wording("and").join(wording.pair(comparison.sides[0], other) for other in comparison.others),
        facts=(*(wording.named(side) for side in comparison.sides), wording.labels("internal")),
        mark=wording.words("summary.synthetic") if invented else None,
        foot=wording.labels("foot", place=place, version=VERSION),
        made=max(dt.datetime.fromisoformat(side.summary["run"]["finished"]) for side in comparison.sides),
    )


def _ahead(comparison: Comparison) -> Tense | None:
    """The time of the numbers where they are no present ones; all sides are of one year."""
    tenses = (tense_of(side.result) for side in comparison.others)
    return next((tense for tense in tenses if tense.projected), None)


def _summary(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("summary", wording("section.summary"))
    ahead = _ahead(comparison)
    if ahead is not None:
        year = "" if ahead.year is None else wording("in_year", year=ahead.year)
        day = "" if ahead.data_day is None else wording("since", day=wording.words.date(ahead.data_day))
        outline.say(wording("statement", year=year, since=day), "warning")
    for side in comparison.sides:
        outline.say(wording.named(side), "note")
    for other in comparison.others:
        for sentence in sentences(comparison, other, wording):
            outline.say(sentence, "lead")
    for sentence in between(comparison, wording):
        outline.say(sentence, "lead")
    for remark in comparison.common.remarks:
        outline.say(wording.remark(remark), "warning" if remark.code in CAUTIONS else "note")
    asked = headline(comparison)
    if len(comparison.people):
        outline.add(tables.whole_area(comparison, wording))
        outline.add(*(tables.overview(comparison, other, wording) for other in comparison.others))
    if asked is not None:
        key, group = asked
        outline.add(_maps(comparison, wording, key, group, small=False))


def _people(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("people", wording("section.people"), wide=True)
    types = street_level(comparison.sides[0].result)
    if len(comparison.nearer):
        outline.part("ways", wording("part.ways"))
        outline.add(*(tables.ways(comparison, other, wording) for other in comparison.others))
    if len(comparison.worst):
        outline.part("worst", wording("part.worst"))
        outline.add(tables.worst(comparison, wording, types))
    first = headline(comparison)
    for key in comparison.common.standards:
        outline.part(f"standard_{key}", wording.standard(key))
        for other in comparison.others:
            if not changes(comparison, other, key):
                outline.say(wording("sentence.standard_same", pair=wording.pair(comparison.sides[0], other)))
                continue
            if types is not None:
                outline.add(tables.units(comparison, other, wording, key, types, most=MOST_UNITS))
        groups = comparison.common.groups(comparison.sides, key)[:1]
        if groups and (first is None or key != first[0]):
            # a turned page is too low for a large map below a table
            outline.add(_maps(comparison, wording, key, groups[0], small=True))


def _maps(comparison: Comparison, wording: Wording, key: str, group: str, *, small: bool) -> Block | None:
    """What every side changes, on maps beside each other; one alone is large unless `small`; None where none is drawn."""
    drawn = [change_map(comparison, other, wording, key=key, group=group) for other in comparison.others]
    found = [figure for figure in drawn if figure is not None]
    if not small and len(found) == 1:
        return found[0]
    return Gallery(tuple(replace(one, note=None) for one in found), found[0].note) if found else None


def changes(comparison: Comparison, other: Side, key: str) -> bool:
    """Whether anything about a standard differs between a side and the first."""
    rows = comparison.people[comparison.people["standard"] == key]
    columns = [c for c in (f"{name}_{other.letter}" for name in tables.CHANGES) if c in rows]
    moved = (rows[f"covered_{other.letter}"] != rows["covered_A"]).any()
    return bool(moved or not comparison.common.people or (rows[columns] > 0).any(axis=None))


def _targets(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("targets", wording("section.targets"), wide=True)
    turned = tables.targets(comparison, wording, turned=True)
    if turned.rows:
        outline.part("turned", wording("part.turned"))
        outline.add(turned)
    else:
        outline.say(wording("sentence.turned_none", all=len(comparison.targets)))
    outline.part("all_targets", wording("part.all_targets"))
    outline.add(tables.targets(comparison, wording, turned=False))


def _cost(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("cost", wording("section.cost"), wide=True)
    outline.add(tables.costs(comparison, wording), tables.actions(comparison, wording))


def _regret(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("regret", wording("section.regret"), wide=True)
    found = comparison.regret.table
    for row in found[(found["means"] == "sites") & found["best"].notna()].to_dict("records"):
        named = wording.standard_of(row["standard"], row["group"])
        outline.say(wording.labels("fact_line", name=named, value=regret_sentence(row, wording)))
    for sentence in no_regret(comparison, wording):
        outline.say(sentence, "note")
    outline.add(tables.regret(comparison, wording))


def _units(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section(UNITS, wording("section.units"), wide=True)
    for other in comparison.others:
        for key in comparison.common.standards:
            for types in levels(comparison.sides[0].result):
                outline.add(tables.units(comparison, other, wording, key, types, most=None))


def _how(comparison: Comparison, wording: Wording, outline: Outline) -> None:
    outline.section("how", wording("section.how"), wide=True)
    steps = ["points", "nearer"] if comparison.common.standards else []
    steps += ["targets"] if len(comparison.targets) else []
    steps += ["cost"]
    steps += ["regret"] if len(comparison.regret.table) else []
    outline.add(Bullets(tuple(wording(f"how.{step}") for step in (*steps, "protected")), ordered=True))
    outline.add(tables.sides(comparison, wording))
