"""Head of the first page: what it is, of what, by whom and when, above the summary and on the same page."""

from __future__ import annotations

import math

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from coverplan.report.content import Head
from coverplan.report.documents.word_end import WordEnd
from coverplan.report.documents.word_styles import SOFT, TITLE_PT, line_height
from coverplan.report.documents.word_table import clean
from coverplan.report.drawings.drawing import text_width

LEAST_TITLE_PT = 12.5
#: Of a title that takes several lines.
LONG_TITLE_PT = 13.5
SUBTITLE_PT, FACTS_PT = 10.5, 8.0
#: Between facts on one line.
BETWEEN = "  |  "


def add_masthead(end: WordEnd, head: Head, room_pt: float, language: str) -> None:
    """Add title, subtitle and facts; what is invented says so at the top of every page anyway.

    Parameters
    ----------
    end
        Of the file, which holds nothing else yet.
    head
        What is said.
    room_pt
        Width between the margins, in points.
    """
    title = end.paragraph(clean(head.title), "Title")
    title.paragraph_format.space_after = Pt(4)
    for run in title.runs:
        run.font.size = Pt(_title_pt(head.title, room_pt))
    told = (
        (head.subtitle, SUBTITLE_PT, 2.0, None),
        (BETWEEN.join(head.facts), FACTS_PT, 0.0, SOFT),
    )
    for text, size, after, colour in told:
        if text:
            paragraph = end.paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(after)
            paragraph.paragraph_format.line_spacing = line_height(size, language)
            run = paragraph.add_run(clean(text))
            run.font.size, run.font.color.rgb = Pt(size), colour


def _title_pt(title: str, room_pt: float) -> float:
    """Size at which a title stands on one line; where that would be too small it takes several."""
    ems = text_width(title, 1.0)
    fits = math.floor(2 * 0.94 * room_pt / ems) / 2 if ems else TITLE_PT  # titles are set a little apart
    return min(fits, TITLE_PT) if fits >= LEAST_TITLE_PT else LONG_TITLE_PT
