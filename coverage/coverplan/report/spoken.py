"""What a result says in its own language, said in the reader's, with even decimals."""

from __future__ import annotations

from dataclasses import replace

from coverplan.report.content import Block, Bullets, Heading, Paragraph, Row, Table, Value
from coverplan.report.even import evened
from coverplan.report.labels import Labels
from coverplan.results.withheld_words import in_reader_language


def spoken(block: Block, labels: Labels) -> Block:
    """A block in which places that are not public are called so in the reader's language; tables are evened."""

    def said(text: str) -> str:
        return in_reader_language(text, labels.words)

    def cell(value: Value) -> Value:
        return said(value) if isinstance(value, str) else value

    if isinstance(block, Paragraph | Heading):
        return replace(block, text=said(block.text))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(map(said, block.items)))
    if isinstance(block, Table):
        rows = tuple(Row(tuple(map(cell, row.values)), row.kind, row.tones) for row in block.rows)
        return evened(replace(block, rows=rows))
    return block
