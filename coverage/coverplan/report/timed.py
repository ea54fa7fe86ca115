"""The time of its numbers behind the caption of whatever has numbers of a time.

Most captions are written where their numbers are, by functions that know of no year: that a result is not of the present is
told here, in one place, so that no table of it reads like one of the present.
"""

from __future__ import annotations

from dataclasses import replace

from coverplan.report.content import Block, Figure, Table
from coverplan.report.labels import Labels

#: First words of the keys of tables and figures whose numbers are those of the result's own time.
OF_A_TIME = (
    "certainty",
    "clusters",
    "coverage_",
    "full_",
    "gaps_",
    "lorenz",
    "matrix",
    "needed_",
    "ranges",
    "reconciliation",
    "sensitivity",
    "served_",
    "shortfall",
    "supply",
    "tornado",
    "uncertainty",
    "units_",
    "utilisation",
    "verdicts",
    "worst_",
)
#: Tables of these that tell of several times in their columns.
OF_MORE_TIMES = "_changes"


def timed(block: Block, labels: Labels) -> Block:
    """A table or figure with the time of its numbers in its caption, where they are no present ones.

    The sheet of a workbook keeps the short caption as its name.
    """
    if not isinstance(block, Table | Figure) or not labels.tense.projected or not _of_a_time(block):
        return block
    if labels.tense.label(labels.words) in block.caption:
        return block
    dated = replace(block, caption=labels.dated(block.caption))
    return replace(dated, name=block.caption) if isinstance(dated, Table) else dated


def _of_a_time(block: Table | Figure) -> bool:
    return block.key.startswith(OF_A_TIME) and not block.key.endswith(OF_MORE_TIMES)
