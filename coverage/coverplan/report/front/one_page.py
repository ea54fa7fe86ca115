"""The first page: what is so, where it lacks most and why, and what to do first, with one map."""

from __future__ import annotations

from dataclasses import replace

from coverplan.report.content import Figure
from coverplan.report.drawings import figures
from coverplan.report.front.proposals import proposals
from coverplan.report.front.worst_gaps import MOST_GAPS, worst_gaps, worst_table
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.sentences import headline, three_sentences, warnings
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.tables import certainty
from coverplan.report.tables.coverage import street_level
from coverplan.results.chosen import question_of
from coverplan.results.result import Result

#: Width of the map in points, with its legend; it is shown smaller beside the sentences.
MAP_WIDTH = 300.0


def one_page(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the summary of one page."""
    outline.section("summary")
    for sentence in warnings(result, labels):
        outline.say(sentence, "warning")
    outline.add(_map(result, labels))
    for sentence in _sentences(result, labels):
        outline.say(sentence, "brief")
    if question_of(result) is not None:
        for sentence in SitingSentences(result, labels).brief():
            outline.say(sentence, "brief")
    worst = worst_table(result, labels)
    if not worst.rows:
        outline.say(labels("gap.none"))
    outline.add(worst, proposals(result, labels))


def _sentences(result: Result, labels: Labels) -> tuple[str, ...]:
    """The leading sentences; that of where most are missing only where the table of gaps does not say it."""
    first, told = headline(result), three_sentences(result, labels)
    if "gaps" in result.tables:
        told = (told[0], told[1] + certainty.brief(result, labels), *told[2:])
    listed = {gap.key for gap in worst_gaps(result, labels)[:MOST_GAPS]}
    return told[:2] if first is not None and first[0] in listed else told


def _map(result: Result, labels: Labels) -> Figure | None:
    """What is changed or built; else whom nothing reaches; None without a map."""
    level = street_level(result)
    drawn = figures.map_of_actions(result, labels, level, width=MAP_WIDTH)
    first = headline(result)
    if drawn is None and first is not None:
        drawn = figures.place_map(result, labels, *first, level, width=MAP_WIDTH)
    return None if drawn is None else replace(drawn, beside=True)
