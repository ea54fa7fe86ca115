"""The first page: what is so, where it lacks most and why, and what to do first, with one map."""

from __future__ import annotations

from coverplan.report.content import Figure
from coverplan.report.drawings import figures
from coverplan.report.front.proposals import proposals
from coverplan.report.front.worst_gaps import worst_table
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.sentences import headline, three_sentences, warnings
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.tables.coverage import street_level
from coverplan.results.chosen import question_of
from coverplan.results.result import Result

#: Width of the map in points: the page holds two tables beside it.
MAP_WIDTH = 205.0


def one_page(result: Result, labels: Labels, outline: Outline) -> None:
    """Add the summary of one page."""
    outline.section("summary")
    for sentence in warnings(result, labels):
        outline.say(sentence, "warning")
    for sentence in three_sentences(result, labels):
        outline.say(sentence, "brief")
    if question_of(result) is not None:
        for sentence in SitingSentences(result, labels).stays():
            outline.say(sentence, "brief")
    outline.add(_map(result, labels))
    worst = worst_table(result, labels)
    if not worst.rows:
        outline.say(labels("gap.none"))
    outline.add(worst, proposals(result, labels))


def _map(result: Result, labels: Labels) -> Figure | None:
    """What is changed or built; else whom nothing reaches; None without a map."""
    level = street_level(result)
    drawn = figures.map_of_actions(result, labels, level, width=MAP_WIDTH)
    first = headline(result)
    if drawn is not None or first is None:
        return drawn
    return figures.place_map(result, labels, *first, level, width=MAP_WIDTH)
